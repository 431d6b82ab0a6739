from .people import Attendance, Registration
from .programme import EVENT_STEPS, LONGEST_SESSION, Event, EventKind, Session, start_of

__all__ = [
    "EVENT_STEPS",
    "LONGEST_SESSION",
    "Attendance",
    "Event",
    "EventKind",
    "Registration",
    "Session",
    "start_of",
]
