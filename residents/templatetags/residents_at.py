from django import template
from django.urls import reverse

from residents.models import Resident

register = template.Library()


@register.simple_tag
def card_of(about: str, user) -> str:
    """The address of the page of whom a row further up names by text (`residents.resident:42`, or by the account).

    Empty when `user` may not see that person.
    """
    table, _, pk = about.partition(":")
    named = {"residents.resident": "pk", "accounts.user": "user"}.get(table)
    if not named or not pk.isdecimal():
        return ""
    found = (
        Resident.objects.visible_to(user).living().filter(**{named: pk}).order_by("pk").values("pk").first()
    )
    return reverse("residents:desk_resident", args=[found["pk"]]) if found else ""
