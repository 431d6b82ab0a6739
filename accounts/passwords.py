"""What a password has to be. Whoever holds a post sees other people's data: more is asked of them.

Source: GB/T 22239-2019 (等保 2.0), identity control of level 2: complexity, periodic change. The numbers are settings.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config import installation

from .models import PastPassword, User


def length_for(with_post: bool) -> int:
    return settings.STAFF_PASSWORD_LENGTH if with_post else settings.PASSWORD_LENGTH


def classes_for(with_post: bool) -> int:
    return settings.STAFF_PASSWORD_CLASSES if with_post else settings.PASSWORD_CLASSES


def classes_in(password: str) -> int:
    """How many of small letters, capitals, digits and other characters are in it."""
    kinds = {
        "digit" if char.isdigit() else "small" if char.islower() else "capital" if char.isupper() else "other"
        for char in password
    }
    return len(kinds)


def rule(with_post: bool) -> str:
    """The rule in one sentence."""
    words = {"length": length_for(with_post), "classes": classes_for(with_post)}
    if words["classes"] < 2:
        return _("%(length)s characters or more.") % words
    return (
        _(
            "%(length)s characters or more, of at least %(classes)s kinds: small letters, capitals, digits, other characters."
        )
        % words
    )


def refuse_weak(password: str, *, with_post: bool) -> None:
    """Raises ValidationError with the rule for a password that is too short or too plain."""
    if len(password) < length_for(with_post) or classes_in(password) < classes_for(with_post):
        raise ValidationError(rule(with_post), code="password_too_weak")


class Strength:
    """Length and kinds of characters."""

    def validate(self, password, user=None):
        refuse_weak(password, with_post=user is not None and user.has_post())

    def get_help_text(self):
        return rule(with_post=False)


class NotOneOfTheLast:
    """A password is not used again soon."""

    def validate(self, password, user=None):
        if user is None or user.pk is None or not settings.PASSWORD_HISTORY:
            return
        if any(check_password(password, digest) for digest in _last(user).values_list("digest", flat=True)):
            count = settings.PASSWORD_HISTORY
            raise ValidationError(
                ngettext(
                    "Choose a password other than your last one.",
                    "Choose a password other than your last %(count)s.",
                    count,
                )
                % {"count": count},
                code="password_used_before",
            )

    def get_help_text(self):
        return ""


def _last(user: User):
    return user.past_passwords.order_by("-pk")[: settings.PASSWORD_HISTORY]


def remember(user: User) -> None:
    """Keep the hash of the password `user` is about to lose, and no more hashes than the setting says."""
    if settings.PASSWORD_HISTORY:
        PastPassword.objects.create(user=user, digest=user.password)
    user.past_passwords.exclude(pk__in=list(_last(user).values_list("pk", flat=True))).delete()


def is_too_old(user: User) -> bool:
    """Whether `user` has to choose a new one before going on. Residents never; demo accounts keep theirs."""
    if not settings.PASSWORD_DAYS or installation.is_demo():
        return False
    if timezone.now() - user.password_set_at < timedelta(days=settings.PASSWORD_DAYS):
        return False
    return user.has_usable_password() and user.has_post()
