from django.urls import path

from linli.ground.registry.pages import housing, persons

app_name = "registry"
urlpatterns = [
    path("people/", persons.people, name="people"),
    path("people/find/", persons.find, name="find"),
    path("people/new/", persons.register, name="register"),
    path("people/<uuid:person_id>/", persons.person, name="person"),
    path("people/<uuid:person_id>/correct/", persons.correct, name="correct"),
    path("people/<uuid:person_id>/move/", persons.move, name="move"),
    path("people/<uuid:person_id>/died/", persons.died, name="died"),
    path("people/<uuid:person_id>/groups/", persons.give_tag, name="give_tag"),
    path("people/<uuid:person_id>/groups/<uuid:tag_id>/end/", persons.end_tag, name="end_tag"),
    path("people/<uuid:person_id>/looks/", persons.looks, name="looks"),
    path("people/<uuid:person_id>/reveal/<slug:field>/", persons.reveal, name="reveal"),
    path("people/<uuid:person_id>/home/", housing.move_in, name="move_in"),
    path("people/<uuid:person_id>/left/", housing.move_out, name="move_out"),
    path("people/<uuid:person_id>/marriage/", housing.marriage, name="marriage"),
    path("people/<uuid:person_id>/divorce/", housing.divorce, name="divorce"),
    path("homes/", housing.homes, name="homes"),
    path("homes/new/", housing.add_home, name="add_home"),
    path("homes/<uuid:dwelling_id>/", housing.home, name="home"),
    path("homes/<uuid:dwelling_id>/use/", housing.describe_home, name="describe_home"),
    path("homes/<uuid:dwelling_id>/organisations/", housing.new_organisation, name="new_organisation"),
    path("households/<uuid:household_id>/", housing.household, name="household"),
    path("households/<uuid:household_id>/split/", housing.split, name="split"),
    path("households/<uuid:household_id>/merge/", housing.merge, name="merge"),
    path("households/<uuid:household_id>/head/", housing.head, name="head"),
    path("households/<uuid:household_id>/birth/", housing.birth, name="birth"),
    path("organisations/", housing.organisations, name="organisations"),
    path("organisations/<uuid:organisation_id>/", housing.organisation, name="organisation"),
    path("organisations/<uuid:organisation_id>/close/", housing.close_organisation, name="close_organisation"),
    path("my/facts/", persons.my_facts, name="my_facts"),
    path("my/facts/<slug:field>/", persons.my_fact, name="my_fact"),
    path("my/identity/", persons.identify_me, name="identify_me"),
]
