"""The words of what staff are told; registered once at start."""

# untranslated: messages are registered in both languages

from linli.core.messages import register_template

register_template(
    "facilities.no_window",
    zh="%(day)s，%(county)s没有一个窗口开。请安排值班，或者在“没有窗口开的日子”里登记专门开门。",
    en="On %(day)s no window in %(county)s is open. Please arrange duty, or enter a special opening under “Days without a window”.",
    title_zh="有一天没有窗口开", title_en="A day without a window",
)  # fmt: skip
register_template(
    "facilities.no_window_soon",
    zh="%(day)s快到了，%(county)s还是没有一个窗口开。请今天就安排。",
    en="%(day)s is near, and still no window in %(county)s is open. Please arrange it today.",
    title_zh="快到了，还没有窗口开", title_en="Still no window, and soon",
)  # fmt: skip
