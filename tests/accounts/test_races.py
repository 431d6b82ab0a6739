"""Two at once. On PostgreSQL each race has a twin without the guard, which must go wrong; SQLite queues writers."""

from contextlib import nullcontext

import pytest
from django.db import transaction
from django.db.models import QuerySet

from accounts import operations, sms
from accounts.models import ActivationCode, SmsMessage, User
from tests import town as town_module
from tests.races import GUARDS, Race, at_once, refused, without_constraint, without_row_locks

pytestmark = pytest.mark.django_db(transaction=True)
both = pytest.mark.parametrize("guarded", GUARDS)


@pytest.fixture
def town(transactional_db):
    return town_module.build()


@both
def test_a_code_lets_in_once(town, monkeypatch, guarded):
    _row, written = operations.make_activation_code(user=town.lin_user, by=town.staff)
    race = Race(monkeypatch).stop_after(operations, "check_password")  # both have the right paper
    if not guarded:
        update = QuerySet.update

        def blind(self, **values):
            rows = ActivationCode.objects.filter(user=town.lin_user) if "used_at" in values else self
            return update(rows, **values)

        monkeypatch.setattr(QuerySet, "update", blind)
    use = [lambda: operations.use_activation_code(login="15400000021", written=written)] * 2
    assert refused(race.run(*use)) == (1 if guarded else 0)


@both
def test_of_two_codes_printed_at_once_one_works(town, monkeypatch, guarded):
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(QuerySet, "create")  # the older codes are withdrawn
    make = [lambda: operations.make_activation_code(user=town.lin_user, by=town.staff)] * 2
    with nullcontext() if guarded else without_constraint(ActivationCode, "one_live_activation_code"):
        assert refused(race.run(*make)) == 0
        assert ActivationCode.objects.usable().count() == (1 if guarded else 2)


@both
def test_a_phone_locked_at_the_counter_stays_locked(town, monkeypatch, guarded):
    """Whoever holds the lost phone types the code at the moment the counter locks it."""
    finder, owner = User.objects.get(pk=town.lin_user.pk), User.objects.get(pk=town.lin_user.pk)
    User.objects.filter(pk=finder.pk).update(phone_verified_at=None)
    finder.phone_verified_at = None
    race = Race(monkeypatch).stop_before(operations, "record")
    if not guarded:
        # The twin writes what it read before the lock.
        def prove(user, phone):
            with transaction.atomic():
                user.phone_verified_at, user.phone_lost_at = operations.timezone.now(), None
                user.save(update_fields=["phone_verified_at", "phone_lost_at"])
    else:
        prove = operations.prove_phone
    results = race.run(
        lambda: operations.lock_out_lost_phone(user=owner, by=town.staff), lambda: prove(finder, finder.phone)
    )
    assert refused(results) == (1 if guarded else 0)
    assert (User.objects.get(pk=owner.pk).phone_lost_at is not None) == guarded


def test_sessions_ended_by_two_are_ended_twice(town):
    """A number read before and written after would let a session in between live on."""
    stale = User.objects.get(pk=town.lin_user.pk)
    operations.end_sessions(user=User.objects.get(pk=stale.pk), by=town.staff)
    operations.end_sessions(user=stale, by=town.staff)
    assert User.objects.get(pk=stale.pk).sessions_ended == 2


@pytest.mark.parametrize("guarded", [True, False])
def test_of_two_messages_at_once_the_cap_lets_one_go(town, monkeypatch, settings, capsys, guarded):
    settings.SMS_PER_NUMBER = 1
    if not guarded:  # counted before the message has a row
        monkeypatch.setattr(sms, "_cap_reached", lambda *args: "")
        seen = SmsMessage.objects.count()
        assert seen < settings.SMS_PER_NUMBER
    results = at_once(*[lambda: sms.send("+8615400000021", "code", code="123456")] * 2)
    assert refused(results) == (1 if guarded else 0)
    assert SmsMessage.objects.exclude(sent_at=None).count() == (1 if guarded else 2)
