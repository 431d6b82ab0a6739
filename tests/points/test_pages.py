"""What anybody may read: the scoring standard, the budget and the last seal."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from points import operations
from points.books import seal_days
from points.models import Rule, Seal

from .conftest import give_points


@pytest.fixture
def page(books, client):
    return lambda: client.get("/wenfeng/points/")


def test_the_standard_is_public_and_in_plain_words(page, books):
    text = page().text
    for words in ("参加社区活动", "每次 1 分", "每周最多 3 分", "每小时 2 分", "志愿服务", "1,000"):
        assert words in text, words


def test_an_ended_or_future_rule_is_not_in_force(page, books):
    operations.end_rule(rule=books.open, by=books.secretary)
    Rule.objects.get(pk=books.open.pk).versions.update(until=timezone.localdate() - timedelta(days=1))
    operations.adopt_rule(
        community=books.community, code="Z1", category="safety", name="明天的规则", by=None,
        since=timezone.localdate() + timedelta(days=1), points=9,
    )  # fmt: skip
    text = page().text
    assert "好人好事" not in text
    assert "明天的规则" not in text


def test_the_last_seal_stands_below(page, books):
    entry = operations.Award(books.lin.pk, books.joining.pk, books.today, "attendance:1")
    operations.award([entry], community=books.community, by=None)
    seal_days(books.today)
    text = page().text
    assert Seal.objects.get(community=books.community).digest in text
    assert "林秀英" not in text


def test_a_community_without_rules_says_so(client, town):
    answer = client.get("/shunjing/points/")
    assert answer.status_code == 200
    assert 'class="empty"' in answer.text
    assert client.get("/nowhere/points/").status_code == 404


def test_home_leads_there_once_there_are_rules(client, town):
    assert "/wenfeng/points/" not in client.get("/wenfeng/").text
    give_points(town)
    assert "/wenfeng/points/" in client.get("/wenfeng/?x").text


def test_the_page_takes_few_queries_for_any_number_of_rules(page, books, django_assert_max_num_queries):
    for number in range(40):
        operations.adopt_rule(
            community=books.community, code=f"X{number}", category="safety", name=f"第{number}条", by=None,
            since=books.today, points=1,
        )  # fmt: skip
    page()
    with django_assert_max_num_queries(7):
        assert page().text.count("第") > 39


def test_a_rule_tells_its_versions_and_decisions(books, client):
    operations.change_rule(
        rule=books.open, since=books.today + timedelta(days=3), by=books.secretary, points=6, source="第二次居民会议",
        evidence="record", decision_url="https://example.org/decision",
    )  # fmt: skip
    text = client.get(f"/wenfeng/points/rules/{books.open.pk}/").text
    for words in (
        "好人好事",
        "每次 5 分",
        "每次 6 分",
        "第二次居民会议",
        "https://example.org/decision",
        "版本 2",
    ):
        assert words in text, words
    assert client.get(f"/shunjing/points/rules/{books.open.pk}/").status_code == 404
    assert client.get("/wenfeng/points/rules/999999/").status_code == 404


def test_a_decision_is_handed_out_as_it_came(books, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    paper = SimpleUploadedFile("a.pdf", b"%PDF-1.4")
    rule = operations.adopt_rule(
        community=books.community, code="E07", category="environment", name="清扫", by=None, since=books.today,
        points=1, source="居民会议", decision=paper,
    )  # fmt: skip
    address = f"/wenfeng/points/rules/{rule.pk}/1/decision/"
    assert address in client.get(rule.get_absolute_url()).text
    answer = client.get(address)
    assert (b"".join(answer.streaming_content), answer.headers["Content-Type"]) == (
        b"%PDF-1.4",
        "application/pdf",
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(address.replace("/wenfeng/", "/shunjing/")).status_code == 404
    assert client.get(f"/wenfeng/points/rules/{books.open.pk}/1/decision/").status_code == 404


def test_a_rule_of_conduct_says_how_it_is_decided(conduct, client):
    text = client.get(conduct.staying_away.get_absolute_url()).text
    assert "扣分：每次 1 分" in text
    assert "申诉" in text


def test_an_ended_rule_stays_readable(books, client):
    operations.end_rule(rule=books.open, by=books.secretary)
    books.open.versions.update(until=books.today - timedelta(days=1))
    text = client.get(books.open.get_absolute_url()).text
    assert "已加的积分不受影响" in text
    assert "每次 5 分" in text


def test_the_standard_on_paper_names_evidence_and_who_approves(books, client):
    text = client.get("/wenfeng/points/print/").text
    for words in ("文峰塔社区评分标准", "志愿服务", "每小时 2 分", "证明材料", "审核人"):
        assert words in text, words
