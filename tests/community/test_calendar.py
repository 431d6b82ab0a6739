from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Activity
from community.calendar_import import enter, read
from community.models import CalendarDay
from community.working_days import is_working_day, known_days
from config.errors import DomainError

URL = "admin:community_calendarday_import"
TABLE = "日期,类别,名称\n2027-01-01,holiday,元旦\n2027/01/02,假日,元旦\n2027-01-03,holiday,元旦\n2027-01-09,workday,元旦\n"


@pytest.fixture
def table(town):
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=day, kind=kind, name=name) for day, kind, name in known_days()],
        ignore_conflicts=True,
    )
    label = str(CalendarDay.Kind.HOLIDAY.label)
    return TABLE.replace("假日", label)


def test_a_year_is_shown_then_entered(table, town, signed_in):
    client = signed_in(town.officer)
    shown = client.post(reverse(URL), {"text": table})
    assert [line.day.day for line in shown.context["lines"]] == [1, 2, 3, 9]
    assert not CalendarDay.objects.of_year(2027).exists()
    assert client.post(reverse(URL), {"text": table, "enter": "1"}).status_code == 302
    assert is_working_day(date(2027, 1, 9))
    assert not is_working_day(date(2027, 1, 1))
    assert Activity.objects.get(act="calendar.import").detail == {"rows": 4, "years": [2027]}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_saved_by_a_spreadsheet_is_read(table, town, signed_in, encoding):
    file = SimpleUploadedFile("2027.csv", table.replace("\n", "\r\n").encode(encoding))
    shown = signed_in(town.officer).post(reverse(URL), {"file": file})
    assert shown.context["problems"] == []
    assert shown.context["lines"][0].name == "元旦"


def test_what_is_pasted_from_a_spreadsheet_is_read(table):
    lines, problems = read(table.replace(",", "\t"))
    assert (len(lines), problems) == (4, [])


def test_all_or_nothing(table, town, signed_in):
    bad = (
        table
        + "2027-02-30,holiday,x\n2027-01-04,workday,x\n2027-01-01,holiday,x\n0001-01-01,holiday,x\nx\n2027-05-01,holiday,\n2027-05-01,feast,x\n"
    )
    response = signed_in(town.officer).post(reverse(URL), {"text": bad, "enter": "1"})
    assert response.status_code == 422
    assert len(response.context["problems"]) == 7
    with pytest.raises(DomainError):
        enter(text=bad, by=town.officer)
    assert not CalendarDay.objects.of_year(2027).exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"text": "  \n"},
        {"file": SimpleUploadedFile("x.csv", b"\xff\xfe\x00\x00\x81")},
        {"text": "x" * 100_001},
    ],
)
def test_nonsense_is_refused(town, signed_in, data):
    assert signed_in(town.officer).post(reverse(URL), data).status_code == 422


def test_entering_again_changes_nothing_and_says_so(table, town):
    enter(text=table, by=town.officer)
    lines, _problems = read(table)
    assert len({line.was for line in lines}) == 1
    assert enter(text=table, by=town.officer) == 4
    assert CalendarDay.objects.of_year(2027).count() == 4


def test_only_keepers_of_the_calendar_come_in(town, signed_in):
    for user, status in ((town.officer, 200), (town.operator, 200), (town.secretary, 403), (town.staff, 403)):
        assert signed_in(user).get(reverse(URL)).status_code == status


def test_a_day_is_edited_and_deleted(table, town, signed_in):
    client = signed_in(town.officer)
    data = {"day": "2027-01-05", "kind": "workday", "name": "x"}
    assert client.post(reverse("admin:community_calendarday_add"), data).status_code == 422
    assert (
        client.post(reverse("admin:community_calendarday_add"), data | {"kind": "holiday"}).status_code == 302
    )
    url = reverse("admin:community_calendarday_delete", args=["2027-01-05"])
    assert client.post(url, {"post": "yes"}).status_code == 302
    assert not CalendarDay.objects.of_year(2027).exists()
    assert Activity.objects.filter(act__startswith="community.calendarday").count() == 2


def test_the_list_warns_of_a_missing_year(table, town, signed_in, time_machine):
    time_machine.move_to("2026-12-01T10:00:00+08:00")
    url = reverse("admin:community_calendarday_changelist")
    assert "errornote" in signed_in(town.officer).get(url).content.decode()
    time_machine.move_to("2026-11-30T10:00:00+08:00")
    assert "errornote" not in signed_in(town.officer).get(url).content.decode()
