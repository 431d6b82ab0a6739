"""A sealed month stays as it was printed."""

from config.triggers import Trigger, refuse

_SAID = "A sealed report is not changed."

TRIGGERS = [
    Trigger(
        f"reports_report_sealed_{event.lower()}",
        "reports_report",
        f"BEFORE {event}",
        f"SELECT RAISE(ABORT, '{_SAID}');",
        refuse(_SAID),
        when="OLD.state = 'sealed'",
    )
    for event in ("UPDATE", "DELETE")
]
