from django.urls import path

from linli.services.catalogue.pages import areas, desk, form_editor, portal

app_name = "catalogue"
urlpatterns = [
    path("services/", portal.find, name="items"),
    path("services/suggestions/", portal.suggestions, name="suggestions"),
    path("services/proofs/", portal.proofs, name="proofs"),
    path("services/<slug:code>/", portal.guide, name="guide"),
    path("desk/items/", desk.manage, name="manage"),
    path("desk/items/new/", desk.new, name="new"),
    path("desk/items/coverage/", desk.coverage, name="coverage"),
    path("desk/items/coverage/communities/", areas.reach, name="reach"),
    path("desk/items/coverage/communities/gaps/", areas.gaps, name="gaps"),
    path("desk/items/coverage/equality/", areas.equality, name="equality"),
    path("desk/items/coverage/differences/", areas.variances, name="variances"),
    path("desk/items/coverage/differences/<uuid:variance_id>/end/", areas.end_variance, name="end_variance"),
    path("desk/items/<slug:code>/differences/new/", areas.record_variance, name="record_variance"),
    path("desk/items/<slug:code>/", desk.item, name="item"),
    path("desk/items/<slug:code>/next/", desk.begin_next, name="begin_next"),
    path("desk/items/<slug:code>/retire/", desk.retire, name="retire"),
    path("desk/items/<slug:code>/reviewed/", desk.mark_reviewed, name="mark_reviewed"),
    path("desk/items/<slug:code>/<int:number>/", desk.version, name="version"),
    path("desk/items/<slug:code>/<int:number>/edit/", desk.edit, name="edit"),
    path("desk/items/<slug:code>/<int:number>/preview/", desk.preview, name="preview"),
    path("desk/items/<slug:code>/<int:number>/form/", form_editor.fields, name="form"),
    path("desk/items/<slug:code>/<int:number>/form/field/", form_editor.field, name="form_field"),
    path("desk/items/<slug:code>/<int:number>/form/move/", form_editor.move, name="form_move"),
    path("desk/items/<slug:code>/<int:number>/form/remove/", form_editor.remove, name="form_remove"),
    path("desk/items/<slug:code>/<int:number>/form/text/", form_editor.text, name="form_text"),
    path("desk/items/<slug:code>/<int:number>/form/download/", form_editor.download, name="form_download"),
    path("desk/items/<slug:code>/<int:number>/form/preview/", form_editor.preview, name="form_preview"),
    path("desk/items/<slug:code>/<int:number>/review/", desk.send_to_review, name="send_to_review"),
    path("desk/items/<slug:code>/<int:number>/return/", desk.return_to_draft, name="return_to_draft"),
    path("desk/items/<slug:code>/<int:number>/discard/", desk.discard_draft, name="discard_draft"),
    path("desk/items/<slug:code>/<int:number>/publish/", desk.publish, name="publish"),
]
