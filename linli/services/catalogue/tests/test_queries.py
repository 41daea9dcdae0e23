from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from linli.core import calendar
from linli.core.calendar import at, now, today
from linli.services.catalogue import queries, search, services
from linli.services.catalogue.models import ItemVersion
from linli.services.catalogue.tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_tuesday():
    with calendar.at(make.moment("2026-11-24 10:00")):
        yield


def found(q="", **facets):
    return [version.item.code for version in queries.search(q, **facets)]


def test_what_is_not_published_is_found_by_nobody():
    """Unpublished items are invisible: draft, review, from tomorrow on, ended."""
    make.draft(code="draft_lantern", number="9902")
    make.in_review(code="review_lantern", number="9903")
    make.published(code="coming_lantern", number="9904", from_day=dt.date(2026, 11, 25))
    ended = make.published(code="ended_lantern", number="9905", from_day=dt.date(2026, 1, 1))
    services.retire("ended_lantern", by=make.staff(), version=ended.version)
    make.published(from_day=dt.date(2026, 11, 24))

    assert found() == ["lantern_loan"]
    assert found("灯笼") == ["lantern_loan"]
    assert [version.item.code for version in queries.published()] == ["lantern_loan"]
    for code in ("draft_lantern", "review_lantern", "coming_lantern", "ended_lantern"):
        with pytest.raises(ItemVersion.DoesNotExist):
            queries.published_version(code)


def test_a_version_is_parsed_once(django_assert_num_queries):
    version = make.published()

    assert queries.item(version) is queries.item(ItemVersion.objects.get(pk=version.pk))


def test_a_changed_draft_is_parsed_anew():
    editor = make.staff()
    draft = make.draft(editor)
    queries.item(draft)

    draft = services.save_draft(draft.pk, make.item(phone="1"), by=editor, version=draft.version)

    assert queries.item(draft).phone == "1"


# -- search ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def lanterns():
    make.published(keywords=["灯", "花灯节"])
    make.published(
        code="moon_cake",
        number="9902",
        name={"zh": "领月饼", "en": "Moon cake"},
        keywords=["团圆饼"],
        summary={"zh": "中秋节发的。", "en": "For mid-autumn."},
        result__name={"zh": "月饼票", "en": "Voucher"},
    )
    make.published(
        code="flower_lamp",
        number="9900",
        name={"zh": "花灯展", "en": "Lantern show"},
        summary={"zh": "看花灯，也借灯笼。", "en": "See the lanterns."},
        audiences=["older_people"],
        life_events=["old_age"],
        department="culture_tourism",
        chain=[{"level": "county", "step": "decide", "department": "culture_tourism", "days": 4}],
    )


@pytest.mark.parametrize(
    ("q", "codes"),
    [
        ("借灯笼", ["lantern_loan", "flower_lamp"]),
        ("花灯", ["flower_lamp", "lantern_loan"]),
        ("团圆饼", ["moon_cake"]),
        ("jiedenglong", ["lantern_loan"]),
        ("jie deng long", ["lantern_loan"]),
        ("JDL", ["lantern_loan"]),
        ("jdl", ["lantern_loan"]),
        ("tyb", ["moon_cake"]),
        ("ｊｄｌ", ["lantern_loan"]),
        ("lantern", ["flower_lamp", "lantern_loan"]),
        ("moon cake", ["moon_cake"]),
        ("领 月饼", ["moon_cake"]),
        ("我想给孩子领月饼怎么办", ["moon_cake"]),
        ("月饼怎么领", ["moon_cake"]),
        ("飞船", []),
        ("%", []),
        ("_", []),
        ("'; DROP TABLE", []),
        ("   ", ["flower_lamp", "lantern_loan", "moon_cake"]),
        ("|", ["flower_lamp", "lantern_loan", "moon_cake"]),
        ("灯" * 10_000, []),
    ],
)
def test_people_find_by_their_own_words(lanterns, q, codes):
    assert found(q) == codes


def test_a_name_that_begins_so_stands_before_a_keyword_and_that_before_a_sentence():
    make.published(code="in_words", number="9901", keywords=["逛灯会"])
    make.published(
        code="in_summary", number="9900", name={"zh": "甲", "en": "A"}, summary={"zh": "灯会的票", "en": "Ticket"}
    )
    make.published(code="in_name", number="9903", name={"zh": "灯会报名", "en": "Fair"})

    assert found("灯会") == ["in_name", "in_words", "in_summary"]


def test_facets_narrow(lanterns):
    """R27a: browse by stage of life, field and whom it serves."""
    assert found(life_event="old_age") == ["flower_lamp"]
    assert found(audience="older_people") == ["flower_lamp"]
    assert found(department="culture_tourism") == ["flower_lamp"]
    assert found(field="convenience", channel="online") == ["flower_lamp", "lantern_loan", "moon_cake"]
    assert found(domain=11) == ["flower_lamp", "lantern_loan", "moon_cake"]
    assert found("灯笼", life_event="daily_life") == ["lantern_loan"]
    assert found(life_event="nonsense") == []


def test_searching_costs_the_same_for_one_item_and_for_thirty(django_assert_num_queries):
    make.published()
    with django_assert_num_queries(1):
        found("灯笼")
    for number in range(29):
        make.published(code=f"lantern_{number}", number=f"{8000 + number}")
    with django_assert_num_queries(1):
        assert len(found("灯笼")) == 30


# -- people's words (domain vocabulary) ------------------------------------------------------------------------------

PEOPLES_WORDS = {
    "低保": "subsistence",
    "困难补助": "subsistence",
    "吃低保": "subsistence",
    "dibao": "subsistence",
    "db": "subsistence",
    "五保": "destitute",
    "孤寡老人补助": "destitute",
    "救急": "temporary_relief",
    "困难救济": "temporary_relief",
    "高龄补贴": "old_age_allowance",
    "长寿金": "old_age_allowance",
    "尊老金": "old_age_allowance",
    "老人钱": "old_age_allowance",
    "老年证": "senior_card",
    "老年卡": "senior_card",
    "残疾证": "disability_certificate",
    "护理费": "disability_nursing",
    "老年食堂": "senior_meal",
    "长者饭堂": "senior_meal",
    "送餐": "senior_meal",
    "装扶手": "home_adaptation",
    "托老": "day_care_admission",
    "奶粉钱": "childcare_subsidy",
    "生娃补贴": "childcare_subsidy",
    "准生证": "birth_registration",
    "生育证": "birth_registration",
    "新农合": "resident_medical_join",
    "合作医疗": "resident_medical_join",
    "居民医保": "resident_medical_join",
    "新农保": "resident_pension_join",
    "交社保": "resident_pension_join",
    "领养老金": "resident_pension_claim",
    "退休金": "resident_pension_claim",
    "失业证": "unemployment_registration",
    "4050": "hard_to_employ",
    "公岗": "public_welfare_post",
    "廉租房": "public_rental",
    "保障房": "public_rental",
    "大病救助": "medical_aid",
    "报销": "medical_aid",
    "打疫苗": "vaccination",
    "打预防针": "vaccination",
    "娃儿读书": "school_enrolment",
    "划片": "school_enrolment",
    "失独": "fp_special",
    "退伍军人": "veteran_registration",
    "光荣牌": "veteran_registration",
    "打官司没钱": "legal_aid",
    "法援": "legal_aid",
    "邻居吵架": "mediation",
    "漏水纠纷": "mediation",
    "火化费": "funeral_benefit",
    "丧葬费": "funeral_benefit",
    "狗证": "dog_registration",
    "志愿时长": "volunteer_proof",
    "志愿证明": "volunteer_proof",
}
SEVERAL = {
    "两补": {"disability_living", "disability_nursing"},
    "残补": {"disability_living", "disability_nursing"},
    "暂住证": {"residence_permit", "residence_registration"},
}


@pytest.fixture(scope="module")
def catalogue_texts():
    """search_text of each item that Linli brings along, by code: what the database would hold."""
    from linli.services.catalogue import reading

    told = reading.read_folder(reading.ITEMS)
    return {item.code: (search.text_of(item), item.number) for _name, item in told.items}


def best(texts, q):
    ranked = [(search.rank(text, q), number, code) for code, (text, number) in texts.items()]
    return [code for score, number, code in sorted(ranked, key=lambda one: (-one[0], one[1])) if score]


@pytest.mark.parametrize(("word", "code"), PEOPLES_WORDS.items())
def test_what_people_call_it_leads_to_the_item(catalogue_texts, word, code):
    if code not in catalogue_texts:
        pytest.skip(f"{code} is not among the items")
    assert best(catalogue_texts, word)[0] == code


@pytest.mark.parametrize(("word", "codes"), SEVERAL.items())
def test_a_word_for_several_items_leads_to_all_of_them_first(catalogue_texts, word, codes):
    assert codes <= set(best(catalogue_texts, word)[:3])


# -- the workbench's list --------------------------------------------------------------------------------------------


def test_each_item_is_one_row_with_what_runs_and_what_is_prepared():
    make.published(from_day=dt.date(2025, 1, 1))
    editor = make.staff()
    services.next_version("lantern_loan", by=editor)
    make.in_review(editor, code="moon", number="9902")

    rows = queries.item_rows(editor)

    assert [
        (row.code, row.current and row.current.number, row.draft and row.draft.number, row.is_due) for row in rows
    ] == [
        ("lantern_loan", 1, 2, True),
        ("moon", None, 1, False),
    ]
    assert [row.code for row in queries.in_state(rows, "due")] == ["lantern_loan"]
    assert [row.code for row in queries.in_state(rows, "review")] == ["moon"]
    assert [row.code for row in queries.in_state(rows, "draft")] == ["lantern_loan"]
    assert [row.code for row in queries.in_state(rows, "current")] == ["lantern_loan"]


def test_the_list_takes_one_query_for_any_number_of_items(django_assert_num_queries):
    clerk = make.staff("window_clerk", None)
    make.published()
    with django_assert_num_queries(1):
        queries.item_rows(clerk)
    for number in range(29):
        make.published(code=f"lantern_{number}", number=f"{8000 + number}")
    with django_assert_num_queries(1):
        assert len(queries.item_rows(clerk)) == 30


def test_a_department_sees_its_own_line_and_a_resident_nothing():
    make.published()

    assert len(queries.item_rows(make.staff(department="civil_affairs"))) == 1
    assert queries.item_rows(make.staff(department="police")) == []
    assert queries.item_rows(make.Actor(kind="resident", account_id=make.new_id())) == []


def test_a_reviewer_is_told_of_what_waits_for_her_and_not_of_her_own():
    editor, reviewer = make.staff(), make.staff()
    make.in_review(editor)

    assert queries.waiting_for_review(reviewer) == 1
    assert queries.waiting_for_review(editor) == 0


# -- coverage --------------------------------------------------------------------------------------------------------


def test_coverage_counts_known_and_offered_items_by_department_with_reasons():
    """R26: for each department known, on the platform, not yet, with reason; an exception needs a document."""
    make.published()
    make.draft(code="moon", number="9902")
    make.published(
        code="sun",
        number="9903",
        elsewhere={"reason": {"zh": "医院办", "en": "At the hospital"}, "document": "某文件"},
    )
    make.published(code="firm", number="9904", applicants__kinds=["organisation"])

    told = queries.coverage()

    assert [(row.department, row.known, row.here) for row in told.departments] == [("civil_affairs", 3, 1)]
    assert [(one.code, one.reason, one.document) for one in told.departments[0].missing] == [
        ("sun", "医院办", "某文件"),
        ("moon", "还在起草或审核", ""),
    ]


def test_counts_by_field_add_up_to_the_total(catalogue_texts):
    """R27b: statistics by field add up to the total; no stage of life is empty."""
    services.load_items(by=make.SYSTEM)

    told = queries.coverage()

    assert sum(told.by_field.values()) == told.total == len(catalogue_texts)
    assert sum(told.by_domain.values()) == told.total
    assert told.empty_stages == []
    assert all(told.by_field[field] for field in list(told.by_field)[:8])


# -- names -----------------------------------------------------------------------------------------------------------


def test_names_come_in_the_readers_language_also_of_what_has_ended():
    """Without the content: a list of names costs codes and hashes, once the names are known here."""
    make.published()
    make.published(code="lamp_loan", number="9902", name={"zh": "借灯", "en": "Loan of a lamp"})
    codes = ["lantern_loan", "lamp_loan", "never_there"]

    assert queries.names(codes) == {"lantern_loan": "借灯笼", "lamp_loan": "借灯"}
    with translation.override("en"):
        assert queries.names(codes)["lamp_loan"] == "Loan of a lamp"
    row = ItemVersion.objects.get(item__code="lamp_loan")
    services.retire("lamp_loan", by=make.staff(), version=row.version)
    assert queries.names(codes) == {"lantern_loan": "借灯笼", "lamp_loan": "借灯"}
    assert queries.names(codes, in_force=True) == {"lantern_loan": "借灯笼"}


def test_a_new_name_is_told_from_its_first_day_on():
    make.published(from_day=dt.date(2026, 1, 1))
    assert queries.names(["lantern_loan"]) == {"lantern_loan": "借灯笼"}
    make.published(from_day=today() + dt.timedelta(days=1), name={"zh": "借花灯", "en": "Loan of a lantern"})

    assert queries.names(["lantern_loan"]) == {"lantern_loan": "借灯笼"}
    with at(now() + dt.timedelta(days=1)):
        assert queries.names(["lantern_loan"]) == {"lantern_loan": "借花灯"}


def test_names_never_read_a_content_twice(django_assert_num_queries):
    make.published()
    queries.names(["lantern_loan"])

    with django_assert_num_queries(1) as captured:
        queries.names(["lantern_loan"])

    assert '"content"' not in captured[0]["sql"]


def test_a_version_may_come_without_its_content(django_assert_num_queries):
    """A process that knows nothing yet reads what is in force in one query, however many items a list shows."""
    for number in ("9901", "9902", "9903"):
        make.published(code=f"loan_{number}", number=number)
    queries._parsed.clear()
    rows = queries.published()

    with django_assert_num_queries(1):
        assert [queries.item(row).number for row in rows] == ["9901", "9902", "9903"]
    with django_assert_num_queries(0):
        assert [queries.item(row).number for row in rows] == ["9901", "9902", "9903"]
