"""Two clocks, and two that tell the same. On PostgreSQL the twin without the guard must fail to hold."""

import sys

import pytest

from accounts import sms
from notifications import operations, outbox
from notifications.models import InboxMessage, Outgoing

from .. import town as town_module
from ..races import GUARDS, POSTGRESQL, Race

pytestmark = pytest.mark.django_db(transaction=True)
both = pytest.mark.parametrize("guarded", GUARDS)
MANY = 6
_here = sys.modules[__name__]


@pytest.fixture
def town(transactional_db):
    return town_module.build()


@pytest.fixture
def sent(monkeypatch, settings):
    taken = []
    settings.SMS_GATEWAY = "file"
    monkeypatch.setitem(sms.GATEWAYS, "file", lambda phone, kind, text, code: taken.append(text))
    monkeypatch.setattr(outbox, "is_quiet", lambda now: False)
    return taken


def tell(town, key):
    operations.tell("moved", to=town.lin_user, community=town.community, subject="改期", text=f"改期{key}",
                    cause="event:1/", key=str(key))  # fmt: skip


def seen(pk):
    return Outgoing.objects.select_related("account").get(pk=pk)


def blind_claim(pk, now):
    """Read, then write: what a claim must not be."""
    row = _here.seen(pk)
    if not row.is_open:
        return None
    Outgoing.objects.filter(pk=pk).update(state="sending", claimed_at=now)
    row.state, row.claimed_at = "sending", now
    return row


@both
def test_two_clocks_send_each_message_once(town, sent, monkeypatch, guarded):
    for key in range(MANY):
        tell(town, key)
    race = Race(monkeypatch)
    if guarded:
        race.stop_after(outbox, "due")
    else:
        monkeypatch.setattr(outbox, "claim", blind_claim)
        race.stop_after(_here, "seen")
    results = race.run(outbox.send_due, outbox.send_due)
    assert not any(isinstance(result, Exception) for result in results), results
    assert (sorted(sent) == [f"改期{key}（文峰塔社区）" for key in range(MANY)]) is guarded


def test_the_same_told_twice_at_once_is_told_once(town, sent, monkeypatch):
    """Both have found that nobody was told; the unique keys let one through."""
    race = Race(monkeypatch).stop_after(operations, "_known")
    results = race.run(lambda: tell(town, 1), lambda: tell(town, 1))
    assert results == [None, None]
    assert race.met == (2 if POSTGRESQL else race.met)
    assert (InboxMessage.objects.count(), Outgoing.objects.count()) == (1, 1)
