"""The duty roster: a week as days, and the hours nobody covers."""

from collections import Counter
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


def local_times(gap):
    return tuple(timezone.localtime(moment).time() for moment in gap)


def usual(values):
    """The value most days have."""
    return Counter(values).most_common(1)[0][0]


def week(community, monday: date) -> list[Day]:
    """Seven days from `monday` with the duties that begin on them, and what the roster leaves open. One query.

    Measured are the hours most days of that week begin and end with; a pause that most days have is no gap.
    """
    duties = list(
        Duty.objects.filter(unit=community)
        .between(moment(monday), moment(monday + timedelta(days=7)))
        .select_related("holder")
        .order_by("starts_at", "pk")
    )
    days = [Day(monday + timedelta(days=number), [], []) for number in range(7)]
    for day in days:
        day.duties = [duty for duty in duties if timezone.localdate(duty.starts_at) == day.day]
    staffed = [day for day in days if day.duties]
    if staffed:
        start = usual(timezone.localtime(day.duties[0].starts_at).time() for day in staffed)
        end = usual(timezone.localtime(max(duty.ends_at for duty in day.duties)).time() for day in staffed)
        for day in staffed if start < end else []:
            day.gaps = uncovered(duties, moment(day.day, start), moment(day.day, end))
        pauses = Counter(local_times(gap) for day in staffed for gap in day.gaps)
        for day in staffed:
            day.gaps = [gap for gap in day.gaps if pauses[local_times(gap)] * 2 <= len(staffed)]
    return days
