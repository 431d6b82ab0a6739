"""Whatever is done in whatever order: the line agrees with a small model of it, no seat is lost or given twice, and
nobody is overtaken but by a group small enough for what is free, or by a written reason."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from events import operations
from events.operations import places, queue

from .line_kinds import ChangingLine, DrawnLine
from .line_machine import Line

RUN = settings(
    max_examples=12, stateful_step_count=20, deadline=None, derandomize=True, database=None,
    phases=[Phase.generate], report_multiple_bugs=False, suppress_health_check=list(HealthCheck),
)  # fmt: skip


def test_the_line_is_right_whatever_is_done(db):
    Line.seen.clear()
    run_state_machine_as_test(Line, settings=RUN)
    assert Line.seen["offer"] + Line.seen["part"] > 20, Line.seen
    rare = {"split", "waits on", "accepted", "lapsed", "moved up", "one left", "cancelled", "closed"}
    assert rare <= set(Line.seen), Line.seen


def test_the_line_is_right_when_more_or_fewer_come_along(db):
    ChangingLine.seen = Counter()
    run_state_machine_as_test(ChangingLine, settings=settings(RUN, max_examples=10))
    assert {"more come", "fewer come", "offer"} <= set(ChangingLine.seen), ChangingLine.seen


def test_the_line_is_right_after_a_draw(db):
    DrawnLine.seen = Counter()
    run_state_machine_as_test(DrawnLine, settings=settings(RUN, max_examples=4))
    assert DrawnLine.seen["drawn"] > 2, DrawnLine.seen


def newcomers_overtake(patch):
    patch.setattr(places, "overtakes", lambda made, pool: False)
    patch.setattr(places, "fill", lambda pool, by=None: None)
    patch.setattr(operations.leaving, "fill", lambda pool, by=None: None)


def declined_seats_are_lost(patch):
    patch.setattr(queue.seats, "free", lambda pool, count: None)


@pytest.mark.parametrize("broken", [newcomers_overtake, declined_seats_are_lost])
def test_the_machine_sees_a_rule_that_is_broken(db, monkeypatch, broken):
    broken(monkeypatch)
    many = settings(RUN, max_examples=100)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(type("Broken", (Line,), {}), settings=many)
