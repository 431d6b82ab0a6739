"""What readers see of notices: lists, one notice, its files, the feed, what is urgent."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from community import content_operations as operations
from community.models import Notice

from .notices import draft, published

ATOM = "{http://www.w3.org/2005/Atom}"


def page(client, notice):
    return client.get(f"/wenfeng/notices/{notice.pk}/")


def test_markdown_is_shown_and_html_is_not(client, town):
    text = page(
        client,
        published(
            town, body="**要点** <script>alert(1)</script> [x](javascript:alert(1)) ![p](http://x/y.png)"
        ),
    ).text
    assert "<strong>要点</strong>" in text
    assert "<script>alert" not in text
    assert 'href="javascript' not in text
    assert '<img src="http' not in text


def test_a_draft_and_what_comes_later_have_no_page(client, town):
    assert page(client, draft(town)).status_code == 404
    later = published(town, publish_from=timezone.now() + timedelta(days=1))
    assert page(client, later).status_code == 404
    assert later.title not in client.get("/wenfeng/notices/").text


def test_what_is_recalled_says_so_and_why_but_not_what_it_said(client, town):
    notice = published(town, body="秘密内容")
    operations.recall(notice=notice, version=notice.version, reason="日期写错", by=town.staff)
    answer = page(client, notice)
    assert answer.status_code == 410
    assert "日期写错" in answer.text
    assert "秘密内容" not in answer.text
    assert notice.title not in client.get("/wenfeng/notices/").text


def test_what_is_over_says_so(client, town):
    notice = published(town, body="旧内容")
    Notice.objects.filter(pk=notice.pk).update(publish_until=timezone.now() - timedelta(minutes=30))
    answer = page(client, notice)
    assert (answer.status_code, "旧内容" in answer.text) == (410, False)


def attached(town):
    notice = draft(town)
    operations.write(notice=notice, by=town.staff, attach=[ContentFile(b"%PDF-1.7 x", name="报名 表.pdf")])
    return notice, f"/wenfeng/notices/{notice.pk}/files/{notice.attachments.get().pk}/"


def test_a_file_is_public_only_while_its_notice_is(client, town):
    notice, address = attached(town)
    assert client.get(address).status_code == 404
    operations.publish(notice=notice, version=notice.version, by=town.staff)
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 x"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert client.get(address.replace("wenfeng", "shunjing")).status_code == 404
    operations.recall(notice=notice, version=notice.version, reason="旧表", by=town.staff)
    assert client.get(address).status_code == 404


def test_a_lost_file_is_not_found(client, town):
    notice, address = attached(town)
    operations.publish(notice=notice, version=notice.version, by=town.staff)
    file = notice.attachments.get().file
    file.storage.delete(file.name)
    assert client.get(address).status_code == 404


def test_files_have_no_address_in_the_media_folder(client, town):
    notice, _ = attached(town)
    assert client.get(f"/media/{notice.attachments.get().file.name}").status_code == 404


def titles(client, query=""):
    text = client.get(f"/wenfeng/notices/{query}").text
    return [
        title
        for title in sorted((f"第{n:02d}期" for n in range(60)), key=lambda t: text.find(t))
        if title in text
    ]


def test_pinned_first_then_the_newest_and_pages_by_key(client, town):
    now = timezone.now()
    for number in range(45):
        published(
            town,
            title=f"第{number:02d}期",
            publish_from=now - timedelta(hours=100 - number),
            pinned=number == 3,
        )
    first = titles(client)
    assert first[:3] == ["第03期", "第44期", "第43期"]
    seen, address = list(first), client.get("/wenfeng/notices/").context["older_url"]
    while address:
        query = address.partition("/notices/")[2]
        seen += titles(client, query)
        address = client.get(address).context["older_url"]
    assert sorted(seen) == sorted(f"第{number:02d}期" for number in range(45))
    assert len(seen) == len(set(seen))


def every_page(client, address="/wenfeng/notices/"):
    """The notices of each page, first and rest, from the newest page to the oldest."""
    pages = []
    while address:
        context = client.get(address).context
        pages.append([notice.title for notice in [*context["first"], *context["notices"]]])
        address = context["older_url"]
    return pages


@pytest.mark.parametrize("query", ["", "?unit={unit}"])
def test_many_pinned_ones_fill_the_top_and_then_stand_in_their_turn(client, town, query):
    now = timezone.now()
    for number in range(50):
        published(town, title=f"第{number:02d}期", publish_from=now - timedelta(hours=100 - number), pinned=number < 35,
                  targets=[town.east] if number == 1 else None)  # fmt: skip
    pages = every_page(client, f"/wenfeng/notices/{query.format(unit=town.east_building.pk)}")
    top = [f"第{number:02d}期" for number in range(34, 24, -1)]
    top = [*(["第01期"] if query else []), *top]
    assert pages[0][: len(top)] == top
    assert pages[0][len(top) :] == [
        f"第{number:02d}期" for number in [*range(49, 34, -1), *range(24, 19, -1)]
    ]
    seen = [title for page in pages for title in page]
    assert sorted(seen) == [f"第{number:02d}期" for number in range(50)]


def test_a_category_shows_its_own(client, town):
    published(town, title="第01期", category="party")
    published(town, title="第02期", category="news")
    assert titles(client, "?category=party") == ["第01期"]


@pytest.mark.parametrize(
    "query",
    [
        "category=x",
        "before=x",
        "before=20260101T000000.0-",
        "before=99999-1",
        "unit=x",
        "unit=999999999999999999999",
        "unit=²",
        "before=20260101T000000.000000-²",
    ],
)
def test_queries_nobody_gave_out_are_not_found(client, town, query):
    assert client.get(f"/wenfeng/notices/?{query}").status_code == 404


def test_a_place_sees_its_own_first_and_the_rest_too(client, town):
    published(town, title="第01期", publish_from=timezone.now() - timedelta(hours=2))
    published(town, title="第02期", targets=[town.east], publish_from=timezone.now() - timedelta(hours=9))
    assert titles(client) == ["第01期", "第02期"]
    assert titles(client, f"?unit={town.east_building.pk}") == ["第02期", "第01期"]
    assert titles(client, f"?unit={town.west_building.pk}") == ["第01期", "第02期"]
    assert "东组" in client.get("/wenfeng/notices/").text
    assert client.get(f"/wenfeng/notices/?unit={town.neighbour.pk}").status_code == 404


def test_urgent_things_stand_on_every_page_until_they_pass(client, town):
    notice = published(town, title="燃气泄漏", urgent_until=timezone.now() + timedelta(hours=1))
    assert "燃气泄漏" in client.get("/wenfeng/guide/").text
    assert "燃气泄漏" not in client.get("/shunjing/guide/").text
    operations.display(
        notice=notice, pinned=False, urgent_until=timezone.now(), publish_until=None, by=town.staff
    )
    assert "燃气泄漏" not in client.get("/wenfeng/honours/").text


def test_the_feed_is_atom_with_ids_that_stay(client, town):
    notice = published(town, title="停水 <通知> & 说明")
    draft(town, title="草稿")
    answer = client.get("/wenfeng/notices/feed.atom")
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.find(f"{ATOM}title").text for entry in entries] == ["停水 <通知> & 说明"]
    for element in (feed, entries[0]):
        assert element.find(f"{ATOM}id").text.startswith("urn:uuid:")
        assert element.find(f"{ATOM}updated").text
    assert feed.find(f"{ATOM}author/{ATOM}name").text == "文峰塔社区"
    assert entries[0].find(f"{ATOM}link").get("href").endswith(f"/wenfeng/notices/{notice.pk}/")
    elsewhere = ElementTree.fromstring(
        client.get("/wenfeng/notices/feed.atom", HTTP_HOST="other.example").content
    )
    assert elsewhere.find(f"{ATOM}entry/{ATOM}id").text == entries[0].find(f"{ATOM}id").text


def test_every_page_of_the_list_has_a_title_of_its_own(client, town):
    for number in range(25):
        published(town, title=f"通知{number}", publish_from=timezone.now() - timedelta(days=number + 1))
    address = f"/{town.community.slug}/notices/"
    first = client.get(address)
    second = client.get(first.context["older_url"])
    party = client.get(address, {"category": "party"})
    titles = [page.text.split("<title>")[1].split("</title>")[0] for page in (first, second, party)]
    assert len(set(titles)) == 3, titles
