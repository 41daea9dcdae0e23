import datetime as dt

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.urls import reverse

from linli.core.audit.models import Entry
from linli.ground.accounts.tests.factories import make_holder, make_staff
from linli.ground.territory import queries
from linli.ground.territory.forms import CommunityField
from linli.ground.territory.models import Division
from linli.ground.territory.services import PANZHIHUA
from linli.ground.territory.tests.factories import division, panzhihua

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client):
    client.force_login(make_holder("clerk", "window_clerk", division()))
    return client


@pytest.fixture
def administrator(client):
    client.force_login(make_holder("root", "administrator", division("510400000000")))
    return client


def upload(client, data: bytes, **more):
    file = SimpleUploadedFile("list.csv", data, "text/csv")
    return client.post(reverse("territory:load"), {"file": file} | more)


def test_a_clerk_begins_at_her_own_place_and_goes_up(clerk):
    page = clerk.get(reverse("territory:divisions")).content.decode()

    assert "<h1>竹湖园社区居民委员会</h1>" in page
    for above in ("四川省", "攀枝花市", "东区", "炳草岗街道"):
        assert f">{above}</a>" in page


def test_the_city_shows_its_counts(clerk):
    panzhihua()

    page = clerk.get(reverse("territory:division", args=["510400000000"])).content.decode()

    for figure in (5, 11, 38, 106, 230):
        assert f'<dd class="figure__value">{figure}</dd>' in page


def test_a_past_day_shows_what_stood_then(clerk):
    division("510402002003", "东风社区居民委员会", until=dt.date(2026, 3, 1))
    street = reverse("territory:division", args=["510402002000"])

    assert "东风社区" in clerk.get(street, {"on": "2026-02-28"}).content.decode()
    assert "东风社区" not in clerk.get(street, {"on": "2026-03-01"}).content.decode()
    assert "东风社区" not in clerk.get(street, {"on": "no day"}).content.decode()


def test_a_retired_code_leads_on_and_an_unknown_one_nowhere(clerk):
    division("510402002003", "东风社区居民委员会", until=dt.date(2021, 3, 1))

    assert clerk.get(reverse("territory:division", args=["510402002003"])).status_code == 200
    assert clerk.get(reverse("territory:division", args=["510402009999"])).status_code == 404
    assert clerk.get(reverse("territory:division", args=["x" * 200])).status_code == 404
    assert clerk.get(reverse("territory:divisions") + "510402%00/").status_code == 404
    assert clerk.get(reverse("territory:divisions"), {"q": "竹\x00", "on": "\x00"}).status_code == 200


def test_the_page_costs_the_same_for_one_community_and_for_thirty(clerk, django_assert_max_num_queries):
    county = reverse("territory:division", args=["510402000000"])
    clerk.get(county)
    with django_assert_max_num_queries(20) as few:
        clerk.get(county)
    panzhihua()
    with django_assert_max_num_queries(20) as many:
        clerk.get(county)
    assert len(many) == len(few)


@pytest.mark.parametrize("url", ["territory:divisions", "territory:load"])
def test_whoever_is_not_signed_in_is_sent_to_the_door(client, url):
    assert client.get(reverse(url)).status_code == 302


def test_staff_without_a_post_and_clerks_load_nothing(client, clerk):
    assert clerk.get(reverse("territory:load")).status_code == 403
    assert upload(clerk, PANZHIHUA.read_bytes()).status_code == 403
    client.force_login(make_staff("nobody"))
    assert client.get(reverse("territory:divisions")).status_code == 403


def test_a_list_is_loaded_and_said(administrator):
    answer = upload(administrator, PANZHIHUA.read_bytes())

    assert answer.status_code == 302
    page = administrator.get(answer.url).content.decode()
    assert "载入好了：新增 390，改动 " in page
    assert queries.counts().communities == 336


def test_a_trial_changes_nothing(administrator):
    answer = upload(administrator, PANZHIHUA.read_bytes(), **{"try": "1"})

    assert answer.status_code == 200
    assert "<dd>390</dd>" in answer.content.decode()
    assert Division.objects.count() == 2


def test_a_wrong_list_is_shown_line_by_line(administrator):
    answer = upload(administrator, PANZHIHUA.read_bytes().replace(b"510402002001,", b"51040200200A,"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "有 1 处不对，什么也没有载入" in page
    assert "<strong>第 63 行</strong> 写的是“51040200200A”。" in page
    assert Division.objects.count() == 2
    assert not Entry.objects.filter(action__startswith="territory").exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "这个文件是空的"),
        ("code,name".encode("utf-16"), "UTF-16"),
        (b"\x89PNG\r\n\x1a\n\xff\xff", "既不是 UTF-8"),
    ],
)
def test_what_is_no_list_is_refused_on_its_field(administrator, data, sentence):
    answer = upload(administrator, data)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_without_a_file_it_says_so(administrator):
    answer = administrator.post(reverse("territory:load"), {})

    assert answer.status_code == 422
    assert "请选择一个文件。" in answer.content.decode()


# ---- choosing a community


class Form(forms.Form):
    community = CommunityField()
    name = forms.CharField(required=False)


def posted(**values: str) -> Form:
    data = QueryDict(mutable=True)
    data.update({key.replace("_", "-"): value for key, value in values.items()})
    return Form(data)


def test_three_steps_lead_to_a_community():
    panzhihua()

    first = posted(community_county="510402000000")
    second = posted(community_county="510402000000", community_township="510402002000")
    third = posted(community_county="510402000000", community_township="510402002000", community="510402002001")

    assert first.errors == {"community": ["请接着选：街道（乡镇）。"]}
    assert "炳草岗街道" in first.as_p()
    assert "竹湖园社区" not in first.as_p()
    assert second.errors == {"community": ["请接着选：社区（村）。"]}
    assert "竹湖园社区" in second.as_p()
    assert third.is_valid()
    assert third.cleaned_data["community"].name == "竹湖园社区居民委员会"


def test_a_single_code_is_enough():
    panzhihua()

    assert CommunityField().clean({"community": "510402002001"}) == queries.by_code("510402002001")


def test_nothing_chosen_is_asked_for_and_may_be_left_out_where_it_may():
    panzhihua()

    assert posted().errors == {"community": ["请选择社区（村）。"]}
    assert CommunityField(required=False).clean({}) is None


def test_codes_that_do_not_hang_together_are_dropped():
    panzhihua()

    form = posted(community_county="510403000000", community_township="510402002000", community="510402002001")

    assert form.errors == {"community": ["请接着选：街道（乡镇）。"]}
    assert "清香坪街道" in form.as_p()


@pytest.mark.parametrize("code", ["510402002", "x" * 5000, "\x00", "510402002001\x00", "' OR 1=1"])
def test_nonsense_is_asked_for_again(code):
    panzhihua()

    form = posted(community_county="510402000000", community_township="510402002000", community=code)

    assert form.errors == {"community": ["请接着选：社区（村）。"]}


def test_an_ended_community_cannot_be_chosen():
    division()
    division("510402002003", "东风社区居民委员会", until=dt.date(2021, 3, 1))
    division("510402002002", "西海岸社区居民委员会")

    form = posted(community_county="510402000000", community_township="510402002000", community="510402002003")

    assert not form.is_valid()


def test_the_choice_begins_at_the_place_given():
    panzhihua()

    shown = Form(initial={"community": queries.by_code("510402002000")}).as_p()

    assert '<option value="510402002000" selected>' in shown
    assert "竹湖园社区" in shown


def test_the_choice_can_be_kept_to_a_county():
    panzhihua()
    field = CommunityField(only=frozenset({"510402"}))

    assert field.clean({"community": "510402002001", "township": "510402002000"}).short_name == "竹湖园社区"
    with pytest.raises(forms.ValidationError):
        field.clean({"county": "510403000000", "township": "510403001000", "community": "510403001001"})
    assert CommunityField().only is None


def test_the_next_step_is_fetched_as_a_fragment_and_is_a_page_too(client):
    panzhihua()
    given = {"name": "home", "home-county": "510402000000"}

    fragment = client.get(reverse("territory:picker"), given, headers={"HX-Request": "true"}).content.decode()
    page = client.get(reverse("territory:picker"), {"community-county": "510402000000"}).content.decode()

    assert fragment.lstrip().startswith("<div")
    assert 'name="home-township"' in fragment
    assert 'name="home"' not in fragment
    assert "<h1>您住在哪个社区？</h1>" in page
    assert client.get(reverse("territory:picker"), {"name": '"><script>'}).status_code == 404


def test_the_page_of_steps_costs_the_same_for_one_community_and_for_all(client, django_assert_num_queries):
    panzhihua()
    given = {"community-county": "510402000000", "community-township": "510402002000"}
    with django_assert_num_queries(3):
        client.get(reverse("territory:picker"), given, headers={"HX-Request": "true"})
