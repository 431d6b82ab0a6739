from .accounts import account_of, accounts_of, follow_merge
from .awards import award, take_back
from .budgets import set_budget
from .deductions import Deduction, deduct, lift_deduction
from .expiry import after_leaving, expire, expire_left, good_until, lapsing
from .freezes import freeze, freeze_of, lift_freeze, refuse_frozen
from .posting import BudgetSpent, Entry, KeyReused, Posted, Shortage, post
from .reserves import fulfil, give_back, not_given_back, release, reserve
from .rules import adopt_ready, adopt_rule, change_rule, end_rule
from .scheme import follow_merged_member, join, leave, members_on, publish_terms, set_ranking
from .weighing import Award, Weighed, Why, preview

__all__ = [
    "Award",
    "BudgetSpent",
    "Deduction",
    "Entry",
    "KeyReused",
    "Posted",
    "Shortage",
    "Weighed",
    "Why",
    "account_of",
    "accounts_of",
    "adopt_ready",
    "adopt_rule",
    "after_leaving",
    "award",
    "change_rule",
    "deduct",
    "end_rule",
    "expire",
    "expire_left",
    "follow_merge",
    "follow_merged_member",
    "freeze",
    "freeze_of",
    "fulfil",
    "give_back",
    "good_until",
    "join",
    "lapsing",
    "leave",
    "lift_deduction",
    "lift_freeze",
    "members_on",
    "not_given_back",
    "post",
    "preview",
    "publish_terms",
    "refuse_frozen",
    "release",
    "reserve",
    "set_budget",
    "set_ranking",
    "take_back",
]
