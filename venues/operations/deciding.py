"""Deciding in one act on the dates that were asked for together."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError

from .. import messages
from ..models import QUARTER, BookedQuarter, Booking, Series, quarters
from ..terms import Terms
from .booking import give, given_to_another, locked_room, refuse, said


@dataclass
class Wish:
    """One date: why nobody can have the room then, who has it, who else has asked (in the order of asking)."""

    booking: Booking
    refusal: str
    held: list[Booking]
    others: list[Booking]

    @property
    def can_be_had(self) -> bool:
        return not self.refusal and not self.held

    @property
    def is_first(self) -> bool:
        return all(self.booking.asked_at <= other.asked_at for other in self.others)

    @property
    def waits_on(self) -> bool:
        """Somebody else has the room, and it may become free."""
        return bool(self.held) and self.booking.waits and not self.refusal


def wishes(series: Series) -> list[Wish]:
    """The dates on which nobody has decided: the same number of queries for one as for sixty."""
    room = series.room
    pending = list(Booking.objects.pending().filter(series=series, room=room).for_pages().order_by("starts_at", "pk"))  # fmt: skip
    if not pending:
        return []
    gap = room.gap_quarters * QUARTER
    first, last = pending[0].starts_at, max(booking.ends_at for booking in pending)
    terms = Terms.of(room, first, last)
    wanted = quarters(first, last + gap)
    rows = BookedQuarter.objects.filter(room=room, quarter__gte=wanted.start, quarter__lt=wanted.stop)
    taken = dict(rows.values_list("quarter", "booking"))
    holders = Booking.objects.for_pages().in_bulk(set(taken.values()))
    rivals = Booking.objects.pending().filter(room=room).meeting(first - gap, last + gap)
    rivals = list(rivals.exclude(series=series).for_pages().order_by("asked_at", "pk"))
    found = []
    for booking in pending:
        booking.room = room
        span = booking.held_quarters(room.gap_quarters)
        begins, ends = booking.starts_at - gap, booking.ends_at + gap
        found.append(
            Wish(
                booking,
                _refusal(terms, booking),
                [holders[pk] for pk in dict.fromkeys(taken[one] for one in span if one in taken)],
                [other for other in rivals if other.starts_at < ends and begins < other.ends_at],
            )
        )
    return found


def _refusal(terms: Terms, booking: Booking) -> str:
    if booking.is_over:
        return _("This time is past.")
    if closed := terms.closed_at(booking.starts_at, booking.ends_at):
        return _("Closed then: %(reason)s") % {"reason": closed.reason}
    return ""


def digest(found: list[Wish]) -> str:
    """What was shown: sent back with the form, so that nobody decides on what they have not seen."""
    rows = [
        (wish.booking.pk, wish.refusal, [one.pk for one in wish.held], [one.pk for one in wish.others])
        for wish in found
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


@transaction.atomic
def decide_series(
    *, series: Series, chosen: Iterable[int], seen: str, reason: str, by: User
) -> tuple[list[Booking], list[Booking]]:
    """Give the dates `chosen` (ids) and refuse the others for one reason; which are given, which refused.

    `seen`: the digest of what `by` was shown. Others who asked for a given date go without, as in `accept`; a date
    on which somebody has the room waits on if it was asked for so. All or nothing: raises DomainError when one of
    the dates cannot be had, or anything has changed meanwhile. Doing it again changes nothing.
    """
    found, chosen = _locked(series), set(chosen)
    if not chosen:
        raise DomainError(_("Tick at least one date, or refuse them all."))
    open_ones = {wish.booking.pk for wish in found}
    if not chosen & open_ones:
        return [], []
    _check(found, chosen, seen)
    given = [wish.booking for wish in found if wish.booking.pk in chosen]
    others = [wish for wish in found if wish.booking.pk not in chosen and not wish.waits_on]
    why = said(reason) if others else ""
    displaced = {other.pk: other for wish in found if wish.booking.pk in chosen for other in wish.others}
    give(given, by)
    refused = [refuse(wish.booking, why, by) for wish in others]
    messages.decided(given, refused)
    _tell_displaced([refuse(one, given_to_another(), by) for one in displaced.values() if not one.waits])
    record("venues.decide_series", by=by, on=series, path=series.room.facility.unit.path, count=len(given))
    return given, refused


def _locked(series: Series) -> list[Wish]:
    """What is to be decided, the room locked first and then the dates."""
    series.room = locked_room(series.room_id)
    list(Booking.objects.pending().filter(series=series).order_by("pk").select_for_update())
    return wishes(series)


def _check(found: list[Wish], chosen: set[int], seen: str) -> None:
    if gone := [wish for wish in found if wish.booking.pk in chosen and not wish.can_be_had]:
        words = {"dates": messages.in_words([wish.booking for wish in gone])}
        raise DomainError(_("The room can no longer be had on %(dates)s. Nothing has been decided: see the dates below and decide again.") % words)  # fmt: skip
    if digest(found) != seen or chosen - {wish.booking.pk for wish in found}:
        raise DomainError(_("Something has changed since you looked. Nothing has been decided: see the dates below and decide again."))  # fmt: skip


def _tell_displaced(bookings: list[Booking]) -> None:
    """Whoever loses several dates that were asked for together reads it once."""

    def together(one: Booking) -> tuple[int, int]:
        return (one.series_id, 0) if one.series_id else (0, one.pk)

    for _key, rows in groupby(sorted(bookings, key=lambda one: (together(one), one.starts_at)), key=together):
        messages.decided([], list(rows))


@transaction.atomic
def reject_series(*, series: Series, reason: str, by: User) -> int:
    """Refuse all dates on which nobody has decided, those that wait too; how many. Again: none."""
    reason = said(reason)
    refused = [refuse(wish.booking, reason, by) for wish in _locked(series)]
    if refused:
        messages.decided([], refused)
        record("venues.decide_series", by=by, on=series, path=series.room.facility.unit.path, count=0)
    return len(refused)
