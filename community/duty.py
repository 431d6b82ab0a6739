"""The duty roster: a week as days, and the hours nobody covers."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from .models import Duty


@dataclass
class Day:
    day: date
    duties: list
    gaps: list  # (from, until) in the hours the roster usually covers


def moment(day: date, at: time = time.min):
    return timezone.make_aware(datetime.combine(day, at))


def uncovered(duties, start, end):
    """The parts of `start`–`end` in which nobody is on duty."""
    gaps, reached = [], start
    for duty in sorted(duties, key=lambda duty: duty.starts_at):
        if duty.starts_at >= end:
            break
        if duty.starts_at > reached:
            gaps.append((reached, duty.starts_at))
        reached = max(reached, duty.ends_at)
    if reached < end:
        gaps.append((reached, end))
    return gaps


def usual_hours(duties):
    """The earliest beginning and latest end on one day in the week; None when the week is empty."""
    starts = [timezone.localtime(duty.starts_at).time() for duty in duties]
    same_day = [
        timezone.localtime(duty.ends_at).time()
        for duty in duties
        if timezone.localdate(duty.starts_at) == timezone.localdate(duty.ends_at)
    ]
    if not starts or not same_day or min(starts) >= max(same_day):
        return None
    return min(starts), max(same_day)


def week(community, monday: date) -> list[Day]:
    """Seven days from `monday` with the duties that begin on them. One query."""
    duties = list(
        Duty.objects.filter(unit=community)
        .between(moment(monday), moment(monday + timedelta(days=7)))
        .select_related("holder")
    )
    hours = usual_hours(duties)
    days = []
    for number in range(7):
        day = monday + timedelta(days=number)
        own = [duty for duty in duties if timezone.localdate(duty.starts_at) == day]
        gaps = uncovered(duties, moment(day, hours[0]), moment(day, hours[1])) if hours else []
        days.append(Day(day, own, gaps if own else []))
    return days
