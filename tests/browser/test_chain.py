"""The whole chain: found on a phone, joined, checked in, rewarded, taken back, and printed in the secretary's month."""

from datetime import datetime, time, timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from events.models import Registration, Session
from points.operations import set_budget
from tests import town as town_module
from tests.points.conftest import give_points

from .pdf import text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def monday():
    """The first Monday that is neither today nor tomorrow, nine o'clock."""
    soon = timezone.localdate() + timedelta(days=2)
    day = soon + timedelta(days=-soon.weekday() % 7)
    return timezone.make_aware(datetime.combine(day, time(9)))


@pytest.fixture
def town(transactional_db, monday):
    """The choir meets on Monday for two hours; what it is worth is adopted, and there is a budget."""
    t = give_points(town_module.build())
    set_budget(community=t.community, year=monday.year, points=1000, by=None)
    Session.objects.update(starts_at=monday, ends_at=monday + timedelta(hours=2))
    Registration.objects.create(session=t.choir_monday, resident=t.wang, by=t.wang_user)
    return t


@pytest.fixture
def clock(monkeypatch):
    """`clock(moment)`: it is that moment now, on the server."""
    real = timezone.now

    def turn(moment):
        ahead = moment - real()
        monkeypatch.setattr(timezone, "now", lambda: real() + ahead)

    return turn


@pytest.fixture
def device(chromium, live_server):
    """`device(user)`: somebody's own browser, a phone unless told otherwise, signed in."""
    opened = []

    def one(user=None, width=390, scripts=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, base_url=live_server.url, java_script_enabled=scripts
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(5000)
        if user:
            page.goto("/accounts/login/")
            sign_in(page, user)
        return page

    with override_settings(CSRF_TRUSTED_ORIGINS=[live_server.url]):
        yield one
    for context in opened:
        context.close()


def sign_in(page, user):
    page.fill("input[name=login]", user.phone.removeprefix("+86"))
    page.fill("input[name=password]", town_module.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda address: "/login/" not in address)


def join_on_monday(phone, user):
    """In elder mode, from the start page."""
    phone.goto("/wenfeng/")
    phone.get_by_role("link", name="长辈版").click()
    phone.get_by_role("link", name="活动", exact=True).click()
    phone.get_by_role("link", name="社区合唱").first.click()
    assert "周一" in phone.locator("#sessions, main").first.inner_text()
    phone.get_by_role("link", name="报名").first.click()
    sign_in(phone, user)
    phone.get_by_role("button", name="确认报名").click()


def statement(phone):
    phone.goto("/my/")
    phone.get_by_role("link", name="可用积分").first.click()
    assert phone.locator("main").bounding_box()["width"] <= 390
    return phone.locator("main").inner_text()


def roll(page, town):
    page.goto(f"/desk/sessions/{town.choir_monday.pk}/")


def test_from_a_class_on_monday_to_the_printed_month(device, clock, town, monday):
    lin = device()
    join_on_monday(lin, town.lin_user)

    clock(monday + timedelta(minutes=5))
    worker, staff = device(town.east_worker), device(town.staff, scripts=False)
    roll(worker, town)
    worker.get_by_role("button", name="到场 林秀英").click()
    worker.get_by_role("button", name="撤销 林秀英").wait_for()
    roll(staff, town)
    staff.get_by_role("link", name="志愿者签到").click()
    staff.get_by_role("button", name="志愿者 王建国").click()

    said = statement(lin)
    assert [word for word in ("+1", "参加社区活动", "社区合唱") if word not in said] == []
    wang = device(town.wang_user)
    assert "+4" in statement(wang)
    wang.goto("/my/")
    wang.get_by_role("link", name="查看服务记录").click()
    said = wang.locator("main").inner_text()
    assert [word for word in ("社区合唱", "09:00–11:00") if word not in said] == []

    clock(monday + timedelta(minutes=20))
    roll(staff, town)
    staff.get_by_role("button", name="撤销 林秀英").click()
    said = statement(lin)
    assert [line for line in ("+1", "−1") if line not in said] == [], "both lines stand on the statement"

    clock(monday.replace(day=1) + timedelta(days=32))
    print_the_month(device(town.secretary, width=1280))


def print_the_month(desktop):
    desktop.goto("/reports/")
    desktop.get_by_role("button", name="打开该月月报").click()
    report = desktop.url
    for figure, number, row in (("发放积分", "5", "王*国"), ("志愿服务时长", "2.0", "王*国")):
        line = desktop.locator("tr", has=desktop.get_by_role("rowheader", name=figure, exact=True))
        line.get_by_role("link", name=number, exact=True).click()
        desktop.wait_for_url("**/figures/**")
        assert row in desktop.locator("main table").inner_text()
        desktop.goto(report)
    desktop.get_by_role("link", name="打印").click()
    desktop.wait_for_load_state()
    printed = text_of(desktop.pdf(prefer_css_page_size=True))
    section = printed[printed.index("志愿服务与积分") :].partition("五、")[0]
    assert [word for word in ("发放积分", "2.0") if word not in section] == [], section
