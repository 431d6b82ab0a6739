from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Activity, Look
from notifications.models import Outgoing
from notifications.operations import Message, tell_all
from residents.templatetags.residents_at import card_of


@pytest.fixture
def calls(town, settings):
    """Of one person in each grid and one of next door."""
    settings.SMS_GATEWAY = "none"
    for key, place in (("east", town.east_building), ("west", town.west_building), ("next", town.neighbour)):
        tell_all([
            Message(kind="moved", to=None, name=f"{key}奶奶", phone="+8615400000077", subject="合唱改期", key=key,
                    community=town.neighbour if key == "next" else town.community, text="改到周二上午九点。",
                    cause="event:1/", path=place.path, about=f"residents.resident:{town.lin.pk}")
        ])  # fmt: skip
    return {row.name[:4]: row for row in Outgoing.objects.all()}


def test_the_list_shows_what_lies_in_ones_grid(town, calls, signed_in):
    page = signed_in(town.east_worker).get("/desk/telephone/").content.decode()
    assert "east奶奶" in page
    assert "west奶奶" not in page
    both = signed_in(town.staff).get("/desk/telephone/").content.decode()
    assert "west奶奶" in both
    assert "next奶奶" not in both
    assert "15400000077" not in both


def test_roles_without_the_act_are_refused_and_the_next_grid_finds_nothing(town, calls, signed_in):
    assert signed_in(town.head).get("/desk/telephone/").status_code == 403
    west = signed_in(town.west_worker)
    for page in ("", "number/"):
        assert west.get(f"/desk/telephone/{calls['east'].pk}/{page}").status_code == 404


def test_a_call_is_noted_and_leaves_the_list(town, calls, signed_in):
    client, row = signed_in(town.east_worker), calls["east"]
    url = f"/desk/telephone/{row.pk}/"
    assert "改到周二上午九点" in client.get(url).content.decode()
    client.post(url, {"missed": "1", "note": "没人接"})
    row.refresh_from_db()
    assert (row.state, row.tries, row.note) == ("waiting", 1, "没人接")
    assert client.post(url, {"reached": "1", "note": ""}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.tries, row.ended_by) == ("sent", 2, town.east_worker)
    assert list(
        Activity.objects.filter(act__startswith="messages.").order_by("pk").values_list("act", flat=True)
    ) == [
        "messages.not_reached",
        "messages.called",
    ]
    assert "east奶奶" in client.get("/desk/telephone/?done=1").content.decode()


def test_whom_one_calls_is_one_tap_away_for_who_may_see_them(town, calls, signed_in):
    """The person lies in the east grid, whatever grid the message is of."""
    card = f"/desk/residents/{town.lin.pk}/"
    assert card in signed_in(town.staff).get(f"/desk/telephone/{calls['west'].pk}/").content.decode()
    assert card in signed_in(town.east_worker).get(f"/desk/telephone/{calls['east'].pk}/").content.decode()
    assert (
        card not in signed_in(town.west_worker).get(f"/desk/telephone/{calls['west'].pk}/").content.decode()
    )


@pytest.mark.parametrize("about", ["", "x", "residents.resident:", "residents.resident:x", "events.event:1"])
def test_what_names_nobody_leads_nowhere(town, about):
    assert card_of(about, town.staff) == ""


def test_an_account_leads_to_its_person(town):
    assert card_of(f"accounts.user:{town.lin_user.pk}", town.staff) == f"/desk/residents/{town.lin.pk}/"


def test_a_second_call_of_the_same_is_said(town, calls, signed_in):
    url = f"/desk/telephone/{calls['east'].pk}/"
    signed_in(town.staff).post(url, {"reached": "1"})
    answer = signed_in(town.east_worker).post(url, {"reached": "1"})
    assert answer.status_code == 422
    assert "已经处理" in answer.content.decode()


def test_the_number_is_shown_for_a_purpose_and_the_person_can_read_it(town, calls, signed_in):
    client, url = signed_in(town.east_worker), f"/desk/telephone/{calls['east'].pk}/number/"
    assert "15400000077" not in client.get(url).content.decode()
    assert client.post(url, {"purpose": ""}).status_code == 422
    assert "15400000077" in client.post(url, {"purpose": "通知改期"}).content.decode()
    seen = Look.objects.get()
    assert (seen.subject, seen.by, seen.purpose) == (
        f"residents.resident:{town.lin.pk}",
        town.east_worker,
        "通知改期",
    )


def test_what_is_too_late_leaves_the_list(town, calls, signed_in):
    Outgoing.objects.update(not_after=timezone.now())
    assert "east奶奶" not in signed_in(town.staff).get("/desk/telephone/").content.decode()


def test_a_long_list_takes_the_same_queries(town, calls, signed_in, django_assert_max_num_queries):
    tell_all(
        Message(kind="moved", to=None, name="甲", subject="改期", text="改期。", key=str(number), cause="event:1/",
                community=town.community)
        for number in range(50)
    )  # fmt: skip
    client = signed_in(town.staff)
    with django_assert_max_num_queries(14):
        page = client.get("/desk/telephone/").content.decode()
    assert "&amp;after=" in page


def test_the_back_office_sends_again_and_calls_off(town, calls, signed_in):
    client, row = signed_in(town.staff), calls["east"]
    page = "/admin/notifications/outgoing/"
    assert "east奶奶" in client.get(page).content.decode()
    client.post(page, {"action": "call_off", "_selected_action": [row.pk, calls["next"].pk]})
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert Outgoing.objects.get(pk=calls["next"].pk).state == "waiting"
    client.post(page, {"action": "try_again", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert (row.state, row.ended_by) == ("waiting", None)


@pytest.fixture
def unclear(town, calls):
    """An SMS to the east that may have gone out, and one to the next community."""
    for name in ("east", "next"):
        Outgoing.objects.filter(pk=calls[name].pk).update(channel="sms", state="unclear")
    return calls


def test_what_may_have_gone_out_is_sent_again_only_when_somebody_says_so(town, unclear, signed_in):
    client, row, page = signed_in(town.staff), unclear["east"], "/admin/notifications/outgoing/"
    given_up = Outgoing.objects.create(
        key="9/sms", channel="sms", kind="moved", path=row.path, cause="event:9/", subject="改期", text="改到周二",
        name="林秀英", account=town.lin_user, state="given_up",
    )  # fmt: skip
    chosen = {"action": "try_again", "_selected_action": [row.pk, given_up.pk, unclear["next"].pk]}

    def states():
        rows = Outgoing.objects.filter(pk__in=chosen["_selected_action"])
        return [dict(rows.values_list("pk", "state"))[pk] for pk in chosen["_selected_action"]]

    asked = client.post(page, chosen)
    assert asked.status_code == 200
    assert "可能会收到两次" in asked.text
    assert "east奶奶" in asked.text
    assert "next奶奶" not in asked.text
    assert states() == ["unclear", "given_up", "unclear"]
    client.post(page, chosen | {"known": [given_up.pk, "x"]})  # of that one nobody was asked
    assert states() == ["unclear", "given_up", "unclear"]
    client.post(page, chosen | {"known": [row.pk]})
    assert states() == ["waiting", "waiting", "unclear"]


def test_the_page_that_asks_says_who_has_had_it_otherwise(town, unclear, signed_in):
    row = unclear["east"]
    chosen = {"action": "try_again", "_selected_action": [row.pk]}
    Outgoing.objects.filter(pk=row.pk).update(key="7/sms")
    client, page = signed_in(town.staff), "/admin/notifications/outgoing/"
    assert "已电话告知" not in client.post(page, chosen).text
    Outgoing.objects.create(
        key="7/phone", channel="phone", kind="moved", path=row.path, cause="event:9/", subject="改期", text="改到周二",
        name="east奶奶", state="sent",
    )  # fmt: skip
    assert "已电话告知" in client.post(page, chosen).text


def test_nobody_is_asked_about_what_surely_did_not_go_out(town, calls, signed_in):
    Outgoing.objects.filter(pk=calls["east"].pk).update(channel="sms", state="given_up")
    page = "/admin/notifications/outgoing/"
    answer = signed_in(town.staff).post(page, {"action": "try_again", "_selected_action": [calls["east"].pk]})
    assert answer.status_code == 302
    assert Outgoing.objects.get(pk=calls["east"].pk).state == "waiting"


def test_whom_no_number_is_known_of_is_visited_and_noted(town, calls, signed_in):
    Outgoing.objects.filter(pk=calls["east"].pk).update(phone="")
    client, url = signed_in(town.east_worker), f"/desk/telephone/{calls['east'].pk}/"
    assert "请上门通知" in client.post(f"{url}number/", {"purpose": "通知改期"}).content.decode()
    assert client.post(url, {"reached": "1", "note": "已上门"}).status_code == 302
    calls["east"].refresh_from_db()
    assert (calls["east"].state, calls["east"].note) == ("sent", "已上门")


def test_the_back_office_says_when_a_message_is_tried_again(town, calls, signed_in):
    when = timezone.now() + timedelta(hours=3)
    Outgoing.objects.filter(pk=calls["east"].pk).update(
        channel="sms", state="failed", tries=3, next_try_at=when
    )
    page = signed_in(town.staff).get("/admin/notifications/outgoing/").text
    assert (
        f"失败，待重试<br>已试3次<br>下次：{date_format(timezone.localtime(when), 'MONTH_DAY_FORMAT')}"
        in page
    )
    assert page.count("下次：") == 1  # nobody is telephoned by the clock
