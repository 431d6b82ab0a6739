"""What anybody may read: the scoring standard, the budget and the last seal."""

from datetime import timedelta

import pytest
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
