"""Two clocks, and two that tell the same. On PostgreSQL the twin without the guard must fail to hold."""

import pytest
from django.utils import timezone

from accounts import sms
from notifications import operations, outbox
from notifications.models import InboxMessage, Outgoing

from .. import town as town_module
from ..races import GUARDS, Race, without_constraint

pytestmark = pytest.mark.django_db(transaction=True)
both = pytest.mark.parametrize("guarded", GUARDS)
MANY = 6


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


def blind_claim(pk, now):
    """Read, then write: what a claim must not be."""
    row = Outgoing.objects.select_related("account").get(pk=pk)
    if not row.is_open:
        return None
    Outgoing.objects.filter(pk=pk).update(state="sending", claimed_at=now)
    row.state, row.claimed_at = "sending", now
    return row


@both
def test_two_clocks_send_each_message_once(town, sent, monkeypatch, guarded):
    for key in range(MANY):
        tell(town, key)
    if not guarded:
        monkeypatch.setattr(outbox, "claim", blind_claim)
        monkeypatch.setattr(outbox, "due", lambda now: list(Outgoing.objects.values_list("pk", flat=True)))
    race = Race(monkeypatch).stop_after(outbox, "due")
    if not guarded:  # both have read the row before either writes
        race = Race(monkeypatch).stop_before(Outgoing.objects.__class__, "filter")
    results = race.run(outbox.send_due, outbox.send_due)
    assert not any(isinstance(result, Exception) for result in results), results
    assert (len(sent) == MANY) is guarded
    assert Outgoing.objects.filter(state="sent", ended_at__lte=timezone.now()).count() == MANY


@both
def test_the_same_told_twice_at_once_is_told_once(town, sent, monkeypatch, guarded):
    race = Race(monkeypatch).stop_after(operations, "_known")

    def act():
        tell(town, 1)

    if guarded:
        results = race.run(act, act)
        assert results == [None, None]
        assert (InboxMessage.objects.count(), Outgoing.objects.count()) == (1, 1)
        return
    with without_unique(InboxMessage), without_unique(Outgoing):
        race.run(act, act)
        assert InboxMessage.objects.count() == 2
