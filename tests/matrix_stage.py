"""Pages of programmes, sports meets, copies, spending and wishes."""

from .matrix_page import EVERYBODY, MINE, Page, of

STAGE = {
    "events:templates": Page("events.manage"),
    "events:copy": Page("events.manage", of("event")),
    "events:keep_as_template": Page("events.manage", of("event"), post=True),
    "events:add_slots": Page("events.manage", of("event")),
    "events:spendings": Page("events.manage", of("event")),
    "events:take_back_spending": Page("events.manage", of("spending"), post=True),
    "events:disciplines": Page("events.manage", of("event")),
    "events:discipline": Page("events.manage", of("discipline")),
    "events:remove_discipline": Page("events.manage", of("discipline"), post=True),
    "events:results": Page("events.manage", of("discipline")),
    "events:enter_for": Page("events.register", of("discipline")),
    "events:withdraw_entry_for": Page(
        "events.register",
        of("discipline"),
        post=True,
        data=lambda side: {"entry": side.entry.pk},
    ),
    "events:items": Page("events.manage", of("session")),
    "events:item": Page("events.manage", of("act")),
    "events:move_item": Page("events.manage", of("act"), post=True, data=lambda _side: {"to": 1}),
    "events:remove_item": Page("events.manage", of("act"), post=True),
    "events:enter": Page(EVERYBODY, of("community", "event", "discipline")),
    "events:withdraw_entry": Page(
        MINE,
        of("community", "event", "discipline"),
        post=True,
        data=lambda side: {"entry": side.entry.pk},
    ),
    "events:new_wish": Page(EVERYBODY, of("community")),
    "events:support": Page(EVERYBODY, of("community", "wish")),
    "events:end_support": Page(EVERYBODY, of("community", "wish"), post=True),
    "events:desk_wishes": Page("events.view"),
    "events:desk_wish": Page("events.manage", of("wish")),
    "events:answer_wish": Page("events.manage", of("wish"), post=True, data=lambda _side: {"answer": "好"}),
    "events:decline_wish": Page("events.manage", of("wish"), post=True, data=lambda _side: {"answer": "好"}),
    "events:plan_wish": Page(
        "events.manage",
        of("wish"),
        post=True,
        data=lambda side: {"answer": "好", "event": side.event.pk},
    ),
    "events:hide_wish": Page("events.manage", of("wish"), post=True, data=lambda _side: {"reason": "x"}),
}
