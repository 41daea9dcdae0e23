"""Whatever a page can do, a program can do at /api/v1: each page that changes something names its operation.

The pages are found by walking every address (doors.py), so a page added anywhere has to say here by which operation a
program does the same, or why only a browser does it.
"""

from __future__ import annotations

import inspect

import pytest

from tests.house.doors import Door, doors

SAME: dict[str, str] = {
    # One's own account, and the staff's.
    "accounts:close_account": "close_account",
    "accounts:end_role": "end_role",
    "accounts:give_role": "give_role",
    "accounts:joined": "send_joining_codes join_my_account list_joined_accounts",
    "accounts:new_member": "create_staff",
    "accounts:part": "part_my_account",
    "accounts:reopen_account": "reopen_account",
    "accounts:reset_factors": "reset_factors",
    "accounts:reset_password": "reset_password",
    "accounts:sign_out_elsewhere": "end_my_other_sign_ins",
    "accounts:sign_out_there": "end_my_sign_in list_my_sign_ins",
    "accounts:stand_ins": "delegate_role list_stand_ins",
    "accounts:take_back": "end_delegation",
    "audit:readings": "ask_audit_reading list_audit_readings read_audit_entries",
    # Cases, at the desk and in the portal.
    "casework:act": "accept_case forward_case send_back_case grant_case refuse_case not_accept_case transfer_case "
    "request_supplement_case post_notice_case start_special_case end_special_case ask_extension_case "
    "approve_extension_case deny_extension_case ask_opinion_case deliver_case supplement_at_window_case",
    "casework:answer_objection": "answer_objection",
    "casework:apply": "start_draft",
    "casework:ask_question": "ask_question",
    "casework:ask_rating": "ask_rating rate_by_telephone",
    "casework:assist": "identify_person",
    "casework:assist_consent": "send_consent_code record_consent start_draft",
    "casework:batch": "accept_case forward_case",
    "casework:bring_later": "bring_later",
    "casework:close_work_item": "close_work_item",
    "casework:decline_proposal": "decline_proposal list_proposals",
    "casework:draft_add_material": "add_draft_material",
    "casework:draft_autosave": "save_answers",
    "casework:draft_check": "submit_draft",
    "casework:draft_discard": "discard_draft",
    "casework:draft_form": "save_answers",
    "casework:draft_remove_material": "remove_draft_material",
    "casework:follow_up": "call_back answer_follow_up",
    "casework:my_bring_later": "bring_later",
    "casework:my_rate": "rate_case",
    "casework:my_supplement": "bring_supplement",
    "casework:my_take_over": "take_over_case",
    "casework:my_withdraw": "withdraw_case",
    "casework:object_to_notice": "object_to_notice",
    "casework:opinion": "answer_opinion",
    "casework:question": "answer_question",
    "casework:rate": "rate_by_link get_rating_link",
    "casework:revoke_authority": "revoke_authority list_authorities",
    "casework:window": "identify_person",
    "casework:window_accounts": "find_resident_accounts join_resident_accounts part_resident_accounts",
    "casework:window_mandate": "start_draft",
    "casework:window_on_behalf": "record_mandate record_authority use_authority",
    "casework:window_person": "start_draft",
    "casework:window_revoke_authority": "revoke_authority",
    # What the house keeps beside them.
    "catalogue:begin_next": "begin_item_version",
    "catalogue:discard_draft": "discard_item_version",
    "catalogue:edit": "save_item_version",
    "catalogue:form_field": "save_item_version_form get_item_version_form",
    "catalogue:form_move": "save_item_version_form",
    "catalogue:form_remove": "save_item_version_form",
    "catalogue:form_text": "save_item_version_form",
    "catalogue:end_variance": "end_variance list_variances",
    "catalogue:mark_reviewed": "mark_item_reviewed",
    "catalogue:new": "create_item",
    "catalogue:publish": "publish_item_version",
    "catalogue:record_variance": "record_variance",
    "catalogue:retire": "retire_item",
    "catalogue:return_to_draft": "return_item_version",
    "catalogue:send_to_review": "send_item_version_to_review",
    "certificates:by_file": "check_by_file",
    "certificates:new_seal": "make_seal list_seals",
    "certificates:own": "choose_shown",
    "certificates:replace": "replace_certificate",
    "certificates:report_demand": "report_demand",
    "certificates:revoke": "revoke_certificate ask_to_revoke_certificate",
    "certificates:withdraw_seal": "withdraw_seal",
    "countersign:confirm": "confirm_countersignature list_countersignatures get_countersignature",
    "countersign:refuse": "refuse_countersignature",
    "countersign:withdraw": "withdraw_countersignature",
    "entitlement:prepare": "prepare_entitled get_entitled list_entitled",
    "entitlement:run": "start_entitlement_run list_entitlement_runs",
    "entitlement:set_aside": "set_entitled_aside",
    "exchange:decide_link": "decide_link get_link list_links",
    "exchange:new_client": "register_client",
    "exchange:new_secret": "make_client_secret",
    "exchange:new_webhook": "add_webhook",
    "exchange:new_webhook_secret": "change_webhook_secret",
    "exchange:replay": "replay_delivery",
    "exchange:resume_webhook": "resume_webhook",
    "exchange:revoke_client": "revoke_client",
    "exchange:revoke_secret": "revoke_client_secret list_client_secrets",
    "exchange:scopes": "change_client_scopes",
    "exchange:stop_webhook": "stop_webhook",
    "facilities:actual": "record_opening list_openings",
    "facilities:add_window": "add_window",
    "facilities:close_window": "close_window",
    "facilities:correct": "correct_service_point",
    "facilities:end": "end_service_point",
    "facilities:end_window": "end_window",
    "facilities:exception": "add_hours_exception",
    "facilities:hours": "set_hours",
    "facilities:new": "create_service_point",
    "facilities:reopen": "reopen_window",
    "facilities:withdraw": "withdraw_hours_exception",
    "registry:add_home": "add_home list_homes get_home",
    "registry:birth": "note_birth get_household",
    "registry:close_organisation": "close_organisation list_organisations get_organisation",
    "registry:correct": "correct_person",
    "registry:describe_home": "describe_home",
    "registry:died": "mark_person_dead",
    "registry:divorce": "note_divorce get_person_home",
    "registry:end_tag": "end_tag",
    "registry:find": "identify_person list_persons",
    "registry:give_tag": "give_tag",
    "registry:head": "change_head",
    "registry:identify_me": "link_my_identity",
    "registry:marriage": "note_marriage",
    "registry:merge": "merge_households",
    "registry:move": "move_person",
    "registry:move_in": "move_in register_at",
    "registry:move_out": "move_out",
    "registry:new_organisation": "register_organisation",
    "registry:register": "register_person",
    "registry:reveal": "reveal_fact",
    "registry:split": "split_household",
    "territory:load": "import_divisions",
    "web:consent": "set_consent",
    "web:deliver_again": "deliver_again",
    "web:kiosk_answer": "answer_kiosk_call list_kiosk_calls",
    "web:kiosk_pair_anew": "pair_kiosk_anew",
    "web:kiosk_revoke": "revoke_kiosk",
    "web:kiosks": "register_kiosk list_kiosks",
}  # fmt: skip
"""By which operations a program does what a page does."""

CEREMONY = "signing in and showing again who one is: somebody sits there, a program shows its token"
FACTOR = "a second factor is set up and taken away by whoever holds it in her hand, in her browser"
SCREEN = "what the public screen's own browser does"
CHOICE = "how this browser shows things"
ONLY_BROWSERS: dict[str, str] = {
    "accounts:add_app": FACTOR,
    "accounts:add_passkey": FACTOR,
    "accounts:again": CEREMONY,
    "accounts:change_password": CEREMONY,
    "accounts:choose_language": CHOICE,
    "accounts:choose_post": "in which post somebody works now is her session's; a program has one place",
    "accounts:new_codes": FACTOR,
    "accounts:passkey_options": CEREMONY,
    "accounts:provider_logout": "the identity provider calls it, when she has signed out there",
    "accounts:remove_app": FACTOR,
    "accounts:remove_passkey": FACTOR,
    "accounts:second_factor": FACTOR,
    "accounts:second_step": CEREMONY,
    "accounts:sign_out": CEREMONY,
    "catalogue:form_preview": "shows a form to whoever makes it, and keeps nothing",
    "exchange:token": "programs fetch their token there: it stands beside /api/v1",
    "web:kiosk_case": SCREEN,
    "web:kiosk_help": SCREEN,
    "web:kiosk_pair": SCREEN,
    "web:kiosk_sign_in": SCREEN,
    "web:preferences": CHOICE,
    "web:sign_in": CEREMONY,
}
"""What only a browser does, and why."""


def changes_something(door: Door) -> bool:
    """Tell whether a page takes a POST: it asks for one, or reads what was sent."""
    if door.is_api or door.excused:
        return False
    text = inspect.getsource(inspect.unwrap(door.view))
    return any(word in text for word in ("request.POST", '"POST"', "require_POST", "request.body", "request.FILES"))


PAGES = sorted({door.name: door for door in doors() if changes_something(door)}.items())
OPERATIONS = {door.operation.operation_id for door in doors() if door.is_api}


@pytest.mark.parametrize("name", [name for name, _door in PAGES])
def test_a_page_that_changes_something_names_its_operation_or_says_why_there_is_none(name: str):
    assert (name in SAME) != (name in ONLY_BROWSERS), f"{name}: by which operation does a program do this?"


@pytest.mark.parametrize("name", sorted(SAME))
def test_the_operations_that_are_named_are_there(name: str):
    assert set(SAME[name].split()) <= OPERATIONS, f"{name} names operations that do not exist"


def test_the_lists_name_no_page_that_is_gone():
    known = {name for name, _door in PAGES}

    assert set(SAME) | set(ONLY_BROWSERS) <= known | {door.name for door in doors()}
    assert len(PAGES) > 100, "the walk finds the pages"
    assert all(len(why) > 15 for why in ONLY_BROWSERS.values())


def test_every_operation_that_changes_something_says_what_it_needs_and_can_be_sent_again():
    """Making takes an Idempotency-Key or is made once by its own rule; changing a row with a version takes If-Match."""
    from linli.core.api.rooms import ways_of

    for door in doors():
        if door.is_api and door.method == "PUT":
            assert ways_of(door.operation).versioned or door.operation.operation_id == "set_consent", door
