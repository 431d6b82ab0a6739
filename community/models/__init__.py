from .content import (
    Duty,
    GuideCategory,
    Honour,
    Notice,
    NoticeAttachment,
    ServiceItem,
)
from .days import CalendarDay
from .posts import Organisation, OrganisationKind, Post, Role
from .tree import WIDTH, Kind, Profile, Unit, here_and_below

__all__ = [
    "WIDTH",
    "CalendarDay",
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
    "here_and_below",
]
