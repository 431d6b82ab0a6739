"""What is on by month and by week (ISO 8601: from Monday, `2026-W47`)."""

import calendar
import re
from datetime import date, timedelta

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from community.pages import public_page
from config.fields import EARLIEST, LATEST

from .. import rows
from .narrowing import narrowing

MOST_OF_A_DAY = 6
MOST_OF_A_MONTH = 1000
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@public_page
def now(request, community):
    return redirect("events:calendar", community, f"{timezone.localdate():%Y-%m}")


@public_page
def period(request, community, period):
    """A month or a week. `?since=` leads to the one that day lies in."""
    is_week = "W" in period
    first = monday_of(period) if is_week else first_of(period)
    narrow = narrowing(request, community)
    if day := narrow.chosen.get("since"):
        name = name_of_week(day) if is_week else f"{day:%Y-%m}"
        if name and name != period:
            return redirect(reverse("events:calendar", args=[community, name]) + narrow.query)
    context = {"nav": "events", "community": community, "first": first, "name": period}
    context |= (week if is_week else month)(narrow, first)
    here = reverse("events:calendar", args=[community, period])
    context |= narrow.context("week" if is_week else "month", here, one_day(first, context["last"]))
    context["query"] = narrow.query
    return render(request, "events/calendar.html", context, status=422 if narrow.is_bad else 200)


def one_day(first: date, last: date) -> date:
    """By which the other calendar is opened: today when it is shown, else the middle, which lies in the same month."""
    today = timezone.localdate()
    return today if first <= today <= last else first + (last - first) // 2


def first_of(name: str) -> date:
    """`2026-11` → its first day; anything else, and years no community plans for, are not found."""
    found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", name)
    if not found or not EARLIEST <= int(found[1]) <= LATEST:
        raise Http404
    return date(int(found[1]), int(found[2]), 1)


def monday_of(name: str) -> date:
    """`2026-W47` → its Monday; a week 53 the year has not is not found."""
    found = re.fullmatch(r"([0-9]{4})-W([0-5][0-9])", name)
    if not found or not EARLIEST <= int(found[1]) <= LATEST:
        raise Http404
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        raise Http404


def name_of_week(day: date) -> str:
    """The week `day` lies in; empty outside the years that are shown."""
    year, number, _weekday = day.isocalendar()
    return f"{year}-W{number:02}" if EARLIEST <= year <= LATEST else ""


def found_rows(narrow, first: date, last: date) -> list[dict]:
    if narrow.is_bad:
        return []
    sessions = narrow.sessions().on_days(first, last).order_by("starts_at", "pk")
    return rows.session_rows(sessions[:MOST_OF_A_MONTH], narrow.community)


def month(narrow, first: date) -> dict:
    before, after = first - DAY, (first + timedelta(days=31)).replace(day=1)
    found = found_rows(narrow, first, after - DAY)
    weeks = calendar.Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    return {
        "title": date_format(first, "YEAR_MONTH_FORMAT"),
        "last": after - DAY,
        "weekdays": rows.WEEKDAYS,
        "weeks": days_of(weeks, found, MOST_OF_A_DAY, lambda day: day.month != first.month),
        "is_empty": not found,
        "before": f"{before:%Y-%m}" if before.year >= EARLIEST else "",
        "after": f"{after:%Y-%m}" if after.year <= LATEST else "",
        "present": f"{timezone.localdate():%Y-%m}",
    }


def week(narrow, first: date) -> dict:
    days = [first + timedelta(days=number) for number in range(7)]
    found = found_rows(narrow, first, days[-1])
    return {
        "title": f"{date_format(first, 'DATE_FORMAT')} – {date_format(days[-1], 'MONTH_DAY_FORMAT')}",
        "last": days[-1],
        "number": first.isocalendar().week,
        "weekdays": rows.WEEKDAYS,
        "weeks": days_of([days], found, MOST_OF_A_MONTH, lambda day: False),
        "is_empty": not found,
        "before": name_of_week(first - WEEK),
        "after": name_of_week(first + WEEK),
        "present": name_of_week(timezone.localdate()),
    }


def days_of(weeks: list[list[date]], found: list[dict], most: int, is_other) -> list[list[dict]]:
    """The weeks as the table shows them, each day with the sessions that start on it."""
    today, by_day = timezone.localdate(), {}
    for row in found:
        by_day.setdefault(row["iso"], []).append(row)
    soonest = min((day for day in by_day if day >= today.isoformat()), default="")  # phones show no empty day
    return [
        [
            {
                "iso": day.isoformat(),
                "soonest": day.isoformat() == soonest,
                "day": day.day,
                "weekday": rows.WEEKDAYS[day.weekday()],
                "heading": date_format(day, "MONTH_DAY_FORMAT"),
                "today": day == today,
                "other": is_other(day),
                "rows": by_day.get(day.isoformat(), [])[:most],
                "more": max(0, len(by_day.get(day.isoformat(), [])) - most),
            }
            for day in week
        ]
        for week in weeks
    ]
