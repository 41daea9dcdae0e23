from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "linli.services.certificates"
    label = "certificates"
