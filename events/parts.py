"""A group that is offered a part of its seats, in words."""

from django.utils.translation import gettext as _

from .models import SignUp


def first_of(sign_up: SignUp, count: int) -> str:
    """For whom `count` seats are: those named first, then companions without a name."""
    people = sign_up.people()
    who = "、".join(person.name for person in people[:count])
    if count > len(people):
        who = _("%(names)s and %(n)d more") % {"names": who, "n": count - len(people)}
    words = _(" In the order of your sign-up that is for: %(who)s.") % {"who": who}
    if count < len(people):
        words += _(" Whoever is named after them waits on.")
    return words
