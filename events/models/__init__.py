from .people import Attendance, Registration
from .pool import Pool
from .programme import EVENT_STEPS, Event, EventKind
from .queue import Draw, QueueMove, SignUp, SignUpMember, SignUpState
from .sessions import LONGEST_SESSION, Session, start_of

__all__ = [
    "EVENT_STEPS",
    "LONGEST_SESSION",
    "Attendance",
    "Draw",
    "Event",
    "EventKind",
    "Pool",
    "QueueMove",
    "Registration",
    "Session",
    "SignUp",
    "SignUpMember",
    "SignUpState",
    "start_of",
]
