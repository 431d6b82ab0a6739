"""Two decide, publish, post or object at once. On PostgreSQL each guard has a twin without it that must fail to hold."""

from contextlib import nullcontext

import pytest

from claims import operations
from claims.models import Batch, CaseState, CaseVoice, Claim, Procedure, State, Voice
from claims.operations import deciding, lists, objecting, verdicts
from points.models import Account

from .. import town as town_module
from ..points.conftest import give_conduct
from ..races import GUARDS, Race, refused, without_row_locks, without_triggers
from .conftest import agreed, answered, checked, let_time_pass, listed, made, seat_people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scheme(transactional_db):
    return seat_people(town_module.build())


@pytest.mark.parametrize("guarded", GUARDS)
def test_two_cast_the_third_voice(scheme, monkeypatch, guarded):
    """Without the lock on the claim both see two voices, and a fourth is recorded about what three decide."""
    claim = checked(scheme)
    operations.give_voice(claim=claim, agrees=True, by=scheme.judge1)
    operations.give_voice(claim=claim, agrees=False, reason="不清楚。", by=scheme.judge2)
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(deciding, "decide")

    def voice(judge, agrees):
        return lambda: operations.give_voice(claim=claim, agrees=agrees, reason="看过了。", by=judge)

    results = race.run(voice(scheme.judge3, True), voice(scheme.judge4, True))
    claim.refresh_from_db()
    if guarded:
        assert refused(results) == 1
        assert (Voice.objects.count(), claim.state) == (3, State.ACCEPTED)
    else:
        assert race.met == 2
        assert Voice.objects.count() == 4


@pytest.mark.parametrize("guarded", GUARDS)
def test_an_objection_arrives_while_the_list_is_posted(scheme, monkeypatch, guarded):
    """Without the lock on the claim (and the trigger behind it) points are given although an objection waits."""
    claim = listed(scheme)
    if not guarded:
        without_row_locks(monkeypatch)
    midnight = {"has_come": False}  # it falls between the two
    monkeypatch.setattr(Batch, "is_over", property(lambda batch: midnight["has_come"]))
    race = Race(monkeypatch).stop_before(objecting, "record")

    def object_first():
        return operations.object_to(claim=claim, words="那天他不在。", by=scheme.wang_user)

    def then_post():
        midnight["has_come"] = True
        return operations.post_batch(batch=claim.batch, by=None)

    with nullcontext() if guarded else without_triggers("claims_objection_listed"):
        results = race.run(object_first, then_post)
    claim.refresh_from_db()
    assert not isinstance(results[0], Exception)
    if guarded:
        assert (results[1], claim.state) == (0, State.LISTED)
    else:
        assert claim.state == State.POSTED
        assert claim.objections.open().exists()


@pytest.mark.parametrize("guarded", GUARDS)
def test_two_publish_at_once(scheme, monkeypatch, guarded):
    """Without the locks both make a list, and the number given out twice is refused by the database alone."""
    agreed(scheme)
    operations.set_procedure(community=scheme.community, every="week", days=5, by=scheme.secretary)
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(Procedure, "save")
    results = race.run(*[lambda: operations.publish(community=scheme.community, by=scheme.staff)] * 2)
    assert Batch.objects.count() == 1
    if guarded:
        assert refused(results) == 1
    else:
        assert [type(one).__name__ for one in results if isinstance(one, Exception)] == ["IntegrityError"]


@pytest.mark.parametrize("guarded", GUARDS)
def test_two_post_at_once(scheme, monkeypatch, guarded):
    """The points are given once either way: the books know the key. Without the lock both say they gave them."""
    claim = listed(scheme)
    batch = let_time_pass(claim.batch)
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(lists, "award")
    results = race.run(*[lambda: operations.post_batch(batch=batch, by=scheme.staff)] * 2)
    assert Account.objects.get(resident=scheme.lin).posted == 5
    if guarded:
        assert sorted(results) == [0, 1]
    else:
        assert race.met == 2


def test_the_same_deed_is_handed_in_twice_at_once(scheme):
    results = Race().run(*[lambda: made(scheme)] * 2)
    assert refused(results) == 1
    assert Claim.objects.count() == 1


def test_two_answer_one_objection(scheme):
    claim = listed(scheme)
    objection = operations.object_to(claim=claim, words="不对。", by=scheme.wang_user)

    def answer(by, upheld):
        return lambda: operations.answer_objection(objection=objection, upheld=upheld, answer="答复。", by=by)

    results = Race().run(answer(scheme.staff, True), answer(scheme.secretary, False))
    objection.refresh_from_db()
    claim.refresh_from_db()
    assert refused(results) == 1
    assert (claim.state == State.STRUCK) == objection.upheld


@pytest.mark.parametrize("guarded", GUARDS)
def test_two_cast_the_third_voice_about_a_deduction(scheme, monkeypatch, guarded):
    """Without the lock on the case (and the trigger behind it) a fourth voice is recorded about what three decide."""
    give_conduct(scheme)
    case = answered(scheme)
    for judge in (scheme.judge1, scheme.judge2):
        operations.give_case_voice(case=case, agrees=judge == scheme.judge1, reason="看过。", by=judge)
    if not guarded:
        without_row_locks(monkeypatch)
    race = Race(monkeypatch).stop_before(verdicts, "decide_case")

    def voice(judge):
        return lambda: operations.give_case_voice(case=case, agrees=True, reason="看过。", by=judge)

    with nullcontext() if guarded else without_triggers("claims_case_term"):
        results = race.run(voice(scheme.judge3), voice(scheme.judge4))
    case.refresh_from_db()
    if guarded:
        assert refused(results) == 1
        assert (CaseVoice.objects.count(), case.state) == (3, CaseState.DECIDED)
    else:
        assert race.met == 2
        assert CaseVoice.objects.count() == 4
