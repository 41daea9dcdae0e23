"""The doors: for whoever checks, for the holder, for the department, for the keepers of the seals."""

import datetime as dt
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.core import calendar, files
from linli.core.audit.models import Entry
from linli.core.files.models import StoredFile
from linli.services.certificates import rules, services
from linli.services.certificates.models import Certificate
from linli.services.certificates.tests import factories as make

NOON = dt.datetime(2026, 11, 16, 4, 0, 7, tzinfo=dt.UTC)
IDENTITY = "519902193703010042"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    cache.clear()
    with calendar.at(NOON):
        yield


@pytest.fixture
def as_actor(client, monkeypatch):
    """Return a function that lets the test client act as somebody."""

    def become(actor):
        from linli.ground.accounts import middleware

        monkeypatch.setattr(middleware, "_actor", lambda request: actor)
        return client

    return become


def text(response):
    return response.content.decode()


def upload(client, content, name="certificate.pdf"):
    return client.post(reverse("certificates:by_file"), {"file": SimpleUploadedFile(name, content, "application/pdf")})


def test_code_shows_a_valid_certificate_and_nothing_more_personal_than_agreed(client):
    """R44."""
    certificate = make.certificate()

    response = client.get(reverse("certificates:by_code", args=[certificate.token]))

    assert response.status_code == 200
    page = text(response)
    assert '<h1 id="verdict">有效</h1>' in page
    assert "2026 年 11 月 16 日 12:00:07" in page
    assert "柳*枝" in page
    for secret in ("柳桂枝", IDENTITY, "0042", "100 元", "6217", make.CASE, str(certificate.pk), str(make.HOLDER)):
        assert secret not in page
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Cache-Control"] == "no-store"


def test_number_is_found_with_hyphens_and_small_letters(client):
    certificate = make.certificate()

    response = client.get(reverse("certificates:verify"), {"number": certificate.number_shown.lower()})

    assert response.status_code == 200
    assert "有效" in text(response)
    assert certificate.token not in text(response)


@pytest.mark.parametrize(
    ("number", "status", "words"),
    [
        ("", 422, "请输入编号"),
        ("5104-0226", 422, "证书编号有 18 位，文书编号有 19 位，您输了 8 位"),
        ("510402261111ABCDEF", 422, "有一位抄错了"),
    ],
)
def test_number_with_a_mistake_is_explained(client, number, status, words):
    response = client.get(reverse("certificates:verify"), {"number": number})

    assert response.status_code == status
    assert words in text(response)


def test_case_number_is_told_from_a_certificate_number(client):
    from linli.core.ids import check_character

    body = "5104022611ABCDEF"

    response = client.get(reverse("certificates:verify"), {"number": body + check_character(body)})

    assert "这是受理编号" in text(response)


def test_number_never_issued_is_unknown(client):
    number = rules.new_number("510402", dt.date(2026, 11, 1))

    response = client.get(reverse("certificates:verify"), {"number": number})

    assert response.status_code == 404
    assert "查不到" in text(response)
    assert client.get(reverse("certificates:by_code", args=["x" * 43])).status_code == 404


def test_revoked_says_why_since_when_and_what_now(client):
    place = make.community()
    old = make.certificate(place)
    by = make.actor("department_staff", make.county_of(place))
    services.replace(old.number, by=by, reason="金额写错，已换发新的一张", version=1, facts=make.FACTS)

    page = text(client.get(reverse("certificates:by_code", args=[old.token])))

    assert '<h1 id="verdict">已撤销</h1>' in page
    assert "2026 年 11 月 16 日起<strong>不能再用</strong>" in page
    assert "金额写错，已换发新的一张" in page
    assert "请对方出示新的一张" in page


def test_expired_says_until_when(client):
    certificate = make.certificate(version=make.item_version(code="monthly", valid_months=1))

    with calendar.at(NOON + dt.timedelta(days=30)):
        page = text(client.get(reverse("certificates:by_code", args=[certificate.token])))

    assert '<h1 id="verdict">已过期</h1>' in page
    assert "2026 年 12 月 15 日" in page


def test_uploads_are_judged_and_forgotten(client):
    content = files.open_file(make.certificate().pdf)
    kept = StoredFile.objects.count()

    assert "电子签名完好，文件没有改动" in text(upload(client, content))
    assert "被改动过" in text(upload(client, content + b"\n% more"))
    assert "不是我们签发的" in text(upload(client, b"%PDF-1.4\n%%EOF"))
    assert "不是 PDF 文件" in text(upload(client, b"\x89PNG"))
    assert upload(client, b"x" * (rules.UPLOAD_MAX_BYTES + 1)).status_code == 422
    assert upload(client, b"").status_code == 422
    assert client.post(reverse("certificates:by_file")).status_code == 422
    assert client.get(reverse("certificates:by_file")).status_code == 405
    assert StoredFile.objects.count() == kept


def test_too_many_tries_are_slowed_down_with_a_sentence(client):
    number = rules.new_number("510402", dt.date(2026, 11, 1))
    limit = rules.LIMITS["number"]

    for _ in range(limit.requests):
        assert client.get(reverse("certificates:verify"), {"number": number}).status_code == 404
    response = client.get(reverse("certificates:verify"), {"number": number})

    assert response.status_code == 429
    assert response["Retry-After"] == "53"
    assert "53 秒以后可以接着查" in text(response)
    assert client.get(reverse("certificates:verify")).status_code == 200
    elsewhere = client.get(reverse("certificates:verify"), {"number": number}, REMOTE_ADDR="10.9.9.9")
    assert elsewhere.status_code == 404
    with calendar.at(NOON + dt.timedelta(seconds=53)):
        assert client.get(reverse("certificates:verify"), {"number": number}).status_code == 404


def test_certificates_of_authority_and_seals_can_be_fetched_and_check_a_code(client):
    from cryptography import x509

    from linli.services.certificates import offline, signing

    certificate = make.certificate()

    ca = client.get(reverse("certificates:authority"))
    seals = client.get(reverse("certificates:seals_pem"))

    assert "PRIVATE" not in text(ca) + text(seals)
    loaded = x509.load_pem_x509_certificates(ca.content + seals.content)
    payload = offline.Payload(
        number=certificate.number, item="x", holder="柳*枝", name_check="", valid_from=make.DECIDED, last_day=None,
        issuer="演示区民政局", key_id=certificate.seal.key_id,
    )  # fmt: skip
    text_of_code = offline.seal(payload, certificate.seal.key_pair())
    assert offline.check(text_of_code, loaded) == payload
    assert signing.key_id(loaded[1]) == certificate.seal.key_id


DOORS = ["own", "own_file"]
STAFF_DOORS = ["one", "file", "revoke", "replace"]


@pytest.mark.parametrize("door", DOORS)
def test_holder_opens_her_own_and_nobody_else_does(as_actor, door):
    certificate = make.certificate()
    url = reverse(f"certificates:{door}", args=[certificate.number])

    assert as_actor(make.resident()).get(url).status_code == 200
    assert as_actor(make.resident(uuid4())).get(url).status_code == 404
    assert as_actor(make.actor("department_staff", make.county_of(make.community()))).get(url).status_code == 403


@pytest.mark.parametrize("door", STAFF_DOORS)
def test_staff_from_elsewhere_find_nothing_at_any_door(as_actor, door):
    certificate = make.certificate()
    url = reverse(f"certificates:{door}", args=[certificate.number])
    county = make.county_of(make.community())
    elsewhere = make.county_of(make.community("510411001001"))

    assert as_actor(make.actor("department_staff", county, department="civil_affairs")).get(url).status_code == 200
    assert as_actor(make.actor("department_staff", elsewhere, department="civil_affairs")).get(url).status_code == 404
    assert as_actor(make.actor("department_staff", county, department="health")).get(url).status_code == 404
    assert as_actor(make.resident()).get(url).status_code == 403
    posted = as_actor(make.actor("district_staff", elsewhere)).post(url, {"reason": "金额写错，已经改正", "version": 1})
    assert posted.status_code in (404, 405)
    assert Certificate.everywhere.get().status == "valid"


def test_list_and_search_stay_within_reach(as_actor):
    certificate = make.certificate()
    url = reverse("certificates:issued")
    county = make.county_of(make.community())

    here = as_actor(make.actor("department_staff", county, department="civil_affairs"))
    assert certificate.number_shown in text(here.get(url))
    assert certificate.number_shown in text(here.get(url, {"q": certificate.number_shown[:9]}))
    assert certificate.number_shown in text(here.get(url, {"q": make.CASE}))
    assert certificate.number_shown not in text(here.get(url, {"status": "revoked"}))
    neighbour = make.actor("community_worker", make.community("510402001002", "湖光社区"))
    elsewhere = make.actor("district_staff", make.county_of(make.community("510411001001")))
    for actor in (neighbour, elsewhere):
        for q in ("", certificate.number, make.CASE):
            assert certificate.number_shown not in text(as_actor(actor).get(url, {"q": q}))


def test_list_goes_on_where_it_stopped(as_actor, monkeypatch):
    from linli.services.certificates.pages import issued

    monkeypatch.setattr(issued, "PAGE", 2)
    numbers = []
    for n in range(3):
        with calendar.at(NOON + dt.timedelta(minutes=n)):
            numbers.append(make.certificate(case_number=f"51040226111{n}ABCDE").number_shown)
    client = as_actor(make.actor("district_staff", make.county_of(make.community())))

    first = client.get(reverse("certificates:issued"))
    second = client.get(reverse("certificates:issued"), {"before": first.context["older"]})

    assert [number in text(first) for number in numbers] == [False, True, True]
    assert [number in text(second) for number in numbers] == [True, False, False]
    assert client.get(reverse("certificates:issued"), {"before": "nonsense"}).status_code == 200


def test_lists_cost_the_same_for_one_certificate_and_for_ten(as_actor):
    place = make.community()
    doors = [
        (make.resident(), reverse("certificates:mine")),
        (make.actor("district_staff", make.county_of(place)), reverse("certificates:issued")),
        (make.actor("auditor", make.county_of(place)), reverse("certificates:seals")),
    ]

    def costs():
        counted = []
        for actor, url in doors:
            with CaptureQueriesContext(connection) as captured:
                assert as_actor(actor).get(url).status_code == 200
            counted.append(len(captured))
        return counted

    make.certificate(place)
    one = costs()
    for n in range(9):
        make.certificate(place, case_number=f"51040226111{n}ABCDE")

    assert costs() == one


def test_look_of_staff_is_written_down_for_the_holder(as_actor):
    certificate = make.certificate()
    client = as_actor(make.actor("window_clerk", make.community()))

    client.get(reverse("certificates:one", args=[certificate.number]))
    client.get(reverse("certificates:file", args=[certificate.number]))

    looks = Entry.objects.filter(action="registry.person_viewed", person_id=make.HOLDER)
    assert looks.count() == 2


def test_file_is_the_signed_original(as_actor):
    certificate = make.certificate()

    response = as_actor(make.resident()).get(reverse("certificates:own_file", args=[certificate.number]))

    assert response["Content-Type"] == "application/pdf"
    assert response.content == files.open_file(certificate.pdf)


def test_holder_chooses_on_her_page(as_actor, client):
    certificate = make.certificate()
    url = reverse("certificates:own", args=[certificate.number])

    done = as_actor(make.resident()).post(url, {"names": ["fact:每月金额"], "version": 1})
    stale = as_actor(make.resident()).post(url, {"names": [], "version": 1})
    wrong = as_actor(make.resident()).post(url, {"names": ["fact:领取账户"], "version": 2})

    assert (done.status_code, stale.status_code, wrong.status_code) == (302, 422, 422)
    page = text(client.get(reverse("certificates:by_code", args=[certificate.token])))
    assert "100 元" in page
    assert "柳桂枝" not in page


def test_my_certificates_shows_valid_ones_first_and_what_to_do_without_any(as_actor):
    assert "还没有证书" in text(as_actor(make.resident()).get(reverse("certificates:mine")))
    certificate = make.certificate()

    page = text(as_actor(make.resident()).get(reverse("certificates:mine")))

    assert certificate.number_shown in page


def test_department_revokes_with_a_reason(as_actor):
    certificate = make.certificate()
    client = as_actor(make.actor("department_staff", make.county_of(make.community()), department="civil_affairs"))
    url = reverse("certificates:revoke", args=[certificate.number])

    short = client.post(url, {"reason": "写错了", "version": 1})
    assert short.status_code == 422
    assert "至少 5 个字" in text(short)
    assert client.post(url, {"reason": "金额写错，已经改正", "version": 1}).status_code == 302
    assert Certificate.everywhere.get().revoked_because == "金额写错，已经改正"


def test_department_replaces_on_its_page(as_actor):
    certificate = make.certificate()
    client = as_actor(make.actor("department_staff", make.county_of(make.community()), department="civil_affairs"))

    response = client.post(
        reverse("certificates:replace", args=[certificate.number]),
        {
            "reason": "金额写错，已换发新的一张",
            "version": 1,
            "fact_0": "200 元",
            "fact_1": "2026年12月",
            "fact_2": "6217",
        },
    )

    assert response.status_code == 302
    assert Certificate.everywhere.get(replaces=certificate).printed.facts[0] == ("每月金额", "200 元")


def test_auditor_reads_the_register_and_manages_nothing(as_actor):
    """R46b."""
    certificate = make.certificate()
    auditor = as_actor(make.actor("auditor", make.county_of(make.community())))

    page = text(auditor.get(reverse("certificates:seals")))
    uses = text(auditor.get(reverse("certificates:seal_uses", args=[certificate.seal_id])))

    assert "演示区民政局" in page
    assert "2026-11" in page
    assert certificate.number_shown in uses
    assert auditor.get(reverse("certificates:new_seal")).status_code == 403
    assert auditor.get(reverse("certificates:withdraw_seal", args=[certificate.seal_id])).status_code == 403
    elsewhere = make.actor("auditor", make.county_of(make.community("510411001001")))
    assert as_actor(elsewhere).get(reverse("certificates:seal_uses", args=[certificate.seal_id])).status_code == 404


def test_administrator_withdraws_a_seal_on_its_page(as_actor):
    certificate = make.certificate()
    client = as_actor(make.actor("administrator", make.county_of(make.community())))
    url = reverse("certificates:withdraw_seal", args=[certificate.seal_id])

    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": "旧"}).status_code == 422
    assert client.post(url, {"reason": "保管人离职，换新的一枚"}).status_code == 302
    certificate.seal.refresh_from_db()
    assert certificate.seal.revoked_at is not None


def test_strangers_are_sent_to_sign_in(client):
    for url in (reverse("certificates:mine"), reverse("certificates:issued"), reverse("certificates:seals")):
        assert client.get(url).status_code == 302


def test_the_page_of_a_certificate_at_the_workbench_leads_to_what_the_public_sees(as_actor):
    place = make.community()
    certificate = make.certificate(place)
    client = as_actor(make.actor("department_staff", make.county_of(place), department="civil_affairs"))

    page = text(client.get(reverse("certificates:one", args=[certificate.number])))

    assert f'href="{reverse("certificates:by_code", args=[certificate.token])}"' in page


def test_labels_of_facts_are_english_on_english_pages_and_as_printed_on_the_paper(as_actor):
    """The item's own question in English, and what we print on every certificate; the paper beside it stays Chinese."""
    place = make.community()
    certificate = make.certificate(
        place, facts=[("受理社区", "大渡口社区"), ("社保卡是谁的", "本人"), ("开户银行", "某银行")]
    )
    Certificate.everywhere.update(shown=["fact:受理社区"])
    certificate.refresh_from_db()
    english = {"HTTP_ACCEPT_LANGUAGE": "en"}

    staff = make.actor("department_staff", make.county_of(place), department="civil_affairs")
    for actor, door in ((make.resident(), "certificates:own"), (staff, "certificates:one")):
        client = as_actor(actor)
        page = text(client.get(reverse(door, args=[certificate.number]), **english))
        assert "<dt>Community that handles it</dt>" in page
        assert "<dt>Whose card is it</dt>" in page
        assert "<dt>Bank</dt>" in page
    public = text(client.get(reverse("certificates:by_code", args=[certificate.token]), **english))
    assert "<dt>Community that handles it</dt>" in public
    assert "<p>受理社区：大渡口社区</p>" in public
