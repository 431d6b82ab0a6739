from .content import (
    Duty,
    GuideCategory,
    Honour,
    Notice,
    NoticeAttachment,
    ServiceItem,
)
from .days import CalendarDay
from .posts import Covering, Organisation, OrganisationKind, Post, Role
from .tree import WIDTH, Kind, Profile, Unit, end_of, full_names, here_and_below

__all__ = [
    "WIDTH",
    "CalendarDay",
    "Covering",
    "Duty",
    "GuideCategory",
    "Honour",
    "Kind",
    "Notice",
    "NoticeAttachment",
    "Organisation",
    "OrganisationKind",
    "Post",
    "Profile",
    "Role",
    "ServiceItem",
    "Unit",
    "end_of",
    "full_names",
    "here_and_below",
]
