"""The words that staff get from a public screen; registered once at start (see services.py)."""

# untranslated: messages are registered in both languages

from linli.core.messages import register_template

register_template(
    "web.kiosk_call", zh="%(place)s %(name)s的自助机有人叫您帮忙。",
    en="Somebody at the public screen %(name)s, %(place)s, asks for help.",
    title_zh="自助机叫人", title_en="Help at the screen",
)  # fmt: skip
