from .acts import CLAIM_STEPS, Change, Claim, ClaimState
from .mandates import Mandate
from .people import NameGram, Relation, ResidenceState, Resident, ResidentTag, Tag
from .places import Dwelling, Household, ScopedQuerySet, building_name

__all__ = [
    "CLAIM_STEPS",
    "Change",
    "Claim",
    "ClaimState",
    "Dwelling",
    "Household",
    "Mandate",
    "NameGram",
    "Relation",
    "ResidenceState",
    "Resident",
    "ResidentTag",
    "ScopedQuerySet",
    "Tag",
    "building_name",
]
