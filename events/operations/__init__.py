from .door import check_in, undo_check_in, walk_in
from .people import follow_merge
from .places import overlapping, recount_places, refusal, register, withdraw
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

__all__ = [
    "Stale",
    "add_sessions",
    "cancel_event",
    "cancel_session",
    "change_session",
    "check_in",
    "create_event",
    "discard_event",
    "edit_event",
    "follow_merge",
    "overlapping",
    "publish_event",
    "recount_places",
    "refusal",
    "register",
    "undo_check_in",
    "walk_in",
    "withdraw",
]
