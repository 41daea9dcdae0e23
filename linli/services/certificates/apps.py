from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "linli.services.certificates"
    label = "certificates"

    def ready(self) -> None:
        from linli.core.crypto import register_sealed
        from linli.core.design import navigation, panels
        from linli.services.certificates import permissions as may
        from linli.services.certificates.panels import certificates_found

        register_sealed("certificates.Authority", "private_key", "certificates.authority.private_key")
        register_sealed("certificates.Seal", "private_key", "certificates.seal.private_key")
        register_sealed("certificates.Certificate", "facts", "certificates.certificate.facts")
        register_sealed("certificates.Paper", "facts", "certificates.paper.facts")
        register_sealed("certificates.ProofDemand", "note", "certificates.proofdemand.note")

        panels.register("find", certificates_found, order=20)
        navigation.register("portal", "", _("我的证书"), "certificates:mine", "certificate", may.OWN)
        navigation.register("portal_foot", "", _("查一张证书"), "certificates:verify", "qrcode")
        navigation.register("bench", "service", _("签发的证书"), "certificates:issued", "certificate", may.VIEW)
        navigation.register(
            "bench", "management", _("印章和用印登记"), "certificates:seals", "rubber-stamp", may.SEAL_REGISTER
        )
        navigation.register(
            "bench", "management", _("不该开的证明"), "certificates:demands", "message-report", may.VIEW_DEMANDS
        )
        navigation.register(
            "bench",
            "service",
            _("有人要不该开的证明"),
            "certificates:report_demand",
            "flag",
            may.REPORT_DEMAND,
            order=90,
        )
