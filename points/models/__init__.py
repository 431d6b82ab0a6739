from .books import Budget, LedgerCheck, Seal
from .freezes import Freeze
from .lapsing import LapseNotice
from .ledger import Account, Owed, Transfer, TransferDetail, communities_of, private_digest
from .movements import MOVEMENTS, Kind, Movement
from .rules import CAPS, MOST_FREEZE, Period, Rule, RuleVersion, by_category
from .scheme import Member, Terms, asked_again_until, still_to_join

__all__ = [
    "CAPS",
    "MOST_FREEZE",
    "MOVEMENTS",
    "Account",
    "Budget",
    "Freeze",
    "Kind",
    "LapseNotice",
    "LedgerCheck",
    "Member",
    "Movement",
    "Owed",
    "Period",
    "Rule",
    "RuleVersion",
    "Seal",
    "Terms",
    "Transfer",
    "TransferDetail",
    "asked_again_until",
    "by_category",
    "communities_of",
    "private_digest",
    "still_to_join",
]
