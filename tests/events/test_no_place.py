"""What people read who got no place, who are offered a part of their places, and who are new to the community."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events import operations
from events.models import Event, Session, SignUp
from events.operations import draw
from notifications.models import InboxMessage
from residents.models import Resident
from surveys.models import Answer, Question, Survey

from ..town import resident
from .test_queue import change


def session_of(t):
    return Session.objects.select_related("event__unit", "community").get(pk=t.choir_monday.pk)


def enter(t, person, **how):
    return operations.sign_up(pool=session_of(t), resident=person, by=t.staff, at_the_desk=True, **how)


def register_page(t):
    return reverse("events:register", args=[t.community, t.choir.pk, t.choir_monday.pk])


def own_page(t, sign_up):
    return reverse("events:sign_up", args=[t.community, sign_up.pk])


def drawn(t, **event):
    """One place for 林秀英 and 王建国: the sign-up of whoever missed it, and their account."""
    change(t.choir, **{"policy": "draw"} | event)
    change(t.choir_monday, places=1, starts_at=timezone.now() + timedelta(days=2),
           ends_at=timezone.now() + timedelta(days=2, hours=1),
           registration_closes_at=timezone.now() + timedelta(hours=1))  # fmt: skip
    draw.prepare_all(Event.objects.get(pk=t.choir.pk))
    both = [enter(t, t.lin), enter(t, t.wang)]
    change(t.choir_monday, registration_closes_at=timezone.now() - timedelta(minutes=30))
    draw.freeze(session_of(t))
    draw.give(session_of(t))
    for one in both:
        one.refresh_from_db()
    missed = next(one for one in both if one.state != "placed")
    return missed, {t.lin.pk: t.lin_user, t.wang.pk: t.wang_user}[missed.resident_id]


def draw_page(t):
    made = draw.draw_of(session_of(t))
    return reverse("events:draw", args=[t.community, t.choir.pk, made.pk])


def test_without_a_waiting_list_the_outcome_stands_where_one_looks_for_it(town, signed_in):
    missed, user = drawn(town, has_waiting_list=False)
    assert (missed.state, missed.end) == ("ended", "closed")
    client = signed_in(user)
    mine = client.get("/my/").text
    assert "抽签未中" in mine
    assert own_page(town, missed) in mine
    for page in (own_page(town, missed), register_page(town)):
        shown = client.get(page).text
        assert "没有抽中" in shown
        assert "不设候补" in shown
        assert "在抽签中排第2位" in shown
        assert draw_page(town) in shown


def test_who_missed_and_waits_reads_what_happens_next(town, signed_in):
    missed, user = drawn(town)
    assert missed.state == "waiting"
    client = signed_in(user)
    mine = client.get("/my/").text
    assert "抽签未中" in mine
    shown = client.get(register_page(town)).text
    assert "没有抽中" in shown
    assert "最多为您保留24小时" in shown
    assert "第 1 位" in shown
    assert draw_page(town) in shown


def test_who_got_a_place_is_not_told_of_missing_one(town, signed_in):
    missed, user = drawn(town, has_waiting_list=False)
    other = town.wang_user if user == town.lin_user else town.lin_user
    assert "抽签未中" not in signed_in(other).get("/my/").text
    assert "没有抽中" not in signed_in(other).get(register_page(town)).text


def test_by_missed_turns_nothing_is_said_of_a_draw(town, signed_in):
    missed, user = drawn(town, policy="missed", has_waiting_list=False)
    client = signed_in(user)
    assert "未分到名额" in client.get("/my/").text
    shown = client.get(register_page(town)).text
    assert "抽" not in shown[shown.index("<main") : shown.index("</main>")]
    assert "排在前面的人" in shown


def test_the_public_page_says_nothing_of_it(town, signed_in, client):
    _missed, user = drawn(town, has_waiting_list=False)
    page = town.choir.get_absolute_url()
    assert "没有抽中" not in signed_in(user).get(page).text
    assert "没有抽中" not in client.get(page).text


def test_what_is_called_off_or_tried_again_is_listed_no_longer(town, signed_in):
    missed, user = drawn(town, has_waiting_list=False)
    client = signed_in(user)
    change(town.choir, cancelled_at=timezone.now(), cancelled_by=town.staff, cancel_reason="停办")
    assert "抽签未中" not in client.get("/my/").text
    change(town.choir, cancelled_at=None, cancelled_by=None, cancel_reason="")
    change(town.choir_monday, places=5)
    enter(town, missed.resident)
    assert "抽签未中" not in client.get("/my/").text


def test_what_is_over_is_listed_no_longer(town, signed_in):
    _missed, user = drawn(town, has_waiting_list=False)
    change(town.choir_monday, starts_at=timezone.now() - timedelta(hours=3),
           ends_at=timezone.now() - timedelta(hours=2))  # fmt: skip
    assert "抽签未中" not in signed_in(user).get("/my/").text


def test_whoever_answers_for_somebody_reads_it_too_and_nobody_else(town, signed_in):
    missed, user = drawn(town, has_waiting_list=False)
    rows = SignUp.objects.filter(draw.missed_out())
    assert list(rows.of(user)) == [missed]
    assert not rows.of(town.stranger).exists()
    assert not rows.of(town.staff).exists()


# --- a part of a group ---


@pytest.fixture
def pair(town):
    """Lin waits with 林大山 and two without a name for three places, of which one is free."""
    change(town.choir, most_seats=4)
    change(town.choir_monday, places=4)
    town.first = resident("甲", town.east, town.community)
    town.other = resident("乙", town.east, town.community)
    town.third = resident("林大山", town.east_building, town.community)
    enter(town, town.first, companions=2)
    town.group = enter(town, town.lin, members=[town.third], companions=2, may_split=True, wait=True)
    town.group.refresh_from_db()
    return town


def test_a_part_names_who_would_have_a_place_and_who_waits_on(pair, signed_in):
    assert (pair.group.state, pair.group.offered_seats) == ("offered", 1)
    shown = signed_in(pair.lin_user).get(register_page(pair))
    parts = shown.context["people"][0]["shown"]["parts"]
    assert (parts["coming"], parts["rest"], parts["nameless"], parts["leave"]) == (
        [pair.lin], [pair.third], 0, 2,
    )  # fmt: skip
    main = shown.text[shown.text.index("<ol>") : shown.text.index("</ol>")]
    assert main.index("林秀英") < main.index("现在有名额") < main.index("林大山") < main.index("继续候补")
    assert "另有2位未登记姓名的同伴" in shown.text
    said = InboxMessage.objects.filter(account=pair.lin_user).order_by("-pk").first()
    assert "名额先给：林秀英。其余登记姓名的人继续候补。" in said.text


def test_companions_without_a_name_come_after_those_named(pair, signed_in):
    operations.leave(sign_up=SignUp.objects.get(resident=pair.first), by=pair.staff)
    pair.group.refresh_from_db()
    assert pair.group.offered_seats == 4
    change(pair.choir_monday, places=4, places_taken=4)
    change(pair.group, offered_seats=3)
    change(pair.choir_monday, places_taken=3)
    shown = signed_in(pair.lin_user).get(register_page(pair))
    parts = shown.context["people"][0]["shown"]["parts"]
    assert (parts["coming"], parts["rest"], parts["nameless"], parts["leave"]) == (
        [pair.lin, pair.third], [], 1, 1,
    )  # fmt: skip


# --- new to the community ---


@pytest.fixture
def asked(town):
    survey = Survey.objects.create(
        unit=town.community, title="合唱", purpose="sign_up", created_by=town.staff
    )
    town.voice = Question.objects.create(survey=survey, text="声部", kind="words", required=True)
    change(town.choir, questions=survey, most_seats=3)
    return town


def test_who_is_new_fills_in_the_same_form(asked, signed_in):
    client = signed_in(asked.stranger)
    shown = client.get(register_page(asked)).text
    for name in ("companions", "may_split", f"ask-q{asked.voice.pk}"):
        assert f'name="{name}"' in shown
    assert not Resident.objects.filter(user=asked.stranger).exists()  # looking makes nobody known
    sent = {"companions": 1, f"ask-q{asked.voice.pk}": "高音"}
    assert client.post(register_page(asked), sent).status_code == 302
    made = SignUp.objects.get(resident__user=asked.stranger)
    assert (made.seats, made.companions) == (2, 1)
    assert Answer.objects.get(response__cause=f"signup:{made.pk}").text == "高音"


def test_who_is_new_and_waits_answers_the_same_questions(asked, signed_in):
    change(asked.choir_monday, places=2, places_taken=2)
    client = signed_in(asked.stranger)
    shown = client.get(register_page(asked)).text
    for words in ('name="companions"', f'name="ask-q{asked.voice.pk}"', 'name="wait" value="1"'):
        assert words in shown
    assert client.post(register_page(asked), {"wait": "1"}).status_code == 422  # the voice is missing
    sent = {"wait": "1", "companions": 1, f"ask-q{asked.voice.pk}": "低音"}
    assert client.post(register_page(asked), sent).status_code == 302
    made = SignUp.objects.get(resident__user=asked.stranger)
    assert (made.state, made.seats) == ("waiting", 2)
    assert Answer.objects.get(response__cause=f"signup:{made.pk}").text == "低音"
