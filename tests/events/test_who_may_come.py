"""Whom an event is for, rule by rule: as the operation refuses, and as the page says it before anybody clicks."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from community.operations import add_unit
from config.errors import DomainError
from events import operations
from events.models import Attendance, Event, Session, SignUp
from residents.models import Household, Resident, ResidentTag
from surveys.models import Question, Survey

ON = timedelta(days=3)


def change(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()


@pytest.fixture
def coming(town):
    """The choir sings in three days."""
    starts_at = timezone.now() + ON
    change(town.choir_monday, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    town.day = timezone.localdate(starts_at)
    return town


def years_before(day: date, years: int, *, days: int = 0) -> date:
    """Whoever is born then is `years` old on `day`; `days` later: not yet."""
    year = day.year - years
    born = day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)
    return born + timedelta(days=days)


def course(t, sessions: int, been: int) -> Event:
    """A course of so many sessions that is over; Lin was at `been` of them."""
    event = Event.objects.create(
        unit=t.community, kind="course", title="基础班", place="教室", is_course=True, created_by=t.staff,
        published_at=timezone.now() - timedelta(days=90),
    )  # fmt: skip
    for week in range(1, sessions + 1):
        at = timezone.now() - timedelta(weeks=week)
        session = Session.objects.create(
            event=event, community=t.community, starts_at=at, ends_at=at + timedelta(hours=1)
        )
        if week <= been:
            Attendance.objects.create(session=session, resident=t.lin, by=t.staff, at=at)
    return event


def aged(**ages):
    def prepare(t, years, days):
        change(t.choir, **ages)
        change(t.lin, born_on=years_before(t.day, years, days=days))

    return prepare


def of_the_unit(t, unit):
    change(t.choir, only_this_unit=True, unit=getattr(t, unit))


def of_a_neighbour_whose_path_begins_alike(t):
    twin = add_unit(kind=t.east.kind, name="东二组", parent=t.community, by=None)
    change(t.choir, only_this_unit=True, unit=twin)


def tagged(t, until):
    change(t.choir, tag="alone")
    today = timezone.localdate()
    ResidentTag.objects.create(
        resident=t.lin, path=t.lin.path, tag="alone", by=t.staff, since=today - timedelta(days=9), until=today - timedelta(days=1) if until else None
    )  # fmt: skip


def party(t, is_member):
    change(t.choir, audience="party")
    change(t.lin, is_party_member=is_member)


def after(t, sessions, been):
    change(t.choir, after_course=course(t, sessions, been))


from_sixty, to_twelve, between = aged(age_from=60), aged(age_to=12), aged(age_from=18, age_to=35)
# (what is set, whether Lin may come, a word of the sentence that says why not)
CASES = {
    "sixty on that day": (lambda t: from_sixty(t, 60, 0), True, ""),
    "sixty on the day after": (lambda t: from_sixty(t, 60, 1), False, "60"),
    "thirty-five until that day": (lambda t: between(t, 36, 1), True, ""),
    "thirty-six on that day": (lambda t: between(t, 36, 0), False, "35"),
    "eighteen on that day": (lambda t: between(t, 18, 0), True, ""),
    "seventeen": (lambda t: between(t, 18, 1), False, "18"),
    "far too old for children": (lambda t: to_twelve(t, 70, 0), False, "12"),
    "lives there": (lambda t: of_the_unit(t, "east"), True, ""),
    "lives in the compound": (lambda t: of_the_unit(t, "east_building"), True, ""),
    "lives elsewhere": (lambda t: of_the_unit(t, "west"), False, "西组"),
    "lives in another group": (of_a_neighbour_whose_path_begins_alike, False, "东二组"),
    "has the tag": (lambda t: tagged(t, False), True, ""),
    "had the tag": (lambda t: tagged(t, True), False, "居民"),
    "has no tag": (lambda t: change(t.choir, tag="alone"), False, "居民"),
    "is in the party": (lambda t: party(t, True), True, ""),
    "is not in the party": (lambda t: party(t, False), False, "党员"),
    "was at half of the course": (lambda t: after(t, 4, 2), True, ""),
    "was at less than half": (lambda t: after(t, 5, 2), False, "基础班"),
    "was never there": (lambda t: after(t, 2, 0), False, "基础班"),
}


def pool(t):
    return Session.objects.select_related("event").get(pk=t.choir_monday.pk)


@pytest.mark.parametrize("case", CASES)
def test_the_operation_refuses_in_a_sentence(coming, case):
    prepare, fits, word = CASES[case]
    prepare(coming)
    lin = Resident.objects.get(pk=coming.lin.pk)
    if fits:
        assert operations.sign_up(pool=pool(coming), resident=lin, by=coming.lin_user).state == "placed"
        return
    with pytest.raises(DomainError, match=word):
        operations.sign_up(pool=pool(coming), resident=lin, by=coming.lin_user)
    assert not SignUp.objects.exists()


@pytest.mark.parametrize("case", CASES)
def test_the_page_says_so_before_anybody_clicks(coming, case, signed_in):
    prepare, fits, word = CASES[case]
    prepare(coming)
    page = reverse("events:register", args=[coming.community, coming.choir.pk, coming.choir_monday.pk])
    lin = signed_in(coming.lin_user)
    shown = lin.get(page)
    card = shown.context["people"][0]
    assert bool(card["refusal"]) is not fits
    assert word in card["refusal"]
    assert card["refusal"] in shown.text
    answer = lin.post(page, {"person": coming.lin.pk})
    assert answer.status_code == (302 if fits else 422)
    assert SignUp.objects.exists() is fits


def test_an_unknown_birthday_is_for_the_desk_to_judge(coming):
    change(coming.choir, age_from=60)
    change(coming.lin, born_on=None)
    lin = Resident.objects.get(pk=coming.lin.pk)
    with pytest.raises(DomainError, match="出生日期"):
        operations.sign_up(pool=pool(coming), resident=lin, by=coming.lin_user)
    made = operations.sign_up(pool=pool(coming), resident=lin, by=coming.staff, at_the_desk=True)
    assert made.state == "placed"


# --- a guardian for a child ---


@pytest.fixture
def family(coming):
    """林秀英's grandchild, thirteen on the day, lives with her."""
    home = Household.objects.create(community=coming.community, path=coming.east_building.path, number="9")
    coming.child = Resident.objects.create(
        community=coming.community, unit=coming.east_building, path=coming.east_building.path, name="林小满",
        state="together", born_on=years_before(coming.day, 14, days=1), household=home, relation="grandchild",
    )  # fmt: skip
    change(coming.lin, household=home, relation="head")
    return coming


def test_a_guardian_signs_the_child_up_and_the_consent_is_kept(family, signed_in):
    page = reverse("events:register", args=[family.community, family.choir.pk, family.choir_monday.pk])
    lin = signed_in(family.lin_user)
    assert "林小满" in lin.get(page).text
    assert lin.post(page, {"person": family.child.pk}).status_code == 422  # not ticked
    assert lin.post(page, {"person": family.child.pk, "consent": "on"}).status_code == 302
    lin.post(page, {"person": family.child.pk, "consent": "on"})
    made = SignUp.objects.get()
    assert (made.resident, made.guardian, made.by) == (family.child, family.lin, family.lin_user)
    assert made.consent_at is not None
    assert signed_in(family.wang_user).post(page, {"person": family.child.pk}).status_code == 404


def test_each_of_a_family_is_asked_apart(family, signed_in):
    survey = Survey.objects.create(
        unit=family.community, title="照片", purpose="sign_up", created_by=family.staff
    )
    Question.objects.create(survey=survey, text="哪一年？", kind="number", required=True, order=1)
    change(family.choir, questions=survey)
    page = reverse("events:register", args=[family.community, family.choir.pk, family.choir_monday.pk])
    lin = signed_in(family.lin_user)
    ids = re.findall(r' id="([^"]+)"', lin.get(page).text)
    assert len(ids) == len(set(ids))
    asked = lin.post(page, {"person": family.child.pk, "consent": "on"})
    assert asked.status_code == 422
    forms = {card["resident"]: card["asked"] for card in asked.context["people"]}
    assert forms[family.child].errors
    assert not forms[family.lin].errors


def test_whoever_is_fourteen_on_that_day_is_nobodys_to_sign_up(family, signed_in):
    change(family.child, born_on=years_before(family.day, 14))
    page = reverse("events:register", args=[family.community, family.choir.pk, family.choir_monday.pk])
    assert signed_in(family.lin_user).post(page, {"person": family.child.pk}).status_code == 404


def test_a_minor_of_the_household_is_no_guardian(family):
    change(family.lin, born_on=years_before(family.day, 17))
    lin, child = (Resident.objects.get(pk=one.pk) for one in (family.lin, family.child))
    with pytest.raises(DomainError, match="成年"):
        operations.sign_up(pool=pool(family), resident=child, by=family.lin_user, guardian=lin, consent=True)
    assert not SignUp.objects.exists()


def test_what_is_said_of_one_of_a_household_stands_in_the_form_that_was_sent(family, signed_in):
    change(family.choir, most_seats=3)
    page = reverse("events:register", args=[family.community, family.choir.pk, family.choir_monday.pk])
    lin = signed_in(family.lin_user)
    assert [card["is_open"] for card in lin.get(page).context["people"]] == [True, False]
    sent = lin.post(page, {"person": family.lin.pk, "members": [family.child.pk]})
    assert sent.status_code == 422
    assert "林小满" in str(sent.context["people"][0]["form"].errors["consent"])
    assert not sent.context["refusal"]  # it is not said of all of them
    change(family.choir, age_from=18)
    sent = lin.post(page, {"person": family.lin.pk, "members": [family.child.pk], "consent": "on"})
    assert "林小满" in str(sent.context["people"][0]["form"].errors["members"])
    sent = lin.post(page, {"person": family.child.pk, "consent": "on"})
    assert f'href="#who{family.child.pk}"' in sent.text
    assert f'id="who{family.child.pk}"' in sent.text


def test_staff_sign_up_a_household_with_answers(family, signed_in):
    survey = Survey.objects.create(
        unit=family.community, title="接送", purpose="sign_up", created_by=family.staff
    )
    asked = Question.objects.create(survey=survey, text="几点来接？", kind="number", required=True, order=1)
    change(family.choir, most_seats=4, questions=survey)
    change(family.choir_monday, places=9)
    where = [family.choir_monday.pk, family.lin.pk]
    page, staff = reverse("events:register_one", args=where), signed_in(family.staff)
    found = staff.get(reverse("events:register_for", args=where[:1]), {"q": "lin", "as_helper": "1"})
    assert f'href="{page}?q=lin&amp;as_helper=1"' in found.text
    said = {"members": [family.child.pk], "companions": "1", f"ask-q{asked.pk}": "9"}
    refused = staff.post(page, said)
    assert refused.status_code == 422
    assert refused.context["person"]["form"].errors["consent"]
    assert staff.post(page, said | {"consent": "on"}).status_code == 302
    made = SignUp.objects.get()
    assert (made.seats, made.people(), made.guardian) == (3, [family.lin, family.child], family.lin)
    assert survey.responses.get().answers.get().number == 9


def test_who_helps_is_checked_in_as_a_helper_from_the_search_too(coming, signed_in):
    change(coming.choir_monday, starts_at=timezone.now())
    page = reverse("events:register_for", args=[coming.choir_monday.pk])
    found = signed_in(coming.staff).get(page, {"q": "lin", "as_helper": "1"})
    assert 'name="as_helper" value="1"' in found.text
