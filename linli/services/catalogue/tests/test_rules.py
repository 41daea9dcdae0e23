from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis.strategies import dates, integers

from linli.services.catalogue import rules
from linli.services.catalogue.content import Limit
from linli.services.catalogue.tests import factories as make


def faults(**changes):
    return {fault.path: fault.sentence for fault in rules.publishing_faults(make.item(**changes))}


# -- publishing (R25) ------------------------------------------------------------------------------------------------


def test_the_smallest_item_may_be_published():
    assert rules.publishing_faults(make.item()) == []


@pytest.mark.parametrize(
    ("changes", "path", "sentence"),
    [
        ({"department": "ministry_of_magic"}, "department", "不认识部门“ministry_of_magic”，请从部门名单里选。"),
        ({"legal_basis__0__title": " "}, "legal_basis", "没有写依据：写上法律或文件的全名和条款。"),
        ({"sources": [" "]}, "sources", "没有写来源：这个事项是从哪份清单或文件来的。"),
        ({"name__en": " "}, "name.en", "这一项还空着，请写上。"),
        ({"promised_limit__days": None}, "promised_limit.days", "没有写承诺几天办好。"),
        ({"fee": {"fen": 100}}, "fee.basis", "要收费就得有依据：写上收费文件的名字和条款，没有就不能收。"),
        (
            {"silence": {"means": "granted", "basis": ""}},
            "silence.basis",
            "到期不答复算什么，只有法律能定：写上是哪部法、哪一条。",
        ),
        (
            {"promised_limit__days": 25, "chain__0__days": 0},
            "promised_limit",
            "承诺 25 个工作日 比法定 20 个工作日 还长，最多和法定一样。",
        ),
        (
            {"legal_limit": {"days": 13, "unit": "calendar_days"}},
            "promised_limit",
            "承诺 10 个工作日 比法定 13 天 还长，最多和法定一样。",
        ),
        ({"chain__2__days": 5}, "chain", "各步加起来 11 个工作日，比承诺的 10 个工作日 长。"),
        ({"chain__2__step": "review"}, "chain[2].step", "最后一步应是“决定”，现在是“审核”。"),
        ({"chain__1__step": "decide"}, "chain[1].step", "“决定”只能是最后一步，现在是第 2 步，共 3 步。"),
        ({"level": "city"}, "chain[2].level", "由市决定，最后一步却在区县。"),
        ({"chain__2__department": ""}, "chain[2].department", "区县这一步没有写哪个部门办。"),
        ({"family": "instant"}, "promised_limit.days", "当场办的事承诺是 0 天，写的是 10 天。"),
        (
            {"public_notice": {"days": 7}},
            "public_notice.basis",
            "把人的名字贴出来要有依据：写上文件和条款，没有就不公示。",
        ),
        (
            {"public_notice": {"days": 7, "basis": "某办法", "names_minors": True}},
            "public_notice.names_minors",
            "不满 18 岁的人不公示姓名（未成年人保护法第四条），请改成不公示。",
        ),
        (
            {"public_notice": {"days": 11, "basis": "某办法", "stops_clock": False}},
            "public_notice.days",
            "公示 11 个工作日 不停表，比承诺的 10 个工作日 还长。",
        ),
        ({"materials__0__source": "held"}, "materials[0].held", "写了市里已经有，没有写在哪里有（held）。"),
        (
            {"materials__0__held": {"fact": "identity"}},
            "materials[0].source",
            "写了市里在哪里有，就不能再向本人要：source 应是 held。",
        ),
        (
            {"materials": [make.SMALLEST["materials"][0]] * 2},
            "materials[1].code",
            "材料“deposit_slip”写了两次。",
        ),
        (
            {"applicants__conditions": [{"text": {"zh": "满 80 岁", "en": "80 or over"}, "fact": "age"}]},
            "applicants.conditions[0]",
            "年龄条件没有写几岁：写 at_least（满几岁）或 below（不满几岁）。",
        ),
        (
            {"applicants__conditions": [{"text": {"zh": "满 80 岁", "en": "80 or over"}, "at_least": 80}]},
            "applicants.conditions[0].fact",
            "写了要比的数，没有写拿什么来比（fact）。",
        ),
        (
            {
                "applicants__conditions": [
                    {"text": {"zh": "六十多岁", "en": "In her sixties"}, "fact": "age", "at_least": 70, "below": 70}
                ]
            },
            "applicants.conditions[0]",
            "没有人符合：要满 70 岁又不满 70 岁。",
        ),
    ],
)
def test_what_is_missing_is_named_with_its_place(changes, path, sentence):
    """R25b: an item lacking one of these cannot be published."""
    assert faults(**changes)[path] == sentence


REGISTERED = {"text": {"zh": "户口在本市", "en": "Registered in this city"}, "fact": "registered_here", "equals": True}


def test_a_condition_on_registration_needs_its_basis():
    """R34: for a resident without local registration each item is open unless a cited basis says otherwise."""
    uncited = faults(applicants__conditions=[REGISTERED])
    cited = faults(applicants__conditions=[{**REGISTERED, "basis": "某条例第三条"}])
    cited_for_all = faults(applicants__conditions=[REGISTERED], applicants__registration_basis="某条例第三条")

    assert uncited == {
        "applicants.conditions[0].basis": (
            "“户口在本市”把没有本地户口的人挡在外面：写上依据的文件和条款，没有就不能设这个条件。"
        )
    }
    assert cited == {}
    assert cited_for_all == {}


def test_a_condition_on_registration_in_words_only_needs_its_basis_too():
    in_words = {"text": {"zh": "户口在本市的老人", "en": "Registered here"}}
    with_another_way = {"text": {"zh": "户口在本市，或者有居住证", "en": "Registered here or permit"}}

    assert list(faults(applicants__conditions=[in_words])) == ["applicants.conditions[0].basis"]
    assert faults(applicants__conditions=[with_another_way]) == {}


def test_a_material_met_by_a_certificate_names_an_item_that_exists():
    held = {"source": "held", "held": {"certificate_of": "moon_card"}}
    told = make.item(materials=[{**make.SMALLEST["materials"][0], **held}])

    assert rules.publishing_faults(told, codes={"lantern_loan", "moon_card"}) == []
    assert [fault.path for fault in rules.publishing_faults(told, codes={"lantern_loan"})] == [
        "materials[0].held.certificate_of"
    ]


def test_an_unsound_form_forbids_publishing():
    assert list(faults(form={"type": "object", "properties": {}})) == ["form"]


# -- limits over two units -------------------------------------------------------------------------------------------


def end(start: dt.date, limit: Limit) -> dt.date:
    """The last day in weeks without holidays, as the case's clock reads it (begun on a working day)."""
    day = start
    if limit.unit == "working_days":
        left = limit.days or 0
        while left:
            day += dt.timedelta(days=1)
            left -= day.weekday() < 5
        return day
    day += dt.timedelta(days=limit.days or 0)
    while day.weekday() >= 5:
        day += dt.timedelta(days=1)
    return day


@given(
    start=dates(dt.date(2025, 1, 1), dt.date(2025, 2, 28)).filter(lambda day: day.weekday() < 5),
    promised=integers(0, 60),
    legal=integers(0, 90),
    working_first=integers(0, 1),
)
def test_a_promise_that_is_not_longer_never_ends_later_than_the_law_allows(start, promised, legal, working_first):
    units = ("working_days", "calendar_days") if working_first else ("calendar_days", "working_days")
    promise, law = Limit(days=promised, unit=units[0]), Limit(days=legal, unit=units[1])

    if not rules.is_longer(promise, law):
        assert end(start, promise) <= end(start, law)


@pytest.mark.parametrize(
    ("promised", "legal", "longer"),
    [
        (Limit(days=20), Limit(days=20), False),
        (Limit(days=21), Limit(days=20), True),
        (Limit(days=20), Limit(days=28, unit="calendar_days"), False),
        (Limit(days=20), Limit(days=27, unit="calendar_days"), True),
        (Limit(days=14, unit="calendar_days"), Limit(days=10), False),
        (Limit(days=15, unit="calendar_days"), Limit(days=10), True),
        (Limit(days=400), Limit(days=None), False),
        (Limit(days=0), Limit(days=0), False),
    ],
)
def test_promises_are_compared_over_units(promised, legal, longer):
    assert rules.is_longer(promised, legal) is longer


# -- forbidden proofs (R45) ------------------------------------------------------------------------------------------

TWENTY = [
    "亲属关系证明",
    "居民身份信息证明",
    "户口登记项目内容变更申请证明",
    "居民养犬证明",
    "无犯罪记录证明",
    "社区戒毒社区康复人员情况（表现）证明",
    "人员失踪证明",
    "婚姻状况证明",
    "出生证明",
    "健在证明",
    "死亡证明",
    "疾病状况证明",
    "残疾状况证明",
    "婚育状况证明",
    "居民就业状况证明",
    "居民个人档案证明",
    "居民财产证明",
    "遗产继承权证明",
    "市场主体住所证明",
    "证件遗失证明",
]


@pytest.mark.parametrize(("number", "name"), list(enumerate(TWENTY, 1)))
def test_each_proof_of_the_national_list_is_refused_as_material_and_as_result(number, name):
    """R45: naming such a proof as an item's material is refused with the rule."""
    proof = rules.forbidden_proof(name)
    as_material = faults(materials__0__name={"zh": name, "en": "Proof"})
    as_result = faults(result__name={"zh": name, "en": "Proof"})

    assert proof is not None
    assert proof.number == number
    assert list(as_material) == ["materials[0].name"]
    assert list(as_result) == ["result.name"]
    assert f"第 {number} 项" in as_result["result.name"]
    assert proof.instead in as_result["result.name"]


@pytest.mark.parametrize(
    ("called", "number"),
    [
        ("单身证明", 8),
        ("未 婚 证 明", 8),
        ("老人健在证明（社区盖章）", 10),
        ("亲屬關係證明", 1),
        ("无违法犯罪记录的证明", 5),
        ("待业证明材料", 15),
        ("第一顺序继承人证明", 18),
        ("身份证遗失证明", 20),
        ("住改商证明", 19),
        ("家庭财产证明", 17),
        ("居民死亡证明", 11),
        ("婚育情况证明", 14),
        ("残疾证明", 13),
        ("下落不明证明", 7),
        ("系同一人证明", 2),
    ],
)
def test_synonyms_and_spellings_are_found(called, number):
    proof = rules.forbidden_proof(called)

    assert proof is not None
    assert proof.number == number


@pytest.mark.parametrize(
    "called",
    [
        "出生医学证明",
        "居民死亡医学证明（推断）书",
        "残疾人证",
        "结婚证",
        "户口簿",
        "志愿服务记录证明",
        "诊断证明",
        "身份证",
        "劳动合同",
        "居住证",
        "不动产权证书",
        "失业登记",
        "犬只免疫证明书",
        "",
    ],
)
def test_papers_of_the_competent_bodies_are_no_forbidden_proofs(called):
    assert rules.forbidden_proof(called) is None


def test_the_refusal_names_list_number_replacement_and_office():
    with pytest.raises(rules.ForbiddenProofNamed) as refusal:
        rules.refuse_forbidden("健在证明")

    assert str(refusal.value) == (
        "“健在证明”就是“健在证明”，在《民发〔2020〕20号 不应由社区出具的证明事项清单（第一批）》里是第 10 项："
        "社区不开这种证明，也不能向居民要。请改用：由发放单位比对数据或上门、视频看望；本人可以书面承诺。"
    )


# -- two versions (R25a) ---------------------------------------------------------------------------------------------


def test_the_difference_says_what_was_saved():
    """R25a: the difference between two versions can be read, with steps, materials and days saved."""
    old = make.item(
        materials=[
            {"code": "photo", "name": {"zh": "照片", "en": "Photograph"}},
            {"code": "card", "name": {"zh": "身份证", "en": "Identity card"}},
        ],
        visits=1,
        fee={"fen": 500, "basis": "某文件"},
    )
    new = make.item(
        materials=[
            {
                "code": "card",
                "name": {"zh": "身份证", "en": "Identity card"},
                "source": "held",
                "held": {"fact": "identity"},
            }
        ],
        chain=[
            {"level": "community", "step": "check", "days": 3},
            {"level": "county", "step": "decide", "department": "civil_affairs", "days": 2},
        ],
        promised_limit={"days": 5},
    )

    told = rules.difference(old, new)

    assert (told.steps_saved, told.materials_saved, told.days_saved, told.visits_saved) == (1, 2, 5, 1)
    assert told.fee_saved_fen == 500
    assert [(change.part, change.kind, change.line) for change in told.changes] == [
        ("steps", "changed", "区县民政局决定从 4 个工作日 改成 2 个工作日。"),
        ("steps", "removed", "少一步：街道（乡镇）审核，原来 3 个工作日。"),
        ("materials", "changed", "不用再交：身份证，改由我们查。"),
        ("materials", "removed", "不再要：照片。"),
        ("days", "changed", "承诺办好的时间从 10 个工作日 改成 5 个工作日。"),
        ("fee", "changed", "收费从5 元改成不收费。"),
        ("visits", "changed", "要跑的趟数从 1 趟改成 0 趟。"),
    ]


def test_an_added_burden_counts_negative():
    heavier = make.item(
        materials=[*make.SMALLEST["materials"], {"code": "photo", "name": {"zh": "照片", "en": "Photograph"}}],
        promised_limit={"days": 12},
    )

    told = rules.difference(make.item(), heavier)

    assert (told.materials_saved, told.days_saved) == (-1, -2)
    assert told.told == [
        ("步骤", "一样"), ("要交的材料", "多 1 样"), ("承诺的时间", "慢 2 天"), ("要跑的趟数", "一样"),
    ]  # fmt: skip
    assert [words for _what, words in rules.difference(heavier, make.item()).told][1:3] == ["少 1 样", "快 2 天"]


def test_a_version_is_no_different_from_itself():
    assert rules.difference(make.item(), make.item()).changes == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"name__zh": "借大灯笼"},
        {"summary__en": "Borrow one."},
        {"windows__zh": "服务中心"},
        {"questions": [{"q": {"zh": "能借几天？", "en": "How long?"}, "a": {"zh": "三天。", "en": "Three days."}}]},
        {"keywords": ["灯"]},
        {"phone": "0812-12345"},
        {"materials__0__hint": {"zh": "拍清楚。", "en": "Sharp."}},
    ],
)
def test_a_running_application_moves_where_only_words_changed(changes):
    assert rules.may_move_to(make.item(), make.item(**changes))


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"form__properties__colour__maxLength": 30}, "form"),
        ({"materials": []}, "materials"),
        ({"materials__0__count": 2}, "materials"),
        ({"applicants__conditions": [REGISTERED], "applicants__registration_basis": "某条例"}, "conditions"),
        ({"promised_limit__days": 11}, "limits"),
        ({"legal_limit__days": 19}, "limits"),
        ({"public_notice": {"days": 7, "basis": "某办法"}}, "limits"),
        ({"chain__0__days": 2}, "chain"),
        ({"result__valid_months": 12}, "result"),
        ({"fee": {"fen": 100, "basis": "某文件"}}, "fee"),
    ],
)
def test_a_running_application_stays_where_something_it_rests_on_changed(changes, part):
    new = make.item(**changes)

    assert not rules.may_move_to(make.item(), new)
    assert rules.parts_changed(make.item(), new) == [part]


def test_another_item_never_takes_an_application_over():
    assert not rules.may_move_to(make.item(), make.item(code="lantern_gift"))


# -- review ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("looked_through", "due"),
    [
        (dt.date(2025, 11, 24), dt.date(2026, 11, 24)),
        (dt.date(2024, 2, 29), dt.date(2025, 2, 28)),
        (dt.date(2025, 12, 31), dt.date(2026, 12, 31)),
    ],
)
def test_an_item_is_due_twelve_months_after_it_was_looked_through(looked_through, due):
    """R25a: an item not reviewed for 12 months is listed at its department."""
    assert rules.review_due_on(looked_through) == due
    assert rules.is_due_for_review(looked_through, due)
    assert not rules.is_due_for_review(looked_through, due - dt.timedelta(days=1))
