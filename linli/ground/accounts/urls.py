from django.urls import path

from linli.ground.accounts import pages

app_name = "accounts"
urlpatterns = [
    path("sign-out/", pages.sign_out, name="sign_out"),
    path("sign-in/second-step/", pages.second_step, name="second_step"),
    path("sign-in/provider/", pages.to_provider, name="to_provider"),
    path("sign-in/provider/back/", pages.from_provider, name="from_provider"),
    path("sign-in/provider/logout/", pages.provider_logout, name="provider_logout"),
    path("again/", pages.again, name="again"),
    path("my-account/", pages.my_account, name="my_account"),
    path("my-account/second-factor/", pages.second_factor_page, name="second_factor"),
    path("my-account/second-factor/app/", pages.add_app, name="add_app"),
    path("my-account/second-factor/app/remove/", pages.remove_app, name="remove_app"),
    path("my-account/second-factor/codes/", pages.new_codes, name="new_codes"),
    path("my-account/devices/", pages.where_signed_in, name="where_signed_in"),
    path("my-account/devices/others/end/", pages.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("my-account/devices/<uuid:sign_in_id>/end/", pages.sign_out_there, name="sign_out_there"),
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
    path("staff/<uuid:account_id>/reopen/", pages.reopen_account, name="reopen_account"),
    path("staff/<uuid:account_id>/factors/", pages.reset_factors, name="reset_factors"),
    path("roles/<uuid:held_id>/end/", pages.end_role, name="end_role"),
    path("outbox/", pages.outbox, name="outbox"),
    path("who-may-do-what/", pages.who_may_do_what, name="who_may_do_what"),
]
