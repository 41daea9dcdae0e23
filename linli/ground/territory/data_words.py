"""Words that lists of divisions use for their columns and levels: what is read, not what is shown."""

from linli.ground.territory.models import Level

HEADINGS = {
    "code": "code", "区划代码": "code", "代码": "code", "统计用区划代码": "code",
    "name": "name", "名称": "name",
    "level": "level", "级别": "level",
    "parent_code": "parent_code", "上级代码": "parent_code",
    "urban_rural_class": "urban_rural_class", "城乡分类代码": "urban_rural_class", "城乡分类": "urban_rural_class",
}  # fmt: skip

LEVEL_WORDS = {
    "省": Level.PROVINCE, "市": Level.CITY, "县": Level.COUNTY, "区": Level.COUNTY, "县（区）": Level.COUNTY,
    "乡": Level.TOWNSHIP, "镇": Level.TOWNSHIP, "街道": Level.TOWNSHIP, "街道（乡镇）": Level.TOWNSHIP,
    "社区": Level.COMMUNITY, "村": Level.COMMUNITY, "社区（村）": Level.COMMUNITY,
} | {str(level): level for level in Level}  # fmt: skip
