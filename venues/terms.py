"""Under which terms a room may be booked: seats, hours, closed periods, limits. One sentence for each refusal."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.access import may, organisations_of
from community.models import Organisation
from residents.models import ResidenceState, Resident

from .models import QUARTER, Booker, ClosedPeriod, Room, quarters


@dataclass
class Terms:
    """The terms of one room, read once for any number of times: `Terms.of(room, first, last)`, two queries."""

    room: Room
    hours: list = field(default_factory=list)
    closed: list[ClosedPeriod] = field(default_factory=list)

    @classmethod
    def of(cls, room: Room, starts_at: datetime, ends_at: datetime) -> "Terms":
        closed = ClosedPeriod.objects.standing().of_room(room).meeting(starts_at, ends_at)
        return cls(room, list(room.hours.all()), list(closed))

    def refusal(self, starts_at: datetime, ends_at: datetime, *, people: int, is_staff: bool) -> str:
        """Why nobody, or nobody but staff, may have the room at this time; empty when they may."""
        found = self.refusal_of_time(starts_at, ends_at) or self.refusal_of_people(people)
        if found or is_staff:
            return found
        return self._refusal_of_limits(starts_at, ends_at)

    def refusal_of_people(self, people: int) -> str:
        if self.room.seats is not None and people > self.room.seats:
            return _("%(room)s has %(seats)d seats; %(people)d people do not fit in.") % {
                "room": self.room,
                "seats": self.room.seats,
                "people": people,
            }
        return ""

    def refusal_of_time(self, starts_at, ends_at) -> str:
        if ends_at <= starts_at:
            return _("It has to end after it starts.")
        if starts_at < timezone.now():
            return _("This time is past.")
        if closed := self.closed_at(starts_at, ends_at):
            return _("Closed then: %(reason)s") % {"reason": closed.reason}
        if not self.is_open(starts_at, ends_at):
            return _("Not open then. Open: %(hours)s") % {"hours": in_words(self.hours)}
        return ""

    def _refusal_of_limits(self, starts_at, ends_at) -> str:
        most, ahead = self.room.longest_quarters, self.room.days_ahead
        if len(quarters(starts_at, ends_at)) > most:
            return _("This room can be booked for %(hours)s hours at the most.") % {"hours": f"{most / 4:g}"}
        last = timezone.localdate() + timedelta(days=ahead)
        if timezone.localtime(starts_at).date() > last:
            return _("This room can be booked up to %(day)s so far.") % {
                "day": date_format(last, "DATE_FORMAT")
            }
        return ""

    def closed_at(self, starts_at, ends_at) -> ClosedPeriod | None:
        meeting = (one for one in self.closed if one.starts_at < ends_at and one.ends_at > starts_at)
        return next(meeting, None)

    def is_open(self, starts_at, ends_at) -> bool:
        """Within one of its opening hours; a room without stated hours is always open."""
        if not self.hours:
            return True
        return any(start <= starts_at and ends_at <= end for start, end in self.open_on(starts_at))

    def open_on(self, moment: datetime | date) -> list[tuple[datetime, datetime]]:
        """From when to when it is open on a day."""
        day = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
        return [
            (at(day, row.opens), at(day, row.closes)) for row in self.hours if row.weekday == day.weekday()
        ]


def at(day: date, hour: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, hour))


def day_of(day: date) -> tuple[datetime, datetime]:
    return at(day, time.min), at(day + timedelta(days=1), time.min)


def in_words(hours) -> str:
    """`Monday–Friday 08:30–12:00, 14:30–18:00; Saturday 09:00–12:00`."""
    days: dict[int, list[str]] = {}
    for row in hours:
        days.setdefault(row.weekday, []).append(f"{row.opens:%H:%M}–{row.closes:%H:%M}")
    runs: list[list] = []
    for weekday in sorted(days):
        if runs and runs[-1][2] == days[weekday] and runs[-1][1] == weekday - 1:
            runs[-1][1] = weekday
        else:
            runs.append([weekday, weekday, days[weekday]])
    parts = []
    for first, last, times in runs:
        if (first, last) == (0, 6):
            name = _("Every day")
        else:
            name = str(WEEKDAYS[first]) if first == last else f"{WEEKDAYS_ABBR[first]}–{WEEKDAYS_ABBR[last]}"
        parts.append(f"{name} {_(', ').join(times)}")
    return _("; ").join(parts)


def limits_in_words(room: Room) -> list[str]:
    """What the page says about booking this room."""
    lines = [
        _("up to %(hours)s hours at a time") % {"hours": f"{room.longest_quarters / 4:g}"},
        ngettext("up to %(n)d day ahead", "up to %(n)d days ahead", room.days_ahead) % {"n": room.days_ahead},
    ]
    if room.gap_quarters:
        minutes = room.gap_quarters * QUARTER // timedelta(minutes=1)
        lines.append(_("%(n)d minutes are kept free after each booking") % {"n": minutes})
    if room.confirm_weeks:
        lines.append(_("repeated bookings are confirmed every %(n)d weeks") % {"n": room.confirm_weeks})
    return lines


def organisations_for(user, community):
    """In whose name `user` may ask for rooms of `community`."""
    people = Resident.objects.of(user)
    teams = Booker.objects.current().filter(resident__in=people).values("organisation")
    living = Organisation.objects.living().within(community)
    return (living.filter(pk__in=teams) | living.filter(pk__in=organisations_of(user))).distinct()


def books_for_a_team(user, community) -> bool:
    """Whether rooms lent to teams only are of any use to `user`: a team's booker, or staff of this place."""
    if not user.is_authenticated:
        return False
    return may(user, "venues.manage", community) or organisations_for(user, community).exists()


def residents_for(user, community):
    """The people of `community` for whom `user` may ask for rooms: confirmed ones."""
    people = Resident.objects.of(user).filter(community=community)
    return people.exclude(state=ResidenceState.UNCONFIRMED)


def is_staff_of(user, room: Room) -> bool:
    return may(user, "venues.manage", room.facility.unit)


def refusal_of_booker(room: Room, *, resident, organisation, by) -> str:
    """Why this person or organisation may not have the room; empty when they may."""
    if room.closed_at or room.facility.closed_at:
        return _("This room is no longer in use.")
    community = room.facility.unit.community
    if resident and (resident.community_id != community.pk or not resident.is_living):
        return _("This person is not known in this community.")
    if organisation and (organisation.closed_at or organisation.unit.community != community):
        return _("This organisation is not in this community.")
    if by is None or is_staff_of(by, room):
        return ""
    return _refusal_of_outsider(room, resident, organisation, by, community)


def _refusal_of_outsider(room, resident, organisation, by, community) -> str:
    if room.lent_to in (Room.LentTo.NOBODY, Room.LentTo.STAFF):
        return _("This room is not lent. Please ask at the counter.")
    if organisation:
        if not organisations_for(by, community).filter(pk=organisation.pk).exists():
            return _("You are not entered as somebody who books for this organisation.")
        return ""
    if room.lent_to == Room.LentTo.ORGANISATIONS:
        return _("This room is lent to teams and organisations only.")
    if resident is None or not residents_for(by, community).filter(pk=resident.pk).exists():
        return _("Rooms are lent to people whose address the community has confirmed.")
    return ""
