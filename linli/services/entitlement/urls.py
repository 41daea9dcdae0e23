from django.urls import path

from linli.services.entitlement import pages

app_name = "entitlement"
urlpatterns = [
    path("desk/entitled/", pages.found, name="found"),
    path("desk/entitled/runs/", pages.runs, name="runs"),
    path("desk/entitled/runs/new/", pages.run, name="run"),
    path("desk/entitled/<uuid:found_id>/", pages.one, name="one"),
    path("desk/entitled/<uuid:found_id>/prepare/", pages.prepare, name="prepare"),
    path("desk/entitled/<uuid:found_id>/set-aside/", pages.set_aside, name="set_aside"),
]
