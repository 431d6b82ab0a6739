"""What stands behind a cause (`attendance:42`), in words: every room named there is asked once for all its rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext

from claims.models import Claim, DeductionCase, TeamAward
from events.models import Attendance
from shop.models import Order


@dataclass(frozen=True)
class Cause:
    """`url` leads where anybody may read of it, `desk_url` to the row as staff see it."""

    title: str
    day: date
    url: str = ""
    desk_url: str = ""

    @property
    def words(self) -> str:
        return f"{self.title.rstrip('。.')} · {date_format(self.day, 'MONTH_DAY_FORMAT')}"


def _attendances(ids: list[int]) -> dict[int, Cause]:
    rows = Attendance.objects.filter(pk__in=ids).select_related("session__event", "session__community")
    rows = rows.only(
        "session__starts_at",
        "session__event__title",
        "session__event__is_internal",
        "session__community__slug",
    )
    return {row.pk: _attendance(row) for row in rows}


def _attendance(row: Attendance) -> Cause:
    session = row.session
    return Cause(
        session.event.title,
        timezone.localdate(session.starts_at),
        ""
        if session.event.is_internal
        else reverse("events:event", args=[session.community, session.event_id]),
        reverse("events:roll", args=[session.pk]),
    )


def _orders(ids: list[int]) -> dict[int, Cause]:
    rows = Order.objects.filter(pk__in=ids).prefetch_related("lines__item")
    return {row.pk: _order(row) for row in rows}


def _order(row: Order) -> Cause:
    return Cause(
        pgettext("between goods", ", ").join(str(line) for line in row.lines.all()),
        timezone.localdate(row.made_at),
        reverse("shop:my_order", args=[row.pk]),
        reverse("shop:desk_order", args=[row.pk]),
    )


def _claims(ids: list[int]) -> dict[int, Cause]:
    rows = Claim.objects.filter(pk__in=ids).only("words", "day")
    return {
        row.pk: Cause(row.words[:40], row.day, "", reverse("claims:desk_one", args=[row.pk])) for row in rows
    }


def _deductions(ids: list[int]) -> dict[int, Cause]:
    rows = DeductionCase.objects.filter(pk__in=ids).only("words", "day")
    return {
        row.pk: Cause(
            row.words[:40],
            row.day,
            reverse("claims:my_case", args=[row.pk]),
            reverse("claims:case", args=[row.pk]),
        )
        for row in rows
    }


def _teams(ids: list[int]) -> dict[int, Cause]:
    rows = TeamAward.objects.filter(pk__in=ids).only("words", "day")
    return {row.pk: Cause(row.words[:40], row.day, "", reverse("claims:team", args=[row.pk])) for row in rows}


KINDS: dict[str, Callable[[list[int]], dict[int, Cause]]] = {
    "attendance": _attendances,
    "claim": _claims,
    "deduction": _deductions,
    "order": _orders,
    "team": _teams,
}


def in_words(causes: Iterable[str]) -> dict[str, Cause]:
    """One query a kind of cause. A cause whose row is gone, or of a kind unknown here, is left out."""
    ids = defaultdict(dict)
    for cause in causes:
        kind, _colon, number = cause.partition(":")
        if kind in KINDS and number.isascii() and number.isdecimal() and len(number) < 19:
            ids[kind][int(number)] = cause
    return {
        wanted[pk]: found for kind, wanted in ids.items() for pk, found in KINDS[kind](list(wanted)).items()
    }
