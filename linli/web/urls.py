from django.urls import path

from linli.ground.accounts import pages as accounts
from linli.web.pages import health, home, preferences

app_name = "web"
urlpatterns = [
    path("", home.home, name="home"),
    path("workbench/", home.bench, name="bench"),
    path("workbench/management/", home.bench_management, name="bench_management"),
    path("workbench/find/", home.find, name="find"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("healthz", health.healthz, name="healthz"),
    path("robots.txt", health.robots, name="robots"),
    path("manifest.webmanifest", health.manifest, name="manifest"),
    path("sign-in/", accounts.sign_in, name="sign_in"),
]
