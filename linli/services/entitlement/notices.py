"""The words that somebody gets for whom an application was prepared."""

# untranslated: messages are registered in both languages

from linli.core.messages import register_template

register_template(
    "entitlement.prepared",
    zh="按登记的资料，您可能可以办%(item)s。%(place)s给您准备了一份申请：您看过、同意了再交；不想办，不用管它。",
    en="By what is on record, %(item_en)s may be for you. %(place)s has prepared an application: look at it and send it if you agree; if not, leave it.",
    title_zh="给您准备了一份申请", title_en="An application is prepared for you",
)  # fmt: skip
