"""What those who book a room are told, and what staff are told to decide. Rows only; sending is the clock's."""

from itertools import groupby, pairwise

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from notifications.operations import Message, tell_all
from residents.models import Resident

from .models import Booking, Series


def received(booking: Booking, dates: int = 1) -> None:
    """`dates`: of a series, of which this is the first."""
    text = _("%(when)s, %(what)s. Staff decide on it; you hear of it here.")
    if dates > 1:
        text = _("%(when)s and later, %(dates)s dates in all: %(what)s. Staff decide on them; you hear of it here.")  # fmt: skip
    _tell(booking, "answer", _("We have your request for %(room)s"), text, dates=dates)


def accepted(booking: Booking) -> None:
    text = _("%(when)s, %(what)s. If you cannot come, please cancel, so that others can have it.")
    if booking.room.key_place:
        text += _(" The key: %(key_place)s.")
    _tell(booking, "answer", _("You have %(room)s"), text)


def rejected(booking: Booking) -> None:
    _tell(booking, "answer", _("You cannot have %(room)s"), _("%(when)s, %(what)s: %(reason)s"))


def decided(given: list[Booking], refused: list[Booking]) -> None:
    """Of dates that were asked for together: one message names those that are given and those that are not."""
    first, *others = given + refused
    if not others:
        (accepted if given else rejected)(first)
        return
    subject, parts = _("You have %(room)s"), [_("“%(what)s”, several dates.")]
    if given:
        parts.append(_(" Yours (%(given)s): %(given_dates)s. If you cannot come, please cancel, so that others can have it."))  # fmt: skip
    if refused:
        subject = _("%(room)s: some of your dates are given") if given else _("You cannot have %(room)s")
        parts.append(_(" Refused (%(refused)s): %(refused_dates)s. Why: %(why)s"))
    if given and first.room.key_place:
        parts.append(_(" The key: %(key_place)s."))
    _tell(
        first,
        "answer",
        subject,
        "".join(parts),
        key="dates",
        given=len(given),
        given_dates=in_words(given),
        refused=len(refused),
        refused_dates=in_words(refused),
        why=refused[0].reason if refused else "",
    )


def in_words(bookings: list[Booking]) -> str:
    """`2026年12月1日、12月8日 09:00–11:00`: the hours once for all days that have them, a year where it begins."""
    times = [tuple(map(timezone.localtime, (one.starts_at, one.ends_at))) for one in bookings]
    days = [date_format(start, "DATE_FORMAT") for start, _end in times[:1]]
    for (before, _end), (start, _until) in pairwise(times):
        days.append(date_format(start, "MONTH_DAY_FORMAT" if start.year == before.year else "DATE_FORMAT"))
    hours = [f"{start:%H:%M}–{end:%H:%M}" for start, end in times]
    runs = groupby(zip(hours, days, strict=True), key=lambda one: one[0])
    return _("; ").join(f"{_(', ').join(day for _hour, day in run)} {hour}" for hour, run in runs)


def moved(booking: Booking) -> None:
    text = _("Your booking “%(what)s” is now at this time: %(when)s. %(reason)s")
    _tell(booking, "moved", _("Your booking of %(room)s is moved"), text)


def ended(booking: Booking) -> None:
    """By somebody else than the holder."""
    if booking.state == Booking.State.NO_SHOW:
        text = _("%(when)s, %(what)s: nobody was there, so the room was given to others.")
        _tell(booking, "answer", _("Nobody came to %(room)s"), text)
    else:
        _tell(
            booking,
            "cancelled",
            _("Your booking of %(room)s is cancelled"),
            _("%(when)s, %(what)s: %(reason)s"),
        )


def became_free(booking: Booking) -> None:
    text = _("%(when)s, %(what)s. Your request is the next; staff decide on it now.")
    _tell(
        booking,
        "answer",
        _("%(room)s has become free"),
        text,
        key=timezone.now().isoformat(timespec="minutes"),
    )


def confirm(booking: Booking, series: Series) -> None:
    text = _(
        "Please confirm by %(day)s that you still need the room (%(what)s). Otherwise it is given to others."
    )
    _tell(
        booking,
        "work",
        _("Do you still need %(room)s?"),
        text,
        key=str(series.confirm_by),
        day=series.confirm_by,
    )


def _tell(booking: Booking, kind: str, subject: str, text: str, *, key: str = "", **more) -> None:
    if booking.cause:
        return  # those of an event are told by the event
    words = more | {
        "room": booking.room,
        "when": booking.when,
        "what": booking.what,
        "reason": booking.reason,
        "key_place": booking.room.key_place,
    }
    tell_all(
        Message(
            kind=kind,
            to=resident.user,
            name=resident.name,
            phone="" if resident.user_id else resident.phone or "",
            path=resident.path,
            community=booking.unit.community,
            subject=subject % words,
            text=text % words,
            url="/my/bookings/",
            cause=f"booking:{booking.pk}",
            key=f"booking:{booking.pk}:{booking.version}:{key or booking.state}:{resident.pk}",
        )
        for resident in _holders(booking)
    )


def _holders(booking: Booking) -> list[Resident]:
    """Who asked; for an organisation without a named person, all who book for it."""
    if booking.resident_id:
        return [booking.resident]
    if booking.organisation_id is None:
        return []
    bookers = booking.organisation.bookers.current().select_related("resident__user")
    return [booker.resident for booker in bookers]
