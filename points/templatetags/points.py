from django import template

from community.access import may

from ..models import Account

register = template.Library()


@register.simple_tag
def account_in_sight(user, resident) -> Account | None:
    """The points account of `resident`, None without one or when `user` may not see the books."""
    if not may(user, "points.view", resident.unit):
        return None
    return Account.objects.filter(resident=resident).first()
