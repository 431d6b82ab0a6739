"""The rows of the matrix for what happens at the door."""

from .matrix_page import EVERYBODY, Page, at_home, of


def _attendance(side):
    return {"attendance": side.attendance.pk}


LOOKED_AT = ("roll", "sheet", "walk_in", "wall", "key_in", "absent", "presence")
POSTED = {
    "number_lines": lambda side: {},
    "check_in": lambda side: {"resident": side.resident.pk},
    "undo_check_in": _attendance,
    "check_out": _attendance,
    "undo_check_out": _attendance,
    "companions": lambda side: _attendance(side) | {"companions": "0"},
    "correct_hours": lambda side: _attendance(side) | {"hours": "1"},
    "excuse": lambda side: {"resident": side.resident.pk},
    "withdraw_excuse": lambda side: {"excuse": side.excuse.pk},
}


# Of a session: for those who check people in. Of a person: for those who keep the register, and oneself.
DOOR = (
    {f"events:{name}": Page("events.check_in", of("session")) for name in LOOKED_AT}
    | {
        f"events:{name}": Page("events.check_in", of("session"), post=True, data=data)
        for name, data in POSTED.items()
    }
    | {
        "events:register_for": Page("events.register", of("session")),
        "events:register_one": Page("events.register", lambda side: [side.session.pk, side.resident.pk]),
        "events:withdraw_for": Page(
            "events.register",
            of("session"),
            post=True,
            data=lambda side: {"registration": side.registration.pk},
        ),
        "events:card": Page("residents.edit", of("resident"), at_home),
        "events:card_anew": Page("residents.edit", of("resident"), at_home, post=True),
        "events:code_check_in": Page(EVERYBODY, lambda side: ["no-code"]),
        "events:my_code": Page(EVERYBODY),
        "events:my_code_make": Page(EVERYBODY, post=True),
        "events:my_code_anew": Page(EVERYBODY, post=True),
        "events:arrive": Page(EVERYBODY, of("session")),
    }
)
