import pytest

from notifications.models import InboxMessage
from notifications.operations import tell


@pytest.fixture
def told(town):
    for number in range(3):
        tell("placed", to=town.lin_user, community=town.community, subject=f"有位置了 {number}", text="欢迎参加合唱。",
             cause="event:1/", key=f"placed:{number}", url="/wenfeng/events/1/")  # fmt: skip
    return town


def test_the_inbox_shows_ones_own_and_how_many_are_new(told, signed_in):
    page = signed_in(told.lin_user).get("/my/inbox/").content.decode()
    assert "有位置了 0" in page
    assert "有位置了 2" in page
    assert "3 条新消息" in page
    other = signed_in(told.wang_user).get("/my/inbox/").content.decode()
    assert "有位置了" not in other
    assert "还没有" in other


def test_opening_reads_it_and_looking_at_the_list_does_not(told, signed_in):
    client, first = signed_in(told.lin_user), InboxMessage.objects.order_by("pk").first()
    client.get("/my/inbox/")
    client.get(f"/my/inbox/{first.pk}/")
    assert InboxMessage.objects.unread().count() == 3
    page = client.post(f"/my/inbox/{first.pk}/open/", follow=True).content.decode()
    assert "欢迎参加合唱" in page
    assert "/wenfeng/events/1/" in page
    assert list(InboxMessage.objects.exclude(read_at=None)) == [first]


def test_all_at_once(told, signed_in):
    page = signed_in(told.lin_user).post("/my/inbox/read/", follow=True).content.decode()
    assert not InboxMessage.objects.unread().exists()
    assert "没有新消息。" in page


def test_nobody_elses_message_is_there(told, signed_in):
    pk = InboxMessage.objects.first().pk
    client = signed_in(told.wang_user)
    assert client.get(f"/my/inbox/{pk}/").status_code == 404
    assert client.post(f"/my/inbox/{pk}/open/").status_code == 404
    client.post("/my/inbox/read/")
    assert InboxMessage.objects.unread().count() == 3


def test_my_pages_say_how_many_are_new_and_public_ones_do_not(told, signed_in):
    client = signed_in(told.lin_user)
    assert "3 条新消息" in client.get("/my/").content.decode()
    assert "新消息" not in client.get("/wenfeng/").content.decode()


def test_long_inboxes_are_paged_by_constant_queries(told, signed_in, django_assert_max_num_queries):
    for number in range(30):
        tell("placed", to=told.lin_user, community=told.community, subject=f"又一条 {number}", text="好。",
             cause="event:1/", key=f"again:{number}")  # fmt: skip
    client = signed_in(told.lin_user)
    with django_assert_max_num_queries(12):
        page = client.get("/my/inbox/").content.decode()
    assert "?before=" in page
    assert "又一条 29" in page
    assert "有位置了 0" not in page
    assert client.get("/my/inbox/?before=²").status_code == 200
