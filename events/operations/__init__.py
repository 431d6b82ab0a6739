from ..eligibility import not_for
from .amending import amend
from .changing import cancel_session, change_session
from .courses import follow_new_sessions
from .deciding import decide_by, goes_ahead, undecided_for
from .departing import give_up
from .door import check_in, check_in_self, count_companions, undo_check_in, walk_in
from .expected import excuse, withdraw_excuse
from .leaving import leave, withdraw
from .making_up import make_up
from .own_codes import code_of, renew_code
from .paper import key_in, number_lines
from .people import follow_merge
from .places import closed, enrol, overlapping, refusal, register, sign_up
from .presence import (
    check_out,
    check_out_all,
    check_out_self,
    correct_hours,
    undo_check_out,
)
from .programme import (
    Stale,
    add_sessions,
    cancel_event,
    create_event,
    discard_event,
    edit_event,
    publish_event,
)
from .queue import accept, decline, fill, move_up
from .recount import recount_places
from .series import cancel_series, change_series, count_heads, repeat_event

__all__ = [
    "give_up",
    "code_of",
    "renew_code",
    "key_in",
    "number_lines",
    "check_in_self",
    "count_companions",
    "excuse",
    "withdraw_excuse",
    "check_out",
    "check_out_all",
    "check_out_self",
    "correct_hours",
    "undo_check_out",
    "Stale",
    "accept",
    "add_sessions",
    "amend",
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
