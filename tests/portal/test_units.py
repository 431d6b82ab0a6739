import pytest
from django.urls import reverse

from community.models import Kind, Unit
from community.operations import add_unit
from events.models import Event, Session
from residents.models import Resident


def address(act, unit):
    return reverse(f"portal:unit_{act}", args=[unit.pk])


def move(client, unit, parent, was=None):
    data = {"parent": getattr(parent, "pk", parent), "was": was or unit.parent_id}
    return client.post(address("move", unit), data)


@pytest.mark.parametrize("act", ["move", "close", "reopen"])
def test_pages_know_scope_and_role(town, signed_in, act):
    url = address(act, town.east_compound)
    assert signed_in(town.neighbour_secretary).get(url).status_code == 404
    assert signed_in(town.staff).get(url).status_code == 403
    assert signed_in(town.secretary).get(url).status_code == 200
    assert signed_in(town.lin_user).get(url).status_code == 404


def test_where_to_is_offered_inside_ones_scope_only(town, signed_in):
    page = signed_in(town.secretary).get(address("move", town.east_compound)).content.decode()
    assert "西组" in page
    assert "舜井道社区" not in page
    found = signed_in(town.secretary).get(address("move", town.east_compound), {"q": "西"}).content.decode()
    assert "文峰塔社区</b>" not in found


def test_only_places_that_can_be_are_offered(town, signed_in):
    operator, page = signed_in(town.operator), address("move", town.east_compound)
    offered = {choice.name for choice in operator.get(page).context["choices"]}
    assert offered == {"文峰塔社区", "西组", "舜井道社区"}, "nothing above communities"
    Unit.objects.filter(pk=town.east_building.pk).update(code=f"{town.community.code}001")
    answer = operator.get(page)
    assert {choice.name for choice in answer.context["choices"]} == {"文峰塔社区", "西组"}
    assert "请先清除编码" in answer.content.decode()


def test_the_preview_says_what_moves_and_who_is_affected(town, signed_in):
    page = signed_in(town.secretary).get(address("move", town.east_compound), {"parent": town.west.pk})
    text = page.content.decode()
    assert "东格员" in text
    assert "西格员" in text
    assert page.context["counts"][-1][1] >= 1
    unmoved = Unit.objects.get(pk=town.east_compound.pk)
    assert unmoved.parent == town.east


def test_people_follow_a_moved_compound(town, signed_in):
    response = move(signed_in(town.secretary), town.east_compound, town.west)
    assert response.status_code == 302
    lin = Resident.objects.get(pk=town.lin.pk)
    assert lin.path.startswith(town.west.path)
    assert not Resident.objects.visible_to(town.east_worker).filter(pk=lin.pk).exists()
    assert Resident.objects.visible_to(town.west_worker).filter(pk=lin.pk).exists()


def test_sessions_to_come_follow_into_another_community(town, signed_in):
    hall = add_unit(kind=Kind.COMPOUND, name="广场", parent=town.community, by=None)
    Event.objects.filter(pk=town.choir.pk).update(unit=hall)
    assert move(signed_in(town.operator), hall, town.neighbour).status_code == 302
    assert Session.objects.get(pk=town.choir_monday.pk).community == town.neighbour


@pytest.mark.parametrize("parent", ["neighbour", "east_building", "street"])
def test_a_place_out_of_scope_or_below_is_refused(town, signed_in, parent):
    response = move(signed_in(town.secretary), town.east_compound, getattr(town, parent))
    assert response.status_code == 422
    assert Unit.objects.get(pk=town.east_compound.pk).parent == town.east


@pytest.mark.parametrize("parent", ["", "x", "0", "-1", "99999999999999999999"])
def test_nonsense_is_refused(town, signed_in, parent):
    client = signed_in(town.secretary)
    assert move(client, town.east_compound, parent).status_code == 422
    assert client.get(address("move", town.east_compound), {"parent": parent}).status_code in (200, 404)


def test_a_stale_page_moves_nothing(town, signed_in):
    client = signed_in(town.secretary)
    response = move(client, town.east_compound, town.community, was=town.west.pk)
    assert response.status_code == 422
    assert Unit.objects.get(pk=town.east_compound.pk).parent == town.east


def test_closing_lists_the_reasons_and_changes_nothing(town, signed_in):
    client = signed_in(town.secretary)
    response = client.post(address("close", town.east))
    assert response.status_code == 422
    assert len(response.context["reasons"]) >= 3
    assert Unit.objects.get(pk=town.east.pk).closed_at is None


def test_an_empty_unit_is_closed_and_reopened(town, signed_in):
    hut = add_unit(kind=Kind.BUILDING, name="空幢", parent=town.east_compound, by=None)
    client = signed_in(town.secretary)
    assert client.get(address("close", hut)).context["reasons"] == []
    assert client.post(address("close", hut)).status_code == 302
    assert client.post(address("close", hut)).status_code == 302
    assert Unit.objects.get(pk=hut.pk).closed_by == town.secretary
    assert client.post(address("reopen", hut)).status_code == 302
    assert Unit.objects.get(pk=hut.pk).closed_at is None


def test_the_back_office_leads_there(town, signed_in):
    change = reverse("admin:community_unit_change", args=[town.east.pk])
    assert address("move", town.east) in signed_in(town.secretary).get(change).content.decode()
    assert address("move", town.east) not in signed_in(town.staff).get(change).content.decode()
