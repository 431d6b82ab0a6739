"""One award for many: shown before, given once, undone at once."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from claims import operations
from claims.models import Claim, TeamAward, TeamAwardLine
from claims.people import people_on
from config.errors import DomainError
from points.models import Account, Transfer
from points.operations import account_of, reserve, set_budget

from ..races import Race
from ..town import resident
from .conftest import made

DESK = "/desk/points/awards/"


def fields(town, **more):
    return {
        "community": town.community, "rule": town.open, "day": town.day, "residents": [town.lin, town.wang], "by": town.staff,
        "amount": Decimal(1),
    } | more  # fmt: skip


def give(town, token="t1", **more) -> TeamAward:
    return operations.award_team(**fields(town, **more), words="防汛值守。", token=token)


def points_of(one) -> int:
    return Account.objects.filter(resident=one).values_list("posted", flat=True).first() or 0


def test_what_is_shown_is_what_is_given(scheme):
    plan = operations.plan_team(**fields(scheme))
    assert [(line.resident, line.points) for line in plan.lines] == [(scheme.lin, 5), (scheme.wang, 5)]
    assert not Transfer.objects.exists()
    team = give(scheme, seen=plan.digest)
    assert (team.lines.count(), points_of(scheme.lin), points_of(scheme.wang)) == (2, 5, 5)
    assert give(scheme) == team  # the same form sent again
    assert points_of(scheme.lin) == 5


def test_why_somebody_gets_nothing(scheme):
    made(scheme)  # 林秀英 has claimed it
    mine = resident("社工", scheme.east_building, scheme.community, user=scheme.staff)
    plan = operations.plan_team(**fields(scheme, residents=[scheme.lin, scheme.wang, mine]))
    assert [bool(line.points) for line in plan.lines] == [False, True, False]
    assert all(line.why for line in plan.lines if not line.points)
    give(scheme, residents=[scheme.lin, scheme.wang, mine])
    assert TeamAwardLine.objects.get().resident == scheme.wang
    assert not operations.plan_team(**fields(scheme)).given  # given already
    with pytest.raises(IntegrityError), transaction.atomic():  # the database refuses one's own too
        TeamAwardLine.objects.create(award=TeamAward.objects.get(), resident=mine, points=5)


def test_what_has_changed_since_it_was_shown_is_shown_again(scheme):
    seen = operations.plan_team(**fields(scheme)).digest
    made(scheme)
    with pytest.raises(DomainError):
        give(scheme, seen=seen)
    assert not TeamAward.objects.exists()


@pytest.mark.parametrize(
    "wrong", ["nobody", "tomorrow", "another's rule", "another's staff", "a spent budget"]
)
def test_refused(scheme, wrong):
    more = {
        "nobody": {"residents": []},
        "tomorrow": {"day": timezone.localdate() + timedelta(days=1)},
        "another's rule": {"community": scheme.neighbour},
        "another's staff": {"by": scheme.neighbour_staff},
        "a spent budget": {},
    }[wrong]
    if wrong == "a spent budget":
        set_budget(community=scheme.community, year=scheme.day.year, points=1, by=None)
    with pytest.raises(DomainError):
        give(scheme, **more)
    assert not TeamAward.objects.exists()


def test_one_undo_reverses_all_even_what_was_spent(scheme):
    team = give(scheme)
    reserve(account=account_of(scheme.lin), amount=3, key="order:1", by=scheme.lin_user)
    with pytest.raises(DomainError):
        operations.undo_team(team=team, by=scheme.staff, reason="")
    with pytest.raises(DomainError):
        operations.undo_team(team=team, by=scheme.neighbour_staff, reason="误发。")
    operations.undo_team(team=team, by=scheme.staff, reason="误发。")
    operations.undo_team(team=team, by=scheme.staff, reason="又一次。")
    lin = Account.objects.get(resident=scheme.lin)
    assert (lin.available, lin.owed, points_of(scheme.wang)) == (0, 3, 0)
    team.refresh_from_db()
    assert (team.undone_by, team.reason) == (scheme.staff, "误发。")
    assert operations.plan_team(**fields(scheme)).given  # it may be given rightly now


def test_a_pasted_list_is_understood(scheme):
    resident("王建国", scheme.east_building, scheme.community)  # a second one of that name
    text = "林秀英\n王建国，王建国 154 0000 0022\n无此人\n林秀英"
    found = people_on(text, community=scheme.community, user=scheme.staff)
    assert found.people == [scheme.lin, scheme.wang]
    assert found.unclear == ["王建国", "无此人"]
    assert not people_on("赵小明", community=scheme.community, user=scheme.staff).people


@pytest.mark.django_db(transaction=True)
def test_two_send_the_same_form(transactional_db):
    from .. import town as town_module
    from .conftest import seat_people

    scheme = seat_people(town_module.build())
    one, other = Race().run(lambda: give(scheme), lambda: give(scheme))
    assert one == other
    assert points_of(scheme.lin) == 5


def test_staff_give_through_the_pages(scheme, signed_in):
    client = signed_in(scheme.staff)
    url = f"{DESK}new/{scheme.community.pk}/"
    form = {
        "rule": scheme.open.pk,
        "day": str(scheme.day),
        "words": "防汛值守。",
        "names": "林秀英\n无此人",
        "token": "x1",
    }
    assert client.get(url).status_code == 200
    assert client.post(url, form | {"names": "无此人"}).status_code == 422
    assert client.post(url, form | {"rule": ""}).status_code == 422
    page = client.post(url, form).text
    assert "无此人" in page
    assert not TeamAward.objects.exists()
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    give_it = form | {"act": "give", "seen": seen, "residents": [scheme.lin.pk]}
    assert client.post(url, give_it | {"seen": "other"}).status_code == 422
    answer = client.post(url, give_it)
    team = TeamAward.objects.get()
    assert answer.headers["Location"] == f"{DESK}{team.pk}/"
    assert points_of(scheme.lin) == 5
    assert "林秀英" in client.get(f"{DESK}{team.pk}/").text
    assert client.post(f"{DESK}{team.pk}/", {"reason": ""}).status_code == 422
    client.post(f"{DESK}{team.pk}/", {"reason": "误发。"})
    assert points_of(scheme.lin) == 0
    assert signed_in(scheme.neighbour_staff).get(f"{DESK}{team.pk}/").status_code == 404
    assert signed_in(scheme.neighbour_staff).get(url).status_code == 404
    assert signed_in(scheme.east_worker).get(DESK).status_code == 403


def test_staff_claim_for_somebody_without_a_phone(scheme, signed_in):
    client = signed_in(scheme.staff)
    url = "/desk/points/claims/new/"
    found = client.post(url, {"q": "林秀英"}, follow=True).text
    assert f"?resident={scheme.lin.pk}" in found
    form = {"rule": scheme.open.pk, "day": str(scheme.day), "words": "扶起老人。"}
    assert client.post(url, form).status_code == 422
    client.post(f"{url}?resident={scheme.lin.pk}", form)
    claim = Claim.objects.get()
    assert (claim.resident, claim.made_by) == (scheme.lin, scheme.staff)
    assert "代报" in signed_in(scheme.lin_user).get(f"/my/points/claims/{claim.pk}/").text
    assert client.get(f"{url}?resident={scheme.zhao.pk}").status_code == 404
    assert signed_in(scheme.east_worker).get(url).status_code == 403
