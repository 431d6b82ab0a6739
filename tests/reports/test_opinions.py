"""What people thought of events, in the monthly report."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from events.models import Attendance, Event, Session
from reports import figures, listing
from reports.periods import Period
from surveys.models import Response
from surveys.operations import create_survey
from tests.town import resident

NAMES = "甲乙丙丁戊己庚辛"


def held(town, title, people, marks, *, is_anonymous=True):
    """An event of October 2026 with two evenings at which `people` were, and the marks they gave."""
    survey = create_survey(
        unit=town.community, title=title, purpose="event", is_anonymous=is_anonymous, by=town.staff
    )
    event = Event.objects.create(
        unit=town.community, kind="culture", title=title, place="广场", created_by=town.staff, feedback=survey,
        published_at=timezone.now(), published_by=town.staff,
    )  # fmt: skip
    for day in (8, 15):
        at = timezone.make_aware(datetime.combine(date(2026, 10, day), time(19)))
        session = Session.objects.create(
            event=event, community=town.community, starts_at=at, ends_at=at + timedelta(hours=2)
        )
        for person in people:
            Attendance.objects.create(session=session, resident=person, by=town.staff)
    for mark in marks:
        Response.objects.create(
            survey=survey, cause=f"event:{event.pk}", about_on=date(2026, 10, 15), score=mark
        )


def test_the_report_counts_marks_and_whoever_was_asked_once(town):
    people = [resident(f"居民{name}", town.east_building, town.community) for name in NAMES]
    held(town, "合唱", people, [5, 5, 4, 4, 3])
    held(town, "电影", people[:4], [1, 1])  # too few to be told
    period = Period(town.community, None, date(2026, 10, 1))
    values = figures.compute(period)
    assert values["opinions"]["now"] == 5
    assert values["opinion_mark"]["now"] == "4.20"
    assert values["asked"]["now"] == 12
    assert values["opinion_rate"]["now"] == "41.7"
    assert values["opinion_mark"]["before"] is None
    rows = figures.find(period, "opinions").rows(period)
    assert {row[1] for row in listing.table("opinions", rows)["rows"]} == {"合唱"}
