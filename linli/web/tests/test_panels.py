import pytest
from django.test import RequestFactory

from linli.core.access import ANONYMOUS
from linli.core.design.pages import CLERK
from linli.web import panels

pytestmark = pytest.mark.django_db


def asked_by(actor, **query):
    request = RequestFactory().get("/", query)
    request.actor = actor
    return request


def test_clerk_sees_how_much_waits_with_a_way_in(django_assert_num_queries):
    panels.my_day(asked_by(CLERK))  # the calendar is read once a process

    with django_assert_num_queries(1):
        _template, context = panels.my_day(asked_by(CLERK))

    assert [(figure["name"], figure["value"], figure["url"]) for figure in context["figures"]] == [
        ("等我办的", 0, "/desk/"),
        ("超期", 0, "/desk/?cut=over"),
        ("今明两天到期", 0, "/desk/?cut=soon"),
    ]


@pytest.mark.parametrize("panel", [panels.waiting, panels.running, panels.my_day, panels.found_cases])
def test_nobody_is_told_nothing_and_nothing_is_asked(panel, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert panel(asked_by(ANONYMOUS, q="柳桂枝")) is None


def test_search_without_a_hit_leaves_the_word_to_the_page():
    assert panels.found_cases(asked_by(CLERK, q="510426110372K")) is None
