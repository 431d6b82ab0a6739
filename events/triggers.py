"""Why somebody was moved up the waiting list stays as it was written."""

from config.triggers import append_only

TRIGGERS = append_only("events_queuemove")
