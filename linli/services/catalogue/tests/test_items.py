"""The demonstration catalogue keeps its promises: every file of items/, read through the shape in content.py."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from jsonschema import Draft202012Validator

from linli.core.forms.dialect import check_form_schema
from linli.services.catalogue.content import Audience, Domain, Field27, Item, LifeEvent
from linli.services.catalogue.departments import Department

FOLDER = Path(__file__).parents[1] / "items"
FILES = sorted(FOLDER.glob("*.yaml"))
ITEMS = {path.stem: Item.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in FILES}

HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")

SEED_FIELDS = {
    "employment", "public_order", "public_health", "family_planning", "social_insurance", "social_relief",
    "community_corrections", "culture_sport_education",
}  # fmt: skip
"""劳动就业、社会治安、公共卫生、计划生育、社会保险、社会救助、社区矫正、文体教育."""

FAMILY_PLANNING_SERVICES = {
    "reproductive_health_consultation": "生殖健康咨询",
    "healthy_birth_guidance": "优生优育指导",
    "fp_family_help": "计划生育家庭帮扶",
    "fp_rights": "权益维护",
    "migrant_fp_service": "流动人口计划生育服务",
}

FORBIDDEN_PROOFS = (
    "亲属关系证明", "居民身份信息证明", "户口登记项目内容变更申请证明", "居民养犬证明", "无犯罪记录证明",
    "社区戒毒社区康复人员情况证明", "人员失踪证明", "婚姻状况证明", "出生证明", "健在证明", "死亡证明",
    "疾病状况证明", "残疾状况证明", "婚育状况证明", "居民就业状况证明", "居民个人档案证明", "居民财产证明",
    "遗产继承权证明", "市场主体住所证明", "证件遗失证明",
)  # fmt: skip
"""The first national list of proofs that a community must not issue, 民发〔2020〕20号."""

ASKS_FOR_A_REGISTRY_FACT = re.compile(r"姓名|性别|出生|年龄|多大|电话|住址|住在哪|住哪里|身份证号|户口在哪")
NAMES_SOMEBODY_ELSE = re.compile(r"监护人|家长|爸爸|妈妈|孩子|照顾的人|对方|另一半|去世的人|他的|第二个人|报告人")
FACTS = {
    "name", "sex", "birth_date", "age", "phone", "community", "address", "registered_community", "registered_place",
    "identity",
}  # fmt: skip

LISTS = {"statutory_duty": "S", "assisted_task": "A"}

every_item = pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS.keys())


def texts(value: Any) -> Iterator[tuple[str, str]]:
    """Every pair of Chinese and English in an item: {zh, en} and title/title_en, description/description_en."""
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            yield value["zh"], value["en"]
            return
        for key in ("title", "description"):
            if f"{key}_en" in value:
                yield value[key], value[f"{key}_en"]
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of a form, those of the rows of a table too."""
    for name, field in schema["properties"].items():
        yield name, field
        if field["type"] == "array":
            yield from fields(field["items"])


# The catalogue as a whole


def test_catalogue_ships_every_item_of_the_handbook_and_more() -> None:
    """R26: all items for natural persons are on the platform."""
    assert len(ITEMS) >= 55


def test_each_of_the_thirteen_domains_has_items() -> None:
    """R27a: the thirteen heads of service of the Panzhihua plan, all of them."""
    assert {item.domain for item in ITEMS.values()} == set(get_args(Domain))


@pytest.mark.parametrize("field", sorted(SEED_FIELDS))
def test_each_of_the_eight_fields_of_the_seeds_has_a_runnable_item(field: str) -> None:
    """R27b: 劳动就业、社会治安、公共卫生、计划生育、社会保险、社会救助、社区矫正、文体教育."""
    runnable = [item for item in ITEMS.values() if field in item.fields and item.chain and item.form["properties"]]

    assert runnable


def test_statistics_by_field_have_no_field_unknown_to_the_shape() -> None:
    """R27b."""
    assert {field for item in ITEMS.values() for field in item.fields} == set(get_args(Field27))


def test_no_stage_of_life_is_empty_from_birth_to_bereavement() -> None:
    """R27a."""
    assert {event for item in ITEMS.values() for event in item.life_events} == set(get_args(LifeEvent))


def test_no_audience_is_left_without_an_item() -> None:
    """R27a."""
    assert {audience for item in ITEMS.values() for audience in item.audiences} == set(get_args(Audience))


def test_codes_and_numbers_are_unique() -> None:
    assert len({item.code for item in ITEMS.values()}) == len(FILES)
    assert len({item.number for item in ITEMS.values()}) == len(FILES)


def test_work_and_social_insurance_run_from_losing_a_job_to_a_pension() -> None:
    """R41a."""
    codes = {item.code for item in ITEMS.values()}

    assert codes >= {
        "unemployment_registration", "employment_registration", "job_help", "hard_to_employ", "public_welfare_post",
        "unemployment_benefit", "resident_pension_join", "resident_pension_claim", "resident_medical_join",
    }  # fmt: skip


@pytest.mark.parametrize(("code", "name"), FAMILY_PLANNING_SERVICES.items())
def test_family_planning_services_are_closed_to_eyes_and_open_to_newcomers(code: str, name: str) -> None:
    """R41b."""
    item = next(item for item in ITEMS.values() if item.code == code)

    assert name in item.name.zh
    assert item.sensitive
    assert item.public_notice is None
    assert item.applicants.registration_basis == ""
    assert "migrants" in item.audiences


def test_what_concerns_corrections_release_and_the_mind_is_sensitive() -> None:
    """R16: seen by the handling roles alone."""
    sensitive = {item.code for item in ITEMS.values() if item.sensitive}

    assert sensitive >= {"community_corrections_help", "released_prisoner_help", "mental_rehabilitation", "fp_special"}


# Each item


@every_item
def test_file_is_named_after_number_and_code(item: Item) -> None:
    assert f"{item.number}_{item.code}" in ITEMS
    assert int(item.number[:2]) == item.domain


@every_item
def test_guide_tells_what_a_resident_needs(item: Item) -> None:
    """R25b: level, department, conditions, materials, days, fee, basis; questions people ask."""
    assert item.legal_basis
    assert item.department in Department.values
    assert item.applicants.conditions or item.type == "self_government"
    assert item.keywords
    assert 2 <= len(item.questions) <= 4
    assert item.promised_limit.days is not None
    assert item.promised_limit.basis or item.code == "old_age_allowance"


@every_item
def test_promise_is_never_longer_than_the_law_allows(item: Item) -> None:
    """R25b."""
    if item.legal_limit.days is None:
        return

    assert item.promised_limit.unit == item.legal_limit.unit
    assert item.promised_limit.days <= item.legal_limit.days


@every_item
def test_steps_fit_into_the_promise_and_the_deciding_body_comes_last(item: Item) -> None:
    """R36a. Steps count working days; of a promise in calendar days five in seven are such."""
    working_days = item.promised_limit.days * (5 if item.promised_limit.unit == "calendar_days" else 7) // 7

    assert sum(link.days for link in item.chain) <= working_days
    assert [link.step for link in item.chain].count("decide") == 1
    assert (item.chain[-1].step, item.chain[-1].level) == ("decide", item.level)


@every_item
def test_departments_act_from_the_county_upwards_and_exist(item: Item) -> None:
    """R36a."""
    for link in item.chain:
        assert (link.department in Department.values) == (link.level not in ("community", "township"))
        assert set(link.also) <= set(Department.values)


@every_item
def test_on_the_spot_means_no_days_at_any_step(item: Item) -> None:
    assert (item.family == "instant") == item.is_instant


@every_item
def test_every_text_is_there_in_english_too(item: Item) -> None:
    """R157: Chinese and English."""
    for zh, en in texts(item.model_dump(exclude_none=True)):
        assert zh.strip()
        assert en.strip()
        assert HAN.search(zh), zh
        assert not HAN.search(en), en


@every_item
def test_every_field_and_choice_is_labelled_in_both_languages(item: Item) -> None:
    """R157."""
    for name, field in fields(item.form):
        assert field["title"], name
        assert field["title_en"], name
        assert ("description" in field) == ("description_en" in field), name
        assert list(field.get("x-labels", {})) == field.get("enum", []), name


@every_item
def test_no_result_or_material_is_a_proof_a_community_must_not_issue(item: Item) -> None:
    """R45, 民发〔2020〕20号."""
    named = [item.name.zh, item.result.name.zh]
    for material in item.materials:
        named += [material.name.zh, material.hint.zh if material.hint else ""]

    assert [proof for proof in FORBIDDEN_PROOFS if any(proof in name for name in named)] == []


@every_item
def test_form_asks_for_no_registry_fact_without_being_bound_to_it(item: Item) -> None:
    """R14: collected once. Rows of a table and questions about somebody else are not answered by the registry."""
    for name, field in item.form["properties"].items():
        asks = field.get("format") in ("cn-id", "cn-phone") or ASKS_FOR_A_REGISTRY_FACT.search(field["title"])
        assert not asks or "x-fact" in field or NAMES_SOMEBODY_ELSE.search(field["title"]), name
        assert field.get("x-fact", "name") in FACTS, name


@every_item
def test_form_is_written_in_our_dialect_and_a_valid_schema(item: Item) -> None:
    """R152."""
    Draft202012Validator.check_schema(item.form)

    assert check_form_schema(item.form, facts=FACTS) == []
    assert sorted(item.form["x-order"]) == sorted(item.form["properties"])


@every_item
def test_money_is_asked_for_in_yuan_and_kept_in_fen(item: Item) -> None:
    for name, field in fields(item.form):
        if field["type"] == "integer" and re.search(r"收入|存款|租金|多少钱|自己.*了多少", field["title"]):
            assert field["format"] == "money-fen", name


@every_item
def test_form_is_short_enough_to_finish_standing_at_a_bus_stop(item: Item) -> None:
    """R37a."""
    assert 3 <= len(item.form["properties"]) <= 10


@every_item
def test_material_held_by_the_city_says_where(item: Item) -> None:
    """R37a, R44: a certificate of another item is found by identity alone."""
    issued = {other.code for other in ITEMS.values() if other.result.kind == "certificate"}
    for material in item.materials:
        assert (material.source == "held") == (material.held is not None)
        if material.held:
            assert material.held.fact or material.held.certificate_of or material.held.other
            assert material.held.certificate_of in issued | {""}
    assert len({material.code for material in item.materials}) == len(item.materials)


@every_item
def test_condition_on_local_registration_cites_its_basis(item: Item) -> None:
    """R34: open to all unless a basis says otherwise."""
    bound = [
        condition
        for condition in item.applicants.conditions
        if condition.fact == "registered_here" or "户口在本市" in condition.text.zh.split("，")[0]
    ]
    bound = [condition for condition in bound if "或者" not in condition.text.zh]

    assert all(condition.basis for condition in bound)
    assert bool(bound) == bool(item.applicants.registration_basis)


@every_item
def test_town_and_countryside_read_the_same_item(item: Item) -> None:
    """R28a: a variance by area would need its reason; the demonstration has none."""
    assert item.variance_reason == ""


@every_item
def test_what_a_committee_decides_for_itself_has_its_own_remedy(item: Item) -> None:
    assert (item.remedy == "self_government") == (item.type == "self_government")
    assert (item.level == "community") or item.type != "self_government"


@every_item
def test_silence_means_nothing_where_no_law_says_so(item: Item) -> None:
    assert item.silence is None


@every_item
def test_work_on_behalf_is_found_in_the_lists(item: Item) -> None:
    """R88: S01 to S10 are duties of the committee, A01 to A12 help for a department that is named."""
    if item.on_behalf is None:
        return

    kind, number = item.on_behalf.entry[0], int(item.on_behalf.entry[1:])
    assert kind == LISTS[item.on_behalf.list]
    assert 1 <= number <= (10 if kind == "S" else 12)
    assert item.on_behalf.department in Department.values if kind == "A" else True


@every_item
def test_names_of_minors_are_never_posted(item: Item) -> None:
    if item.public_notice:
        assert not item.public_notice.names_minors
        assert item.public_notice.basis


@every_item
def test_no_amount_of_money_is_invented(item: Item) -> None:
    """Amounts are set locally; the childcare subsidy alone has a national one, 3,600 yuan a year."""
    prose = [item.summary.zh, *(c.text.zh for c in item.applicants.conditions), *(q.a.zh for q in item.questions)]
    amounts = [found for text in prose for found in re.findall(r"\d[\d,]* ?元", text)]

    assert amounts == (["3600 元"] if item.code == "childcare_subsidy" else [])


# Legal aid and the household


def test_legal_aid_is_decided_within_the_seven_days_of_the_law() -> None:
    """R42, 法律援助法第四十三条."""
    item = ITEMS["1001_legal_aid"]

    assert (item.legal_limit.days, item.legal_limit.unit) == (7, "calendar_days")
    assert item.promised_limit.days == 3
    assert item.applicants.registration_basis == ""


def test_subsistence_is_asked_for_by_a_household_with_its_members() -> None:
    """民发〔2021〕57号: thirty working days, notice of seven days."""
    item = ITEMS["0301_subsistence"]
    members = item.form["properties"]["household_members"]

    assert item.applicants.kinds == ["household"]
    assert members["type"] == "array"
    assert set(members["items"]["required"]) == {"name", "identity_number", "relation", "activity"}
    assert item.legal_limit.days == 30
    assert item.public_notice is not None
    assert (item.public_notice.days, item.public_notice.unit) == (7, "calendar_days")
