"""Places by lot, or first to those who missed out: frozen, published, drawn, and computed again by anybody."""

import ast
import contextlib
import html
import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from config.errors import DomainError
from events import operations
from events.models import Draw, Event, Registration, Session, SignUp
from events.operations import draw
from events.views.line import RECOMPUTE

from ..town import resident


def change(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()


@pytest.fixture
def lottery(town):
    """A session of two places in two days, sign-up until tomorrow, drawn; five people."""
    now = timezone.now()
    change(town.choir, policy="draw", most_seats=3)
    change(town.choir_monday, starts_at=now + timedelta(days=2), ends_at=now + timedelta(days=2, hours=1),
           registration_closes_at=now + timedelta(days=1))  # fmt: skip
    draw.prepare_all(Event.objects.get(pk=town.choir.pk))
    town.people = [resident(name, town.east, town.community) for name in "甲乙丙丁戊"]
    town.draw = Draw.objects.get(session=town.choir_monday)
    return town


def enter(t, person, **how):
    session = Session.objects.select_related("event").get(pk=t.choir_monday.pk)
    return operations.sign_up(pool=session, resident=person, by=t.staff, at_the_desk=True, **how)


def close(t):
    change(t.choir_monday, registration_closes_at=timezone.now() - timedelta(minutes=30))
    draw.run_draws()
    t.draw.refresh_from_db()


def give(t):
    change(t.draw, frozen_at=timezone.now() - timedelta(minutes=11))
    draw.run_draws()
    t.draw.refresh_from_db()


def states(t):
    return sorted(SignUp.objects.filter(session=t.choir_monday).values_list("state", flat=True))


def test_until_closing_everybody_enters_and_nobody_has_a_place(lottery):
    entered = [enter(lottery, person) for person in lottery.people]
    assert [one.number for one in entered] == [1, 2, 3, 4, 5]
    assert states(lottery) == ["entered"] * 5
    assert not Registration.objects.exists()


def test_entrants_are_frozen_first_and_drawn_later(lottery):
    for person in lottery.people:
        enter(lottery, person)
    close(lottery)
    assert lottery.draw.entrants == [[n, 1, 0] for n in range(1, 6)]
    assert states(lottery) == ["entered"] * 5
    with pytest.raises(DomainError, match="一刻钟"):
        enter(lottery, lottery.lin)
    draw.run_draws()
    assert states(lottery) == ["entered"] * 5
    give(lottery)
    assert states(lottery) == ["placed", "placed", "waiting", "waiting", "waiting"]
    assert Session.objects.get(pk=lottery.choir_monday.pk).places_taken == 2


def test_places_follow_the_order_of_the_digests(lottery):
    for person in lottery.people:
        enter(lottery, person)
    close(lottery)
    give(lottery)
    order = draw.drawn_order(lottery.draw.seed, lottery.draw.entrants)
    by_rank = SignUp.objects.filter(session=lottery.choir_monday).order_by("rank")
    assert list(by_rank.values_list("number", flat=True)) == order
    placed = by_rank.filter(state="placed").values_list("number", flat=True)
    assert list(placed) == order[:2]


def test_a_group_that_does_not_fit_waits_and_the_next_that_fits_gets_the_place(lottery, monkeypatch):
    change(lottery.choir_monday, places=3)
    group = enter(lottery, lottery.people[0], members=[lottery.people[1], lottery.people[2]])
    change(lottery.choir_monday, places=2)
    single = enter(lottery, lottery.people[3])
    monkeypatch.setattr(draw, "drawn_order", lambda seed, entrants: [1, 2])
    close(lottery)
    give(lottery)
    group.refresh_from_db()
    single.refresh_from_db()
    assert (group.state, single.state) == ("waiting", "placed")


def test_who_leaves_between_freezing_and_drawing_is_passed_by(lottery):
    entered = [enter(lottery, person) for person in lottery.people[:3]]
    close(lottery)
    operations.leave(sign_up=entered[0], by=lottery.staff)
    give(lottery)
    assert states(lottery) == ["ended", "placed", "placed"]


def test_who_missed_out_most_often_comes_first(lottery):
    change(lottery.choir, policy="missed")
    change(lottery.draw, seed="", seed_digest="")
    before = Event.objects.create(
        unit=lottery.community, kind="culture", title="上一期", place="广场", created_by=lottery.staff
    )
    change(lottery.choir, copied_from=before)
    SignUp.objects.create(event=before, resident=lottery.people[2], by=lottery.staff, state="ended", end="closed",
                          ended_at=timezone.now() - timedelta(days=30))  # fmt: skip
    change(lottery.choir_monday, places=1)
    for person in lottery.people[:3]:
        enter(lottery, person)
    close(lottery)
    give(lottery)
    assert lottery.draw.entrants[2] == [3, 1, 1]
    assert SignUp.objects.get(session=lottery.choir_monday, state="placed").resident == lottery.people[2]


def test_drawing_wants_to_know_when_sign_up_closes(lottery):
    change(lottery.choir_monday, registration_closes_at=None)
    with pytest.raises(DomainError, match="截止"):
        draw.prepare_all(Event.objects.get(pk=lottery.choir.pk))


def shown(client, t):
    return client.get(reverse("events:draw", args=[t.community, t.choir.pk, t.draw.pk])).text


def test_the_page_keeps_the_seed_until_it_is_drawn_and_names_nobody(client, lottery):
    for person in lottery.people:
        enter(lottery, person)
    assert lottery.draw.seed_digest in shown(client, lottery)
    close(lottery)
    text = shown(client, lottery)
    assert lottery.draw.entrants_digest in text
    assert lottery.draw.seed not in text
    give(lottery)
    text = shown(client, lottery)
    assert lottery.draw.seed in text
    assert not any(f"<strong>{person.name}" in text for person in lottery.people)


def test_the_lines_on_the_page_compute_the_order_again(client, lottery):
    for person in lottery.people:
        enter(lottery, person)
    close(lottery)
    give(lottery)
    codes = [html.unescape(one) for one in re.findall(r"<code>(.*?)</code>", shown(client, lottery), re.S)]
    seed_digest, seed, entrants, entrants_digest, lines = codes
    assert lines == RECOMPUTE
    assert len(lines.splitlines()) == 5
    said = io.StringIO()
    names = {
        "seed_digest": seed_digest,
        "seed": seed,
        "entrants": entrants,
        "entrants_digest": entrants_digest,
    }
    with contextlib.redirect_stdout(said):
        exec(lines, names)  # noqa: S102  exactly as printed
    checks, order = said.getvalue().splitlines()
    assert checks == "True True"
    by_rank = SignUp.objects.filter(session=lottery.choir_monday).order_by("rank")
    assert ast.literal_eval(order) == list(by_rank.values_list("number", flat=True))


def test_staff_see_who_got_a_place_in_the_order_of_the_draw(lottery, signed_in):
    for person in lottery.people:
        enter(lottery, person)
    page = reverse("events:line", args=[lottery.choir_monday.pk])
    staff = signed_in(lottery.staff)
    assert "尚未分配" in staff.get(page).text
    close(lottery)
    give(lottery)
    by_rank = list(SignUp.objects.filter(session=lottery.choir_monday).order_by("rank"))
    answer = staff.get(page)
    found = [(place, row.number, row.state) for place, row in answer.context["outcome"]]
    assert found == [(row.rank, row.number, row.state) for row in by_rank]
    assert all(f"{row.rank} · {row.resident.name}" in answer.text for row in by_rank)
    operations.leave(sign_up=by_rank[0], by=lottery.staff)
    by_rank[0].refresh_from_db()
    assert by_rank[0].get_end_display() in staff.get(page).text
    assert signed_in(lottery.wang_user).get(page).status_code == 404


@pytest.mark.parametrize(("policy", "words"), [("draw", "在抽签中排第"), ("missed", "排在第")])
def test_who_took_part_reads_which_place_their_number_came_to(lottery, signed_in, policy, words):
    change(lottery.choir, policy=policy)
    if policy == "missed":
        change(lottery.draw, seed="", seed_digest="")
    made, lin = enter(lottery, lottery.lin), signed_in(lottery.lin_user)
    enter(lottery, lottery.people[0])
    page = reverse("events:register", args=[lottery.community, lottery.choir.pk, lottery.choir_monday.pk])
    assert words not in lin.get(page).text
    close(lottery)
    give(lottery)
    made.refresh_from_db()
    assert f"号码1{words}{made.rank}位" in lin.get(page).text
    assert (
        reverse("events:draw", args=[lottery.community, lottery.choir.pk, lottery.draw.pk])
        in lin.get(page).text
    )


def test_a_draw_that_fails_does_not_stop_the_next_one(lottery, monkeypatch):
    closed = timezone.now() - timedelta(minutes=30)
    change(lottery.choir_monday, registration_closes_at=closed)
    later = Session.objects.get(pk=lottery.choir_monday.pk)
    later.pk, later.starts_at, later.ends_at = (
        None,
        later.starts_at + timedelta(days=1),
        later.ends_at + timedelta(days=1),
    )
    later.save()
    draw.prepare_all(Event.objects.get(pk=lottery.choir.pk))
    freeze = draw.freeze

    def broken(pool):
        if pool.pk == lottery.choir_monday.pk:
            raise ValueError("damaged")
        return freeze(pool)

    monkeypatch.setattr(draw, "freeze", broken)
    with pytest.raises(ValueError, match="damaged"):
        draw.run_draws()
    assert Draw.objects.get(session=later).frozen_at
    assert not Draw.objects.get(session=lottery.choir_monday).frozen_at
