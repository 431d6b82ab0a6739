"""A sealed month stays as it was printed."""

from config.triggers import Trigger, append_only, refuse

_SAID = "A sealed report is not changed."

TRIGGERS = [
    *append_only("reports_pointsstatement"),
    *append_only("reports_ranking"),
    *append_only("reports_rankingrow"),
    *(
        Trigger(
            f"reports_report_sealed_{event.lower()}",
            "reports_report",
            f"BEFORE {event}",
            f"SELECT RAISE(ABORT, '{_SAID}');",
            refuse(_SAID),
            when="OLD.state = 'sealed'",
        )
        for event in ("UPDATE", "DELETE")
    ),
]
