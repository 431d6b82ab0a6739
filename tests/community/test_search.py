"""One search box, short and strange words, nobody's secrets."""

import pytest
from django.utils import timezone

from community.models import Post, Role, ServiceItem
from tests.town import appoint, person

from .notices import draft, published
from .test_public_pages import one_of_each


def search(client, typed):
    return client.get("/wenfeng/search/", {"q": typed})


def test_it_finds_every_kind(client, town):
    one_of_each(town, town.community)
    for typed, title in [("停水", "停水通知"), ("津贴", "高龄津贴"), ("身份证", "高龄津贴"), ("物业", "好家物业"), ("舞蹈", "礼堂"),
                         ("东格", "东格员"), ("dgy", "东格员"), ("donggeyuan", "东格员"), ("网格员", "西格员"), ("书记", "书记"),
                         ("东苑", "东苑"), ("1幢", "东苑 1幢"), ("水", "停水通知"), ("民政", "高龄津贴")]:  # fmt: skip
        hits = [hit.title for group in search(client, typed).context["groups"] for hit in group.hits]
        assert title in hits, typed


@pytest.mark.parametrize(
    "typed",
    [
        "%",
        "_",
        "\\",
        "'",
        '"',
        "😀",
        "\u200b\u202e",
        "<script>",
        "a" * 10_000,
        "水" * 10_000,
        "𬎆",
        " ",
        "%00",
        "NULL",
        "(",
        "[a-",
        "\ud7ff",
    ],
)
def test_strange_words_find_nothing_and_break_nothing(client, town, typed):
    one_of_each(town, town.community)
    answer = search(client, typed)
    assert (answer.status_code, answer.context["groups"]) == (200, [])
    assert "<script>" not in answer.text


def test_it_finds_nothing_that_is_not_public(client, town):
    draft(town, title="秘密草稿")
    ServiceItem.objects.create(
        unit=town.community, category="civil", name="秘密事项", withdrawn_at=timezone.now()
    )
    ended = appoint(person("秘密员", 93), Role.STAFF, unit=town.community)
    Post.objects.filter(holder=ended).update(ended_on=timezone.localdate().replace(year=2021))
    assert search(client, "秘密").context["groups"] == []
    assert search(client, "操作员").context["groups"] == []
    assert search(client, "林秀英").context["groups"] == []  # a resident is nobody in charge


def test_a_percent_sign_is_a_percent_sign(client, town):
    published(town, title="参保率达 98% 以上")
    assert [hit.title for hit in search(client, "8%").context["groups"][0].hits] == ["参保率达 98% 以上"]


def test_it_finds_what_is_on(client, town):
    for typed in ("合唱", "文化广场"):
        assert any(
            hit.title == "社区合唱" for group in search(client, typed).context["groups"] for hit in group.hits
        ), typed
