"""The door for the web server."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
application = get_wsgi_application()
if settings.TRUSTED_PROXIES:
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers

    if "*" in settings.TRUSTED_PROXIES:
        raise ImproperlyConfigured(
            "LINLI_TRUSTED_PROXIES names your proxies' addresses; with * anybody could be anyone"
        )
    # Who asks is the last address in X-Forwarded-For that is no proxy of ours.
    application = wrap_wsgi_with_proxy_headers(application, settings.TRUSTED_PROXIES)
