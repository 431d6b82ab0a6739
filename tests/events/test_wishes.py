"""居民点单: whoever may read, wish, support and answer."""

from datetime import timedelta

import pytest
from django.urls import reverse

from config.errors import DomainError
from events.models import Event, Wish, WishSupport
from events.operations import publish_event, wishes
from notifications.models import InboxMessage

from .test_desk import sent


@pytest.fixture
def wish(town):
    wish = Wish(kind="ask", title="想听评书", words="《三国》最好")
    return wishes.make_wish(wish=wish, community=town.community, resident=town.lin, by=town.lin_user)


def at(name, town, *args):
    return reverse(f"events:{name}", args=[town.community, *args])


def test_a_wish_is_public_with_a_masked_name(signed_in, client, town):
    sent = {"kind": "offer", "title": "会吹笛子", "words": "可以教孩子"}
    assert signed_in(town.lin_user).post(at("new_wish", town), sent).status_code == 302
    page = client.get(at("wishes", town)).text
    assert "会吹笛子" in page
    assert "林*英" in page
    assert "林秀英" not in page
    assert "会吹笛子" not in client.get("/shunjing/wishes/").text
    wish = Wish.objects.get()
    assert client.get(at("wish", town, wish.pk)).status_code == 200
    assert client.get(f"/shunjing/wishes/{wish.pk}/").status_code == 404


@pytest.mark.parametrize(
    "bad",
    [
        {"title": ""},
        {"title": "长" * 61},
        {"kind": "x"},
        {"words": "打15400000021"},
        {"words": "字" * 501},
        {"title": "\u200b"},
    ],
)
def test_a_wish_that_does_not_fit(signed_in, town, bad):
    answer = signed_in(town.lin_user).post(
        at("new_wish", town), {"kind": "ask", "title": "评书", "words": ""} | bad
    )
    assert answer.status_code == 422
    assert not Wish.objects.exists()


def test_three_wishes_a_day(town):
    for title in "甲乙丙甲":
        wish = Wish(kind="ask", title=title)
        wishes.make_wish(wish=wish, community=town.community, resident=town.lin, by=town.lin_user)
    assert Wish.objects.count() == 3  # the same once more is the same
    with pytest.raises(DomainError):
        wishes.make_wish(
            wish=Wish(kind="ask", title="丁"), community=town.community, resident=None, by=town.lin_user
        )


def test_support_counts_an_account_once(signed_in, client, town, wish):
    address = at("support", town, wish.pk)
    assert client.get(address).status_code == 302
    wang = signed_in(town.wang_user)
    for _click in range(2):
        assert wang.post(address).status_code == 302
    assert Wish.objects.get().supporters == WishSupport.objects.count() == 1
    for _click in range(2):
        assert wang.post(at("end_support", town, wish.pk)).status_code == 302
    assert Wish.objects.get().supporters == WishSupport.objects.count() == 0


def test_the_most_supported_come_first_when_asked(client, town, wish):
    later = wishes.make_wish(
        wish=Wish(kind="ask", title="电影"), community=town.community, resident=None, by=town.wang_user
    )
    wishes.support(wish=wish, by=town.wang_user)
    for query, first in (("new", later.title), ("support", wish.title)):
        assert client.get(at("wishes", town), {"by": query}).context["rows"][0]["title"] == first
    for bad in ({"page": "0"}, {"page": "x"}, {"kind": "x"}, {"by": "x"}):
        assert client.get(at("wishes", town), bad).status_code == 422


def test_the_list_costs_the_same_for_many(client, town, wish, django_assert_max_num_queries):
    def cost(number):
        with django_assert_max_num_queries(12) as seen:
            client.get(at("wishes", town), {"page": "1", "n": str(number)})
        return len(seen)

    few = cost(1)
    Wish.objects.bulk_create(
        Wish(community=town.community, kind="ask", title=f"点{number}", resident=town.lin, by=town.lin_user)
        for number in range(60)
    )
    assert cost(2) == few


def test_an_answer_stands_under_the_post_and_reaches_everybody(signed_in, client, town, wish):
    wishes.support(wish=wish, by=town.wang_user)
    answer = signed_in(town.staff).post(
        reverse("events:answer_wish", args=[wish.pk]), {"answer": "正在联系说书人。"}
    )
    assert answer.status_code == 302
    page = client.get(at("wishes", town)).text
    assert "正在联系说书人。" in page
    assert wish.title in page
    wish.refresh_from_db()
    assert (wish.state, wish.answered_by, bool(wish.answered_as)) == ("answered", town.staff, True)
    told = set(InboxMessage.objects.values_list("account", flat=True))
    assert told == {town.lin_user.pk, town.wang_user.pk}


def test_an_event_comes_out_of_it(signed_in, town, wish):
    staff = signed_in(town.staff)
    address = f"{reverse('events:create')}?wish={wish.pk}"
    assert staff.get(address).context["form"]["title"].value() == "想听评书"
    staff.post(address, sent(town, title="评书专场", how="once"))
    wish.refresh_from_db()
    assert (wish.state, wish.event) == ("planned", Event.objects.get(title="评书专场"))
    with pytest.raises(DomainError):
        wishes.answer_wish(wish=wish, answer="晚了", by=town.staff)
    heard = InboxMessage.objects.filter(account=wish.by)
    for _click in range(2):
        publish_event(event=wish.event, by=town.staff)
    assert heard.count() == 1  # the draft told nobody: there was nothing to see
    assert heard.latest("pk").url == at("event", town, wish.event_id)


def test_a_hidden_wish_is_gone(signed_in, client, town, wish):
    hide = reverse("events:hide_wish", args=[wish.pk])
    assert signed_in(town.staff).post(hide, {"reason": ""}).status_code == 422
    done = signed_in(town.staff).post(hide, {"reason": "与活动无关"}, follow=True)
    assert "已隐藏，不另行通知。" in done.text
    assert "想听评书" not in client.get(at("wishes", town), {"again": "1"}).text
    assert client.get(at("wish", town, wish.pk)).status_code == 404
    assert signed_in(town.lin_user).post(at("support", town, wish.pk)).status_code == 404


def test_only_those_who_put_on_events_answer(signed_in, town, wish):
    for name in ("answer_wish", "decline_wish", "plan_wish", "hide_wish"):
        address = reverse(f"events:{name}", args=[wish.pk])
        assert signed_in(town.neighbour_staff).post(address, {"answer": "x"}).status_code == 404
        assert signed_in(town.east_worker).post(address, {"answer": "x"}).status_code in (403, 404)
        assert signed_in(town.staff).post(address, {}).status_code == 422
    far = Event.objects.create(
        unit=town.neighbour, kind="culture", title="远", place="远", created_by=town.staff
    )
    with pytest.raises(DomainError):
        wishes.plan_wish(wish=wish, event=far, answer="好", by=town.staff)


def test_the_newest_wish_stands_first_by_its_time(client, town, wish):
    later = Wish.objects.create(community=town.community, kind="ask", title="想学剪纸", by=town.staff)
    Wish.objects.filter(pk=wish.pk).update(at=later.at + timedelta(hours=1))
    shown = client.get(at("wishes", town)).text
    assert shown.index("想听评书") < shown.index("想学剪纸")
