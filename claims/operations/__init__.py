from .appeals import appeal
from .cases import answer_case, call_hearing, end_case, open_case, time_up, write_minutes
from .deciding import check_claim, give_voice, refusal_of_check, refusal_of_voice
from .lists import post_batch, post_due, publish, publish_due
from .making import make_claim, withdraw
from .objecting import answer_objection, object_to
from .people import appoint_reviewer, end_reviewer, end_seats, procedure_of, set_procedure
from .teams import award_team, plan_team, undo_team
from .tree import follow_merge
from .verdicts import appeal_case, give_case_voice, lift_case, refusal_of_case_voice, take_effect

__all__ = [
    "answer_case",
    "appeal_case",
    "call_hearing",
    "end_case",
    "give_case_voice",
    "lift_case",
    "open_case",
    "refusal_of_case_voice",
    "take_effect",
    "time_up",
    "write_minutes",
    "answer_objection",
    "appeal",
    "appoint_reviewer",
    "check_claim",
    "award_team",
    "end_reviewer",
    "end_seats",
    "follow_merge",
    "give_voice",
    "make_claim",
    "object_to",
    "plan_team",
    "post_batch",
    "post_due",
    "procedure_of",
    "publish",
    "publish_due",
    "refusal_of_check",
    "refusal_of_voice",
    "set_procedure",
    "undo_team",
    "withdraw",
]
