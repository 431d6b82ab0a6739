import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config import urls
from config.errors import DomainError
from portal import errors


def say(exception):
    def view(request):
        raise exception

    view.login_required = False
    return csrf_exempt(view)


urlpatterns = [
    path("refused/", say(DomainError("名额已满，可以加入候补。"))),
    path("broken/", say(RuntimeError("secret detail"))),
    path("large/", say(RequestDataTooBig())),
    path("forbidden/", say(PermissionDenied("see accounts"))),
    *urls.urlpatterns,
]
handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404
handler500 = urls.handler500


@pytest.fixture
def odd_pages(settings, client):
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/nowhere/at/all/", 404, "这个页面不存在"),
        ("/refused/", 422, "名额已满，可以加入候补。"),
        ("/large/", 413, "超过了系统允许的大小"),
        ("/forbidden/", 403, "您的岗位没有这项权限"),
        ("/broken/", 500, "系统出了点问题"),
    ],
)
def test_a_refusal_is_a_sentence_with_a_way_on(odd_pages, db, address, status, sentence):
    page = odd_pages.get(address)
    assert page.status_code == status
    assert sentence in page.text
    assert 'href="/"' in page.text
    assert '<html lang="zh-Hans">' in page.text
    assert "secret detail" not in page.text


def test_the_way_on_leads_to_the_community_of_the_address(client, town):
    page = client.get("/wenfeng/no-such-page/")
    assert page.status_code == 404
    assert 'href="/wenfeng/"' in page.text
    assert "0722-3000001" in page.text


def test_a_broken_database_still_gets_a_page(client, settings, monkeypatch):
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    page = client.get("/broken/")  # no `db` fixture: any query would fail
    assert page.status_code == 500
    assert "系统出了点问题" in page.text


def test_a_broken_template_still_gets_a_sentence(monkeypatch):
    def fail(*args, **kwargs):
        raise OSError

    monkeypatch.setattr(errors, "render_to_string", fail)
    page = errors.broken(RequestFactory().get("/"))
    assert page.status_code == 500
    assert isinstance(page, HttpResponse)
    assert page.content


def test_a_form_without_its_token_says_what_to_do(db):
    page = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x"})
    assert page.status_code == 403
    assert "页面打开时间过长" in page.text


def test_an_unknown_host_is_a_bad_request(client, db, settings):
    settings.ALLOWED_HOSTS = ["portal.test"]
    page = client.get("/", headers={"host": "evil.test"})
    assert page.status_code == 400
    assert "无法识别这次请求" in page.text


def test_too_many_requests_are_told_to_wait(rf, db):
    page = errors.too_many(rf.post("/accounts/login/"))
    assert page.status_code == 429
    assert "请过几分钟再试" in page.text


def test_the_address_of_a_form_opened_by_hand_says_what_to_do(signed_in, town):
    session = town.choir_monday
    page = signed_in(town.lin_user).get(f"/wenfeng/events/{session.event_id}/sessions/{session.pk}/withdraw/")
    assert (page.status_code, page.headers["Allow"]) == (405, "POST")
    assert "再按一次按钮" in page.text
    assert 'href="/wenfeng/"' in page.text


def test_error_pages_speak_english_when_chosen(odd_pages, db):
    odd_pages.cookies["language"] = "en"
    page = odd_pages.get("/nowhere/at/all/")
    assert "There is no such page" in page.text
