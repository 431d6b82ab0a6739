"""Changing one's own sign-up until sign-up closes: the answers to the event's questions, and the companions."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Activity
from config.errors import DomainError
from events import operations
from events.models import Attendance, Event, Registration, Session, SignUp
from events.operations import draw
from residents.models import Household, Resident
from residents.operations import record_mandate
from surveys.models import Answer, Question, Response, Survey

from ..town import resident
from .test_queue import agrees, change, state

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def asked(town):
    """The choir asks for a voice, what one sings, a year and a photo; up to four sign up together."""
    survey = Survey.objects.create(
        unit=town.community, title="合唱", purpose="sign_up", created_by=town.staff
    )
    kinds = [("voice", "声部", "choice", True), ("songs", "曲目", "choices", False), ("year", "学唱几年", "number", False),
             ("wish", "有什么要求", "words", False), ("photo", "照片", "file", False)]  # fmt: skip
    town.q = {
        name: Question.objects.create(
            survey=survey, text=text, kind=kind, required=required, order=order,
            choices="高音\n低音" if name == "voice" else "茉莉花\n康定情歌" if name == "songs" else "",
        )
        for order, (name, text, kind, required) in enumerate(kinds)
    }  # fmt: skip
    change(town.choir, questions=survey, most_seats=4)
    change(town.choir_monday, places=4)
    return town


def register_page(t):
    return reverse("events:register", args=[t.community, t.choir.pk, t.choir_monday.pk])


def page(t, made, community=None):
    return reverse("events:change_sign_up", args=[community or t.community, made.pk])


def said(t, **answers):
    return {f"ask-q{t.q[name].pk}": value for name, value in answers.items()}


def signed_up(t, client, **more):
    sent = said(t, voice="高音", songs=["茉莉花"], year="3", wish="想站前排")
    assert client.post(register_page(t), {"person": t.lin.pk} | sent | more).status_code == 302
    return SignUp.objects.get(resident=t.lin)


def seen(client, t, made):
    return re.search(r'name="seen" value="([^"]*)"', client.get(page(t, made)).text)[1]


def send(t, client, made, **answers):
    extra = {name: answers.pop(name) for name in ("companions", "seen") if name in answers}
    sent = {"seen": extra.get("seen") or seen(client, t, made), "companions": made.companions} | extra
    return client.post(page(t, made), sent | said(t, **answers))


def kept(t, made) -> dict:
    rows = Answer.objects.filter(response__cause=f"signup:{made.pk}")
    by_question = {row.question_id: str(row) for row in rows}
    return {name: by_question[one.pk] for name, one in t.q.items() if one.pk in by_question}


def test_what_was_answered_is_shown_changed_and_seen_by_staff(asked, signed_in):
    lin = signed_in(asked.lin_user)
    made = signed_up(asked, lin)
    assert page(asked, made) in lin.get(register_page(asked)).text
    shown = lin.get(page(asked, made)).context["asked"]
    assert [shown[f"q{asked.q[name].pk}"].value() for name in ("voice", "songs", "year", "wish")] == [
        "高音", ["茉莉花"], 3, "想站前排",
    ]  # fmt: skip
    done = send(asked, lin, made, voice="低音", songs=["康定情歌"], year="4.5", wish="")
    assert done.url == register_page(asked)
    assert kept(asked, made) == {"voice": "低音", "songs": "康定情歌", "year": "4.5"}
    desk = signed_in(asked.staff).get(reverse("events:questions", args=[asked.choir.pk])).text
    assert "低音" in desk
    assert "想站前排" not in desk
    acts = Activity.objects.filter(act__in=["events.amend", "surveys.change_answers"])
    assert set(acts.values_list("act", "by")) == {
        ("events.amend", asked.lin_user.pk), ("surveys.change_answers", asked.lin_user.pk),
    }  # fmt: skip
    assert (Response.objects.count(), state(made)) == (1, "placed")


def test_what_is_wrong_is_said_and_nothing_changes(asked, signed_in):
    lin = signed_in(asked.lin_user)
    made = signed_up(asked, lin)
    before = kept(asked, made)
    assert send(asked, lin, made, voice="").status_code == 422
    assert send(asked, lin, made, voice="中音").status_code == 422
    assert send(asked, lin, made, voice="低音", companions="x").status_code == 422
    assert send(asked, lin, made, voice="低音", companions=-1).status_code == 422
    assert kept(asked, made) == before


def test_a_page_from_before_another_change_is_refused_and_shows_both(asked, signed_in):
    lin = signed_in(asked.lin_user)
    made = signed_up(asked, lin)
    old = seen(lin, asked, made)
    assert send(asked, lin, made, voice="低音").status_code == 302
    refused = send(asked, lin, made, voice="高音", wish="靠窗", seen=old)
    assert refused.status_code == 422
    assert [str(one) for one in refused.context["kept"]] == ["低音"]
    assert "靠窗" in refused.text
    assert kept(asked, made) == {"voice": "低音"}
    assert send(asked, lin, made, voice="高音", wish="靠窗", seen=refused.context["seen"]).status_code == 302
    assert kept(asked, made) == {"voice": "高音", "wish": "靠窗"}


def test_a_second_click_changes_nothing(asked, signed_in):
    lin = signed_in(asked.lin_user)
    made = signed_up(asked, lin)
    old = seen(lin, asked, made)
    for _click in range(2):
        assert send(asked, lin, made, voice="低音", seen=old).status_code == 302
    assert Activity.objects.filter(act="events.amend").count() == 1


def test_a_file_stays_unless_another_one_comes_or_it_is_taken_away(asked, signed_in):
    lin = signed_in(asked.lin_user)
    photo = asked.q["photo"]
    made = signed_up(asked, lin, **said(asked, photo=SimpleUploadedFile("a.pdf", PDF)))
    first = Answer.objects.get(question=photo)
    assert send(asked, lin, made, voice="低音").status_code == 302
    assert Answer.objects.get(question=photo) == first
    new = SimpleUploadedFile("b.pdf", PDF)
    assert send(asked, lin, made, voice="低音", photo=new).status_code == 302
    second = Answer.objects.get(question=photo)
    assert second.file.name != first.file.name
    box = {f"ask-remove{photo.pk}": "on"}
    sent = {"seen": seen(lin, asked, made), "companions": 0} | said(asked, voice="低音") | box
    assert lin.post(page(asked, made), sent).status_code == 302
    assert not Answer.objects.filter(question=photo).exists()


def test_a_file_that_has_to_be_there_need_not_be_sent_again(asked, signed_in):
    lin = signed_in(asked.lin_user)
    made = signed_up(asked, lin, **said(asked, photo=SimpleUploadedFile("a.pdf", PDF)))
    change(asked.q["photo"], required=True)
    assert send(asked, lin, made, voice="低音").status_code == 302
    assert f"ask-remove{asked.q['photo'].pk}" not in lin.get(page(asked, made)).text
    assert Answer.objects.filter(question=asked.q["photo"]).exists()


def test_what_is_no_longer_asked_stays_as_it_was_said(asked, signed_in):
    lin = signed_in(asked.lin_user)
    made = signed_up(asked, lin)
    change(asked.q["wish"], retired_at=timezone.now())
    assert send(asked, lin, made, voice="低音").status_code == 302
    assert kept(asked, made) == {"voice": "低音", "wish": "想站前排"}


def test_who_was_signed_up_without_answers_gives_them_now(asked, signed_in):
    session = Session.objects.select_related("event").get(pk=asked.choir_monday.pk)
    made = operations.sign_up(pool=session, resident=asked.lin, by=asked.staff, at_the_desk=True)
    assert send(asked, signed_in(asked.lin_user), made, voice="高音").status_code == 302
    assert kept(asked, made) == {"voice": "高音"}


def test_one_who_waits_changes_answers_too(asked, signed_in):
    change(asked.choir_monday, places=4, places_taken=4)
    lin = signed_in(asked.lin_user)
    made = signed_up(asked, lin, wait="1")
    assert made.state == "waiting"
    assert send(asked, lin, made, voice="低音").status_code == 302
    assert kept(asked, made)["voice"] == "低音"
    assert (state(made), made.position()) == ("waiting", 1)


def test_it_is_for_whoever_signed_up(asked, signed_in):
    lin = signed_in(asked.lin_user)
    made = signed_up(asked, lin)
    for user in (asked.wang_user, asked.staff, asked.neighbour_staff):
        other = signed_in(user)
        assert other.get(page(asked, made)).status_code == 404
        assert other.post(page(asked, made), said(asked, voice="低音")).status_code == 404
    assert lin.get(page(asked, made, asked.neighbour)).status_code == 404
    assert kept(asked, made)["voice"] == "高音"


def test_whoever_holds_a_mandate_changes_it_and_that_is_noted(asked, signed_in):
    made = signed_up(asked, signed_in(asked.lin_user))
    today = timezone.localdate()
    record_mandate(
        principal=asked.lin, holder=asked.wang_user, starts_on=today, ends_on=today + timedelta(days=300),
        paper="授-2026-07", by=asked.staff,
    )  # fmt: skip
    wang = signed_in(asked.wang_user)
    assert page(asked, made) in wang.get(register_page(asked)).text
    assert send(asked, wang, made, voice="低音").status_code == 302
    assert kept(asked, made)["voice"] == "低音"
    line = Activity.objects.get(act="mandates.use")
    assert (line.by, line.object) == (asked.wang_user, f"events.signup:{made.pk}")


def test_a_guardian_changes_the_answers_for_a_child(asked, signed_in):
    house = Household.objects.create(community=asked.community, path=asked.east_building.path, number="9")
    change(asked.lin, household=house, relation="head")
    child = Resident.objects.create(
        name="林小满", state="together", relation="grandchild", born_on=timezone.localdate() - timedelta(days=2000),
        community=asked.community, unit=asked.east_building, path=asked.east_building.path, household=house,
    )  # fmt: skip
    lin = signed_in(asked.lin_user)
    sent = {"person": child.pk, "consent": "on"} | said(asked, voice="高音")
    assert lin.post(register_page(asked), sent).status_code == 302
    made = SignUp.objects.get(resident=child)
    assert send(asked, lin, made, voice="低音").status_code == 302
    assert kept(asked, made)["voice"] == "低音"


def test_after_closing_it_is_said_and_refused(asked, signed_in):
    lin = signed_in(asked.lin_user)
    made = signed_up(asked, lin)
    token = seen(lin, asked, made)
    change(asked.choir_monday, registration_closes_at=timezone.now() - timedelta(minutes=1))
    assert page(asked, made) not in lin.get(register_page(asked)).text
    assert "请联系社区" in lin.get(page(asked, made)).text
    assert send(asked, lin, made, voice="低音", seen=token).status_code == 422
    with pytest.raises(DomainError, match="截止"):
        operations.amend(sign_up=made, by=asked.lin_user, companions=1)
    assert kept(asked, made)["voice"] == "高音"


def test_what_has_ended_is_not_changed(asked, signed_in):
    lin = signed_in(asked.lin_user)
    made = signed_up(asked, lin)
    operations.leave(sign_up=made, by=asked.lin_user)
    assert lin.get(page(asked, made)).url == reverse("events:sign_up", args=[asked.community, made.pk])
    with pytest.raises(DomainError):
        operations.amend(sign_up=made, by=asked.lin_user, companions=1)


# --- companions ---


def group(t, person, companions, **how):
    session = Session.objects.select_related("event").get(pk=t.choir_monday.pk)
    return operations.sign_up(
        pool=session, resident=person, companions=companions, by=t.staff, at_the_desk=True, wait=True, **how
    )


def amend(made, companions, by):
    row = SignUp.objects.select_related("event", "session").get(pk=made.pk)
    return operations.amend(sign_up=row, by=by, companions=companions)


def test_fewer_companions_free_places_for_the_next_in_line(asked, signed_in):
    made = group(asked, asked.lin, 3)
    next_one = group(asked, asked.wang, 1)
    lin = signed_in(asked.lin_user)
    assert send(asked, lin, made, voice="高音", companions=1).status_code == 302
    made.refresh_from_db()
    assert (made.seats, made.companions, state(next_one), next_one.offered_seats) == (2, 1, "offered", 2)
    assert Registration.objects.live().get(sign_up=made).seats == 2
    assert agrees(asked.choir_monday)
    assert lin.get(page(asked, made)).context["group"]["companions"].value() == 1


def test_more_companions_only_while_there_is_room(asked, signed_in):
    made, other = group(asked, asked.lin, 0), group(asked, asked.wang, 0)
    lin = signed_in(asked.lin_user)
    assert send(asked, lin, made, voice="高音", companions=4).status_code == 422  # four at the most
    assert send(asked, lin, made, voice="高音", companions=3).status_code == 422  # two are free
    assert kept(asked, made) == {}  # all or nothing
    assert send(asked, lin, made, voice="高音", companions=2).status_code == 302
    assert Registration.objects.live().get(sign_up=made).seats == 3
    assert (state(other), agrees(asked.choir_monday)) == ("placed", True)


def test_nobody_who_waits_is_overtaken_by_more_companions(asked):
    made = group(asked, asked.lin, 0)
    group(asked, asked.wang, 1)
    waiting = SignUp.objects.create(
        event=asked.choir, session=asked.choir_monday, resident=resident("丙", asked.east, asked.community),
        state="waiting", rank=9, by=asked.staff,
    )  # fmt: skip
    with pytest.raises(DomainError):
        amend(made, 1, asked.lin_user)
    assert (state(waiting), agrees(asked.choir_monday)) == ("waiting", True)


def test_who_waits_brings_fewer_but_not_more_and_may_fit_then(asked):
    group(asked, asked.lin, 2)
    made = group(asked, asked.wang, 2)
    with pytest.raises(DomainError, match="候补"):
        amend(made, 3, asked.wang_user)
    amend(made, 1, asked.wang_user)
    assert (state(made), made.seats) == ("waiting", 2)
    amend(made, 0, asked.wang_user)
    assert (state(made), made.offered_seats, agrees(asked.choir_monday)) == ("offered", 1, True)


def test_of_an_offer_what_fewer_people_need_no_longer_goes_on(asked):
    first = group(asked, asked.lin, 2)
    made = group(asked, asked.wang, 2)
    third = group(asked, resident("丙", asked.east, asked.community), 1)
    operations.leave(sign_up=first, by=asked.staff)
    assert (state(made), made.offered_seats, state(third)) == ("offered", 3, "waiting")
    amend(made, 0, asked.wang_user)
    assert (state(made), made.offered_seats, made.seats) == ("offered", 1, 1)
    assert (state(third), third.offered_seats, agrees(asked.choir_monday)) == ("offered", 2, True)


def test_in_a_draw_the_number_of_people_is_free_until_the_entrants_are_fixed(asked):
    change(asked.choir, policy="draw")
    change(asked.choir_monday, registration_closes_at=timezone.now() + timedelta(hours=2))
    draw.prepare_all(Event.objects.get(pk=asked.choir.pk))
    made = group(asked, asked.lin, 0)
    amend(made, 3, asked.lin_user)
    amend(made, 2, asked.lin_user)
    session = Session.objects.select_related("event").get(pk=asked.choir_monday.pk)
    draw.freeze(session)
    assert draw.draw_of(session).entrants == [[1, 3, 0]]
    with pytest.raises(DomainError):
        amend(made, 1, asked.lin_user)
    made.refresh_from_db()
    assert made.seats == 3


def test_who_is_checked_in_tells_the_door(asked):
    made = group(asked, asked.lin, 1)
    change(asked.choir_monday, starts_at=timezone.now() + timedelta(hours=1))
    Attendance.objects.create(session=asked.choir_monday, resident=asked.lin, by=asked.staff)
    with pytest.raises(DomainError, match="签到"):
        amend(made, 0, asked.lin_user)
    assert agrees(asked.choir_monday)


def test_of_a_course_the_dates_to_come_are_counted_anew(asked):
    course = Event.objects.create(
        unit=asked.community, kind="course", title="书法班", place="教室", is_course=True, places=5, most_seats=4,
        created_by=asked.staff, published_at=timezone.now(), published_by=asked.staff,
    )  # fmt: skip
    past, *coming = [
        Session.objects.create(
            event=course, community=asked.community,
            starts_at=timezone.now() + timedelta(weeks=week), ends_at=timezone.now() + timedelta(weeks=week, hours=2),
        )
        for week in (1, 2, 3)
    ]  # fmt: skip
    made = operations.enrol(event=course, resident=asked.lin, companions=2, by=asked.staff)
    change(past, starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=1))
    amend(made, 1, asked.lin_user)
    amend(made, 3, asked.lin_user)
    course.refresh_from_db()
    taken = [Session.objects.get(pk=one.pk).places_taken for one in (past, *coming)]
    assert (taken, course.places_taken, agrees(course)) == ([3, 4, 4], 4, True)


def test_what_was_handed_in_is_opened_by_who_handed_it_in(asked, signed_in):
    lin = signed_in(asked.lin_user)
    made = signed_up(asked, lin, **said(asked, photo=SimpleUploadedFile("a.pdf", PDF)))
    at = reverse("events:own_file", args=[asked.community, made.pk, Answer.objects.exclude(file="").get().pk])
    assert at in lin.get(page(asked, made)).text
    opened = lin.get(at)
    assert (opened["Content-Type"], b"".join(opened.streaming_content)) == ("application/pdf", PDF)
    assert "no-store" in opened["Cache-Control"]
    words = Answer.objects.filter(file="").first()
    elsewhere = reverse("events:own_file", args=[asked.community, made.pk, words.pk])
    assert [lin.get(elsewhere).status_code, signed_in(asked.wang_user).get(at).status_code] == [404, 404]
