from django.urls import path

from linli.ground.exchange.pages import clients, links, oauth, reference

app_name = "exchange"
urlpatterns = [
    path(".well-known/oauth-authorization-server", oauth.metadata, name="metadata"),
    path("api/oauth/token", oauth.token, name="token"),
    path("developers/", reference.reference, name="reference"),
    path("clients/", clients.clients, name="clients"),
    path("clients/new/", clients.new_client, name="new_client"),
    path("clients/<uuid:client_id>/", clients.client, name="client"),
    path("clients/<uuid:client_id>/scopes/", clients.scopes, name="scopes"),
    path("clients/<uuid:client_id>/secrets/new/", clients.new_secret, name="new_secret"),
    path("clients/<uuid:client_id>/secrets/<uuid:secret_id>/revoke/", clients.revoke_secret, name="revoke_secret"),
    path("clients/<uuid:client_id>/revoke/", clients.revoke_client, name="revoke_client"),
    path("clients/<uuid:client_id>/webhooks/new/", clients.new_webhook, name="new_webhook"),
    path("webhooks/<uuid:webhook_id>/", clients.webhook, name="webhook"),
    path("webhooks/<uuid:webhook_id>/secret/", clients.new_webhook_secret, name="new_webhook_secret"),
    path("webhooks/<uuid:webhook_id>/stop/", clients.stop_webhook, name="stop_webhook"),
    path("webhooks/<uuid:webhook_id>/resume/", clients.resume_webhook, name="resume_webhook"),
    path("links/", links.links, name="links"),
    path("links/<uuid:candidate_id>/", links.link, name="link"),
    path("links/<uuid:candidate_id>/decide/", links.decide, name="decide_link"),
    path("deliveries/<uuid:delivery_id>/replay/", clients.replay, name="replay"),
]
