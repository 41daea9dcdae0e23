from django.urls import path

from linli.services.casework.pages import apply, behalf, desk, follow, handle, mine, papers

app_name = "casework"
urlpatterns = [
    # the resident's way, shared with the window where a clerk fills in for somebody
    path("apply/<slug:code>/", apply.begin, name="apply"),
    path("drafts/", apply.drafts, name="drafts"),
    path("drafts/<uuid:draft_id>/form/", apply.form, name="draft_form"),
    path("drafts/<uuid:draft_id>/autosave/", apply.autosave, name="draft_autosave"),
    path("drafts/<uuid:draft_id>/materials/", apply.materials, name="draft_materials"),
    path("drafts/<uuid:draft_id>/materials/<slug:code>/", apply.add_material, name="draft_add_material"),
    path("drafts/<uuid:draft_id>/files/<uuid:material_id>/", apply.draft_file, name="draft_file"),
    path(
        "drafts/<uuid:draft_id>/files/<uuid:material_id>/remove/", apply.remove_material, name="draft_remove_material"
    ),
    path("drafts/<uuid:draft_id>/check/", apply.check, name="draft_check"),
    path("drafts/<uuid:draft_id>/discard/", apply.discard, name="draft_discard"),
    path("my/cases/", mine.cases, name="my_cases"),
    path("my/cases/<str:number>/", mine.case, name="my_case"),
    path("my/cases/<str:number>/supplement/", mine.supplement, name="my_supplement"),
    path("my/cases/<str:number>/later/<slug:code>/", mine.bring_later, name="my_bring_later"),
    path("my/cases/<str:number>/withdraw/", mine.withdraw, name="my_withdraw"),
    path("my/cases/<str:number>/take-over/", mine.take_over, name="my_take_over"),
    path("my/cases/<str:number>/rate/", mine.rate, name="my_rate"),
    path("cases/<str:number>/files/<uuid:material_id>/", papers.material_file, name="file"),
    path("cases/<str:number>/mandate/", papers.mandate_file, name="mandate_file"),
    path("cases/<str:number>/papers/<slug:kind>.pdf", papers.paper, name="paper"),
    path("visits/<uuid:visit_id>/receipt.pdf", papers.visit_receipt, name="visit_receipt"),
    path("notices/", follow.notices, name="notices"),
    path("notices/<str:number>/object/", follow.object_to_notice, name="object_to_notice"),
    # the workbench
    path("desk/", desk.tasks, name="tasks"),
    path("desk/search/", desk.search, name="search"),
    path("desk/all/", desk.all_cases, name="all"),
    path("desk/batch/", desk.batch, name="batch"),
    path("desk/window/", desk.window, name="window"),
    path("desk/window/<uuid:person_id>/", desk.window_person, name="window_person"),
    path("desk/window/<uuid:person_id>/for/", behalf.on_behalf, name="window_on_behalf"),
    path("desk/window/mandates/<uuid:mandate_id>/", behalf.window_mandate, name="window_mandate"),
    path("desk/assist/", behalf.assist, name="assist"),
    path("desk/assist/<uuid:person_id>/", behalf.assist_person, name="assist_person"),
    path("desk/assist/<uuid:person_id>/<slug:code>/", behalf.assist_consent, name="assist_consent"),
    path("desk/slips/", desk.slips, name="slips"),
    path("desk/figures/", desk.figures, name="figures"),
    path("desk/how-cases-move/", desk.how_cases_move, name="lifecycle"),
    path("desk/cases/<str:number>/", handle.handle, name="handle"),
    path("desk/cases/<str:number>/do/<slug:action>/", handle.act, name="act"),
    path("desk/cases/<str:number>/objections/<uuid:objection_id>/", handle.answer_objection, name="answer_objection"),
    path("desk/cases/<str:number>/later/<slug:code>/", handle.bring_later, name="bring_later"),
    path("desk/opinions/", follow.opinions, name="opinions"),
    path("desk/opinions/<uuid:opinion_id>/", follow.opinion, name="opinion"),
    path("desk/follow-ups/", follow.follow_ups, name="follow_ups"),
    path("desk/follow-ups/<uuid:follow_up_id>/", follow.follow_up, name="follow_up"),
    path("desk/work-items/", follow.work_items, name="work_items"),
    path("desk/work-items/<uuid:work_item_id>/", follow.close_work_item, name="close_work_item"),
]
