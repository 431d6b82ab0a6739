"""Sports meets: disciplines, entries with a guarded number of places, and results."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError
from residents.models import Resident

from ..eligibility import not_for
from ..models import Discipline, Entry, Event, Result, Session
from . import places


def meets_on(event: Event) -> Session | None:
    """The session by which ages are told and entries close: the first that is not cancelled."""
    return event.sessions.filter(cancelled_at=None).order_by("starts_at", "pk").first()


def has_begun(event: Event) -> bool:
    meet = meets_on(event)
    return meet is not None and meet.starts_at <= timezone.now()


def _note(act: str, event: Event, by: User, **more) -> None:
    record(act, by=by, on=event, path=event.unit.path, **more)


@transaction.atomic
def save_discipline(*, discipline: Discipline, by: User) -> Discipline:
    """Add or change one. Raises DomainError when fewer places are given than are taken."""
    event = Event.objects.select_for_update().get(pk=discipline.event_id)
    if not event.allows("edit"):
        raise DomainError(_("This event is cancelled."))
    if discipline.pk is None:
        discipline.order = event.disciplines.count() + 1
        discipline.save()
        _note("events.add_discipline", event, by)
        return discipline
    names = ["name", "age_from", "age_to", "sex", "places", "team_size", "best"]
    free = Q() if discipline.places is None else Q(places_taken__lte=discipline.places)
    values = {name: getattr(discipline, name) for name in names}
    if not Discipline.objects.filter(free, pk=discipline.pk).update(**values):
        raise DomainError(_("More have entered already; there cannot be fewer places."))
    _note("events.change_discipline", event, by)
    return discipline


@transaction.atomic
def remove_discipline(*, discipline: Discipline, by: User) -> None:
    Discipline.objects.select_for_update().filter(pk=discipline.pk).first()
    if discipline.entries.exists():
        raise DomainError(_("Somebody has entered for it already."))
    if Discipline.objects.filter(pk=discipline.pk).delete()[0]:
        _note("events.remove_discipline", discipline.event, by)


def entry_refusal(discipline: Discipline, resident: Resident | None, *, at_the_desk: bool = False) -> str:
    """Why nobody, or `resident`, can enter now, in a sentence; empty when nothing is in the way."""
    event = discipline.event
    if event.cancelled_at or not event.published_at:
        return _("This event is cancelled.") if event.cancelled_at else _("This event is not public yet.")
    session = meets_on(event)
    if session is None:
        return _("No date is fixed yet.")
    now = timezone.now()
    if session.ends_at <= now or (
        not at_the_desk and (session.registration_closes_at or session.starts_at) <= now
    ):
        return _("Entries are closed.")
    if discipline.places_left == 0:
        return _("All places of this discipline are taken.")
    return _not_for(discipline, resident, session, at_the_desk) if resident else ""


def _not_for(discipline: Discipline, resident: Resident, session: Session, at_the_desk: bool) -> str:
    if discipline.sex and resident.sex and resident.sex != discipline.sex:
        return _("This discipline is for: %(who)s.") % {"who": discipline.get_sex_display()}
    if discipline.age_from is None and discipline.age_to is None:
        return not_for(session, resident, at_the_desk=at_the_desk)
    age = resident.age(on=timezone.localdate(session.starts_at))
    if age is None:
        return "" if at_the_desk else _("We do not know your date of birth. Please call us.")
    if not (discipline.age_from or 0) <= age <= (discipline.age_to or 150):
        return _("This discipline is for: %(who)s.") % {"who": ages(discipline)}
    return ""


def ages(discipline: Discipline) -> str:
    """In words, whom it is for; empty: whatever age."""
    low, high = discipline.age_from, discipline.age_to
    if low is None and high is None:
        return ""
    if high is None:
        return _("%(age)d and older") % {"age": low}
    if low is None:
        return _("%(age)d and younger") % {"age": high}
    return _("%(first)d–%(last)d years") % {"first": low, "last": high}


@transaction.atomic
def enter(
    *,
    discipline: Discipline,
    resident: Resident,
    by: User,
    team: str = "",
    guardian: Resident | None = None,
    consent: bool = False,
    at_the_desk: bool = False,
) -> Entry:
    """Enter `resident`, or the team they head; entering again returns the entry already held. `guardian` and
    `consent`: for children below 14.

    Raises DomainError when entries are closed, the places taken, age or sex do not fit, or nobody agreed for a child.
    """
    held = discipline.entries.live().filter(resident=resident).first()
    if held:
        return held
    if reason := entry_refusal(discipline, resident, at_the_desk=at_the_desk):
        raise DomainError(reason)
    if discipline.team_size > 1 and not team.strip():
        raise DomainError(_("Give the team a name."))
    places.still_here(resident)
    made = Entry(by=by, team=team.strip()[:40])
    places.keep_consent(made, meets_on(discipline.event), [resident], guardian, consent, at_the_desk)
    entry, is_new = Entry.objects.get_or_create(
        discipline=discipline,
        resident=resident,
        cancelled_at=None,
        defaults={name: getattr(made, name) for name in ("by", "team", "guardian", "consent_at")},
    )
    if not is_new:
        return entry
    # One statement tests and takes: two people cannot both get the last place.
    if (
        not Discipline.objects.with_a_free_place()
        .filter(pk=discipline.pk)
        .update(places_taken=F("places_taken") + 1)
    ):
        raise DomainError(_("All places of this discipline are taken."))
    record("events.enter_discipline", by=by, on=entry, path=discipline.event.unit.path)
    return entry


@transaction.atomic
def withdraw_entry(*, entry: Entry, by: User) -> Entry:
    """Give the place back; twice changes nothing. Raises DomainError when there is a result."""
    entry = (
        Entry.objects.select_for_update(of=("self",))
        .select_related("discipline__event__unit")
        .get(pk=entry.pk)
    )
    if entry.cancelled_at:
        return entry
    if Result.objects.filter(entry=entry).exists():
        raise DomainError(_("There is a result already."))
    entry.cancelled_at, entry.cancelled_by = timezone.now(), by
    entry.save(update_fields=["cancelled_at", "cancelled_by"])
    Discipline.objects.filter(pk=entry.discipline_id).update(places_taken=F("places_taken") - 1)
    record("events.withdraw_entry", by=by, on=entry, path=entry.discipline.event.unit.path)
    return entry


@transaction.atomic
def write_results(*, discipline: Discipline, results: Iterable[tuple[int, int | None, str]], by: User) -> int:
    """Keep (entry, place reached, mark) of each; empty ones take the result away. Returns how many are kept.

    Where the mark decides and no place is given, places follow from the marks; equal marks share one.
    """
    Discipline.objects.select_for_update().get(pk=discipline.pk)
    if not has_begun(discipline.event):
        raise DomainError(_("Results are public at once: write them down when the meet has begun."))
    entries = set(discipline.entries.live().values_list("pk", flat=True))
    rows = [(pk, rank, mark.strip()[:20]) for pk, rank, mark in results if pk in entries]
    if discipline.best != Discipline.Best.PLACE and not any(rank for _pk, rank, _mark in rows):
        rows = _ranked(rows, high=discipline.best == Discipline.Best.HIGH)
    kept = [row for row in rows if row[1] or row[2]]
    Result.objects.filter(entry__in=entries - {pk for pk, _rank, _mark in kept}).delete()
    for pk, rank, mark in kept:
        now = {"rank": rank, "mark": mark, "by": by, "at": timezone.now()}
        Result.objects.update_or_create(entry_id=pk, defaults=now)
    _note("events.write_results", discipline.event, by, discipline=discipline.pk, count=len(kept))
    return len(kept)


def _ranked(rows, *, high: bool):
    marks = {pk: mark for pk, _rank, text in rows if (mark := number(text)) is not None}
    order = sorted(marks.values(), reverse=high)
    return [(pk, order.index(marks[pk]) + 1 if pk in marks else None, text) for pk, _rank, text in rows]


def number(text: str) -> Decimal | None:
    """A mark as a number: `12.8`, or minutes and seconds as `1:05.3`."""
    try:
        minutes, _colon, rest = text.rpartition(":")
        found = Decimal(rest) + 60 * Decimal(minutes or 0)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
