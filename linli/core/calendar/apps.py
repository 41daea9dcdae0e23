from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "linli.core.calendar"
    label = "core_calendar"
