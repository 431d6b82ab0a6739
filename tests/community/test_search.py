"""One search box, short and strange words, nobody's secrets."""

import pytest
from django.utils import timezone

from community.models import Post, Role, ServiceItem
from events.models import Event
from events.operations.programme import spelled
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


@pytest.mark.parametrize(
    ("typed", "title"),
    [("gaoling", "高龄津贴"), ("gljt", "高龄津贴"), ("jintie", "高龄津贴"), ("尊老金", "高龄津贴"), ("zunlaojin", "高龄津贴"),
     ("tingshui", "停水通知"), ("tstz", "停水通知"), ("wuye", "好家物业"), ("litang", "礼堂"), ("hechang", "社区合唱"), ("sqhc", "社区合唱")],
)  # fmt: skip
def test_pinyin_and_other_words_find_it_too(client, town, typed, title):
    one_of_each(town, town.community)
    Event.objects.update(title_pinyin=spelled(town.choir.title))  # as creating one by hand would
    assert title in [hit.title for group in search(client, typed).context["groups"] for hit in group.hits]


def test_the_name_comes_before_other_words_and_these_before_what_is_written(client, town):
    def item(name, **more):
        ServiceItem.objects.create(unit=town.community, category="civil", name=name, **more)

    item("租赁补贴", who="低保家庭")
    item("最低生活保障申请")
    item("低保边缘家庭认定")
    groups = search(client, "低保").context["groups"]
    assert [hit.title for group in groups for hit in group.hits] == [
        "低保边缘家庭认定", "最低生活保障申请", "租赁补贴",
    ]  # fmt: skip


def test_syllables_count_whole(client, town):
    published(town, title="示范站点开放")
    assert search(client, "fanzha").context["groups"] == []
    assert search(client, "fanzhan").context["groups"][0].hits[0].title == "示范站点开放"


def test_a_single_letter_is_no_pinyin(client, town):
    one_of_each(town, town.community)
    assert not any(
        hit.title == "停水通知" for group in search(client, "t").context["groups"] for hit in group.hits
    )
