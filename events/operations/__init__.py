from ..eligibility import not_for
from .courses import follow_new_sessions
from .deciding import decide_by, goes_ahead, undecided_for
from .door import check_in, undo_check_in, walk_in
from .leaving import leave, withdraw
from .people import follow_merge
from .places import closed, enrol, overlapping, refusal, register, sign_up
from .programme import (
    Stale,
    add_sessions,
    cancel_event,
    cancel_session,
    change_session,
    create_event,
    discard_event,
    edit_event,
    publish_event,
)
from .queue import accept, decline, fill, move_up
from .recount import recount_places
from .series import cancel_series, change_series, count_heads, make_up, repeat_event

__all__ = [
    "Stale",
    "accept",
    "add_sessions",
    "cancel_event",
    "cancel_series",
    "cancel_session",
    "change_series",
    "change_session",
    "check_in",
    "closed",
    "count_heads",
    "create_event",
    "decide_by",
    "decline",
    "discard_event",
    "edit_event",
    "enrol",
    "fill",
    "follow_merge",
    "follow_new_sessions",
    "goes_ahead",
    "leave",
    "move_up",
    "make_up",
    "not_for",
    "overlapping",
    "publish_event",
    "recount_places",
    "refusal",
    "register",
    "sign_up",
    "undecided_for",
    "repeat_event",
    "undo_check_in",
    "walk_in",
    "withdraw",
]
