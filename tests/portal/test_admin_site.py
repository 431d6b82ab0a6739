import pytest

from points.models import LedgerCheck
from portal import today


@pytest.fixture
def due(monkeypatch):
    row = today.Item("待审核的居住申请", 3, "/admin/residents/", "few")
    monkeypatch.setattr(today, "today", lambda user: [row])


def test_the_index_shows_what_is_due_first(due, signed_in, town):
    page = signed_in(town.staff).get("/admin/")
    assert page.status_code == 200
    assert [item.count for item in page.context["today"]] == [3]
    assert '<li class="due few"><a href="/admin/residents/">' in page.text


def test_the_index_says_when_nothing_is_due(signed_in, town, monkeypatch):
    monkeypatch.setattr(today, "today", lambda user: [])
    assert "今天没有待办事项" in signed_in(town.staff).get("/admin/").text


def test_rooms_come_in_the_order_of_the_rooms_with_chinese_names(due, signed_in, town, settings):
    page = signed_in(town.secretary).get("/admin/")
    rooms = [app["app_label"] for app in page.context["app_list"]]
    assert rooms == sorted(rooms, key=settings.ROOMS.index)
    assert all(not app["name"].isascii() for app in page.context["app_list"])


def test_one_light_theme_and_no_second_script_for_it(due, signed_in, town):
    page = signed_in(town.staff).get("/admin/").text
    assert "css/admin.css" in page
    assert "dark_mode" not in page
    assert "theme.js" not in page


def test_a_stranger_signs_in_like_everybody_else(client, db):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=/admin/"


def test_somebody_without_a_post_may_not_enter(signed_in, town):
    answer = signed_in(town.lin_user).get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "您的岗位没有这项权限" in answer.text


def test_the_index_says_when_the_books_were_last_recounted(due, signed_in, town):
    words = "积分账本和爱心超市库存"
    assert words not in signed_in(town.staff).get("/admin/").text
    check = LedgerCheck.objects.create(seconds=0.1, transfers=7, found=0)
    assert f"{words}已于{check.started_at:%Y}" in signed_in(town.staff).get("/admin/").text
    assert "未发现差错" in signed_in(town.staff).get("/admin/").text
    findings = [{"what": "sum", "row": town.neighbour.pk}]
    LedgerCheck.objects.create(seconds=0.1, transfers=7, found=1, findings=findings)
    assert "未发现差错" in signed_in(town.staff).get("/admin/").text
    assert "发现1处差错" in signed_in(town.neighbour_staff).get("/admin/").text
    assert words not in signed_in(town.east_worker).get("/admin/").text
