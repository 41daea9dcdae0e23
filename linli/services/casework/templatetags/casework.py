"""What templates ask about a case that may be sensitive: {% whose case %}, {% state_of case %},
{% if case|is_read_by:request.actor %}."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.utils.translation import gettext as _

from linli.core.access import Actor
from linli.services.casework import discretion
from linli.services.casework.models import Case

register = template.Library()


@register.simple_tag(takes_context=True)
def whose(context: Context, case: Case) -> str:
    """Return the applicant's name, or that it is not shown to this reader."""
    return case.applicant.name if discretion.reads(case, context["request"].actor) else _("不显示")


@register.simple_tag(takes_context=True)
def state_of(context: Context, case: Case) -> str:
    """Return the state of a dressed row in words, as far as this reader may know it."""
    return discretion.state_shown(case, context["request"].actor, case.words)  # type: ignore[attr-defined]


@register.filter
def is_read_by(case: Case, actor: Actor) -> bool:
    return discretion.reads(case, actor)
