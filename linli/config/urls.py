"""Where each room's pages hang. Every URL below declares its permission; a test walks them all."""

from django.urls import include, path

from linli.core.api.house import urls as api_urls

urlpatterns = [
    path("", include("linli.core.design.urls")),
    path("", include("linli.core.countersign.urls")),
    path("", include("linli.core.audit.urls")),
    path("", include("linli.core.watch.urls")),
    path("", include("linli.web.urls")),
    path("", include("linli.ground.accounts.urls")),
    path("", include("linli.ground.territory.urls")),
    path("", include("linli.ground.registry.urls")),
    path("", include("linli.ground.exchange.urls")),
    path("api/v1/", api_urls()),
    path("", include("linli.services.catalogue.urls")),
    path("", include("linli.services.facilities.urls")),
    path("", include("linli.services.casework.urls")),
    path("", include("linli.services.certificates.urls")),
    path("", include("linli.services.entitlement.urls")),
]

handler400 = "linli.web.pages.errors.bad_request"
handler403 = "linli.web.pages.errors.forbidden"
handler404 = "linli.web.pages.errors.not_found"
handler500 = "linli.web.pages.errors.broken"
