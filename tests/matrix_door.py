"""The rows of the matrix for what happens at the door."""


def _session(side):
    return [side.session.pk]


def _resident(side):
    return [side.resident.pk]


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


def pages(page, everybody, at_home) -> dict:
    """Of a session: for those who check people in. Of a person: for those who keep the register, and oneself."""
    rows = {f"events:{name}": page("events.check_in", _session) for name in LOOKED_AT}
    rows |= {
        f"events:{name}": page("events.check_in", _session, post=True, data=data)
        for name, data in POSTED.items()
    }
    return rows | {
        "events:register_for": page("events.register", _session),
        "events:withdraw_for": page(
            "events.register", _session, post=True, data=lambda side: {"registration": side.registration.pk}
        ),
        "events:card": page("residents.edit", _resident, at_home),
        "events:card_anew": page("residents.edit", _resident, at_home, post=True),
        "events:code_check_in": page(everybody, lambda side: ["no-code"]),
        "events:my_code": page(everybody),
        "events:my_code_make": page(everybody, post=True),
        "events:my_code_anew": page(everybody, post=True),
        "events:arrive": page(everybody, _session),
    }
