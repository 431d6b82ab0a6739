"""Pages of programmes, sports meets, copies, spending and wishes."""

from .matrix_page import EVERYBODY, MINE, Page

STAGE = {
    "events:templates": Page("events.manage"),
    "events:copy": Page("events.manage", lambda side: [side.event.pk]),
    "events:keep_as_template": Page("events.manage", lambda side: [side.event.pk], post=True),
    "events:add_slots": Page("events.manage", lambda side: [side.event.pk]),
    "events:spendings": Page("events.manage", lambda side: [side.event.pk]),
    "events:take_back_spending": Page("events.manage", lambda side: [side.spending.pk], post=True),
    "events:disciplines": Page("events.manage", lambda side: [side.event.pk]),
    "events:discipline": Page("events.manage", lambda side: [side.discipline.pk]),
    "events:remove_discipline": Page("events.manage", lambda side: [side.discipline.pk], post=True),
    "events:results": Page("events.manage", lambda side: [side.discipline.pk]),
    "events:enter_for": Page("events.register", lambda side: [side.discipline.pk]),
    "events:withdraw_entry_for": Page(
        "events.register",
        lambda side: [side.discipline.pk],
        post=True,
        data=lambda side: {"entry": side.entry.pk},
    ),
    "events:items": Page("events.manage", lambda side: [side.session.pk]),
    "events:item": Page("events.manage", lambda side: [side.act.pk]),
    "events:move_item": Page(
        "events.manage", lambda side: [side.act.pk], post=True, data=lambda _side: {"to": 1}
    ),
    "events:remove_item": Page("events.manage", lambda side: [side.act.pk], post=True),
    "events:enter": Page(EVERYBODY, lambda side: [side.community, side.event.pk, side.discipline.pk]),
    "events:withdraw_entry": Page(
        MINE,
        lambda side: [side.community, side.event.pk, side.discipline.pk],
        post=True,
        data=lambda side: {"entry": side.entry.pk},
    ),
    "events:new_wish": Page(EVERYBODY, lambda side: [side.community]),
    "events:support": Page(EVERYBODY, lambda side: [side.community, side.wish.pk]),
    "events:end_support": Page(EVERYBODY, lambda side: [side.community, side.wish.pk], post=True),
    "events:desk_wishes": Page("events.view"),
    "events:desk_wish": Page("events.manage", lambda side: [side.wish.pk]),
    "events:answer_wish": Page(
        "events.manage", lambda side: [side.wish.pk], post=True, data=lambda _side: {"answer": "好"}
    ),
    "events:decline_wish": Page(
        "events.manage", lambda side: [side.wish.pk], post=True, data=lambda _side: {"answer": "好"}
    ),
    "events:plan_wish": Page(
        "events.manage",
        lambda side: [side.wish.pk],
        post=True,
        data=lambda side: {"answer": "好", "event": side.event.pk},
    ),
    "events:hide_wish": Page(
        "events.manage", lambda side: [side.wish.pk], post=True, data=lambda _side: {"reason": "x"}
    ),
}
