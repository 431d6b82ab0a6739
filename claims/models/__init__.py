from .cases import BEFORE_THE_GROUP, CASE_STEPS, CasePhoto, CaseState, DeductionCase
from .hearings import CaseAppeal, CaseVoice, Hearing
from .lists import Batch, Objection
from .making import GIVEN_UP, STEPS, Claim, ClaimPhoto, State
from .people import Procedure, Reviewer
from .teams import TeamAward, TeamAwardLine
from .voices import Appeal, Voice

__all__ = [
    "BEFORE_THE_GROUP",
    "CASE_STEPS",
    "GIVEN_UP",
    "STEPS",
    "Appeal",
    "Batch",
    "CaseAppeal",
    "CasePhoto",
    "CaseState",
    "CaseVoice",
    "Claim",
    "ClaimPhoto",
    "DeductionCase",
    "Hearing",
    "Objection",
    "Procedure",
    "Reviewer",
    "State",
    "TeamAward",
    "TeamAwardLine",
    "Voice",
]
