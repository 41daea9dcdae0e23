"""Every community, the city and the countryside alike; where an item differs, the record says why (R28)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.core import calendar
from linli.core.access import Actor
from linli.core.ids import new_id
from linli.ground.accounts.models import Account, AccountKind, RoleHeld
from linli.ground.territory.models import Division
from linli.ground.territory.tests.factories import division
from linli.services.catalogue import figures, queries, rules, services
from linli.services.catalogue.models import ItemVersion, Variance
from linli.services.catalogue.rules import Area, Part, Place, Share, Span
from linli.services.catalogue.tests import factories as make

pytestmark = pytest.mark.django_db

URBAN = Place("510402002001", "竹湖园社区", is_urban=True)
RURAL = Place("510402100201", "银江村", is_urban=False)


@pytest.fixture(autouse=True)
def a_tuesday():
    with calendar.at(make.moment("2026-11-24 10:00")):
        yield


@pytest.fixture
def county(db) -> Division:
    """东区 with two communities of the city and one village; 西区 with one community."""
    for code, name in (
        ("510402002001", "竹湖园社区居民委员会"),
        ("510402002002", "西海岸社区居民委员会"),
        ("510402100201", "银江村村民委员会"),
        ("510403001001", "路南社区居民委员会"),
    ):
        division(code, name)
    return Division.objects.get(code="510402000000")


def clerk(place: Division, department: str = "civil_affairs") -> Actor:
    actor = make.staff(department=department)
    post = replace(actor.post, division_code=place.code, division_id=place.pk, division_name=place.short_name)
    return replace(actor, post=post, posts=(post,))


def closed(place: Division, *, by: Actor | None = None, area: str = Area.RURAL, **more) -> Variance:
    told = {"part": Part.OFFER, "reason": "村里还没有灯笼库房。", "document": "东民发〔2026〕3号", **more}
    return services.record_variance("lantern_loan", by=by or clerk(place), place=place, area=area, **told)


def basic(**more) -> ItemVersion:
    return make.published(national_field="old_age", **more)


# -- rules -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "covered"),
    [
        (Span("510402", Area.ALL), [True, True]),
        (Span("510402", Area.URBAN), [True, False]),
        (Span("510402", Area.RURAL), [False, True]),
        (Span("510402100", Area.ALL), [False, True]),
        (Span("510403", Area.ALL), [False, False]),
        (Span("", Area.ALL), [True, True]),
    ],
)
def test_which_communities_a_difference_covers(span, covered):
    assert [span.covers(URBAN), span.covers(RURAL)] == covered


def test_a_share_is_whole_only_when_nobody_is_missing():
    assert (Share(335, 336).percent, Share(335, 336).is_whole) == (99, False)
    assert (Share(336, 336).percent, Share(336, 336).is_whole) == (100, True)
    assert Share(0, 0).percent is None
    assert rules.share_open([URBAN, RURAL], [Span("510402", Area.RURAL)]) == Share(1, 2)


@pytest.mark.parametrize(
    ("urban_rural_class", "kind", "is_urban"),
    [
        ("111", "villagers_committee", True),
        ("220", "residents_committee", False),
        ("", "residents_committee", True),
        ("", "villagers_committee", False),
    ],
)
def test_the_class_says_what_is_the_citys_and_where_there_is_none_the_committee(urban_rural_class, kind, is_urban):
    """R2: a villagers' committee can lie in the city."""
    from linli.ground.territory import rules as territory_rules

    assert territory_rules.is_urban(urban_rural_class, kind) == is_urban


# -- the record ------------------------------------------------------------------------------------------------------


def test_a_difference_is_recorded_with_its_reason(county, audit_log):
    """R28a."""
    make.published()

    closed(county)

    row = Variance.objects.get()
    assert (row.item.code, row.division, row.area, row.part, row.reason) == (
        "lantern_loan", county, "rural", "offer", "村里还没有灯笼库房。",
    )  # fmt: skip
    assert (row.valid_from, row.valid_to) == (dt.date(2026, 11, 24), None)
    assert audit_log()[-1] == "catalogue.variance_recorded"
    assert queries.variances() == [row]


def test_what_cannot_be_recorded_leaves_nothing_behind(county, audit_log):
    make.published()
    closed(county)
    before = audit_log()
    west = Division.objects.get(code="510403000000")

    with pytest.raises(rules.AlreadyNoted):
        closed(county)
    with pytest.raises(rules.NotYourPlace):
        closed(west, by=clerk(county))
    with pytest.raises(ItemVersion.DoesNotExist):
        closed(county, by=clerk(county, "housing"), area=Area.ALL)
    with pytest.raises(ItemVersion.DoesNotExist):
        closed(county, by=make.staff("window_clerk", None), area=Area.ALL)
    with pytest.raises(rules.StandardMissing):
        closed(county, part=Part.DAYS, standard=" ")

    assert Variance.objects.count() == 1
    assert audit_log() == before


def test_a_difference_ends_and_another_can_begin(county, audit_log):
    make.published()
    row = closed(county)

    services.end_variance(row.pk, by=clerk(county), version=1)

    assert queries.variances() == []
    assert audit_log()[-1] == "catalogue.variance_ended"
    with pytest.raises(rules.AlreadyEnded):
        services.end_variance(row.pk, by=clerk(county), version=2)
    with pytest.raises(Variance.DoesNotExist):
        services.end_variance(row.pk, by=clerk(Division.objects.get(code="510403000000")), version=2)
    assert closed(county) in queries.variances()


# -- the matrix and the report ---------------------------------------------------------------------------------------


def test_the_matrix_says_in_how_many_communities_each_basic_item_is_offered(county):
    """R28b."""
    basic()
    basic(code="lamp_loan", number="9902")
    make.published(code="not_basic", number="9903")
    closed(county)

    told = figures.matrix(county)

    assert [column.division.code for column in told.columns] == ["510402002000", "510402100000"]
    assert {row.code: (row.cells, row.whole) for row in told.rows} == {
        "lantern_loan": ((Share(2, 2), Share(0, 1)), Share(2, 3)),
        "lamp_loan": ((Share(2, 2), Share(1, 1)), Share(3, 3)),
    }
    assert (told.urban, told.rural, told.everywhere) == (Share(4, 4), Share(1, 2), 1)
    assert told.of_column(1) == Share(1, 2)
    assert figures.matrix(Division.objects.get(code="510403000000")).everywhere == 2


def test_an_item_that_is_not_applied_for_here_is_missing_everywhere_with_its_reason(county):
    basic(elsewhere={"reason": {"zh": "由省里统一办", "en": "Done by the province"}, "document": "川府发〔2026〕1号"})

    row = figures.matrix(county).rows[0]

    assert (row.whole, row.why) == (Share(0, 3), figures.Why("由省里统一办", "川府发〔2026〕1号"))
    assert [len(gap.places) for gap in figures.gaps("lantern_loan", county)] == [3]


def test_an_empty_cell_opens_the_communities_with_the_reason(county):
    basic()
    closed(county)

    assert [([one.code for one in gap.places], gap.why) for gap in figures.gaps("lantern_loan", county)] == [
        (["510402100201"], figures.Why("村里还没有灯笼库房。", "东民发〔2026〕3号"))
    ]
    assert figures.gaps("never_there", county) == []


def test_the_report_lists_what_the_city_has_and_the_countryside_has_not_and_standards_side_by_side(county):
    """R28a."""
    make.published()
    make.published(code="lamp_loan", number="9902", name={"zh": "借灯", "en": "Loan of a lamp"})
    closed(county)
    services.record_variance(
        "lamp_loan", by=clerk(county), place=county, area=Area.RURAL, part=Part.DAYS, standard="15 个工作日",
        reason="路远，要等班车。", document="东民发〔2026〕4号",
    )  # fmt: skip
    services.record_variance(
        "lamp_loan", by=clerk(county), place=county, area=Area.URBAN, part=Part.OFFER, reason="城里没有。", document="x",
    )  # fmt: skip

    told = figures.equality(county)

    assert (told.urban, told.rural) == (2, 1)
    assert [(one.code, one.urban, one.rural, one.whys) for one in told.unequal] == [
        ("lantern_loan", Share(2, 2), Share(0, 1), (figures.Why("村里还没有灯笼库房。", "东民发〔2026〕3号"),))
    ]
    assert [(one.code, one.part, one.usual, [row.standard for row in one.there]) for one in told.differing] == [
        ("lamp_loan", "办理时间", "10 个工作日内", ["15 个工作日"])
    ]
    west = figures.equality(Division.objects.get(code="510403000000"))
    assert (west.unequal, west.differing) == ((), ())


# -- pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def signed_in(county, client):
    account = Account.objects.create(kind=AccountKind.STAFF, username="jiangli", name="江离", created_at=calendar.now())
    RoleHeld.objects.create(
        account=account, role="department_staff", division=county, department="civil_affairs",
        valid_from=dt.date(2020, 1, 1),
    )  # fmt: skip
    client.force_login(account)
    return client


def text(answer) -> str:
    return answer.content.decode()


def test_a_difference_is_recorded_on_its_page_shown_to_residents_and_ended(county, signed_in):
    basic()
    page = reverse("catalogue:record_variance", args=["lantern_loan"])
    assert "东区" in text(signed_in.get(page))
    typed = {
        "area": "rural",
        "part": "days",
        "standard": "",
        "reason": "路远。",
        "document": "文",
        "from_day": "2026-11-24",
    }

    refused = signed_in.post(page, typed)
    done = signed_in.post(page, {**typed, "standard": "15 个工作日"})

    assert refused.status_code == 422
    assert "请写清楚那里是什么标准" in text(refused)
    assert done["Location"] == reverse("catalogue:variances")
    assert "东区的农村社区" in text(signed_in.get(reverse("catalogue:guide", args=["lantern_loan"])))
    row = Variance.objects.get()
    assert "15 个工作日" in text(signed_in.get(reverse("catalogue:equality")))
    signed_in.post(reverse("catalogue:end_variance", args=[row.pk]), {"version": "1"})
    assert "没有差异" in text(signed_in.get(reverse("catalogue:variances")))
    assert signed_in.post(reverse("catalogue:end_variance", args=[new_id()]), {"version": "1"}).status_code == 404
    assert signed_in.get(reverse("catalogue:record_variance", args=["never_there"])).status_code == 404


def test_the_matrix_opens_downwards_to_one_community(county, signed_in):
    basic()
    closed(county)

    page = text(signed_in.get(reverse("catalogue:reach")))
    village = text(signed_in.get(reverse("catalogue:reach") + "?at=510402100201"))
    gap = text(signed_in.get(reverse("catalogue:gaps") + "?item=lantern_loan&at=510402000000"))

    assert "2020 年覆盖所有城乡社区（100%）" in page
    assert "还没到线" in page
    assert "?at=510402100000" in page
    assert "?item=lantern_loan&amp;at=510402100000" in page
    assert "银江村：1 项基本公共服务，0 项每个社区都有" in village
    assert "村里还没有灯笼库房。" in gap
    assert signed_in.get(reverse("catalogue:reach") + "?at=nonsense").status_code == 404
    assert signed_in.get(reverse("catalogue:gaps") + "?item=nonsense").status_code == 404


def test_the_pages_cost_the_same_for_more_communities_and_items(county, signed_in):
    basic()
    closed(county)
    pages = [reverse(f"catalogue:{name}") for name in ("reach", "equality", "variances")]
    pages.append(reverse("catalogue:gaps") + "?item=lantern_loan")
    few = [_cost(signed_in, page) for page in pages]
    for number in range(2, 9):
        division(f"51040210020{number}", f"第{number}村村民委员会")
        basic(code=f"loan_{number}", number=f"991{number}")
        services.record_variance(
            f"loan_{number}", by=clerk(county), place=county, area=Area.RURAL, part=Part.OFFER, reason="没有。",
            document="文",
        )  # fmt: skip

    assert [_cost(signed_in, page) for page in pages] == few


def _cost(client, page: str) -> int:
    client.get(page)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)
