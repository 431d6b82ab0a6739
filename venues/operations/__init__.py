from .booking import Taken, accept, ask, cancel, expire, mark_no_show, move, reject
from .closing import close_for_a_time, displaced_by, left_outside, lift
from .deciding import decide_series, reject_series
from .holds import Hold, hold_all, hold_for_session, release
from .repeating import book_series, cancel_series, confirm_series, free_unconfirmed
from .tree import follow_merge, refuse_closing

__all__ = [
    "Hold",
    "Taken",
    "accept",
    "ask",
    "book_series",
    "cancel",
    "cancel_series",
    "close_for_a_time",
    "confirm_series",
    "decide_series",
    "displaced_by",
    "expire",
    "follow_merge",
    "free_unconfirmed",
    "hold_all",
    "hold_for_session",
    "left_outside",
    "lift",
    "mark_no_show",
    "move",
    "refuse_closing",
    "reject",
    "reject_series",
    "release",
]
