from django.urls import path

from linli.core.audit import pages

app_name = "audit"
urlpatterns = [
    path("audit/", pages.readings, name="readings"),
    path("audit/<uuid:reading_id>/", pages.reading, name="reading"),
]
