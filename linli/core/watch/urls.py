from django.urls import path

from linli.core.watch import pages

app_name = "watch"
urlpatterns = [
    path("livez", pages.livez, name="livez"),
    path("readyz", pages.readyz, name="readyz"),
]
