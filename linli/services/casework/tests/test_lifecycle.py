"""The table of the lifecycle, walked as a whole: what it says is what happens, for everybody (R36, R149)."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest

from linli.core.access import ALL_ROLES, Actor, Post, system_actor
from linli.core.lifecycle import NotPossibleNow
from linli.services.casework.lifecycle import LIFECYCLE, describe
from linli.services.casework.models import ENDS, OPEN, Status

HERE = uuid4()
ACTIONS = sorted({way.action for way in LIFECYCLE.ways})
SYSTEM = system_actor("钟")


def case_in(status: str, level: str = "community") -> SimpleNamespace:
    """A case for which every guard is content: so that only the table decides."""
    link = SimpleNamespace(step="decide", level=level, department="")
    chain = [SimpleNamespace(step="check", level="community", department=""), link, link]
    facts = SimpleNamespace(
        chain=chain, asked_before=False, open_joint=0, open_gaps=0, open_objections=0, needs_notice=True,
        notice_done=status not in ("accepted", "in_review"), special_procedures=["x"], extended=False,
        extension_waits=True, agent_rows=frozenset({2}),
    )  # fmt: skip
    return SimpleNamespace(
        status=status, step=1, step_level=level, step_department="", community_id=HERE, accepted_community_id=None,
        certificate_number="1", applicant_id=1, agent_id=2, due_on="2026-03-02", facts=facts,
    )  # fmt: skip


def actor(role: str) -> Actor:
    if role in ("resident", "organisation"):
        return Actor(kind=role, person_id=uuid4())
    level = {"street_staff": "township", "street_leader": "township", "district_staff": "county"}.get(role, "community")
    post = Post(
        uuid4(), role, HERE, "510402002001", "竹湖园", level, frozenset({"510402"}), frozenset({HERE}), department=None
    )
    return Actor(kind="staff", account_id=uuid4(), post=post, posts=(post,))


LEVELS = {"street_staff": "township", "street_leader": "township", "district_staff": "county"}


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("role", ALL_ROLES)
def test_each_way_is_open_exactly_where_the_table_says_and_for_whom(role, status):
    by = actor(role)
    for action in ACTIONS:
        case = case_in(status, LEVELS.get(role, "community"))
        case.facts.notice_done = action != "post_notice"
        way = LIFECYCLE.way(action, status)
        allowed = way is not None and not way.by_system and way.who is not None and role in way.who.role_set
        if allowed and action in ("accept", "accept_with_gaps", "request_supplement", "not_accept", "transfer"):
            case.step_level = by.post.level  # these ask whose turn it is: let it be hers
        assert is_open(case, action, by) == allowed, f"{role} {action} from {status}"


def is_open(case: SimpleNamespace, action: str, by: Actor) -> bool:
    try:
        LIFECYCLE.check(case, action, by)
    except NotPossibleNow:
        return False
    return True


@pytest.mark.parametrize("way", LIFECYCLE.ways, ids=lambda way: way.action)
def test_the_system_alone_takes_the_ways_of_the_clock_and_people_all_others(way):
    if way.by_system:
        assert way.who is None
    else:
        assert way.who is not None
        assert way.who.role_set
    assert way.rests_on, f"{way.action} rests on nothing"


def test_every_state_is_reached_from_a_draft_and_every_state_but_the_ends_leads_to_an_end():
    """No state that nobody reaches, no dead end (R36)."""
    leads_to: dict[str, set[str]] = {status: set() for status in Status.values}
    for way in LIFECYCLE.ways:
        for source in way.sources:
            leads_to[source].add(way.target or source)
            if way.back:
                leads_to[source] |= {"submitted", "accepted", "in_review"}

    def reached(start: str) -> set[str]:
        seen, todo = set(), [start]
        while todo:
            state = todo.pop()
            if state not in seen:
                seen.add(state)
                todo += leads_to[state]
        return seen

    assert reached("draft") == set(Status.values)
    for status in Status.values:
        assert reached(status) & set(ENDS), f"{status} is a dead end"
    for end in ENDS:
        assert LIFECYCLE.ways_from(end) == []


def test_from_every_undecided_state_the_applicant_can_withdraw():
    for status in OPEN:
        assert LIFECYCLE.way("withdraw", status) is not None, status


@pytest.mark.parametrize(
    ("change", "action", "sentence"),
    [
        ({"asked_before": True}, "request_supplement", "已经要求补正过一次，不能再次要求。"),
        ({"open_joint": 2}, "grant", "还有 2 个部门没有给出联办意见。"),
        ({"open_joint": 1}, "refuse", "还有 1 个部门没有给出联办意见。"),
        ({"open_gaps": 1}, "grant", "容缺的材料还没有补来。"),
        ({"notice_done": False}, "grant", "这件事要先公示，公示期满才能批准。"),
        ({"open_objections": 1}, "grant", "有异议还没有答复。"),
        ({"needs_notice": False}, "post_notice", "这件事不需要公示。"),
        ({"special_procedures": []}, "start_special", "这件事没有特别程序。"),
        ({"extended": True}, "ask_extension", "已经申请过延期，一件事只能延期一次。"),
        ({"extension_waits": False}, "approve_extension", "没有等批准的延期申请。"),
    ],
)
def test_a_guard_says_why_not_now(change, action, sentence):
    case = case_in("in_review")
    case.facts.notice_done = action != "post_notice"
    vars(case.facts).update(change)

    with pytest.raises(NotPossibleNow) as caught:
        LIFECYCLE.check(case, action, actor("community_head"))

    assert str(caught.value) == sentence


def test_the_first_step_cannot_be_sent_back_and_the_last_not_forwarded():
    case = case_in("in_review")
    case.step = 0
    with pytest.raises(NotPossibleNow):
        LIFECYCLE.check(case, "send_back", actor("community_worker"))
    case.step = 2
    with pytest.raises(NotPossibleNow):
        LIFECYCLE.check(case, "forward", actor("community_worker"))


def test_what_the_docs_print_has_a_line_for_each_way():
    table = describe()
    assert len(table.splitlines()) == len(LIFECYCLE.ways) + 2
    assert "| `submitted` | `accept` 受理 | `accepted` | `casework.accept` | 起算 |" in table
