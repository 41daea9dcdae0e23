"""The act of the log that two people do."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core import countersign
from linli.core.access import Actor
from linli.core.audit import permissions as may
from linli.core.audit import services
from linli.core.audit.subjects import subject_of
from linli.core.countersign.acts import Payload


def _carry_out(payload: Payload, by: Actor, second: Actor) -> None:
    services.open_reading(by=by, second=second, **payload)


def _in_words(payloads: Sequence[Payload]) -> list[str]:
    by_kind: dict[str, list[str]] = {}
    for one in payloads:
        by_kind.setdefault(one["kind"], []).append(one["subject_id"])
    names = {kind: subject_of(kind).names(ids) for kind, ids in by_kind.items()}
    return [
        _("查阅%(kind)s“%(name)s”的审计记录，24 小时内；目的：%(purpose)s")
        % {
            "kind": subject_of(one["kind"]).label,
            "name": names[one["kind"]].get(one["subject_id"], ""),
            "purpose": one["purpose"],
        }
        for one in payloads
    ]


countersign.register(
    countersign.Act(
        services.READ,
        gettext_lazy("查阅审计记录"),
        needs=may.READ,
        confirms=may.CONFIRM,
        carry_out=_carry_out,
        describe=_in_words,
    )
)
