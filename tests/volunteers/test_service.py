from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accounts.models import Activity
from community.access import forget
from config.errors import DomainError
from residents.operations import leave
from volunteers import operations
from volunteers.models import ServiceRecord, Volunteer, served, stars

from ..town import resident


def at(hour, minute=0, day=5):
    return timezone.make_aware(datetime(2026, 3, day, hour, minute))


def serve(town, cause="attendance:1", who=None, start=9, end=11, hours="2", day=5, **more):
    return operations.record_service(
        **{
            "resident": who or town.lin,
            "community": town.community,
            "starts_at": at(start, day=day),
            "ends_at": at(end, day=day),
            "hours": Decimal(hours),
            "what": "义诊",
            "place": "文化广场",
            "cause": cause,
            "by": town.staff,
        }
        | more
    )


def by_hand(town, who=None, start=9, end=11, **more):
    return operations.record_by_hand(
        **{
            "resident": who or town.lin,
            "starts_at": at(start),
            "ends_at": at(end),
            "what": "清扫楼道",
            "place": "东苑",
            "reason": "三月志愿服务登记表",
            "by": town.staff,
        }
        | more
    )


@pytest.mark.parametrize(
    ("minutes", "hours"),
    [(10, "0.5"), (30, "0.5"), (59, "0.5"), (60, "1"), (89, "1"), (90, "1.5"), (120, "2"), (24 * 60, "24")],
)
def test_time_counts_in_full_half_hours(minutes, hours):
    assert served(at(8), at(8) + timedelta(minutes=minutes)) == Decimal(hours)


@pytest.mark.parametrize(
    ("hours", "count"),
    [("0", 0), ("99.5", 0), ("100", 1), ("299.5", 1), ("300", 2), ("600", 3), ("1499.5", 4), ("1500", 5)],
)
def test_stars_are_reached_by_hours(hours, count):
    assert stars(Decimal(hours)) == count


def test_whoever_helps_becomes_a_volunteer_with_a_number(town):
    row = serve(town)
    assert row.volunteer.number == "V-421303002099-00001"
    assert (row.day, row.hours, row.source) == (date(2026, 3, 5), Decimal(2), "system")
    assert serve(town, "attendance:2", who=town.wang).volunteer.number.endswith("-00002")


def test_a_cause_is_recorded_once(town):
    assert serve(town) == serve(town)
    assert ServiceRecord.objects.count() == 1
    with pytest.raises(DomainError, match="他人名下"):
        serve(town, who=town.wang)


def test_every_record_leaves_a_line(town):
    row = serve(town)
    line = Activity.objects.get(act="volunteers.record")
    assert (line.by, line.path, line.detail) == (
        town.staff,
        town.lin.path,
        {"hours": "2", "cause": row.cause},
    )


def test_a_withdrawn_cause_may_be_recorded_anew(town):
    first = serve(town)
    for _click in range(2):
        operations.withdraw_service(cause="attendance:1", by=town.staff, reason="误签")
    first.refresh_from_db()
    assert first.withdrawn_reason == "误签"
    assert Activity.objects.filter(act="volunteers.withdraw").count() == 1
    assert serve(town) != first
    assert ServiceRecord.objects.counted().hours() == Decimal(2)


def test_withdrawing_what_was_never_recorded_changes_nothing(town):
    operations.withdraw_service(cause="attendance:99", by=town.staff)
    operations.withdraw_service(cause="", by=town.staff)
    assert ServiceRecord.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [{"hours": Decimal("0")}, {"hours": Decimal("0.25")}, {"hours": Decimal("2.5")}, {"ends_at": at(9)},
     {"ends_at": at(10, day=6)}],
)  # fmt: skip
def test_impossible_hours_are_refused(town, wrong):
    with pytest.raises(DomainError):
        serve(town, **wrong)
    assert Volunteer.objects.count() == 0


def test_service_of_another_community_is_refused(town):
    with pytest.raises(DomainError, match="不属于本社区"):
        serve(town, who=town.zhao)


def test_who_left_does_not_become_a_volunteer(town):
    leave(resident=town.wang, reason="moved", left_on=date(2026, 1, 5), by=town.staff)
    town.wang.refresh_from_db()
    with pytest.raises(DomainError, match="已不在册"):
        serve(town, who=town.wang)


def test_a_day_has_twenty_four_hours(town):
    serve(town, "attendance:1", start=0, end=14, hours="14")
    with pytest.raises(DomainError, match="24 小时"):
        serve(town, "attendance:2", start=10, end=22, hours="12")
    serve(town, "attendance:3", start=12, end=22, hours="10")


def test_records_of_roll_calls_may_overlap_and_it_is_said(town):
    serve(town, "attendance:1", start=9, end=11)
    serve(town, "attendance:2", start=10, end=12)
    serve(town, "attendance:3", start=12, end=14)
    said = dict(ServiceRecord.objects.with_overlap().values_list("cause", "overlaps"))
    assert said == {"attendance:1": True, "attendance:2": True, "attendance:3": False}
    operations.withdraw_service(cause="attendance:2", by=town.staff)
    assert not ServiceRecord.objects.living().with_overlap().filter(overlaps=True).exists()


def test_paper_counts_when_another_person_has_verified_it(town):
    row = by_hand(town)
    assert row.hours == Decimal(2)
    assert ServiceRecord.objects.counted().hours() == 0
    with pytest.raises(DomainError, match="另一位"):
        operations.verify(service=row, by=town.staff)
    for _click in range(2):
        operations.verify(service=row, by=town.secretary)
    assert ServiceRecord.objects.counted().hours() == Decimal(2)
    assert Activity.objects.filter(act="volunteers.verify").count() == 1


def test_nobody_verifies_their_own_hours(town):
    row = by_hand(town)
    with pytest.raises(DomainError, match="本人的服务时长"):
        operations.verify(service=row, by=town.lin_user)


def test_paper_may_not_overlap(town):
    serve(town, start=9, end=11)
    with pytest.raises(DomainError, match="重叠"):
        by_hand(town, start=10, end=12)
    assert by_hand(town, start=11, end=12) == by_hand(town, start=11, end=12)


@pytest.mark.parametrize("missing", [{"reason": "  "}, {"what": ""}])
def test_paper_says_what_and_why(town, missing):
    with pytest.raises(DomainError, match="纸质材料"):
        by_hand(town, **missing)


def test_paper_is_not_of_tomorrow(town):
    tomorrow = timezone.now() + timedelta(days=1)
    with pytest.raises(DomainError, match="服务结束后"):
        by_hand(town, starts_at=tomorrow - timedelta(hours=1), ends_at=tomorrow)


def test_a_minor_needs_a_guardians_consent(town):
    child = resident("林小林", town.east_building, town.community, born_on=date(2012, 5, 1))
    with pytest.raises(DomainError, match="监护人"):
        by_hand(town, who=child)
    operations.enrol(resident=child, by=town.staff, guardian_consent="母亲,2026年3月1日,书面")
    assert by_hand(town, who=child).volunteer.resident == child


def test_ending_and_coming_back_keep_the_number(town):
    first = serve(town).volunteer
    operations.end_volunteer(volunteer=first, by=town.staff)
    assert not Volunteer.objects.active().exists()
    again = serve(town, "attendance:2", day=6).volunteer
    assert (again, again.ended_at) == (first, None)


def test_staff_withdraw_with_a_reason(town):
    row = serve(town)
    with pytest.raises(DomainError, match="撤销原因"):
        operations.withdraw(service=row, by=town.staff, reason=" ")
    operations.withdraw(service=row, by=town.staff, reason="重复登记")
    assert ServiceRecord.objects.counted().hours() == 0


def test_merged_people_have_one_list_of_hours(town):
    twin = resident("林秀英", town.west_building, town.community)
    serve(town, "attendance:1")
    old = serve(town, "attendance:2", who=twin, day=6)
    operations.follow_merge(source=twin, target=town.lin, by=town.staff)
    assert ServiceRecord.objects.filter(volunteer=town.lin.volunteer).hours() == Decimal(4)
    old.volunteer.refresh_from_db()
    assert old.volunteer.ended_by == town.staff
    assert serve(town, "attendance:2", day=6) == old


def test_a_merged_volunteer_keeps_the_number_where_the_other_had_none(town):
    number = serve(town).volunteer.number
    operations.follow_merge(source=town.lin, target=town.wang, by=town.staff)
    assert town.wang.volunteer.number == number


CHANGES = [
    {"hours": Decimal(3)}, {"day": date(2026, 3, 6)}, {"what": "别的"}, {"cause": "attendance:7"},
    {"recorded_at": at(1)}, {"verified_at": at(1)},
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_record_is_never_changed(town, change):
    serve(town)
    with pytest.raises(DatabaseError), transaction.atomic():
        ServiceRecord.objects.update(**change)


def test_nothing_is_deleted(town):
    row = serve(town)
    for rows in (ServiceRecord.objects.all(), Volunteer.objects.filter(pk=row.volunteer_id)):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows._raw_delete(rows.db)


def test_a_withdrawn_record_stays_withdrawn(town):
    serve(town)
    operations.withdraw_service(cause="attendance:1", by=town.staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceRecord.objects.update(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")


@pytest.mark.parametrize(
    "wrong",
    [{"hours": Decimal("0.3")}, {"hours": Decimal("23")}, {"hours": Decimal("-1")}, {"ends_at": at(1)},
     {"source": "paper"}, {"verified_at": None}, {"cause": "attendance:1"}],
)  # fmt: skip
def test_the_database_refuses_wrong_records(town, wrong):
    row = serve(town)
    fields = {field.name: getattr(row, field.name) for field in row._meta.fields if field.name != "id"}
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceRecord.objects.create(**fields | {"cause": "attendance:2"} | wrong)


def test_a_record_stays_in_its_community(town):
    serve(town)
    other = operations.enrol(resident=town.zhao, by=town.neighbour_staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceRecord.objects.update(volunteer=other)
    with pytest.raises(IntegrityError), transaction.atomic():
        Volunteer.objects.filter(pk=other.pk).update(resident=town.lin)


def test_people_see_their_own_and_staff_what_lies_below(town):
    serve(town, "attendance:1")
    serve(town, "attendance:2", who=town.wang)

    def seen(user):
        forget(user)
        return set(ServiceRecord.objects.visible_to(user).values_list("cause", flat=True))

    assert seen(town.staff) == seen(town.secretary) == {"attendance:1", "attendance:2"}
    assert seen(town.east_worker) == seen(town.leader) == {"attendance:1"}
    for nobody in (town.neighbour_staff, town.head, town.officer, town.operator, town.lin_user):
        assert seen(nobody) == set()
    assert ServiceRecord.objects.of(town.lin_user).get().cause == "attendance:1"
    assert not ServiceRecord.objects.public().exists()


def test_a_month_of_a_community(town):
    serve(town, "attendance:1")
    serve(town, "attendance:2", day=6)
    rows = ServiceRecord.objects.held_in(date(2026, 3, 6), date(2026, 3, 31), town.community)
    assert [row.cause for row in rows] == ["attendance:2"]
    assert not ServiceRecord.objects.held_in(date(2026, 3, 1), date(2026, 3, 31), town.neighbour).exists()
