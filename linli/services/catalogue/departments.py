"""The lines of government that items belong to; the Chinese name is what people read (domain vocabulary)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Department(models.TextChoices):
    CIVIL_AFFAIRS = "civil_affairs", _("民政局")
    SOCIAL_WORK = "social_work_department", _("党委社会工作部")
    ORGANISATION = "organisation_department", _("组织部")
    POLITICAL_LEGAL = "political_legal_committee", _("政法委")
    HUMAN_RESOURCES = "human_resources", _("人力资源和社会保障局")
    HEALTH = "health", _("卫生健康局")
    MEDICAL_INSURANCE = "medical_insurance", _("医疗保障局")
    POLICE = "police", _("公安局")
    JUSTICE = "justice", _("司法局")
    EDUCATION = "education", _("教育和体育局")
    HOUSING = "housing", _("住房和城乡建设局")
    URBAN_MANAGEMENT = "urban_management", _("城市管理局")
    DISABLED_FEDERATION = "disabled_federation", _("残疾人联合会")
    VETERANS = "veterans", _("退役军人事务局")
    EMERGENCY = "emergency", _("应急管理局")
    FIRE = "fire", _("消防救援大队")
    MARKET_REGULATION = "market_regulation", _("市场监督管理局")
    TAX = "tax", _("税务局")
    FINANCE = "finance", _("财政局")
    DEVELOPMENT_REFORM = "development_reform", _("发展和改革局")
    NATURAL_RESOURCES = "natural_resources", _("自然资源局")
    STATISTICS = "statistics", _("统计局")
    CULTURE_TOURISM = "culture_tourism", _("文化广播电视和旅游局")
    AGRICULTURE = "agriculture", _("农业农村局")
    GOVERNMENT_SERVICE = "government_service", _("政务服务管理局")
    PETITIONS = "petitions", _("信访局")
    YOUTH_LEAGUE = "youth_league", _("共青团")
    WOMEN_FEDERATION = "women_federation", _("妇女联合会")
    TRADE_UNION = "trade_union", _("总工会")
    STAFFING_OFFICE = "staffing_office", _("编制办公室")
