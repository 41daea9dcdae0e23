from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml
from django.db import DatabaseError, connection, transaction

from linli.core import calendar
from linli.core.http import Stale
from linli.services.catalogue import queries, reading, rules, services
from linli.services.catalogue.models import ForbiddenProof, ItemVersion, ServiceItem, VersionStatus
from linli.services.catalogue.tests import factories as make

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 24)
TOMORROW = dt.date(2026, 11, 25)


@pytest.fixture(autouse=True)
def late_evening():
    """23:59 in China, when it is still the afternoon in UTC."""
    with calendar.at(make.moment("2026-11-24 23:59")):
        yield


def write(folder: Path, name: str = "9901_lantern_loan.yaml", **changes) -> Path:
    (folder / name).write_text(yaml.safe_dump(make.data(**changes), allow_unicode=True), encoding="utf-8")
    return folder


# -- loading ---------------------------------------------------------------------------------------------------------


def test_a_folder_is_loaded_and_published(tmp_path, audit_log, heard):
    report = services.load_items(write(tmp_path), make.SYSTEM)

    version = queries.published_version("lantern_loan")
    assert report == services.LoadReport(new=("lantern_loan",))
    assert (version.number, version.status, version.valid_from) == (1, "published", TODAY)
    assert queries.item(version) == make.item()
    assert audit_log() == ["catalogue.items_loaded"]
    assert heard() == [
        (
            "catalogue.ItemPublished",
            {"item_code": "lantern_loan", "version_id": str(version.pk), "number": 1, "valid_from": "2026-11-24"},
        )
    ]


def test_loading_again_changes_nothing(tmp_path, audit_log, heard):
    services.load_items(write(tmp_path), make.SYSTEM)

    report = services.load_items(tmp_path, make.SYSTEM)

    assert report == services.LoadReport(unchanged=1)
    assert ItemVersion.objects.count() == 1
    assert audit_log() == ["catalogue.items_loaded"]
    assert len(heard()) == 1


def test_a_changed_file_makes_the_next_version_and_ends_the_one_before(tmp_path, protected):
    """R25a: publishing makes a new version; running cases keep theirs."""
    services.load_items(write(tmp_path), make.SYSTEM, from_day=dt.date(2026, 9, 1))

    report = services.load_items(write(tmp_path, promised_limit__days=11), make.SYSTEM)

    first, second = ItemVersion.objects.order_by("number")
    assert report == services.LoadReport(changed=("lantern_loan",))
    assert (first.valid_from, first.valid_to) == (dt.date(2026, 9, 1), TODAY)
    assert (second.number, second.valid_from, second.valid_to) == (2, TODAY, None)
    assert queries.published_version("lantern_loan", on=dt.date(2026, 11, 23)) == first
    assert queries.published_version("lantern_loan", on=TODAY) == second


def test_what_people_have_published_since_is_not_turned_back_by_the_file(tmp_path):
    services.load_items(write(tmp_path), make.SYSTEM)
    editor, reviewer = make.staff(), make.staff()
    draft = services.next_version("lantern_loan", by=editor)
    draft = services.save_draft(draft.pk, make.item(promised_limit__days=11), by=editor, version=draft.version)
    draft = services.send_to_review(draft.pk, by=editor, version=draft.version)
    services.publish(draft.pk, by=reviewer, version=draft.version)

    report = services.load_items(tmp_path, make.SYSTEM)

    assert report == services.LoadReport(unchanged=1)
    assert queries.published_version("lantern_loan").number == 2


def test_a_folder_with_one_fault_is_refused_whole(tmp_path, audit_log, heard):
    write(tmp_path)
    write(tmp_path, "b.yaml", code="moon", number="9902", promised_limit__days=21)

    with pytest.raises(services.ItemsNotLoaded) as refusal:
        services.load_items(tmp_path, make.SYSTEM)

    assert [(fault.file, fault.fault.path) for fault in refusal.value.faults] == [("b.yaml", "promised_limit")]
    assert not ServiceItem.objects.exists()
    assert audit_log() == []
    assert heard() == []


def test_a_number_that_another_item_had_is_refused(tmp_path):
    make.published()

    with pytest.raises(services.ItemsNotLoaded) as refusal:
        services.load_items(write(tmp_path, code="moon"), make.SYSTEM)

    assert str(refusal.value.faults[0]).endswith("序号“9901”已经有事项在用，编码和序号用过一次就不再给别的事项。")


def test_staff_without_the_permission_cannot_load(tmp_path):
    with pytest.raises(ItemVersion.DoesNotExist):
        services.load_items(write(tmp_path), make.staff("window_clerk", None))

    assert not ItemVersion.objects.exists()


def test_the_whole_catalogue_loads_in_one_go(audit_log):
    report = services.load_items(reading.ITEMS, make.SYSTEM)

    assert len(report.new) == len(list(reading.ITEMS.glob("*.yaml"))) >= 40
    assert len(queries.published()) == len(report.new)
    assert audit_log() == ["catalogue.items_loaded"]


def test_a_provinces_list_of_proofs_stands_beside_the_nations(audit_log):
    """R45: national and provincial lists, matched alike."""
    receipt = rules.Proof("某省清单", 1, "缴费票据遗失证明", "开票单位补开", valid_from=dt.date(2021, 1, 1))

    written = [services.load_forbidden_proofs([receipt], make.SYSTEM) for _ in range(2)]

    assert written == [1, 0]
    assert ForbiddenProof.objects.count() == 1
    assert audit_log() == ["catalogue.forbidden_proofs_loaded"]
    found = rules.forbidden_proof("缴费票据遗失证明", queries.forbidden_proofs())
    assert found is not None
    assert found.list_name == "某省清单"
    assert len(queries.forbidden_proofs()) == 21
    with pytest.raises(rules.NotPublishable):
        make.in_review(materials__0__name={"zh": "缴费票据遗失证明", "en": "Lost receipt"})


# -- draft, review, publish ------------------------------------------------------------------------------------------


def test_a_draft_is_reviewed_by_somebody_else_and_published_from_a_day(audit_log, heard, protected):
    editor, reviewer = make.staff(name="文竹"), make.staff(name="苏木")
    version = make.in_review(editor)

    published = services.publish(version.pk, by=reviewer, version=version.version, from_day=TOMORROW)

    assert (published.status, published.valid_from, published.reviewed_by) == (
        "published",
        TOMORROW,
        reviewer.account_id,
    )
    assert queries.version_for("lantern_loan") is None
    assert queries.version_for("lantern_loan", on=TOMORROW) == published
    assert audit_log() == ["catalogue.draft_begun", "catalogue.sent_to_review", "catalogue.item_published"]
    assert [name for name, _payload in heard()] == ["catalogue.ItemPublished"]


def test_nobody_publishes_what_she_has_written_on():
    first, second = make.staff(), make.staff()
    draft = make.draft(first)
    draft = services.save_draft(draft.pk, make.item(phone="12346"), by=second, version=draft.version)
    draft = services.send_to_review(draft.pk, by=second, version=draft.version)

    for editor in (first, second):
        with pytest.raises(rules.NoReviewer):
            services.publish(draft.pk, by=editor, version=draft.version)

    draft.refresh_from_db()
    assert draft.status == VersionStatus.REVIEW


def test_the_next_version_is_prepared_while_the_current_one_runs(protected):
    make.published(from_day=dt.date(2026, 1, 1))
    editor, reviewer = make.staff(), make.staff()
    draft = services.next_version("lantern_loan", by=editor)
    draft = services.save_draft(draft.pk, make.item(promised_limit__days=12), by=editor, version=draft.version)

    current_while_drafting = queries.published_version("lantern_loan").number
    draft = services.send_to_review(draft.pk, by=editor, version=draft.version)
    services.publish(draft.pk, by=reviewer, version=draft.version, from_day=TOMORROW)

    assert current_while_drafting == 1
    assert queries.published_version("lantern_loan").number == 1
    assert queries.published_version("lantern_loan", on=TOMORROW).number == 2


def test_only_one_next_version_is_prepared_at_a_time(audit_log):
    make.published()
    services.next_version("lantern_loan", by=make.staff())
    before = audit_log()

    with pytest.raises(rules.DraftExists) as refusal:
        services.next_version("lantern_loan", by=make.staff())

    assert str(refusal.value) == "这个事项已经有一个没发布的版本（第 2 版），请在它上面接着改。"
    assert ItemVersion.objects.count() == 2
    assert audit_log() == before


def test_a_version_cannot_begin_in_the_past():
    version = make.in_review()

    with pytest.raises(rules.StartsTooEarly) as refusal:
        services.publish(version.pk, by=make.staff(), version=version.version, from_day=dt.date(2026, 11, 23))

    assert str(refusal.value) == "启用日期不能早于 2026-11-24：那之前办的事用的是原来的版本。"
    assert queries.version_for("lantern_loan") is None


def test_a_draft_written_from_an_older_version_is_not_published_over_a_newer_one():
    make.published(from_day=dt.date(2026, 1, 1))
    editor = make.staff()
    draft = services.next_version("lantern_loan", by=editor)
    make.published(promised_limit__days=12)
    draft = services.send_to_review(draft.pk, by=editor, version=draft.version)

    with pytest.raises(rules.BehindTheCurrent):
        services.publish(draft.pk, by=make.staff(), version=draft.version)


def test_an_incomplete_draft_is_kept_but_not_sent_to_review(audit_log):
    """R25b: an item lacking one of these cannot be published."""
    editor = make.staff()
    draft = make.draft(editor, fee={"fen": 100})

    with pytest.raises(rules.NotPublishable) as refusal:
        services.send_to_review(draft.pk, by=editor, version=draft.version)

    assert [fault.path for fault in refusal.value.faults] == ["fee.basis"]
    draft.refresh_from_db()
    assert draft.status == VersionStatus.DRAFT
    assert audit_log() == ["catalogue.draft_begun"]


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(audit_log):
    first, second = make.staff(), make.staff()
    draft = make.draft(first)
    services.save_draft(draft.pk, make.item(phone="12346"), by=first, version=draft.version)
    before = audit_log()

    with pytest.raises(Stale):
        services.save_draft(draft.pk, make.item(phone="12347"), by=second, version=draft.version)

    draft.refresh_from_db()
    assert queries.item(draft).phone == "12346"
    assert audit_log() == before


def test_a_returned_version_says_why_and_can_be_sent_again():
    editor, reviewer = make.staff(), make.staff()
    version = make.in_review(editor)

    returned = services.return_to_draft(version.pk, by=reviewer, version=version.version, reason="押金写错了")
    why = returned.note
    again = services.send_to_review(returned.pk, by=editor, version=returned.version)

    assert why == "押金写错了"
    assert (again.status, again.note) == ("review", "")


def test_a_discarded_draft_is_gone_and_the_log_says_that_it_was_there(audit_log):
    editor = make.staff()
    current = make.published()
    draft = services.next_version("lantern_loan", by=editor)

    services.discard_draft(draft.pk, by=editor, version=draft.version)

    assert list(ItemVersion.objects.values_list("pk", flat=True)) == [current.pk]
    assert audit_log()[-1] == "catalogue.draft_discarded"
    assert services.next_version("lantern_loan", by=editor).number == draft.number


def test_with_its_only_draft_an_item_goes_that_was_never_published():
    editor = make.staff()
    draft = make.draft(editor)

    services.discard_draft(draft.pk, by=editor, version=draft.version)

    assert not ServiceItem.objects.exists()
    assert make.draft(editor).number == 1


def test_what_is_published_in_review_or_just_saved_by_a_colleague_is_not_discarded(audit_log):
    editor, colleague = make.staff(), make.staff()
    in_review = make.in_review(editor)
    with pytest.raises(rules.NotInThatState):
        services.discard_draft(in_review.pk, by=editor, version=in_review.version)
    draft = services.return_to_draft(in_review.pk, by=editor, version=in_review.version)
    services.save_draft(draft.pk, make.item(phone="12346"), by=colleague, version=draft.version)
    before = audit_log()

    with pytest.raises(Stale):
        services.discard_draft(draft.pk, by=editor, version=draft.version)

    assert audit_log() == before
    assert queries.item(ItemVersion.objects.get(pk=draft.pk)).phone == "12346"


def test_the_code_of_an_item_never_changes():
    editor = make.staff()
    draft = make.draft(editor)

    with pytest.raises(services.CodeFixed):
        services.save_draft(draft.pk, make.item(code="moon_loan"), by=editor, version=draft.version)


def test_a_code_and_a_number_are_never_given_twice():
    make.published()

    with pytest.raises(services.CodeTaken):
        services.create_item(make.item(number="9902"), by=make.staff())
    with pytest.raises(services.CodeTaken):
        services.create_item(make.item(code="moon"), by=make.staff())

    assert ServiceItem.objects.count() == 1


def test_a_departments_staff_write_only_their_own_items():
    version = make.draft(make.staff(department="civil_affairs"))
    stranger = make.staff(department="police")

    with pytest.raises(ItemVersion.DoesNotExist):
        services.save_draft(version.pk, make.item(), by=stranger, version=version.version)
    with pytest.raises(services.NotYourDepartment):
        services.create_item(make.item(code="moon", number="9902"), by=stranger)
    with pytest.raises(ItemVersion.DoesNotExist):
        services.next_version("lantern_loan", by=stranger)


def test_a_draft_does_not_wander_to_another_department():
    editor = make.staff(department="civil_affairs")
    draft = make.draft(editor)

    with pytest.raises(services.NotYourDepartment):
        services.save_draft(draft.pk, make.item(department="police"), by=editor, version=draft.version)


@pytest.mark.parametrize("role", ["window_clerk", "community_worker", "street_staff", "auditor", "supervisor"])
def test_roles_that_do_not_write_the_catalogue_reach_no_draft(role):
    draft = make.draft()
    actor = make.staff(role, None)

    with pytest.raises(ItemVersion.DoesNotExist):
        services.save_draft(draft.pk, make.item(), by=actor, version=draft.version)
    with pytest.raises(ItemVersion.DoesNotExist):
        services.create_item(make.item(code="moon", number="9902"), by=actor)


# -- what is published stays -----------------------------------------------------------------------------------------


def test_a_published_version_is_not_written_by_any_service():
    version = make.published()

    with pytest.raises(rules.PublishedIsFixed):
        services.save_draft(version.pk, make.item(phone="1"), by=make.staff(), version=version.version)
    with pytest.raises(rules.PublishedIsFixed):
        services.return_to_draft(version.pk, by=make.staff(), version=version.version)


@pytest.mark.parametrize(
    "change",
    [
        {"content": {"code": "other"}},
        {"content_hash": "0" * 64},
        {"name": "别的"},
        {"department": "police"},
        {"number": 9},
        {"valid_from": dt.date(2020, 1, 1)},
        {"status": "draft"},
        {"editors": []},
    ],
)
def test_the_database_itself_refuses_to_change_a_published_version(protected, change):
    version = make.published()
    if change == {"editors": []}:
        change = {"editors": ["somebody"]}

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        ItemVersion.objects.filter(pk=version.pk).update(**change)

    version.refresh_from_db()
    assert queries.item(version) == make.item()


def test_the_database_itself_refuses_to_delete_a_published_version(protected):
    version = make.published()

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        ItemVersion.objects.filter(pk=version.pk).delete()

    assert ItemVersion.objects.filter(pk=version.pk).exists()


def test_the_last_day_is_written_once(protected):
    version = make.published(from_day=dt.date(2026, 1, 1))
    make.published(promised_limit__days=12)

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        ItemVersion.objects.filter(pk=version.pk).update(valid_to=None)


def test_drafts_may_still_be_changed_and_deleted_under_the_protection(protected):
    editor = make.staff()
    draft = make.draft(editor)

    services.save_draft(draft.pk, make.item(phone="1"), by=editor, version=draft.version)
    ItemVersion.objects.filter(pk=draft.pk).delete()

    assert not ItemVersion.objects.exists()


def test_the_database_allows_one_open_published_version_an_item():
    version = make.published()

    with pytest.raises(DatabaseError), transaction.atomic():
        ItemVersion.objects.create(
            item=version.item,
            number=2,
            status=VersionStatus.PUBLISHED,
            content=version.content,
            content_hash="x",
            item_number="9901",
            name="x",
            department="civil_affairs",
            domain=1,
            valid_from=TODAY,
            created_at=calendar.now(),
        )


# -- retire, review --------------------------------------------------------------------------------------------------


def test_a_retired_item_ends_on_its_day_and_not_before(protected, audit_log, heard):
    version = make.published(from_day=dt.date(2026, 1, 1))

    retired = services.retire(
        "lantern_loan", by=make.staff(), version=version.version, from_day=TOMORROW, reason="灯笼没有了"
    )

    assert (retired.status, retired.valid_to, retired.note) == ("retired", TOMORROW, "灯笼没有了")
    assert queries.version_for("lantern_loan") == retired
    assert queries.version_for("lantern_loan", on=TOMORROW) is None
    assert audit_log() == ["catalogue.item_retired"]
    assert heard()[-1] == (
        "catalogue.ItemRetired",
        {"item_code": "lantern_loan", "version_id": str(retired.pk), "valid_to": "2026-11-25"},
    )


def test_what_is_not_in_force_cannot_be_retired():
    version = make.draft()

    with pytest.raises(services.NothingInForce):
        services.retire("lantern_loan", by=make.staff(), version=version.version)


def test_a_retired_item_may_be_offered_again_as_a_next_version():
    version = make.published(from_day=dt.date(2026, 1, 1))
    services.retire("lantern_loan", by=make.staff(), version=version.version)
    editor, reviewer = make.staff(), make.staff()
    draft = services.next_version("lantern_loan", by=editor)
    draft = services.send_to_review(draft.pk, by=editor, version=draft.version)

    services.publish(draft.pk, by=reviewer, version=draft.version, from_day=TOMORROW)

    assert queries.version_for("lantern_loan") is None
    assert queries.published_version("lantern_loan", on=TOMORROW).number == 2


def test_looking_through_an_item_takes_it_off_the_list_of_those_due(protected):
    """R25a: an item not reviewed for 12 months is listed at its department."""
    version = make.published(from_day=dt.date(2025, 11, 24))
    due_before = queries.due_for_review(department="civil_affairs")

    services.mark_reviewed("lantern_loan", by=make.staff(), version=version.version)

    assert due_before == [version]
    assert queries.due_for_review() == []
    assert queries.due_for_review(on=dt.date(2027, 11, 24)) == [version]


def test_the_protection_can_be_taken_back():
    from linli.services.catalogue import protection

    with connection.cursor() as cursor:
        for statement in (*protection.FORWARD[connection.vendor], *protection.BACKWARD[connection.vendor]):
            cursor.execute(statement)
