import pytest


def test_a_link_turns_elder_mode_on_and_back_to_the_page(client, town):
    answer = client.get("/display/?elder=1&next=/wenfeng/%3Fpage%3D2")
    assert answer["Location"] == "/wenfeng/?page=2"
    assert 'class="elder"' in client.get("/wenfeng/").text


def test_a_link_changes_the_language(client, town):
    client.get("/display/?language=en&next=/")
    page = client.get("/")
    assert '<html lang="en">' in page.text
    assert "Choose your community" in page.text
    assert page["Content-Language"] == "en"


def test_the_page_is_chinese_unless_chosen(client, town):
    page = client.get("/", headers={"accept-language": "en"})
    assert '<html lang="zh-Hans">' in page.text
    assert "请选择您的社区" in page.text


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/",
        "//example.org/",
        "javascript:alert(1)",
        "/display/?elder=1",
        "wenfeng/",
        "/\\example.org",
    ],
)
def test_no_other_host_is_returned_to(client, db, target):
    assert client.get("/display/", {"next": target})["Location"] == "/"


def test_an_unknown_value_sets_no_cookie(client, db):
    answer = client.get("/display/?language=xx&elder=7")
    assert not answer.cookies


def test_display_choices_are_read_only_requests(client, db):
    assert client.post("/display/?elder=1").status_code == 405


def test_staff_pages_have_the_tabs_a_post_allows(town, signed_in):
    staff = signed_in(town.staff).get("/reports/").text
    assert 'href="/reports/" aria-current="page"' in staff
    assert 'href="/admin/"' in staff
    assert 'href="/admin/"' not in signed_in(town.leader).get("/desk/events/").text
