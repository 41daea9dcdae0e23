"""Changing cases: one call, one transaction, one audit entry, its events."""

from linli.services.casework.services.apply import (
    add_material,
    discard_draft,
    fill_materials,
    remove_material,
    save_draft,
    start_draft,
    submit,
)
from linli.services.casework.services.closing import (
    answer_follow_up,
    call_back,
    close_work_item,
    rate,
    record_certificate,
)
from linli.services.casework.services.handle import (
    accept,
    answer_extension,
    answer_objection,
    ask_extension,
    ask_opinion,
    bring_later,
    close,
    decide,
    deem_accepted,
    deliver,
    end_notice,
    end_special,
    forward,
    give_opinion,
    not_accept,
    object_to_notice,
    post_notice,
    request_supplement,
    return_unanswered,
    send_back,
    start_special,
    supplement,
    take_over,
    transfer,
    withdraw,
)

__all__ = [
    "accept", "add_material", "answer_extension", "answer_follow_up", "answer_objection", "ask_extension",
    "ask_opinion", "bring_later", "call_back", "close", "close_work_item", "decide", "deem_accepted", "deliver", "discard_draft",
    "end_notice", "end_special", "fill_materials", "forward", "give_opinion", "not_accept", "object_to_notice",
    "post_notice", "rate", "record_certificate", "remove_material", "request_supplement", "return_unanswered",
    "save_draft", "send_back", "start_draft", "start_special", "submit", "supplement", "take_over", "transfer",
    "withdraw",
]  # fmt: skip
