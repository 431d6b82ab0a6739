"""The main job as people do it: a resident joins on a phone, a grid worker calls the roll, the secretary prints."""

from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from events import codes
from events.models import Attendance, Event, Registration, Session
from reports.models import Report
from tests import town as town_module

LIVE = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db):
    return town_module.build()


@pytest.fixture(params=["scripts", "no scripts"])
def phone(request, chromium, live_server):
    """A phone-sized page, with scripts and without."""
    with override_settings(CSRF_TRUSTED_ORIGINS=[live_server.url]):
        context = chromium.new_context(
            viewport={"width": 390, "height": 844},
            base_url=live_server.url,
            java_script_enabled=request.param == "scripts",
        )
        yield context.new_page()
        context.close()


def sign_in(page, user):
    page.fill("input[name=login]", user.phone.removeprefix("+86"))
    page.fill("input[name=password]", town_module.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


@LIVE
def test_a_resident_joins_on_a_phone_in_elder_mode(phone, town):
    phone.goto("/wenfeng/")
    phone.get_by_role("link", name="长辈版").click()
    phone.goto("/wenfeng/events/")
    phone.get_by_role("link", name="社区合唱").first.click()
    phone.get_by_role("link", name="报名").first.click()
    sign_in(phone, town.lin_user)
    phone.get_by_role("button", name="确认报名").click()
    assert Registration.objects.live().get().resident == town.lin
    phone.goto("/my/")
    assert phone.get_by_text("社区合唱").first.is_visible()
    assert phone.locator("main").bounding_box()["width"] <= 390


@LIVE
def test_a_grid_worker_calls_the_roll_with_one_tap(phone, town):
    now = timezone.now()
    Session.objects.update(starts_at=now, ends_at=now + timedelta(hours=2))
    Registration.objects.create(session=town.choir_monday, resident=town.lin, by=town.lin_user)
    phone.goto(f"/desk/sessions/{town.choir_monday.pk}/")
    sign_in(phone, town.staff)
    phone.get_by_role("button", name="到场 林秀英").click()
    phone.get_by_role("button", name="撤销 林秀英").wait_for()  # a script sends it without leaving the page
    assert Attendance.objects.live().get().resident == town.lin


@LIVE
def test_the_wall_checks_somebody_in_and_out(phone, town, chromium, live_server, monkeypatch):
    """The screen at the door shows an address; a phone that opens it in time says “I am here”, later “I am leaving”."""
    now = timezone.now()
    Session.objects.update(starts_at=now - timedelta(minutes=70), ends_at=now + timedelta(hours=2))
    Event.objects.update(needs_check_out=True)
    Registration.objects.create(session=town.choir_monday, resident=town.lin, by=town.lin_user)
    shown = []
    picture = codes.picture
    monkeypatch.setattr(codes, "picture", lambda address: shown.append(address) or picture(address))

    screen = phone.context.new_page()
    screen.goto(f"/desk/sessions/{town.choir_monday.pk}/wall/")
    sign_in(screen, town.staff)
    screen.get_by_role("img", name="用手机扫描的签到码").wait_for()
    own_phone = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=live_server.url)
    page = own_phone.new_page()
    page.goto(shown[-1].replace("https://", "http://"))
    sign_in(page, town.lin_user)
    page.get_by_role("button", name="我到了 林秀英").click()
    page.get_by_role("button", name="我要离开 林秀英").click()
    page.get_by_text("签退").wait_for()
    there = Attendance.objects.live().get()
    assert (there.resident, there.how, there.left_at is None) == (town.lin, Attendance.How.WALL, False)

    page.goto("/w/" + codes.sign_wall(town.choir_monday, timezone.now() - timedelta(seconds=95)) + "/")
    assert page.get_by_text("请重新扫描屏幕").is_visible()
    own_phone.close()


@LIVE
def test_the_secretary_prints_a_month(phone, town):
    phone.goto("/reports/")
    sign_in(phone, town.secretary)
    phone.get_by_role("button", name="打开该月月报").click()
    assert Report.objects.count() == 1
    phone.get_by_role("link", name="打印").click()
    phone.wait_for_load_state()
    assert phone.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") >= 2
