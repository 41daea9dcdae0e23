"""Titles of form fields that ask for a fact which is kept here (R14)."""

ASKED_AS = {
    "name": ("姓名", "申请人姓名"),
    "id_number": ("身份证号", "身份证号码", "公民身份号码", "证件号码"),
    "sex": ("性别",),
    "birth_date": ("出生日期", "出生年月"),
    "age": ("年龄",),
    "address": ("家庭住址", "现住址", "居住地址"),
}
"""Titles under which a form may not ask for a fact again (R14)."""
