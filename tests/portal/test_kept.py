import threading

import pytest

from portal import kept
from portal.kept import Page, Pages


@pytest.fixture
def keeping(settings):
    settings.KEPT_PAGES_SECONDS = 60
    kept.pages.clear()
    yield kept.pages
    kept.pages.clear()


def rename(town, name):
    type(town.community).objects.filter(pk=town.community.pk).update(name=name)


def test_a_second_visitor_gets_the_kept_page_without_a_query(
    client, town, keeping, django_assert_num_queries
):
    first = client.get("/wenfeng/")
    with django_assert_num_queries(0):
        second = client.get("/wenfeng/")
    assert second.content == first.content
    assert second.headers == first.headers


def test_a_kept_page_is_forgotten_in_time(client, town, keeping, monkeypatch):
    client.get("/wenfeng/")
    rename(town, "新名社区")
    assert "新名社区" not in client.get("/wenfeng/").text
    later = kept.monotonic() + 61
    monkeypatch.setattr(kept, "monotonic", lambda: later)
    assert "新名社区" in client.get("/wenfeng/").text


@pytest.mark.parametrize(
    ("address", "cookies", "headers"),
    [
        ("/wenfeng/?page=2", {}, {}),
        ("/shunjing/", {}, {}),
        ("/wenfeng/", {"language": "en"}, {}),
        ("/wenfeng/", {"elder": "1"}, {}),
        ("/wenfeng/", {}, {"accept-encoding": "gzip"}),
        ("/wenfeng/", {}, {"host": "localhost"}),
    ],
)
def test_another_page_is_another_page(client, town, keeping, address, cookies, headers):
    plain = client.get("/wenfeng/")
    client.cookies.load(cookies)
    other = client.get(address, headers=headers)
    assert other.status_code == 200
    assert len(keeping.rows) == 2
    assert "host" in headers or other.content != plain.content


def test_somebody_signed_in_gets_and_leaves_nothing_kept(client, town, keeping, signed_in):
    signed_in(town.lin_user).get("/wenfeng/")
    assert not keeping.rows
    client.get("/wenfeng/")
    rename(town, "新名社区")
    assert "新名社区" in signed_in(town.lin_user).get("/wenfeng/").text


def test_where_somebody_lives_is_kept_for_nobody(client, town, keeping, signed_in):
    for _time in range(2):
        for address, status in (("/", 302), ("/?all=1", 200)):
            assert signed_in(town.lin_user).get(address).status_code == status
        assert 'id="own"' in signed_in(town.lin_user).get("/?all=1").text
    assert not keeping.rows
    page = client.get("/")
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-cache"
    assert 'id="own"' not in page.text + client.get("/?all=1").text
    assert len(keeping.rows) == 2
    assert signed_in(town.lin_user).get("/").status_code == 302  # nor does a kept page hide the own one
    assert client.get("/").content == page.content


@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/display/?elder=1", "/nowhere/", "/wenfeng/none/", "/my/"]
)
def test_only_public_pages_are_kept(client, town, keeping, address):
    client.get(address)
    assert not keeping.rows


def test_a_head_or_a_post_is_not_kept(client, town, keeping):
    client.head("/wenfeng/")
    client.post("/wenfeng/")
    assert not keeping.rows


def test_public_pages_tell_caches_what_they_depend_on(client, town):
    page = client.get("/wenfeng/")
    assert page["Cache-Control"] == "no-cache"
    assert {"Cookie", "Accept-Encoding"} <= {part.strip() for part in page["Vary"].split(",")}


def test_a_page_full_of_text_has_no_trace_of_who_asks(client, town, signed_in):
    assert client.get("/wenfeng/").content == signed_in(town.staff).get("/wenfeng/").content


def page(size=10, until=float("inf")):
    return Page(until, b"x" * size, ())


def test_the_oldest_page_makes_room():
    pages = Pages(most=100)
    for number in range(5):
        pages.put(number, page(30))
    assert list(pages.rows) == [2, 3, 4]
    assert pages.bytes == 90


def test_a_page_too_large_is_not_kept():
    pages = Pages(most=2 * kept.PAGE_BYTES)
    pages.put("large", page(kept.PAGE_BYTES + 1))
    assert pages.get("large") is None


def test_threads_keep_the_count_true():
    pages = Pages(most=1000)

    def work(start):
        for number in range(300):
            pages.put((start + number) % 40, page(30))
            pages.get(number % 40)

    threads = [threading.Thread(target=work, args=(start,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pages.bytes == sum(len(row.body) for row in pages.rows.values()) <= 1000
