from .album import Photo
from .certificates import Certificate
from .door import DoorCode, Excuse, SheetLine
from .feed import CalendarFeed
from .people import Attendance, Registration
from .pool import Pool
from .programme import EVENT_STEPS, Event, EventKind
from .queue import Draw, QueueMove, SignUp, SignUpMember, SignUpState
from .sessions import LONGEST_SESSION, Session, start_of
from .spending import Spending
from .sports import Discipline, Entry, Result
from .stage import ProgrammeItem
from .wishes import WISH_STEPS, Wish, WishSupport

__all__ = [
    "CalendarFeed",
    "EVENT_STEPS",
    "LONGEST_SESSION",
    "WISH_STEPS",
    "Attendance",
    "Certificate",
    "Discipline",
    "DoorCode",
    "Draw",
    "Entry",
    "Event",
    "EventKind",
    "Excuse",
    "Photo",
    "Pool",
    "ProgrammeItem",
    "QueueMove",
    "Registration",
    "Result",
    "Session",
    "SheetLine",
    "SignUp",
    "SignUpMember",
    "SignUpState",
    "Spending",
    "Wish",
    "WishSupport",
    "start_of",
]
