"""What departments write above the columns of their extracts, as normalised by extracts.normalise_heading."""

HEADINGS = {
    "name": ("姓名", "人员姓名", "居民姓名", "参保人姓名", "患者姓名", "XM", "NAME"),
    "id_number": ("身份证号", "身份证号码", "公民身份号码", "证件号码", "身份证件号码", "GMSFHM", "SFZH", "ID_NUMBER"),
    "sex": ("性别", "XB", "SEX"),
    "birth_date": ("出生日期", "出生年月日", "CSRQ", "BIRTH_DATE"),
    "phone": ("电话", "联系电话", "手机号", "手机号码", "本人电话", "LXDH", "PHONE"),
    "address": ("住址", "现住址", "家庭住址", "居住地址", "户籍地址", "ADDRESS"),
}
SEXES = {"男": "1", "男性": "1", "1": "1", "M": "1", "女": "2", "女性": "2", "2": "2", "F": "2"}
