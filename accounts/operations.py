"""Logs, and what may be done with an account. Who may do it to whom is asked further down (community)."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from config.errors import DomainError

from . import locks, passwords
from .models import ActivationCode, Activity, Look, User


def label(row: models.Model) -> str:
    """How logs name a row: `events.event:42`."""
    return f"{row._meta.label_lower}:{row.pk}"


def record(
    act: str,
    *,
    by: User | None,
    on: models.Model | None = None,
    path: str = "",
    result: str = Activity.DONE,
    **detail,
) -> Activity:
    """Leave one line in the activity log. `detail` holds codes and numbers, never names or free text."""
    return Activity.objects.create(
        act=act, by=by, object=label(on) if on else "", path=path, result=result, detail=detail
    )


def record_each(
    act: str, lines: Iterable[tuple[models.Model, dict]], *, by: User | None, path: str = ""
) -> None:
    """The same act on several rows of one unit: a line for each, with its detail."""
    Activity.objects.bulk_create(
        Activity(act=act, by=by, object=label(row), path=path, detail=detail) for row, detail in lines
    )


def look(
    *, by: User, on: models.Model | str, field: str, purpose: str, path: str = "", rows: int = 1
) -> Look:
    """Note that `by` saw the full `field` of `on` (a row, or how logs name it) and what for."""
    subject = on if isinstance(on, str) else label(on)
    return Look.objects.create(by=by, subject=subject, field=field, purpose=purpose, path=path, rows=rows)


def home_of(user: User | None) -> str:
    """The unit path under which a person's own doings are logged: of their post, else of their row in the register."""
    if user is None or user.pk is None:
        return ""
    people = User.objects.filter(pk=user.pk)
    held = people.with_post(posts__unit__isnull=False)
    path = held.values_list("posts__unit__path", flat=True).first()
    path = path or people.filter(residents__left_on=None).values_list("residents__path", flat=True).first()
    return path or user.home


def record_own(act: str, user: User, **detail) -> Activity:
    """A line about something people do with their own account."""
    return record(act, by=user, on=user, path=home_of(user), **detail)


@transaction.atomic
def open_account(
    *, name: str, phone: str, by: User | None, path: str = "", username: str | None = None
) -> User:
    """An account nobody can sign in to yet; a code, by SMS or on paper, opens it.

    Raises DomainError when the phone or the user name has an account.
    """
    user = User(name=name, phone=phone, username=(username or "").strip().lower() or None, home=path)
    user.set_unusable_password()
    _save_unique(user, None)
    record("accounts.open", by=by or user, on=user, path=path)
    return user


def _save_unique(user: User, fields: list[str] | None) -> None:
    try:
        with transaction.atomic():
            user.save(update_fields=fields)
    except IntegrityError as error:
        raise DomainError(_("This phone number or user name already has an account.")) from error


@transaction.atomic
def sign_up(*, name: str, phone: str, password_hash: str, path: str = "") -> User:
    """The account of somebody who has just proven `phone`; the unit at `path` cares for it until they are known.

    Raises DomainError when somebody was quicker.
    """
    user = User(name=name, phone=phone, phone_verified_at=timezone.now(), home=path)
    user.password = password_hash or make_password(None)
    _save_unique(user, None)
    record_own("accounts.sign_up", user)
    _run_phone_steps(user)
    return user


def _run_phone_steps(user: User) -> None:
    for step in settings.PHONE_PROVEN_STEPS:
        import_string(step)(user=user)


def _replace_password(user: User, password: str | None) -> None:
    """Set `password` (None: none at all); the one it replaces is remembered if it was their own choice."""
    if not user.must_change_password and user.has_usable_password():
        passwords.remember(user)
    user.set_password(password)
    user.password_set_at = timezone.now()


@transaction.atomic
def prove_phone(user: User, phone: str, *, by: User | None = None) -> None:
    """`phone` is theirs: they read a code sent to it, or stood at the counter. It becomes the account's number.

    Raises DomainError when another account has it, or the counter has changed or locked the number meanwhile.
    """
    if user.phone == phone and user.phone_verified_at and user.phone_lost_at is None:
        return
    stored = User.objects.select_for_update().get(pk=user.pk)
    if (stored.phone, stored.phone_lost_at) != (user.phone, user.phone_lost_at):
        raise DomainError(_("The phone number of this account has just been changed at the counter."))
    user.phone, user.phone_verified_at, user.phone_lost_at = phone, timezone.now(), None
    _save_unique(user, ["phone", "phone_print", "phone_verified_at", "phone_lost_at"])
    record("accounts.phone", by=by or user, on=user, path=home_of(user))
    _run_phone_steps(user)


@transaction.atomic
def set_password(user: User, password: str, *, by: User) -> None:
    """A password of their own choice; other open sessions end with the old one."""
    _replace_password(user, password)
    user.must_change_password = False
    user.save(update_fields=["password", "password_set_at", "must_change_password"])
    locks.free(user)
    record("accounts.password", by=by, on=user, path=home_of(user))


@transaction.atomic
def end_sessions(*, user: User, by: User) -> None:
    """Sign `user` out everywhere at the next request."""
    _end_sessions(user)
    record("accounts.end_sessions", by=by, on=user, path=home_of(user))


def _end_sessions(user: User) -> None:
    """Counted in the database: a number that somebody else has raised is raised once more."""
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])


# --- at the counter ---------------------------------------------------------------------------


def _digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _place in range(count))


@transaction.atomic
def make_activation_code(*, user: User, by: User, path: str = "") -> tuple[ActivationCode, str]:
    """A new code of twelve digits for `user` and its row; whatever code they had is withdrawn.

    Raises DomainError for a deactivated account.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise DomainError(_("This account is deactivated."))
    user.activation_codes.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
    written = _digits(12)
    code = ActivationCode.objects.create(
        user=user,
        digest=make_password(written),
        path=path,
        made_by=by,
        expires_at=timezone.now() + timedelta(days=settings.ACTIVATION_DAYS),
    )
    record("accounts.activation_code", by=by, on=user, path=path)
    return code, written


def use_activation_code(*, login: str, written: str) -> User:
    """Let in whoever brings the right paper: the code is used up and a new password has to be chosen.

    Raises DomainError, in the same words for an unknown login, a wrong, an old and a used code.
    """
    written = "".join(char for char in written if char.isalnum())
    code = ActivationCode.objects.usable().filter(user__in=User.objects.active().with_login(login)).first()
    if code is None:
        make_password(written)  # the same work as for a known login
        user = None
    else:
        user = _try_code(code, written)
    if user is None:
        known = User.objects.with_login(login).first()
        record("accounts.activate", by=None, on=known, path=home_of(known), result=Activity.REFUSED)
        raise DomainError(
            _(
                "This code does not fit, has expired or was used. Please check it, or ask for a new one at the counter."
            )
        )
    return user


def _try_code(code: ActivationCode, written: str) -> User | None:
    """Each try is counted before it is looked at, and only one of two tries at once uses the code up."""
    row = ActivationCode.objects.filter(pk=code.pk)
    if not row.usable().update(tries=F("tries") + 1) or not check_password(written, code.digest):
        return None
    with transaction.atomic():
        if not row.filter(used_at=None, withdrawn_at=None).update(used_at=timezone.now()):
            return None
        user = User.objects.select_for_update().get(pk=code.user_id)
        user.must_change_password = True
        user.save(update_fields=["must_change_password"])
        locks.free(user)
        record_own("accounts.activate", user)
        if user.phone:
            prove_phone(user, user.phone)
    return user


@transaction.atomic
def reset_password(*, user: User, by: User, path: str = "") -> str:
    """A one-time password to hand over at the counter; at the next sign-in it has to be changed."""
    written = _digits(8)
    _replace_password(user, written)
    user.must_change_password = True
    user.save(update_fields=["password", "password_set_at", "must_change_password"])
    locks.free(user)
    record("accounts.reset_password", by=by, on=user, path=path)
    return written


@transaction.atomic
def change_phone(*, user: User, phone: str, reason: str, by: User, path: str = "") -> None:
    """Staff enter a new number for `user`, who has shown an ID card; it counts as proven when they use it.

    `reason` is a code of PHONE_REASONS. Raises DomainError when the number has another account.
    """
    user.phone, user.phone_verified_at, user.phone_lost_at = phone, None, None
    _save_unique(user, ["phone", "phone_print", "phone_verified_at", "phone_lost_at"])
    _end_sessions(user)
    record("accounts.change_phone", by=by, on=user, path=path, reason=reason)


@transaction.atomic
def lock_out_lost_phone(*, user: User, by: User, path: str = "") -> None:
    """The phone is gone: codes, factors, the password and open sessions stop working at once.

    The way back is a new activation code at the counter.
    """
    now = timezone.now()
    user.activation_codes.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=now)
    removed, _per_model = Authenticator.objects.filter(user=user).delete()
    _replace_password(user, None)
    user.phone_lost_at = now
    user.save(update_fields=["password", "password_set_at", "phone_lost_at"])
    _end_sessions(user)
    record("accounts.lost_phone", by=by, on=user, path=path, factors=removed)


@transaction.atomic
def deactivate(*, user: User, by: User, path: str = "") -> None:
    """Nobody signs in with this account any more. Raises DomainError for somebody the site cannot do without."""
    for step in settings.DEACTIVATION_STEPS:
        import_string(step)(user=user)
    if User.objects.filter(pk=user.pk, deactivated_at=None).update(
        deactivated_at=timezone.now(), deactivated_by=by
    ):
        user.activation_codes.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
        record("accounts.deactivate", by=by, on=user, path=path)


@transaction.atomic
def reactivate(*, user: User, by: User, path: str = "") -> None:
    if (
        User.objects.filter(pk=user.pk)
        .exclude(deactivated_at=None)
        .update(deactivated_at=None, deactivated_by=None)
    ):
        record("accounts.reactivate", by=by, on=user, path=path)
