"""Who came, who is on leave, who did not come: the same numbers on every page and sheet."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events import glance, operations
from events.models import Event, Session
from events.turnout import percent
from reports.families import ABSENCES
from reports.periods import Period
from residents.models import Resident
from tests.events.test_lists import sheet
from tests.town import resident


@pytest.fixture
def people(town):
    """Came, on leave, stayed away, excused but came after all, excused and then off the list."""
    return [town.lin, town.wang, *(resident(name, town.east_building, town.community) for name in ("周明", "郑强", "钱进"))]  # fmt: skip


@pytest.fixture
def held(town, people):
    """The choir was two hours ago."""
    Session.objects.filter(pk=town.choir_monday.pk).update(places=10)
    town.choir_monday.refresh_from_db()
    for person in people:
        operations.sign_up(pool=town.choir_monday, resident=person, by=town.staff)
    for person in (people[1], people[3], people[4]):
        operations.excuse(session=town.choir_monday, resident=person, reason="住院", by=town.staff)
    gone = town.choir_monday.registrations.get(resident=people[4])
    operations.withdraw(registration=gone, by=town.staff, at_the_desk=True)
    return over(town, people)


def over(town, people):
    now = timezone.now()
    Session.objects.filter(pk=town.choir_monday.pk).update(
        starts_at=now - timedelta(hours=4), ends_at=now - timedelta(hours=2)
    )
    session = Session.objects.select_related("event__unit", "event__organiser").get(pk=town.choir_monday.pk)
    for person in (people[0], people[3]):
        operations.check_in(session=session, resident=person, by=town.staff)
    return session


def shown(page) -> tuple:
    """There, on leave, absent."""
    return page["present"], page["excused"], page["away"]


def at(session, name):
    return reverse(f"events:{name}", args=[session.pk])


def test_every_page_counts_alike(signed_in, town, held):
    staff = signed_in(town.staff)
    counts = glance.by_session([held])[held.pk]
    assert (counts["excused"], counts["absent"]) == (1, 1)
    assert shown(staff.get(at(held, "roll")).context["counts"]) == (2, 1, 1)
    assert shown(staff.get(at(held, "people")).context["turnout"]) == (2, 1, 1)
    absent = staff.get(at(held, "absent"))
    assert (absent.context["excused"], absent.context["away"]) == (1, 1)
    assert [row["name"] for row in absent.context["people"]] == ["周明", "王建国"]  # on leave comes last
    day = timezone.localdate(held.starts_at)
    month = Period(town.community, None, day.replace(day=1))
    assert [row.resident.name for row in ABSENCES.rows(month)] == ["周明"]


def test_the_list_says_of_everybody_how_it_was(signed_in, town, held):
    rows = signed_in(town.staff).get(at(held, "people")).context["rows"]
    said = {row["name"]: (row["came"], row["came_tone"]) for row in rows}
    assert said == {
        "林秀英": ("到场", "ok"), "王建国": ("请假", "few"), "周明": ("未到", "full"), "郑强": ("到场", "ok"),
    }  # fmt: skip


def test_before_it_begins_nobody_is_absent(signed_in, town):
    operations.sign_up(pool=town.choir_monday, resident=town.lin, by=town.staff)
    page = signed_in(town.staff).get(at(town.choir_monday, "people"))
    assert page.context["turnout"] is None
    assert "came" not in page.context["rows"][0]
    assert glance.by_session([town.choir_monday])[town.choir_monday.pk]["absent"] == 0


def test_of_a_group_it_says_how_many_came(signed_in, town):
    husband = Resident.objects.get(pk=town.wang.pk)
    Resident.objects.filter(pk=husband.pk).update(household=town.lin.household)
    Event.objects.filter(pk=town.choir.pk).update(most_seats=3)
    session = Session.objects.get(pk=town.choir_monday.pk)
    operations.sign_up(pool=session, resident=town.lin, members=[husband], by=town.staff, at_the_desk=True)
    over(town, [town.lin, None, None, town.lin])
    rows = signed_in(town.staff).get(at(session, "people")).context["rows"]
    assert [row["came"] for row in rows] == ["2人中到场1人"]


def test_the_sheet_counts_those_on_leave_apart(signed_in, town, held):
    rows = sheet(signed_in(town.staff).post(reverse("events:attendance_file", args=[town.choir.pk])))
    assert rows[0][3:] == ["到场次数", "请假次数", "未到次数"]
    found = {row[0]: row[2:] for row in rows[1:]}
    assert found == {
        "林秀英": ["✓", 1, 0, 0], "郑强": ["✓", 1, 0, 0], "王建国": ["请假", 0, 1, 0], "周明": ["未到", 0, 0, 1],
        "到场合计": [2, 2, "", ""], "请假合计": [1, "", 1, ""], "未到合计": [1, "", "", 1],
    }  # fmt: skip


@pytest.fixture
def meeting(town):
    """A party day two hours ago: five members of the branch, two came, one is on leave; Lin came along."""
    Event.objects.filter(pk=town.choir.pk).update(
        kind="party", organiser=town.branch, needs_registration=False
    )
    members = [town.wang]
    members += [
        resident(name, town.east_building, town.community) for name in ("周明", "郑强", "钱进", "孙早")
    ]
    today = timezone.localdate()
    Resident.objects.filter(pk__in=[one.pk for one in members]).update(
        is_party_member=True, party_branch=town.branch
    )
    Resident.objects.filter(name="孙早").update(party_joined_on=today + timedelta(days=400))
    session = over(town, [members[0], None, None, members[1]])
    operations.check_in(session=session, resident=town.lin, by=town.staff)
    operations.excuse(session=session, resident=members[2], reason="住院", by=town.staff)
    return session


def test_the_desk_says_how_many_members_were_expected_and_came(signed_in, town, meeting):
    counts = glance.by_session([meeting])[meeting.pk]
    assert counts == {"expected": 4, "there": 2, "excused": 1, "absent": 1}
    staff = signed_in(town.staff)
    roll = staff.get(at(meeting, "roll")).context["counts"]
    assert (roll["expected"], roll["expected_present"]) == (4, 2)
    assert shown(roll) == (3, 1, 1)
    page = staff.get(reverse("events:desk_event", args=[town.choir.pk]))
    assert page.context["members"] == {"expected": 4, "there": 2, "percent": "50%"}
    said = ["到会率50%", "应到党员 4", "实到党员 2 · 50%", "已到 3", "请假 1", "未到 1"]
    assert [words for words in said if words not in page.text] == []


def test_the_sheet_of_a_party_day_ends_with_its_share(signed_in, town, meeting):
    rows = sheet(signed_in(town.staff).post(reverse("events:attendance_file", args=[town.choir.pk])))
    found = {row[0]: row[2:4] for row in rows[1:]}
    assert (found["应到党员"], found["实到党员"], found["到会率"]) == ([4, 4], [2, 2], ["50%", "50%"])
    assert (found["周明"], found["郑强"], found["钱进"]) == (["✓", 1], ["请假", 0], ["未到", 0])
    assert "孙早" not in found


def test_another_event_expects_no_members(signed_in, town, held):
    page = signed_in(town.staff).get(reverse("events:desk_event", args=[town.choir.pk]))
    assert page.context["members"] is None
    assert "应到" not in page.text


@pytest.mark.parametrize(("part", "whole", "said"), [(0, 0, ""), (0, 3, "0%"), (2, 3, "67%"), (3, 3, "100%")])
def test_a_share_is_a_whole_number(part, whole, said):
    assert percent(part, whole) == said
