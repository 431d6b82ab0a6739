"""What pages and messages say is true of what staff did."""

from datetime import timedelta

import pytest

from events import messages, operations
from events.explain import waiting_words
from events.forms import EventForm
from events.models import Event, Session, SignUp
from events.operations import series
from events.operations.queue import move_up

from .test_desk import created, times


@pytest.mark.parametrize(("reason", "said"), [("下雨。", "下雨"), (" 停电！ ", "停电"), ("", "未说明")])
def test_a_reason_is_part_of_a_sentence(reason, said):
    assert messages.why(reason) == said


def test_the_rhythm_follows_a_changed_series(town):
    event = operations.create_event(event=created(town), sessions=[times(3), times(10)], by=town.staff)
    rule = {
        "how": "weekly",
        "first": "2027-03-01",
        "start": "15:00:00",
        "end": "16:00:00",
        "every": 1,
        "count": 2,
    }
    Event.objects.filter(pk=event.pk).update(repeats=rule)
    first = Session.objects.select_related("event").filter(event=event).earliest("starts_at")
    assert "15:00–16:00" in first.event.rhythm()
    for shift, said in ((timedelta(hours=2), "17:00–18:00"), (timedelta(days=1), "")):
        first = Session.objects.select_related("event__unit").get(pk=first.pk)
        later = {name: getattr(first, name) + shift for name in ("starts_at", "ends_at")}
        seen = series.stamp(series.affected(first, "all"))
        series.change_series(session=first, which="all", seen=seen, by=town.staff, **later)
        rhythm = Event.objects.get(pk=event.pk).rhythm()
        assert said in rhythm
        assert bool(rhythm) == bool(said)


def test_a_series_that_only_changes_its_place_keeps_its_hours(town):
    event = operations.create_event(event=created(town), sessions=[times(3), times(10)], by=town.staff)
    rule = {"how": "weekly", "first": "2027-03-01", "start": "08:00:00", "end": "09:00:00", "every": 1}
    Event.objects.filter(pk=event.pk).update(repeats=rule)  # most sessions are at other hours than this one
    first = Session.objects.select_related("event__unit").filter(event=event).earliest("starts_at")
    same = {"starts_at": first.starts_at, "ends_at": first.ends_at, "place": "大厅"}
    seen = series.stamp(series.affected(first, "all"))
    series.change_series(session=first, which="all", seen=seen, by=town.staff, **same)
    assert set(event.sessions.values_list("place", flat=True)) == {"大厅"}
    assert "08:00–09:00" in Event.objects.get(pk=event.pk).rhythm()


def test_who_waits_reads_that_staff_moved_somebody_ahead(town):
    session = Session.objects.select_related("event__unit").get(pk=town.choir_monday.pk)
    Event.objects.filter(pk=session.event_id).update(has_waiting_list=True)
    Session.objects.filter(pk=session.pk).update(places=1)
    for person in (town.zhao, town.lin, town.wang):
        session = Session.objects.select_related("event__unit").get(pk=session.pk)
        operations.sign_up(pool=session, resident=person, by=town.staff, wait=True, at_the_desk=True)
    lin, wang = (SignUp.objects.get(resident=one) for one in (town.lin, town.wang))
    assert not any("工作人员" in words for words in waiting_words(lin))
    move_up(sign_up=wang, to=1, reason="行动不便", by=town.staff)
    assert any("提前过1次" in words for words in waiting_words(lin))
    assert not any("工作人员" in words for words in waiting_words(wang))


def test_a_branch_secretary_puts_on_events_of_the_own_branch(town):
    form = EventForm(user=town.branch_secretary)
    assert list(form.fields["organiser"].queryset) == [town.branch]
    assert form["organiser"].value() == town.branch.pk
    assert town.branch in EventForm(user=town.staff).fields["organiser"].queryset
    assert not EventForm(user=town.staff).fields["organiser"].required
