from datetime import datetime

from django import template
from django.conf import settings
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.module_loading import import_string

from community.access import may

from ..models import Account
from ..operations import freeze_of

register = template.Library()


@register.simple_tag
def account_in_sight(user, resident) -> Account | None:
    """The points account of `resident`, None without one or when `user` may not see the books."""
    if not may(user, "points.view", resident.unit):
        return None
    return Account.objects.filter(resident=resident).first()


@register.simple_tag
def points_of_household(user, resident) -> int | None:
    """A household's account is the sum of those of its members; None where `user` may not see the books."""
    if resident.household_id is None or not may(user, "points.view", resident.unit):
        return None
    held = Account.objects.filter(resident__household=resident.household_id, resident__left_on=None)
    return held.aggregate(n=Sum(F("posted") - F("reserved")))["n"]


@register.simple_tag
def pause_of(resident, on: datetime | None = None) -> dict | None:
    """Until when redeeming is paused for `resident` (today, or on the day of `on`), and `about` what; None when it is not."""
    if (row := freeze_of(resident.pk, on and timezone.localdate(on))) is None:
        return None
    return {"until": row.until, "about": import_string(settings.CAUSES_IN_WORDS)([row.cause]).get(row.cause)}
