from django.urls import path

from linli.ground.registry import pages

app_name = "registry"
urlpatterns = [
    path("people/", pages.people, name="people"),
    path("people/find/", pages.find, name="find"),
    path("people/new/", pages.register, name="register"),
    path("people/<uuid:person_id>/", pages.person, name="person"),
    path("people/<uuid:person_id>/correct/", pages.correct, name="correct"),
    path("people/<uuid:person_id>/move/", pages.move, name="move"),
    path("people/<uuid:person_id>/died/", pages.died, name="died"),
    path("people/<uuid:person_id>/groups/", pages.give_tag, name="give_tag"),
    path("people/<uuid:person_id>/groups/<uuid:tag_id>/end/", pages.end_tag, name="end_tag"),
    path("people/<uuid:person_id>/looks/", pages.looks, name="looks"),
    path("people/<uuid:person_id>/reveal/<slug:field>/", pages.reveal, name="reveal"),
    path("my/facts/", pages.my_facts, name="my_facts"),
    path("my/facts/<slug:field>/", pages.my_fact, name="my_fact"),
    path("my/identity/", pages.identify_me, name="identify_me"),
]
