from django.urls import path

from linli.ground.accounts import pages as accounts
from linli.web.pages import communities, health, home, kiosk, messages, operations, preferences

app_name = "web"
urlpatterns = [
    path("", home.home, name="home"),
    path("workbench/", home.bench, name="bench"),
    path("workbench/management/", home.bench_management, name="bench_management"),
    path("workbench/worklist/", home.worklist_page, name="worklist"),
    path("workbench/find/", home.find, name="find"),
    path("communities/", communities.communities, name="communities"),
    path("communities/<str:code>/", communities.community, name="community"),
    path("kiosk/", kiosk.menu, name="kiosk"),
    path("kiosk/start/", kiosk.start, name="kiosk_start"),
    path("kiosk/still/", kiosk.still, name="kiosk_still"),
    path("kiosk/sign-in/", kiosk.sign_in, name="kiosk_sign_in"),
    path("kiosk/case/", kiosk.case, name="kiosk_case"),
    path("kiosk/receipt/<str:number>/", kiosk.receipt, name="kiosk_receipt"),
    path("kiosk/help/", kiosk.help_, name="kiosk_help"),
    path("kiosk/pair/", kiosk.pair, name="kiosk_pair"),
    path("workbench/kiosks/", kiosk.kiosks, name="kiosks"),
    path("workbench/kiosks/<uuid:device_id>/code/", kiosk.pair_anew, name="kiosk_pair_anew"),
    path("workbench/kiosks/<uuid:device_id>/revoke/", kiosk.revoke, name="kiosk_revoke"),
    path("workbench/kiosks/calls/", kiosk.calls, name="kiosk_calls"),
    path("workbench/kiosks/calls/<uuid:call_id>/", kiosk.answer_call, name="kiosk_answer"),
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
