from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import SmsMessage
from community.models import Notice
from events.models import Attendance, Registration, Session
from notifications.models import Outgoing
from points.models import Budget, LedgerCheck
from portal.today import today
from residents.models import Claim
from residents.operations import make_claim, refuse_claim
from tests.points.conftest import give_points


@pytest.fixture
def signed_up(town):
    return Registration.objects.create(session=town.choir_monday, resident=town.lin, by=town.lin_user)


def titles(user):
    return {item.title: item.count for item in today(user)}


def test_a_resident_sees_their_own_sign_ups_only(town, signed_up, signed_in):
    assert "社区合唱" in signed_in(town.lin_user).get("/my/").content.decode()
    assert "社区合唱" not in signed_in(town.wang_user).get("/my/").content.decode()


def test_a_stranger_is_asked_to_sign_in(client, db):
    answer = client.get("/my/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_an_account_without_a_row_is_shown_the_way_in(town, signed_in):
    page = signed_in(town.stranger).get("/my/")
    assert "/my/claim/" in page.content.decode()


def test_a_refused_claim_is_answered_where_one_looks_first(town, signed_in):
    claim = make_claim(user=town.stranger, community=town.community, place="月球一号", standing="owner")
    page = signed_in(town.stranger).get("/my/").text
    assert "社区正在核实" in page
    assert 'href="/wenfeng/"' in page  # the community they say they live in
    refuse_claim(claim=claim, reason="请带身份证到窗口。", by=town.staff)
    page = signed_in(town.stranger).get("/my/").text
    assert "社区未能确认您申报的住址“月球一号”：" in page
    assert "请带身份证到窗口。" in page


def test_the_number_of_queries_does_not_grow(town, signed_in, django_assert_max_num_queries):
    for number in range(15):
        starts = timezone.now() + timedelta(days=number + 2)
        session = Session.objects.create(
            event=town.choir, community=town.community, starts_at=starts, ends_at=starts + timedelta(hours=1)
        )
        Registration.objects.create(session=session, resident=town.lin, by=town.lin_user)
        past = Session.objects.create(
            event=town.choir,
            community=town.community,
            starts_at=starts - timedelta(days=40),
            ends_at=starts - timedelta(days=40, hours=-1),
        )
        Attendance.objects.create(session=past, resident=town.lin, by=town.staff)
    client = signed_in(town.lin_user)
    assert client.get("/my/").text.count("社区合唱") == 30
    with django_assert_max_num_queries(15):
        assert client.get("/my/").status_code == 200


def test_the_desk_is_for_people_with_a_post(town, signed_in):
    assert signed_in(town.lin_user).get("/desk/").status_code == 403
    for person in (
        town.east_worker,
        town.head,
        town.secretary,
        town.operator,
        town.branch_secretary,
        town.officer,
    ):
        assert signed_in(person).get("/desk/").status_code == 200


def test_today_counts_sessions_in_reach_and_none_next_door(town):
    before = sum(titles(town.staff).values()), sum(titles(town.neighbour_staff).values())
    now = timezone.localtime().replace(hour=12)
    Session.objects.filter(pk=town.choir_monday.pk).update(starts_at=now, ends_at=now + timedelta(hours=1))
    assert sum(titles(town.staff).values()) == before[0] + 1
    assert sum(titles(town.neighbour_staff).values()) == before[1]


def test_a_session_without_a_roll_call_is_remembered_until_somebody_was_there(town, signed_up):
    past = timezone.now() - timedelta(days=2)
    Session.objects.filter(pk=town.choir_monday.pk).update(starts_at=past, ends_at=past + timedelta(hours=1))
    before = sum(titles(town.staff).values())
    Attendance.objects.create(session=town.choir_monday, resident=town.lin, by=town.staff)
    assert sum(titles(town.staff).values()) == before - 1


def test_claims_wait_for_those_who_may_decide(town):
    before = sum(titles(town.staff).values()), sum(titles(town.neighbour_staff).values())
    Claim.objects.create(
        user=town.stranger, community=town.community, path=town.community.path, name="路人", place="东苑1幢"
    )
    assert sum(titles(town.staff).values()) == before[0] + 1
    assert sum(titles(town.neighbour_staff).values()) == before[1]


def test_a_handed_in_notice_waits_for_the_secretary(town):
    before = sum(titles(town.secretary).values())
    Notice.objects.create(
        unit=town.community, title="待审", body="x", written_by=town.staff, submitted_at=timezone.now()
    )
    assert sum(titles(town.secretary).values()) == before + 1


def test_missing_building_heads_are_counted_and_listed(town, signed_in):
    (item,) = [one for one in today(town.secretary) if one.title == "没有楼栋长的楼栋"]
    assert item.count == 1  # the western building has nobody
    listed = signed_in(town.secretary).get(item.url).context["cl"].result_list
    assert list(listed) == [town.west_building]


def test_a_missing_or_nearly_spent_budget_is_remembered(town):
    assert not any("积分" in title for title in titles(town.secretary))
    give_points(town)
    assert not any("积分" in title for title in titles(town.secretary))
    Budget.objects.update(points=100, drawn=99)
    assert titles(town.secretary)["本年度积分预算已用九成以上"] == 1
    Budget.objects.update(points=10, drawn=10)
    assert [title for title in titles(town.secretary) if "积分" in title] == [
        "本年度积分预算已用完：调增预算之前，签到不发积分"
    ]
    Budget.objects.update(year=2001)
    assert titles(town.secretary)["本年度未设积分预算，无法发放积分"] == 1
    assert not any("积分" in title for title in [*titles(town.staff), *titles(town.neighbour_secretary)])


def test_mistakes_in_the_books_are_told_to_those_they_concern(town):
    give_points(town)
    budget = Budget.objects.get()
    findings = [{"what": "budget", "row": budget.pk}, {"what": "sum", "row": town.community.pk}]
    LedgerCheck.objects.create(seconds=1, transfers=5, found=2, findings=findings)
    assert titles(town.operator)["积分账目核对发现差错"] == 2
    assert titles(town.secretary)["积分账目核对发现差错，请告知系统运维员"] == 2
    assert not any("差错" in title for title in titles(town.neighbour_secretary))
    LedgerCheck.objects.create(seconds=1, transfers=5, found=0)
    assert not any("差错" in title for title in titles(town.operator))


def test_the_desk_says_when_no_sms_goes_out(town, settings):
    settings.SMS_GATEWAY = "file"
    line = "短信目前发不出去，登录验证码也收不到"
    SmsMessage.objects.create(kind="code", at=timezone.now() - timedelta(hours=2), error="http: status 502")
    taken = timezone.now() - timedelta(hours=1)
    SmsMessage.objects.create(kind="code", at=taken, sent_at=taken)
    SmsMessage.objects.create(kind="code", error="cap: number")
    assert line not in titles(town.staff)
    SmsMessage.objects.create(kind="notice", error="http: status 502")
    assert line in titles(town.staff)
    assert line in titles(town.operator)
    assert line not in titles(town.lin_user)
    settings.SMS_GATEWAY = "none"
    assert line not in titles(town.staff)


def test_messages_that_were_given_up_are_counted_and_listed(town, signed_in):
    told = {
        "kind": "moved",
        "channel": "sms",
        "account": town.lin_user,
        "name": "林秀兰",
        "cause": "event:1/",
    }
    told |= {"path": town.lin.path, "subject": "改期", "text": "合唱改到周二。"}
    for number, state in enumerate(["given_up", "unclear", "failed", "sent"]):
        Outgoing.objects.create(key=f"{number}/sms", state=state, **told)
    found = {item.title: item for item in today(town.staff)}
    item = found["最近一周没有发出去的消息"]
    assert item.count == 2
    page = signed_in(town.staff).get(item.url)
    assert page.context["cl"].result_count == 2
