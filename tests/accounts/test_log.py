import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from accounts.acts import name_of
from accounts.logs import follow_moved_unit, forget_old_lines
from accounts.models import ActivationCode, Activity, Look, SmsMessage
from accounts.operations import look, make_activation_code, open_account, record
from claims.models import CASE_STEPS, STEPS
from community import content_operations
from reports import operations as reports_operations
from residents.models import CLAIM_STEPS

LOG, LOOKS, USERS = "/admin/accounts/activity/", "/admin/accounts/look/", "/admin/accounts/user/"


def refused(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


@pytest.fixture(params=["activity", "look"])
def line(request, town):
    if request.param == "activity":
        return record("events.cancel", by=town.staff, on=town.choir, path=town.community.path)
    return look(by=town.staff, on=town.lin, field="phone", purpose="visit", path=town.lin.path)


def test_the_database_lets_no_line_be_changed(line):
    refused(lambda: type(line).objects.filter(pk=line.pk).update(path=""))


def test_nor_go_before_its_time(line):
    refused(lambda: type(line).objects.filter(pk=line.pk).delete())
    assert type(line).objects.filter(pk=line.pk).exists()


def test_after_the_retention_period_it_may_go(town):
    old = Activity.objects.create(act="x", at=timezone.now() - timedelta(days=400))
    young = Activity.objects.create(act="x", at=timezone.now() - timedelta(days=300))
    Activity.objects.filter(pk=old.pk).delete()
    refused(lambda: Activity.objects.filter(pk=young.pk).delete())
    assert list(Activity.objects.filter(act="x")) == [young]


def test_all_at_once_does_not_go_either(line):
    table = line._meta.db_table
    connection.check_constraints()  # PostgreSQL empties no table with foreign keys still to be looked at
    statement = f"DELETE FROM {table}" if connection.vendor == "sqlite" else f"TRUNCATE {table}"
    refused(lambda: connection.cursor().execute(statement))


def test_the_secretary_reads_the_own_community_and_no_other(town, signed_in):
    record("events.cancel", by=town.staff, on=town.choir, path=town.community.path)
    assert "社工" in signed_in(town.secretary).get(LOG).content.decode()
    assert "社工" not in signed_in(town.neighbour_secretary).get(LOG).content.decode()
    line = Activity.objects.get(act="events.cancel")
    assert signed_in(town.secretary).get(f"{LOG}{line.pk}/change/").status_code == 200
    assert signed_in(town.neighbour_secretary).get(f"{LOG}{line.pk}/change/").status_code == 404


@pytest.mark.parametrize("who", ["staff", "east_worker", "branch_secretary"])
def test_others_do_not_read_it(town, signed_in, who):
    assert signed_in(getattr(town, who)).get(LOG).status_code == 403
    assert signed_in(getattr(town, who)).get(LOOKS).status_code == 403


def test_nobody_writes_it(town, signed_in, line):
    operator = signed_in(town.operator)
    base = f"/admin/accounts/{type(line)._meta.model_name}/"
    assert operator.get(f"{base}add/").status_code == 403
    assert operator.post(f"{base}{line.pk}/delete/", {"post": "yes"}).status_code == 403
    assert operator.post(f"{base}{line.pk}/change/", {"path": ""}).status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 3),
        ({"q": "社工"}, 2),
        ({"q": "staff"}, 2),
        ({"q": "15400000005"}, 2),
        ({"q": "林秀英"}, 1),  # the one it was about
        ({"q": "events."}, 1),
        ({"q": "accounts.user:{lin}"}, 1),
        ({"q": "没有"}, 0),
        ({"q": "挂失"}, 1),  # acts by what people call them
        ({"q": "活动"}, 1),
        ({"q": "{today}"}, 3),
        ({"q": "{today:%Y}年{today:%m}月{today:%d}日"}, 3),
        ({"q": "{yesterday}"}, 0),
        ({"q": "2026-13-45"}, 0),
        ({"room": "events"}, 1),
        ({"result__exact": "refused"}, 1),
        ({"from": "{today}"}, 3),
        ({"to": "{yesterday}"}, 0),
        ({"from": "{today}", "to": "{today}"}, 3),
        ({"from": "0001-01-01", "to": "9999-12-31"}, 3),
        ({"from": "nonsense"}, 3),
    ],
)
def test_it_is_searched_by_person_object_act_and_time(town, signed_in, query, found):
    record("events.cancel", by=town.staff, on=town.choir, path=town.community.path)
    record("accounts.lost_phone", by=town.staff, on=town.lin_user, path=town.lin.path)
    record("posts.end", by=town.secretary, path=town.community.path, result="refused")
    today = timezone.localdate()
    words = {"lin": town.lin_user.pk, "today": today, "yesterday": today - timedelta(days=1)}
    page = signed_in(town.secretary).get(LOG, {name: value.format(**words) for name, value in query.items()})
    assert page.status_code == 200
    assert (
        page.context["cl"]
        .queryset.filter(act__in=["events.cancel", "accounts.lost_phone", "posts.end"])
        .count()
        == found
    )


def test_looks_are_searched_too(town, signed_in):
    look(by=town.staff, on=town.lin, field="phone", purpose="走访", path=town.lin.path)
    page = signed_in(town.secretary).get(LOOKS, {"q": f"residents.resident:{town.lin.pk}"})
    assert page.context["cl"].queryset.count() == 1
    assert Look.objects.get().purpose in page.content.decode()


def test_the_log_costs_the_same_for_many_lines(town, signed_in, django_assert_max_num_queries):
    secretary = signed_in(town.secretary)
    secretary.get(LOG)
    for _line in range(40):
        record("events.cancel", by=town.staff, on=town.choir, path=town.community.path)
    with django_assert_max_num_queries(9):
        secretary.get(LOG)


def test_the_back_office_shows_accounts_in_care_masked(town, signed_in):
    page = signed_in(town.staff).get(USERS).content.decode()
    assert "154****0021" in page
    assert "15400000021" not in page
    assert "邻社工" not in page
    detail = signed_in(town.staff).get(f"{USERS}{town.lin_user.pk}/change/")
    assert detail.status_code == 200
    assert f"/desk/accounts/{town.lin_user.pk}/" in detail.content.decode()
    assert "15400000021" not in detail.content.decode()
    assert signed_in(town.neighbour_staff).get(f"{USERS}{town.lin_user.pk}/change/").status_code == 404
    assert signed_in(town.lin_user).get(USERS).status_code == 302
    assert "林秀英" in signed_in(town.staff).get(USERS, {"q": "15400000021"}).content.decode()


def test_the_sms_are_for_the_operator(town, signed_in, sent):
    from accounts import sms

    sms.send("+8615400000021", "code", code="1")
    assert signed_in(town.operator).get("/admin/accounts/smsmessage/").context["cl"].queryset.count() == 1
    assert signed_in(town.secretary).get("/admin/accounts/smsmessage/").context["cl"].queryset.count() == 0


def test_the_clock_lets_old_lines_go_and_keeps_the_others(town, monkeypatch):
    monkeypatch.setattr("accounts.logs.AT_ONCE", 2)
    for days in (380, 390, 400, 300, 1):
        Activity.objects.create(act="x", at=timezone.now() - timedelta(days=days))
    Look.objects.create(
        by=town.staff, subject="x:1", field="phone", purpose="p", at=timezone.now() - timedelta(days=500)
    )
    assert forget_old_lines() == "已清理过期日志4条、短信记录0条"
    assert Activity.objects.filter(act="x").count() == 2
    assert not Look.objects.exists()


def test_an_opened_account_follows_its_unit(town):
    user = open_account(name="周小梅", phone="+8615400000077", by=town.staff, path=town.community.path)
    make_activation_code(user=user, by=town.staff, path=town.community.path)
    follow_moved_unit(town.community.path, town.street.path + "99999999")
    assert ActivationCode.objects.get().path == town.street.path + "99999999"


def acts_in_the_code():
    """Every act that an operation writes down, `{…}` filled from the steps it stands for."""
    steps = {
        "claims": {act for _state, act in CLAIM_STEPS},
        "pointclaims": {act for _state, act in STEPS},
        "deductions": {act for _state, act in CASE_STEPS},
        "reports": {act for _state, act in reports_operations.STEPS},
        "notices": set(content_operations.STEPS),
        "residents": {"moved", "died"},
        "venues": {"cancelled", "no_show"},
        "wishes": {"answer", "decline", "plan"},
        "messages": {"again", "call_off", "called", "not_reached"},
    }
    for room in settings.ROOMS:
        for file in (settings.BASE_DIR / room).rglob("*.py"):
            for thing, done in re.findall(r'record\(\s*f?"(\w+)\.([\w{}]+)"', file.read_text()):
                yield from (f"{thing}.{act}" for act in (steps[thing] if "{" in done else {done}))


def test_every_act_has_a_name_people_use(town):
    acts = set(acts_in_the_code())
    assert len(acts) > 60
    assert [act for act in sorted(acts) if re.search("[a-z]", name_of(act))] == []
    assert not re.search("[a-z]", name_of("venues.facility.change"))


def test_the_log_says_what_was_done_and_not_how_something_is(db):
    with translation.override("zh-hans"):
        said = [
            name_of(act) for act in ("notices.publish", "events.withdraw", "points.take_back", "reports.seal")
        ]
    assert said == ["通知公告 · 发布", "取消报名", "积分 · 扣回", "月报 · 签发"]


def test_the_operator_reads_why_no_sms_came(signed_in, town):
    SmsMessage.objects.create(kind="exists", error="cap: day")
    page = signed_in(town.operator).get("/admin/accounts/smsmessage/?kind=exists").text
    assert "该号码已有账号" in page
    assert "已达每日上限" in page
    assert SmsMessage.objects.count() == 1
