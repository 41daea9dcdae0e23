"""What follows when a certificate changes: the holder is told. And how a second person confirms a revocation."""

# untranslated: messages are registered in both languages

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core import countersign, messages
from linli.core.access import Actor
from linli.core.countersign.acts import Payload
from linli.core.events import subscribe
from linli.core.ids import grouped
from linli.services.certificates import permissions as may
from linli.services.certificates import services
from linli.services.certificates.events import CertificateRevoked
from linli.services.certificates.models import Certificate
from linli.services.certificates.services.certificates import REVOKE

messages.register_template(
    "certificates.revoked",
    zh="您的%(title)s（编号 %(number)s）撤销了，不能再用。原因：%(reason)s 不同意可以打 12345 提出。",
    en="Your certificate %(number)s (%(title)s) is revoked and can no longer be used. Reason: %(reason)s "
    "If you disagree, call 12345.",
    title_zh="证书撤销了",
    title_en="A certificate is revoked",
)
messages.register_template(
    "certificates.replaced",
    zh="您的%(title)s（编号 %(number)s）写错了，已经换发新的一张，在“我的证书”里。原因：%(reason)s",
    en="Your certificate %(number)s (%(title)s) held a mistake; a right one has taken its place, see My certificates. "
    "Reason: %(reason)s",
    title_zh="证书换发了",
    title_en="A certificate is replaced",
)


@subscribe(CertificateRevoked)
def tell_the_holder(event: CertificateRevoked) -> None:
    """Tell the holder that her certificate is revoked, and why; once, however often it is delivered."""
    certificate = Certificate.everywhere.get(pk=event.certificate_id, county_code=event.county_code)
    messages.send(
        person_id=event.holder_id,
        template="certificates.replaced" if event.replaced else "certificates.revoked",
        context={
            "title": certificate.title,
            "number": grouped(certificate.number),
            "reason": certificate.revoked_because,
        },
        about=("certificates.certificate", str(certificate.pk)),
        link=f"/my-certificates/{certificate.number}/",
        once_key=f"certificates.revoked.{certificate.pk}",
        county_code=event.county_code,
    )


def _carry_out(payload: Payload, by: Actor, second: Actor) -> None:
    services.revoke(payload["number"], by=by, reason=payload["reason"], version=payload["version"], second=second)


def _in_words(payloads: Sequence[Payload]) -> list[str]:
    named = [{"number": grouped(one["number"]), "reason": one["reason"]} for one in payloads]
    return [_("撤销证书 %(number)s，原因：%(reason)s") % names for names in named]


countersign.register(
    countersign.Act(
        REVOKE,
        gettext_lazy("撤销证书"),
        needs=may.REVOKE,
        confirms=may.REVOKE,
        carry_out=_carry_out,
        describe=_in_words,
    )
)
