"""One place and two who want it: waiting, offered, accepted, checked in and asked how it was, each on a phone."""

from datetime import datetime, time, timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from events import reminders
from events.models import Attendance, Event, Registration, Session, SignUp
from events.operations import asking
from surveys.models import Response
from tests import town as town_module

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def monday():
    """The first Monday that is neither today nor tomorrow, nine o'clock."""
    soon = timezone.localdate() + timedelta(days=2)
    day = soon + timedelta(days=-soon.weekday() % 7)
    return timezone.make_aware(datetime.combine(day, time(9)))


@pytest.fixture
def town(transactional_db, monday):
    """The choir has one place on Monday, a waiting list, and asks afterwards how it was."""
    t = town_module.build()
    Session.objects.update(starts_at=monday, ends_at=monday + timedelta(hours=2), places=1)
    Event.objects.filter(pk=t.choir.pk).update(has_waiting_list=True)
    asking.ask(event=Event.objects.get(pk=t.choir.pk), purpose="event", by=t.staff)
    return t


@pytest.fixture
def clock(monkeypatch):
    """`clock(moment)`: it is that moment now, on the server."""
    real = timezone.now

    def turn(moment):
        ahead = moment - real()
        monkeypatch.setattr(timezone, "now", lambda: real() + ahead)

    return turn


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def phone(request, chromium, live_server):
    """`phone(user)`: somebody's own, signed in; all of them with scripts, or all without."""
    opened = []

    def one(user):
        context = chromium.new_context(
            viewport={"width": 390, "height": 844},
            base_url=live_server.url,
            java_script_enabled=request.param,
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        page.goto("/accounts/login/")
        page.fill("input[name=login]", user.phone.removeprefix("+86"))
        page.fill("input[name=password]", town_module.PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url(lambda address: "/login/" not in address)
        return page

    with override_settings(CSRF_TRUSTED_ORIGINS=[live_server.url]):
        yield one
    for context in opened:
        context.close()


def to_the_form(page):
    """From the list of what is on to the page where one signs up."""
    page.goto("/wenfeng/events/")
    page.get_by_role("link", name="社区合唱").first.click()
    page.get_by_role("link", name="报名").or_(page.get_by_role("link", name="候补")).first.click()
    assert page.locator("main").bounding_box()["width"] <= 390


def open_message(page, subject):
    """The newest message of that kind, and on to the page it leads to."""
    page.goto("/my/inbox/")
    page.get_by_role("button", name=subject).first.click()
    page.locator("main a.btn").first.click()


def test_from_the_waiting_list_to_the_survey(phone, clock, town, monday):
    wang, lin = phone(town.wang_user), phone(town.lin_user)
    to_the_form(wang)
    wang.get_by_role("button", name="确认报名").click()
    to_the_form(lin)
    lin.get_by_role("button", name="参加候补").click()
    assert "林秀英" in lin.locator("main").inner_text()
    assert SignUp.objects.get(resident=town.lin).state == "waiting"

    to_the_form(wang)
    wang.get_by_role("button", name="取消报名").click()
    assert SignUp.objects.get(resident=town.lin).state == "offered"

    open_message(lin, "有名额了")
    lin.get_by_role("button", name="我要去").click()
    assert "林秀英已报名成功" in lin.locator("main").inner_text()
    place = Registration.objects.live().get()
    assert place.resident == town.lin

    clock(monday + timedelta(minutes=5))
    worker = phone(town.east_worker)
    worker.goto(f"/desk/sessions/{town.choir_monday.pk}/")
    worker.get_by_role("button", name="到场 林秀英").click()
    worker.get_by_role("button", name="撤销 林秀英").wait_for()
    assert Attendance.objects.live().get().resident == town.lin

    clock(monday + timedelta(hours=6))
    reminders.tell_thanks()
    open_message(lin, "感谢参加")
    lin.locator("main input[type=radio]").first.check()
    lin.get_by_role("button", name="提交").click()
    lin.wait_for_url("**/my/")
    assert Response.objects.count() == 1
