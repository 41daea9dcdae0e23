"""Asking street or department how something is handled, and answering it for everybody (R39)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import transaction

from linli.core import events
from linli.core.access import Actor
from linli.core.calendar import now, today
from linli.core.calendar.queries import calendar_for
from linli.core.http import Stale
from linli.core.ids import new_id
from linli.services.casework import asking, discretion, queries, rules
from linli.services.casework import permissions as may
from linli.services.casework.events import QuestionAnswered, QuestionAsked
from linli.services.casework.models import Case, Question
from linli.services.casework.services import moving


@transaction.atomic
def ask_question(number: str, *, by: Actor, whom: str, question: str) -> Question:
    """Ask street or department how a case's item is handled; the case stays where it is and its clock runs on.

    whom: "township" for the street above, or a department's code for the county's. Raises Case.DoesNotExist out of
    reach or where the case is not the actor's to read, ChoiceNotKnown, SomethingToSay, QuestionNamesSomebody.
    """
    case = queries.cases_for(by, may.ASK_QUESTION).get(number=rules.plain_number(number))
    if not discretion.reads(case, by):
        raise Case.DoesNotExist
    rules.check_choice(whom, dict(asking.who_may_be_asked(case, by)), field="whom")
    place = asking.place_asked(case, whom)
    if place is None:
        raise rules.ChoiceNotKnown(field="whom")
    question = rules.check_impersonal(question, list(_names(case)), [case.number], field="question")
    row = Question.everywhere.create(
        id=new_id(), case=case, county_code=case.county_code, item_version=case.item_version, item_code=case.item_code,
        place=place, level=place.level, department="" if whom == asking.STREET else whom, question=question,
        asked_by=by.account_id, asked_name=by.name, asked_place=by.post.division_name if by.post else "",
        asked_at=now(),
        due_on=calendar_for(case.county_code).add_working_days(today(), rules.QUESTION_WORKING_DAYS),
    )  # fmt: skip
    facts = {"question": str(row.pk), "level": row.level, "department": row.department}
    moving.note(case, "question_asked", by=by, came_from=case.status, facts=facts)
    events.publish(QuestionAsked(question_id=row.pk, county_code=row.county_code))
    return row


@transaction.atomic
def answer_question(question_id: UUID, *, by: Actor, answer: str) -> Question:
    """Answer how something is handled: once, pinned to the item version for all who handle it.

    Raises Question.DoesNotExist, SomethingToSay, QuestionNamesSomebody, Stale.
    """
    row = asking.questions_for(by).get(pk=question_id)
    case = Case.everywhere.select_related("applicant", "agent", "item_version").get(
        pk=row.case_id, county_code=row.county_code
    )
    said: dict[str, Any] = {
        "answer": rules.check_impersonal(answer, list(_names(case)), [case.number], field="answer"),
        "answered_by": by.account_id,
        "answered_name": by.name,
        "answered_at": now(),
    }
    waiting = Question.everywhere.filter(pk=row.pk, county_code=row.county_code, answered_at__isnull=True)
    if not waiting.update(**said):
        raise Stale
    for name, value in said.items():
        setattr(row, name, value)
    moving.note(case, "question_answered", by=by, came_from=case.status, facts={"question": str(row.pk)})
    events.publish(QuestionAnswered(question_id=row.pk, county_code=row.county_code, item_code=row.item_code))
    return row


def _names(case: Case) -> Iterator[str]:
    """Yield the names that a question on the case must not bear: of applicant and agent, and those in the form."""
    yield case.applicant.name
    if case.agent is not None:
        yield case.agent.name
    yield from _named(queries.form_data(case))


def _named(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _named(inner, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner, key)
    elif isinstance(value, str) and "name" in key:
        yield value.strip()
