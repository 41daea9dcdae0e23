from django.urls import path

from linli.services.facilities.pages import days, desk, portal

app_name = "facilities"
urlpatterns = [
    path("windows/", portal.find, name="find"),
    path("windows/<str:code>/", portal.place, name="place"),
    path("desk/windows/", desk.desk, name="desk"),
    path("desk/windows/days/", days.days, name="days"),
    path("desk/windows/new/", desk.new, name="new"),
    path("desk/windows/<uuid:point_id>/", desk.point, name="point"),
    path("desk/windows/<uuid:point_id>/correct/", desk.correct, name="correct"),
    path("desk/windows/<uuid:point_id>/end/", desk.end, name="end"),
    path("desk/windows/<uuid:point_id>/hours/", desk.hours, name="hours"),
    path("desk/windows/<uuid:point_id>/exception/", desk.exception, name="exception"),
    path("desk/windows/<uuid:point_id>/exception/<uuid:exception_id>/withdraw/", desk.withdraw, name="withdraw"),
    path("desk/windows/<uuid:point_id>/actual/", desk.actual, name="actual"),
    path("desk/windows/<uuid:point_id>/window/", desk.add_window, name="add_window"),
    path("desk/windows/<uuid:point_id>/window/<uuid:window_id>/close/", desk.close_window, name="close_window"),
    path("desk/windows/<uuid:point_id>/window/<uuid:window_id>/end/", desk.end_window, name="end_window"),
    path("desk/windows/<uuid:point_id>/closure/<uuid:closure_id>/reopen/", desk.reopen, name="reopen"),
]
