from .lists import Batch, Objection
from .making import GIVEN_UP, STEPS, Claim, ClaimPhoto, State
from .people import Procedure, Reviewer
from .teams import TeamAward, TeamAwardLine
from .voices import Appeal, Voice

__all__ = [
    "GIVEN_UP",
    "STEPS",
    "Appeal",
    "Batch",
    "Claim",
    "ClaimPhoto",
    "Objection",
    "Procedure",
    "Reviewer",
    "State",
    "TeamAward",
    "TeamAwardLine",
    "Voice",
]
