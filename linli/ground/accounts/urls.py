from django.urls import path

from linli.ground.accounts import pages

app_name = "accounts"
urlpatterns = [
    path("sign-out/", pages.sign_out, name="sign_out"),
    path("my-account/", pages.my_account, name="my_account"),
    path("my-account/language/", pages.choose_language, name="choose_language"),
    path("my-account/password/", pages.change_password, name="change_password"),
    path("posts/", pages.choose_post, name="choose_post"),
    path("stand-ins/", pages.stand_ins, name="stand_ins"),
    path("stand-ins/<uuid:held_id>/end/", pages.take_back, name="take_back"),
    path("staff/", pages.staff, name="staff"),
    path("staff/new/", pages.new_member, name="new_member"),
    path("staff/<uuid:account_id>/", pages.member, name="member"),
    path("staff/<uuid:account_id>/roles/", pages.give_role, name="give_role"),
    path("staff/<uuid:account_id>/password/", pages.reset_password, name="reset_password"),
    path("staff/<uuid:account_id>/close/", pages.close_account, name="close_account"),
    path("roles/<uuid:held_id>/end/", pages.end_role, name="end_role"),
    path("outbox/", pages.outbox, name="outbox"),
    path("who-may-do-what/", pages.who_may_do_what, name="who_may_do_what"),
]
