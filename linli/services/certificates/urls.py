from django.urls import path

from linli.services.certificates.pages import demands, issued, mine, seals, verify

app_name = "certificates"
urlpatterns = [
    path("verify/", verify.verify, name="verify"),
    path("verify/file/", verify.by_file, name="by_file"),
    path("verify/offline/", verify.offline, name="offline"),
    path("verify/ca.pem", verify.authority, name="authority"),
    path("verify/seals.pem", verify.seals, name="seals_pem"),
    path("verify/<str:token>/", verify.by_code, name="by_code"),
    path("my-certificates/", mine.mine, name="mine"),
    path("my-certificates/<str:number>/", mine.one, name="own"),
    path("my-certificates/<str:number>/pdf/", mine.own_file, name="own_file"),
    path("certificates/", issued.issued, name="issued"),
    path("certificates/<str:number>/", issued.one, name="one"),
    path("certificates/<str:number>/pdf/", issued.file, name="file"),
    path("certificates/<str:number>/revoke/", issued.revoke, name="revoke"),
    path("certificates/<str:number>/replace/", issued.replace, name="replace"),
    path("proofs/", demands.proofs, name="proofs"),
    path("proofs/report/", demands.report_demand, name="report_demand"),
    path("proofs/demands/", demands.demands, name="demands"),
    path("seals/", seals.seals, name="seals"),
    path("seals/new/", seals.new_seal, name="new_seal"),
    path("seals/<uuid:seal_id>/", seals.uses, name="seal_uses"),
    path("seals/<uuid:seal_id>/withdraw/", seals.withdraw_seal, name="withdraw_seal"),
]
