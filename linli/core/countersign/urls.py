from django.urls import path

from linli.core.countersign import pages

app_name = "countersign"
urlpatterns = [
    path("second-person/", pages.waiting, name="waiting"),
    path("second-person/<uuid:countersignature_id>/", pages.one, name="one"),
    path("second-person/<uuid:countersignature_id>/confirm/", pages.confirm, name="confirm"),
    path("second-person/<uuid:countersignature_id>/refuse/", pages.refuse, name="refuse"),
    path("second-person/<uuid:countersignature_id>/withdraw/", pages.withdraw, name="withdraw"),
]
