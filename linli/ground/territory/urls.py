from django.urls import path

from linli.ground.territory import pages

app_name = "territory"
urlpatterns = [
    path("divisions/", pages.divisions, name="divisions"),
    path("divisions/load/", pages.load, name="load"),
    path("divisions/<str:code>/", pages.divisions, name="division"),
    path("places/", pages.picker, name="picker"),
]
