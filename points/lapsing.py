"""Nightly: points that are too old expire, and a month before the end of the year people are told of theirs."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.operations import label
from community.models import Unit
from notifications.operations import Message, has_inbox, language_of, tell_all

from .models import Account, LapseNotice
from .operations.expiry import AT_ONCE, expire, expire_left, lapsed_until, lapsing, last_received


def _communities():
    """Those with books."""
    return Unit.objects.filter(
        pk__in=Account.objects.filter(kind=Account.Kind.BUDGET).values("community")
    ).order_by("path")


def lapse(today: date | None = None) -> str:
    """For the clock: what is too old, or belongs to somebody long gone, expires."""
    today = today or timezone.localdate()
    until, points = lapsed_until(today), 0
    for community in _communities():
        if until:
            points += expire(community=community, received_until=until, on=today, by=None)
        points += expire_left(community=community, today=today, by=None)
    return _("%(n)d points expired") % {"n": points}


def tell(today: date | None = None) -> str:
    """For the clock, from `POINTS_NOTICE_DAYS` before the end of the year on: everybody whose points lapse then is told
    once, and noted in a list for those no message reaches."""
    today = today or timezone.localdate()
    last_day = date(today.year, 12, 31)
    until = last_received(last_day)
    if until is None or today <= last_day - timedelta(days=settings.POINTS_NOTICE_DAYS):
        return ""
    count = 0
    for community in _communities():
        holders = (
            Account.objects.holders()
            .filter(community=community, posted__gt=0, resident__left_on=None)
            .select_related("resident__user")
            .order_by("pk")
        )
        last = 0
        while accounts := list(holders.filter(pk__gt=last)[:AT_ONCE]):
            count += _tell(community, accounts, until, last_day)
            last = accounts[-1].pk
    return _("%(n)d people counted") % {"n": count}


@transaction.atomic
def _tell(community: Unit, accounts: list[Account], until: date, last_day: date) -> int:
    told = LapseNotice.objects.filter(account__in=accounts, on=last_day).values_list("account", flat=True)
    fresh = {one.pk: one for one in accounts}
    for pk in told:
        fresh.pop(pk)
    points = lapsing(list(fresh.values()), until)
    LapseNotice.objects.bulk_create(
        [
            LapseNotice(account_id=pk, on=last_day, points=n, told=has_inbox(fresh[pk].resident.user))
            for pk, n in points.items()
        ],
        ignore_conflicts=True,
    )
    tell_all([_message(community, fresh[pk], n, last_day) for pk, n in points.items()])
    return len(points)


def _message(community: Unit, account: Account, points: int, last_day: date) -> Message:
    person = account.resident
    with language_of(person.user):
        said = ngettext(
            "%(name)s: %(n)d point from earlier years is good until %(day)s and expires after it. Use it before.",
            "%(name)s: %(n)d points from earlier years are good until %(day)s and expire after it. Use them before.",
            points,
        )
        subject = _("Points expire at the end of the year")
        text = said % {"name": person.name, "n": points, "day": date_format(last_day)}
    return Message(
        kind="points_lapse", to=person.user, community=community, subject=subject, text=text, cause=f"points.account:{account.pk}",
        key=f"points_lapse:{account.pk}:{last_day}", url=f"{reverse('portal:my_points')}?person={person.pk}",
        phone=person.phone, name=person.name, path=person.path, about=label(person),
    )  # fmt: skip
