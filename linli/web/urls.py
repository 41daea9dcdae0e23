from django.urls import path

from linli.ground.accounts import pages as accounts
from linli.web.pages import health, home, messages, operations, preferences

app_name = "web"
urlpatterns = [
    path("", home.home, name="home"),
    path("workbench/", home.bench, name="bench"),
    path("workbench/management/", home.bench_management, name="bench_management"),
    path("workbench/worklist/", home.worklist_page, name="worklist"),
    path("workbench/find/", home.find, name="find"),
    path("my/messages/", messages.my_messages, name="my_messages"),
    path("my/messages/consent/", messages.consent, name="consent"),
    path("workbench/messages/", messages.staff_messages, name="staff_messages"),
    path("workbench/operations/", operations.operations, name="operations"),
    path("workbench/operations/<uuid:delivery_id>/again/", operations.deliver_again, name="deliver_again"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("healthz", health.healthz, name="healthz"),
    path("robots.txt", health.robots, name="robots"),
    path("manifest.webmanifest", health.manifest, name="manifest"),
    path("sign-in/", accounts.sign_in, name="sign_in"),
]
