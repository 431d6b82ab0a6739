from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from residents.operations import add_resident
from volunteers import operations
from volunteers.models import ServiceRecord, Volunteer

RECORDS, PEOPLE = "/admin/volunteers/servicerecord/", "/admin/volunteers/volunteer/"


def entry(town, **more):
    yesterday = timezone.localdate() - timedelta(days=1)
    return {
        "resident": town.lin.pk, "day": yesterday.isoformat(), "start": "09:00", "end": "11:00", "hours": "", "what": "清扫楼道",
        "place": "东苑", "reason": "十一月登记表", **more,
    }  # fmt: skip


def served(town, cause, who=None, **more):
    start = timezone.now() - timedelta(days=2)
    return operations.record_service(
        **{"resident": who or town.lin, "community": town.community, "starts_at": start, "ends_at": start + timedelta(hours=1),
           "hours": 1, "what": "义诊", "place": "", "cause": cause, "by": town.staff} | more
    )  # fmt: skip


def test_paper_is_entered_by_one_and_verified_by_another(town, signed_in):
    staff, secretary = signed_in(town.staff), signed_in(town.secretary)
    answer = staff.post(RECORDS + "add/", entry(town))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row = ServiceRecord.objects.get()
    assert (row.hours, row.source, row.recorded_by) == (2, "paper", town.staff)
    assert staff.post(f"{RECORDS}{row.pk}/verify/").status_code == 422
    assert "清扫楼道" in secretary.get(RECORDS + "?state=unverified").text
    secretary.post(RECORDS, {"action": "verify_all", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.verified_by == town.secretary


@pytest.mark.parametrize(
    "wrong",
    [{"reason": ""}, {"what": ""}, {"hours": "0.3"}, {"hours": "9"}, {"hours": "x"}, {"start": "25:00"}, {"resident": "x"},
     {"day": "2999-01-01"}, {"reason": "电话15400000021"}],
)  # fmt: skip
def test_bad_input_is_said_and_kept_out(town, signed_in, wrong):
    assert signed_in(town.staff).post(RECORDS + "add/", entry(town, **wrong)).status_code == 422
    assert ServiceRecord.objects.count() == 0


def test_what_overlaps_is_refused_above_the_form(town, signed_in):
    client = signed_in(town.staff)
    client.post(RECORDS + "add/", entry(town))
    answer = client.post(RECORDS + "add/", entry(town, start="10:00", end="12:00", what="别的"))
    assert answer.status_code == 422
    assert "重叠" in answer.text


def test_a_long_day_is_said(town, signed_in):
    answer = signed_in(town.staff).post(
        RECORDS + "add/", entry(town, start="08:00", end="18:00"), follow=True
    )
    assert "请再核对一遍" in answer.text


def test_an_end_before_the_start_is_of_the_next_day(town, signed_in):
    days_ago = timezone.localdate() - timedelta(days=3)
    signed_in(town.staff).post(
        RECORDS + "add/", entry(town, day=days_ago.isoformat(), start="22:00", end="02:00")
    )
    assert ServiceRecord.objects.get().hours == 4


def test_people_of_the_next_community_cannot_be_chosen(town, signed_in):
    assert signed_in(town.staff).post(RECORDS + "add/", entry(town, resident=town.zhao.pk)).status_code == 422
    assert ServiceRecord.objects.count() == 0


def test_withdrawing_asks_for_the_reason(town, signed_in):
    row, client = served(town, "attendance:1"), signed_in(town.staff)
    assert client.get(f"{RECORDS}{row.pk}/change/").text.count(f"{RECORDS}{row.pk}/withdraw/") == 1
    assert client.post(f"{RECORDS}{row.pk}/withdraw/", {"reason": " "}).status_code == 422
    assert client.post(f"{RECORDS}{row.pk}/withdraw/", {"reason": "误签"}).status_code == 302
    row.refresh_from_db()
    assert (row.withdrawn_by, row.withdrawn_reason) == (town.staff, "误签")


def test_a_posted_form_changes_no_record(town, signed_in):
    row = served(town, "attendance:1")
    signed_in(town.staff).post(f"{RECORDS}{row.pk}/change/", {"what": "改了", "hours": "9"})
    row.refresh_from_db()
    assert (row.what, row.hours) == ("义诊", 1)


def test_grid_workers_see_their_own_grid_and_keep_nothing(town, signed_in):
    served(town, "attendance:1")
    served(town, "attendance:2", who=town.wang, what="巡逻")
    client = signed_in(town.east_worker)
    text = client.get(RECORDS).text
    assert "义诊" in text
    assert "巡逻" not in text
    assert client.get(RECORDS + "add/").status_code == 403
    row = ServiceRecord.objects.get(cause="attendance:1")
    assert client.post(f"{RECORDS}{row.pk}/withdraw/", {"reason": "x"}).status_code == 403
    other = ServiceRecord.objects.get(cause="attendance:2")
    assert client.post(f"{RECORDS}{other.pk}/withdraw/", {"reason": "x"}).status_code == 404


def test_volunteers_are_enrolled_described_and_ended(town, signed_in):
    client = signed_in(town.staff)
    assert client.post(PEOPLE + "add/", {"resident": town.lin.pk, "skills": "急救"}).status_code == 302
    one = Volunteer.objects.get()
    client.post(f"{PEOPLE}{one.pk}/change/", {"skills": "急救、合唱", "guardian_consent": ""})
    one.refresh_from_db()
    assert one.skills == "急救、合唱"
    assert one.number in client.get(PEOPLE + "?state=active").text
    assert client.post(f"{PEOPLE}{one.pk}/end/").status_code == 302
    one.refresh_from_db()
    assert one.ended_by == town.staff
    assert client.post(PEOPLE + "add/", {"resident": town.lin.pk, "skills": ""}).status_code == 302
    assert Volunteer.objects.get().ended_at is None


@pytest.mark.parametrize(
    "query",
    ["state=counted", "state=withdrawn", "state=overlap", "state=x", "source=paper", "period=2026-11", "period=2026", "period=x",
     "period=2026-13", "community=1", "community=x", "q=林秀英", "q=V-421303002099-00001", "q=v-", "q=15400000021"],
)  # fmt: skip
def test_lists_are_narrowed_and_bear_odd_addresses(town, signed_in, query):
    served(town, "attendance:1")
    client = signed_in(town.staff)
    assert client.get(f"{RECORDS}?{query}").status_code in (200, 302)
    assert client.get(f"{PEOPLE}?{query}").status_code in (200, 302)


def test_hours_are_found_by_name_and_number(town, signed_in):
    row = served(town, "attendance:1")
    served(town, "attendance:2", who=town.wang, what="巡逻")
    for term in ("林秀英", row.volunteer.number):
        text = signed_in(town.staff).get(f"{RECORDS}?q={term}").text
        assert "义诊" in text
        assert "巡逻" not in text


def test_lists_ask_as_often_for_one_row_as_for_many(town, signed_in):
    served(town, "attendance:0")
    client = signed_in(town.staff)

    def queries(address):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    for address in (RECORDS, PEOPLE):
        queries(address)
    one = [queries(address) for address in (RECORDS, PEOPLE)]
    for place in range(12):
        person = add_resident(name=f"志愿{'甲乙丙丁戊己庚辛壬癸子丑'[place]}", unit=town.east_building, community=town.community,
                              state="together", by=None)  # fmt: skip
        served(town, f"attendance:{place + 1}", who=person)
    assert [queries(address) for address in (RECORDS, PEOPLE)] == one
