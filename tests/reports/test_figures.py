from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from community.models import Covering, Duty, Notice, Organisation, Post
from events.models import Attendance, Event, Excuse, QueueMove, Registration, Session, SignUp, Spending
from reports import figures as fig
from reports import text
from reports.listing import table
from reports.models import Report
from reports.periods import ALWAYS, Period
from reports.tables import covered, givers, rooms
from residents.models import Household, ResidentTag
from venues.models import Booking, Facility, Room
from volunteers.models import ServiceRecord
from volunteers.operations import record_by_hand, record_service, verify, withdraw


def at(month, day, hour=9, year=2026):
    return timezone.make_aware(datetime(year, month, day, hour))


@pytest.fixture
def october(town):
    """A month of each kind of row, one of them outside the month, one in the next community."""
    t = town
    for number, (kind, when, cancelled) in enumerate(
        [
            ("culture", at(10, 8), None),
            ("culture", at(9, 8), None),
            ("party", at(10, 15), None),
            ("service", at(10, 20), at(10, 19)),
        ]
    ):
        event = Event.objects.create(
            unit=t.community, kind=kind, title=f"{kind}{number}", place="广场", created_by=t.staff, published_at=when, published_by=t.staff,
            organiser=t.branch if kind == "party" else None,
        )  # fmt: skip
        session = Session.objects.create(
            event=event,
            community=t.community,
            starts_at=when,
            ends_at=when + timedelta(hours=2, minutes=30),
            cancelled_at=cancelled,
        )
        registration = Registration.objects.create(session=session, resident=t.lin, by=t.lin_user)
        if not cancelled:
            Attendance.objects.create(session=session, resident=t.lin, registration=registration, by=t.staff)
            helped = Attendance.objects.create(session=session, resident=t.wang, as_helper=True, by=t.staff)
            record_service(
                resident=t.wang, community=t.community, starts_at=when, ends_at=session.ends_at, hours=Decimal("2.5"),
                what=event.title, place=event.place, cause=f"attendance:{helped.pk}", by=t.staff,
            )  # fmt: skip
    next_door = Event.objects.create(
        unit=t.neighbour,
        kind="culture",
        title="邻",
        place="邻",
        created_by=t.neighbour_staff,
        published_at=at(10, 1),
        published_by=t.neighbour_staff,
    )
    Session.objects.create(event=next_door, community=t.neighbour, starts_at=at(10, 8), ends_at=at(10, 8, 11))
    Notice.objects.create(
        unit=t.community,
        title="公示",
        body="x",
        category="publicity",
        publish_from=at(10, 3),
        written_by=t.staff,
        published_at=at(10, 3),
        published_by=t.secretary,
    )
    Duty.objects.create(unit=t.community, holder=t.staff, starts_at=at(10, 3), ends_at=at(10, 3, 18))
    Household.objects.create(community=t.community, path=t.community.path)
    ResidentTag.objects.create(
        resident=t.lin, path=t.lin.path, tag="alone", since=date(2026, 1, 1), by=t.staff
    )
    return Period(t.community, None, date(2026, 10, 1))


def test_every_figure_opens_to_as_many_rows_as_it_says(october):
    values = fig.compute(october)
    for one in fig.COMMUNITY_FIGURES:
        if isinstance(one, fig.Figure) and one.measure == fig.COUNT:
            assert one.rows(october).count() == values[one.key]["now"], one.key
        elif isinstance(one, fig.Figure) and one.measure == fig.PERSONS:
            people = {getattr(row, f"{one.family.person}_id") for row in one.rows(october)}
            assert len(people) == values[one.key]["now"], one.key


def test_a_grid_worker_of_two_grids_is_one_person(october, town):
    before = fig.compute(october)["grid_workers"]["now"]
    Post.objects.create(
        role="grid_worker", holder=town.east_worker, unit=town.west, started_on=date(2026, 1, 1)
    )
    assert fig.compute(october)["grid_workers"]["now"] == before
    assert fig.find(october, "grid_workers").rows(october).filter(holder=town.east_worker).count() == 2


def test_those_counted_at_the_door_open_to_the_sessions_that_were_counted(october):
    assert not fig.find(october, "heads").rows(october).exists()
    Session.objects.filter(event__kind="culture").update(counted=30)
    assert fig.compute(october)["heads"]["now"] == 30
    assert fig.find(october, "heads").rows(october).count() == 1


def test_the_month_counts_its_own_rows_and_nobody_elses(october):
    values = fig.compute(october)
    assert values["sessions"] == {"now": 2, "before": 1, "year_ago": 0}
    assert values["sessions_cancelled"]["now"] == 1
    assert values["party_sessions"]["now"] == 1
    assert values["attendances"]["now"] == 4
    assert values["attendance_people"]["now"] == 2
    assert values["registrations"]["now"] == 2
    assert values["turnout"]["now"] == "100.0"
    assert values["helper_hours"]["now"] == "5.0"
    assert values["population"]["now"] == 2
    assert values["aged_60"]["now"] == 2
    assert values["alone"]["now"] == 1
    assert values["duties"]["now"] == 1
    assert values["publicities"]["now"] == 1


def test_a_branch_counts_its_members_and_its_own_activities(october, town):
    period = Period(town.community, town.branch, date(2026, 10, 1))
    values = fig.compute(period)
    assert values["members"]["now"] == 1
    assert values["theme_days"]["now"] == 1
    assert values["theme_attendances"]["now"] == 1
    assert values["theme_rate"]["now"] == "100.0"
    assert values["branch_sessions"]["now"] == 0
    assert values["member_helpers"]["now"] == 2
    assert values["member_hours"]["now"] == "5.0"


def test_hours_are_those_recorded_and_not_the_length_of_the_session(october, town):
    half = record_by_hand(
        resident=town.lin, starts_at=at(10, 9), ends_at=at(10, 9, 12), hours=Decimal("1.5"), what="清扫楼道", place="东苑",
        reason="十月登记表", by=town.staff,
    )  # fmt: skip
    assert fig.compute(october)["helper_hours"]["now"] == "5.0", "paper counts when it is verified"
    verify(service=half, by=town.secretary)
    values = fig.compute(october)
    assert values["helper_hours"] == {"now": "6.5", "before": "2.5", "year_ago": "0.0"}
    assert (values["helpers"]["now"], values["helper_people"]["now"]) == (3, 2)


def test_withdrawn_service_leaves_the_report(october, town):
    withdraw(service=ServiceRecord.objects.order_by("pk").first(), by=town.staff, reason="误记")
    values = fig.compute(october)
    assert values["helper_hours"]["now"] == "2.5"
    assert values["helpers"]["now"] == 1


def test_nothing_to_compare_with_is_no_percentage():
    assert fig.change(5, 0) is None
    assert fig.change(None, 3) is None
    assert fig.change(9, 8) == "+12.5"
    assert fig.change("2.5", "5.0") == "-50.0"
    assert fig.share(1, 0) is None
    assert fig.share(77, 273) == "28.2"


def test_a_month_with_a_cut_off_runs_from_the_day_after_the_last_one(town):
    period = Period(town.community, None, date(2026, 3, 1), ((ALWAYS, 25),))
    assert (period.first_day, period.last_day) == (date(2026, 2, 26), date(2026, 3, 25))
    assert Period(town.community, None, date(2026, 1, 1)).first_day == date(2026, 1, 1)
    assert period.earlier(3).month == date(2025, 12, 1)


def test_the_figures_take_the_same_queries_for_any_size(october, town, django_assert_num_queries):
    declared = [one for one in fig.COMMUNITY_FIGURES if isinstance(one, fig.Figure)]
    families = {one.family for one in declared}
    by_period = {one.family for one in declared if one.measure == fig.PERSONS and not one.family.is_stock}
    with django_assert_num_queries(len(families) + 2 * len(by_period)):
        fig.compute(october)


def test_coverage_is_counted_on_the_last_day_and_opens_to_its_compounds(october, town):
    company = Organisation.objects.create(unit=town.community, kind="property", name="红色物业")
    Covering.objects.create(organisation=company, unit=town.east_compound, since=date(2026, 10, 31))
    Covering.objects.create(organisation=company, unit=town.west_compound, since=date(2026, 11, 1))
    values = fig.compute(october)
    assert values["covered_property"]["now"] == 1
    assert values["covered_property_rate"] == {"now": "50.0", "before": "0.0", "year_ago": "0.0"}
    rows = fig.find(october, "covered_property").rows(october)
    assert [row.name for row in rows] == ["东苑"]
    assert ["东苑", "—", "—", "✓", "—", "—", "—", 1] in covered(october)["rows"]
    nowhere = Period(town.neighbour, None, date(2026, 10, 1))
    assert fig.compute(nowhere)["covered_property_rate"]["now"] is None
    assert covered(nowhere)["rows"] == []


def test_a_share_leads_to_its_rows(october, town, signed_in):
    report = Report.objects.create(unit=town.community, month=date(2026, 10, 1), created_by=town.staff)
    client = signed_in(town.secretary)
    page = client.get(f"/reports/{report.pk}/").text
    assert reverse("reports:figure", args=[report.pk, "covered_party"]) in page
    assert "小区覆盖情况" in page
    answer = client.get(reverse("reports:figure", args=[report.pk, "covered_party"]))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [(9, 8, "（环比增长12.5%）"), (7, 8, "（环比下降12.5%）"), (8, 8, "（与上月持平）"), (8, 0, "")],
)
def test_a_sentence_says_in_words_what_moved(town, now, before, words):
    values = {"party_attendances": {"now": now, "before": before, "year_ago": None}}
    assert text.sentence(fig.PARTY, values).endswith(f"参加{now}人次{words}。")


def test_places_moves_and_no_shows_are_counted_and_open_to_their_rows(october, town):
    full = Session.objects.filter(event__title="culture0").get()
    Event.objects.filter(pk=full.event_id).update(needs_registration=True)
    Session.objects.filter(pk=full.pk).update(places=4, places_taken=3)
    Registration.objects.create(session=full, resident=town.zhao, by=town.staff)
    excused = Registration.objects.create(session=full, resident=town.wang, by=town.staff)
    Attendance.objects.filter(session=full, resident=town.wang).delete()
    Excuse.objects.create(session=full, resident=excused.resident, reason="住院", by=town.staff)
    sign_up = SignUp.objects.create(
        event=full.event, session=full, resident=town.zhao, state="placed", by=town.staff
    )
    QueueMove.objects.create(
        sign_up=sign_up, event=full.event, was=3, now=1, reason="行动不便", at=at(10, 2), by=town.staff
    )
    values = {key: value["now"] for key, value in fig.compute(october).items()}
    assert (values["places"], values["places_taken"], values["fill_rate"]) == (4, 3, "75.0")
    assert (values["queue_moves"], values["no_shows"]) == (1, 1)
    assert [row.resident for row in fig.find(october, "no_shows").rows(october)] == [town.zhao]
    rows = table("moves", fig.find(october, "queue_moves").rows(october))["rows"]
    assert rows[0][1:5] == ["culture0", 3, 1, "行动不便"]


def test_nobody_is_missed_where_no_roll_was_called(october, town):
    Attendance.objects.all().delete()
    assert fig.compute(october)["no_shows"]["now"] == 0


def test_spending_is_added_up_by_who_gave_it(october, town):
    shop = Organisation.objects.create(unit=town.community, kind="partner", name="惠民超市")
    party = Event.objects.get(title="culture0")
    given = {"event": party, "spent_on": date(2026, 10, 9), "by": town.staff}
    Spending.objects.create(what="矿泉水", fen=120_00, donor=shop, **given)
    Spending.objects.create(what="大米", fen=30_50, donor=shop, **given)
    Spending.objects.create(what="横幅", fen=80_00, **given)
    Spending.objects.create(
        what="误记", fen=99_00, withdrawn_at=timezone.now(), withdrawn_by=town.staff, **given
    )
    values = fig.compute(october)
    assert (values["spending"]["now"], values["spending_given"]["now"]) == ("230.50", "150.50")
    (gave,) = givers(october)
    assert gave["rows"] == [["社区自筹", 1, "80.00"], ["惠民超市", 2, "150.50"], ["合计", 3, "230.50"]]
    assert givers(october.earlier(1)) == []


def test_use_of_rooms_is_counted_and_opens_to_its_rows(october, town):
    facility = Facility.objects.create(unit=town.community, kind="hall", name="文化中心")
    room = Room.objects.create(facility=facility, name="舞蹈室")
    team = Organisation.objects.create(unit=town.community, kind="association", name="常青藤舞蹈队")

    def book(day, hours, state="accepted", **fields):
        start = at(10, day)
        Booking.objects.create(
            room=room, what="排练", state=state, starts_at=start, ends_at=start + timedelta(hours=hours), asked_by=town.staff, **fields
        )  # fmt: skip

    book(3, 2, organisation=team, resident=town.lin)
    book(4, 1.5, resident=town.lin)
    book(5, 3, cause="session:1")
    book(6, 2, state="no_show", resident=town.wang)
    book(7, 2, state="cancelled", resident=town.wang)
    values = {key: value["now"] for key, value in fig.compute(october).items()}
    assert (values["room_bookings"], values["room_hours"]) == (2, "3.5")
    assert (values["room_event_hours"], values["room_no_shows"]) == ("3.0", 1)
    rows = table("bookings", fig.find(october, "room_hours").rows(october))["rows"]
    assert [row[3] for row in rows] == ["常青藤舞蹈队", "林*英"]
    (use,) = rooms(october)
    assert use["rows"] == [["文化中心 舞蹈室", 2, "3.5", "3.0", 1]]
    assert rooms(october.earlier(1)) == []
