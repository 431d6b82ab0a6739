"""Members hear of new terms: they agree anew, or what they agreed to counts until a day."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notifications.operations import Message, language_of, tell_all

from .models import Member, Terms


def tell_members(terms: Terms) -> int:
    """Everybody of the register with an account who agreed to earlier terms; the number of queries does not grow."""
    members = Member.objects.living().filter(
        terms__community=terms.community, resident__left_on=None, resident__user__isnull=False
    )
    members = members.exclude(terms=terms).select_related("resident__user").order_by("pk")
    return tell_all([_message(one, terms) for one in members])


def _message(member: Member, terms: Terms) -> Message:
    person = member.resident
    with language_of(person.user):
        subject = _("The points scheme has new terms")
        text = _(
            "They hold from %(since)s. Please read them and say whether you agree; your earlier consent counts until %(until)s."
        ) % {"since": date_format(terms.since), "until": date_format(terms.old_until)}
    return Message(
        kind="terms", to=person.user, community=terms.community, subject=subject, text=text, path=person.path,
        cause=f"points.terms:{terms.pk}", key=f"points_terms:{terms.pk}:{person.pk}", url=reverse("points:scheme"),
    )  # fmt: skip
