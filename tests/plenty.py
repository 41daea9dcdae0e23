"""Some of everything, made through the services that people use: so many of each kind as are asked for.

A page that lists anything has something to list after `plenty(town, n)`, and three times as much after three calls.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from linli.core.access import Actor
from linli.core.audit import services as audit_services
from linli.core.calendar import now, today
from linli.core.crypto import seal
from linli.core.events import Told
from linli.core.events.tasks import deliver
from linli.core.files import services as files
from linli.core.ids import new_id, placed_id
from linli.core.tasks import MAX_ATTEMPTS
from linli.core.tasks.testing import run_all
from linli.ground.accounts import services as accounts
from linli.ground.accounts.models import Account, RoleHeld
from linli.ground.exchange import services as exchange
from linli.ground.exchange.linkage import records
from linli.ground.exchange.models import Delivery, LinkCandidate, LinkDecision, LinkRun
from linli.ground.registry import services as registry
from linli.ground.registry.models import Membership, Person
from linli.services.casework import queries, services
from linli.services.casework.models import Case, Channel, MaterialSource, Status, WorkItem
from linli.services.casework.tests import factories
from linli.services.casework.tests.factories import SETUP, Town
from linli.services.catalogue import services as catalogue
from linli.services.catalogue.models import ServiceItem
from linli.services.certificates import services as certificates
from linli.services.certificates.services import demands
from linli.services.entitlement.models import Found, Run
from linli.services.facilities import services as facilities
from linli.services.facilities.rules import WEEKDAYS, parse_spans
from linli.web.kiosk import services as kiosks

HER_ITEMS = ("old_age_allowance", "senior_card", "senior_meal", "home_care", "elder_visit", "family_doctor")
"""What one old resident applies for, one after the other: so her own lists grow too."""
POSTED = "hard_to_employ"
"""An item whose result is posted before it is decided."""
CODES = (*HER_ITEMS, POSTED, "subsistence")

_serial = itertools.count(1)


class Neighbourhood:
    """The people of the town on whom everything is heaped: one resident, one desk at each level."""

    def __init__(self, town: Town, *, name: str = "柳桂枝", others: str = "白术") -> None:
        self.town = town
        self.others = others
        self.worker = town.staff("community_worker", town.home, name="白芷")
        self.clerk = town.staff("window_clerk", town.other, name="文竹")
        self.head = town.staff("community_head", town.home, name="山楂")
        self.street = town.staff("street_staff", town.street, name="苏木")
        self.leader = town.staff("street_leader", town.street, name="杜仲")
        self.department = town.staff("department_staff", town.county, "civil_affairs", name="江离")
        self.other_department = town.staff("department_staff", town.county, "human_resources", name="紫苏")
        self.district = town.staff("district_staff", town.county, name="泽兰")
        self.supervisor = town.staff("supervisor", town.county, name="远志")
        self.auditor = town.staff("auditor", town.city, name="石斛")
        self.administrator = town.staff("administrator", town.city, name="管仲")
        self.security = town.staff("security_administrator", town.city, name="安息香")
        self.her = factories.person(town, name=name)
        self.she = factories.resident(self.her)
        self.codes = itertools.cycle(HER_ITEMS)
        self.differences = itertools.product(CODES, ("days", "fee", "materials", "conditions", "content"))

    @property
    def everybody(self) -> list[Actor]:
        return [
            self.she, self.worker, self.clerk, self.head, self.street, self.leader, self.department,
            self.other_department, self.district, self.supervisor, self.auditor, self.administrator, self.security,
        ]  # fmt: skip

    def heap(self, count: int) -> None:
        """Make so many of everything that anybody's pages show."""
        for _one in range(count):
            self._one_of_each()
        run_all()
        for _one in range(count):
            self._undelivered()

    # --- one of each ---

    def heap_records(self, count: int) -> None:
        """Make so many records of this neighbourhood's people and cases, and nothing that belongs to others too."""
        for _one in range(count):
            self._records()
        run_all()

    def _one_of_each(self) -> None:
        self._records()
        self._for_another_county()
        self._colleague()
        self._newcomer()
        self._program()
        self._catalogue_draft()
        self._difference()
        self._service_point()
        self._public_screen()
        self._home()
        self._found()
        self._linked()
        registry.correct(self._fresh_person(), by=self.worker, address=f"竹湖园 {next(_serial)} 号")
        registry.give_tag(self._fresh_person(), by=self.worker, code="veteran", source="退役军人优待证")
        services.decline_proposal("senior_card", by=factories.resident(self._fresh_person()))
        demands.report_demand(
            by=self.worker, community=self.town.home, proof_name="无犯罪记录证明", asking_body=f"第{next(_serial)}幼儿园",
            asked_for="入职",
        )  # fmt: skip

    def _records(self) -> None:
        self._hers()
        self._waiting_for_the_applicant()
        self._asked_and_rated_badly()
        self._posted()
        self._draft()
        self._on_behalf()
        self._work_item()
        self._reading()
        self._trusted()

    def _home(self) -> None:
        """A dwelling with two households made of one, a marriage, and the shop that is registered there."""
        number, day = next(_serial), dt.date(2026, 5, 1)
        home = registry.add_dwelling(
            by=self.worker, community=self.town.home, site=f"竹湖园路 {number} 号", building="2", unit="1", room="301",
            on=dt.date(2020, 1, 1),
        )  # fmt: skip
        head, other = (registry.move_in(self._fresh_person(), home.pk, by=self.worker, on=day) for _one in range(2))
        joined = Membership.objects.get(person=head, superseded_at=None)
        theirs = Membership.objects.get(person=other, superseded_at=None)
        registry.merge_households(
            theirs.household_id, joined.household_id, {other.pk: "99"}, by=self.worker, on=day + dt.timedelta(days=9)
        )
        registry.register_at(head, home.pk, by=self.worker, on=day)
        registry.register_organisation(home.pk, by=self.worker, name=f"第 {number} 面馆", kind="self_employed")
        man = factories.person(self.town, name=self.others, sex="1")
        registry.note_marriage(man, head, by=self.worker, on=day)
        registry.record_circumstance(head, by=self.worker, kind="household_size", value="2", source="户口簿")

    def _found(self) -> None:
        """Somebody whom a run has found entitled."""
        run = Run.objects.first() or Run.objects.create(
            day=today(), started_at=now(), finished_at=now(), engine="duckdb", people=1, facts_sha256="", rules={},
            counts={}, facts=files.keep(b"PAR1", "application/vnd.apache.parquet", by=SETUP),
        )  # fmt: skip
        county = self.town.home.county_code
        Found.everywhere.create(
            id=placed_id(county), county_code=county, community=self.town.home, person=self._fresh_person(),
            item_code=HER_ITEMS[0], first_run=run, last_run=run,
        )  # fmt: skip

    def _linked(self) -> None:
        """A row of another list of which nobody knows yet whether it is somebody of ours."""
        county = self.town.home.county_code
        run = LinkRun.objects.create(
            source="卫生健康", engine="duckdb", model_sha256="", join_at=9, ask_at=3, started_at=now(), finished_at=now(),
            rows=1, joined=0, asked=1,
        )  # fmt: skip
        made = LinkCandidate(
            id=placed_id(county), county_code=county, community=self.town.home, person=self._fresh_person(),
            source=run.source, row_id=str(next(_serial)), weight=5.0, parts={"name": 5.0}, state="asked", run=run,
        )  # fmt: skip
        told = {"name": self.others, "sex": "", "birth": "", "id_number": "", "phone": "", "address": ""}
        made.record = seal(json.dumps(told), where=records.RECORD, row=made.pk)
        made.save(force_insert=True)
        LinkDecision.objects.create(
            county_code=county, candidate=made, state="asked", decided_by=None, decided_at=now()
        )

    def _public_screen(self) -> None:
        device, _code = kiosks.register_device(self.town.home.pk, name=f"大厅第 {next(_serial)} 台", by=self.head)
        kiosks.call_for_help(device)

    def _difference(self) -> None:
        code, part = next(self.differences)
        catalogue.record_variance(
            code, by=SETUP, place=self.town.county, area="rural", part=part, standard=f"第 {next(_serial)} 号标准",
            reason="路远。", document="东民发〔2026〕3号",
        )  # fmt: skip

    def _fresh_person(self) -> Person:
        return factories.person(self.town, name=self.others)

    def _hers(self) -> None:
        code = next(self.codes)
        draft = factories.drafted(self.she, code, self.her)
        services.submit(self.she, draft.pk, key=str(draft.pk))

    def _submitted(self, code: str = "old_age_allowance", born: dt.date | None = None) -> Case:
        who = factories.person(self.town, name=self.others, **({"born": born} if born else {}))
        return factories.submitted(self.town, who, code)

    def _waiting_for_the_applicant(self) -> None:
        case = self._submitted()
        services.request_supplement(
            case.number, by=self.worker, said="照片太暗。",
            missing=[{"code": "account_card", "name": "社会保障卡", "why": "照片太暗，请再拍一张。"}],
        )  # fmt: skip

    def _asked_and_rated_badly(self) -> None:
        case = self._submitted()
        services.accept(case.number, by=self.worker)
        services.forward(case.number, by=self.worker, said="属实，同意。")
        services.ask_question(case.number, by=self.street, whom="civil_affairs", question="外地户口怎么核对？")
        asked_how = services.ask_question(case.number, by=self.worker, whom="township", question="材料不齐能先收吗？")
        services.answer_question(asked_how.pk, by=self.street, answer="能，容缺先收，五个工作日内补来。")
        services.ask_opinion(case.number, by=self.street, department="human_resources", question="有没有重复享受？")
        services.forward(case.number, by=self.street)
        services.decide(case.number, by=self.department, granted=True)
        run_all()
        case.refresh_from_db()
        services.rate(case.number, by=factories.resident(case.applicant), score=1, comment="让我跑了三趟。")
        asked = self._submitted()
        services.accept(asked.number, by=self.worker)
        services.forward(asked.number, by=self.worker)
        services.ask_opinion(asked.number, by=self.street, department="human_resources", question="有没有重复享受？")

    def _posted(self) -> None:
        case = self._submitted(POSTED, born=dt.date(today().year - 50, 3, 2))
        services.accept(case.number, by=self.worker)
        for _step in range(6):
            case = queries.with_facts(Case.everywhere.get(pk=case.pk))
            if case.status == Status.PUBLIC_NOTICE:
                break
            by = self._desk_of(case)
            if queries.item_of(case).chain[case.step].step == "decide":
                services.post_notice(case.number, by=by)
            else:
                services.forward(case.number, by=by)
        services.object_to_notice(case.number, text="他家有房子出租。", contact="", by=self.she)

    def _desk_of(self, case: Case) -> Actor:
        if case.step_level == "community":
            return self.worker
        if case.step_level == "township":
            return self.street
        return self.town.staff("department_staff", self.town.county, case.step_department)

    def _for_another_county(self) -> None:
        who = factories.person(self.town, community=self.town.west_home)
        draft = factories.drafted(self.clerk, "old_age_allowance", who, channel=Channel.WINDOW)
        services.submit(self.clerk, draft.pk, key=str(draft.pk))

    def _on_behalf(self) -> None:
        mandate = services.record_mandate(
            self.clerk, agent_id=self._fresh_person().pk, applicant_id=self._fresh_person().pk, relation="relative",
            ground="written", visit_id=new_id(), is_paper_seen=True,
        )  # fmt: skip
        services.record_authority(
            self.clerk, agent_id=self._fresh_person().pk, applicant_id=self._fresh_person().pk, relation="relative",
            ground="written", valid_to=today() + dt.timedelta(days=300), is_paper_seen=True,
        )  # fmt: skip
        services.start_draft(
            self.clerk, "old_age_allowance", applicant_id=mandate.applicant_id, channel=Channel.WINDOW,
            visit_id=mandate.visit_id, mandate_id=mandate.pk,
        )  # fmt: skip

    def _draft(self) -> None:
        for by, who in ((self.she, self.her), (self.clerk, self._fresh_person())):
            draft = services.start_draft(
                by, "old_age_allowance", applicant_id=who.pk,
                channel=Channel.ONLINE if by is self.she else Channel.WINDOW,
            )  # fmt: skip
            source = MaterialSource.UPLOAD if by is self.she else MaterialSource.PAPER
            upload = factories.photo() if by is self.she else None
            services.add_material(draft.pk, "account_card", by=by, source=source, upload=upload)

    def _newcomer(self) -> None:
        """Somebody who has signed in for the first time and not said who she is."""
        accounts.resident_for_phone(f"154999{next(_serial):05d}")

    def _program(self) -> None:
        """A program of another office, an address that it is told at, and a message that never arrived."""
        number = next(_serial)
        new = exchange.register_client(
            by=SETUP, name=f"一体机{number}", answerable="泽兰", division_id=self.town.county.pk, scopes=["casework.view"]
        )  # fmt: skip
        hook = exchange.add_webhook(
            new.client.pk, by=SETUP, url=f"https://hooks.example.com/{number}", types=["certificate.revoked"]
        ).webhook
        entry = exchange.note(Told("case.moved", {"number": "-"}, self.town.home.county_code, None, None, "", ""))
        Delivery.objects.create(webhook=hook, entry=entry, state="given_up", tries=10, trouble="500", created_at=now())

    def _colleague(self) -> None:
        number = next(_serial)
        made = accounts.create_staff(username=f"neighbour{number}", name=f"桑叶{number}", by=SETUP)
        held = accounts.give_role(
            made.account, role="community_worker", division_id=self.town.home.pk, department="", valid_from=today(),
            by=SETUP,
        )  # fmt: skip
        assert held.pk
        accounts.give_role(made.account, role="grid_member", division_id=self.town.home.pk, by=self.administrator)
        mine = RoleHeld.objects.filter(account_id=self.head.account_id, delegated_from__isnull=True).first()
        assert mine is not None
        accounts.delegate(
            mine.pk, deputy_id=made.account.pk, starts=today(), ends=today() + dt.timedelta(days=5), by=self.head
        )
        keeper = Account.objects.get(pk=self.head.account_id)
        place = factories.division(
            f"510402002{900 + number}", f"新社区{number}", "community", "residents_committee", self.town.street
        )
        certificates.make_seal(place, "", place.name, keeper, SETUP)

    def _catalogue_draft(self) -> None:
        ours = ServiceItem.objects.filter(versions__department="civil_affairs").exclude(versions__status="draft")
        codes = ours.order_by("code").values_list("code", flat=True)
        if codes:
            catalogue.next_version(codes[0], by=SETUP)

    def _service_point(self) -> None:
        """A point that never opens on weekends, with an exception, a closed window and a day that went otherwise."""
        week = dict.fromkeys(WEEKDAYS[:5], parse_spans("9:00-12:00 13:30-17:30"))
        point = facilities.create_point(
            self.town.home, kind="service_station", name=f"便民服务站{next(_serial)}", address="竹湖园 1 号",
            telephone="0812-0000001", week=week, windows=2, valid_from=today() - dt.timedelta(days=20), by=SETUP,
        )  # fmt: skip
        tomorrow = today() + dt.timedelta(days=1)
        facilities.add_exception(
            point.pk, kind="closed", first_day=tomorrow, last_day=tomorrow, reason="停电检修", notice="请去街道。",
            by=self.worker,
        )  # fmt: skip
        window = point.windows.get(number=2)
        facilities.close_window(
            point.pk, window.pk, first_day=today(), last_day=None, reason="换设备", by=self.worker
        )  # fmt: skip
        facilities.record_actual(
            point.pk, day=today() - dt.timedelta(days=1), spans=parse_spans("9:00-10:00"), reason="停电", by=self.worker
        )  # fmt: skip

    def _work_item(self) -> None:
        WorkItem.everywhere.create(
            id=new_id(), county_code=self.town.home.county_code, community=self.town.home, kind="nobody_to_tell",
            what="没有人可以提醒", opened_at=now(), once_key=str(new_id()),
        )  # fmt: skip

    def _trusted(self) -> None:
        """Somebody who may act for her until a day, and a second account of hers that is joined to the first."""
        services.record_authority(
            self.clerk, agent_id=self._fresh_person().pk, applicant_id=self.her.pk, relation="proxy", ground="written",
            valid_to=today() + dt.timedelta(days=100), is_paper_seen=True,
        )  # fmt: skip
        second = accounts.resident_for_phone(f"154998{next(_serial):05d}")
        accounts.link_person(second, self.her.pk, name=self.her.name, by=SETUP)
        assert self.she.account_id is not None
        accounts.join(self.she.account_id, second.pk, by=self.clerk, proof=accounts.CARD)

    def _reading(self) -> None:
        """A part of the log that is open to the auditor, and one that waits for a second person."""
        audit_services.open_reading(
            kind="person", subject_id=str(self.her.pk), purpose="年度抽查", by=self.auditor, second=self.security
        )
        clerk = Account.objects.get(pk=self.clerk.account_id)
        audit_services.ask_to_read("account", clerk.username, purpose="年度抽查", by=self.auditor)

    def _undelivered(self) -> None:
        row = DBTaskResult.objects.filter(task_path=deliver.module_path).order_by("enqueued_at").first()
        assert row is not None
        row.pk, row.status, row.worker_ids = new_id(), TaskResultStatus.FAILED, ["gone"] * MAX_ATTEMPTS
        row.exception_class_path, row.traceback, row.finished_at = "builtins.ValueError", "", now()
        row.save(force_insert=True)
