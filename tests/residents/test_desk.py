import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Look
from residents import operations
from residents.models import Resident
from tests.town import resident

ID = "411399201309050652"


def url(name, *args):
    return reverse(f"residents:{name}", args=args)


def edit_data(row, **fields):
    """What the edit page sends when nothing was touched, and then `fields`."""
    from residents.forms import EditForm

    data = {}
    for bound in EditForm(instance=row):
        value = bound.value()
        if hasattr(value, "pk"):
            value = value.pk
        if value is True:
            value = "on"
        if value not in (None, "", False):
            data[bound.html_name] = str(value)
            if bound.field.show_hidden_initial:
                data[bound.html_initial_name] = str(value)
    return data | fields


def test_the_list_shows_masked_people_of_ones_own_grid(town, home, signed_in):
    operations.set_tag(resident=home.lin, tag="alone", by=town.staff)
    answer = signed_in(town.east_worker).get(url("desk_list"))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store, private"
    assert "林秀英" in text
    assert "独居" in text
    assert "王建国" not in text
    for secret in (ID, "15400000021", "0652", "2-501"):
        assert secret not in text


@pytest.mark.parametrize(
    ("query", "names"),
    [("q=lxy", ["林秀英"]), ("q=1-2-501&tag=", ["林秀英", "林小宝"]), ("age=60", ["林秀英", "王建国"]), ("age=14", ["林小宝"]), ("tag=alone", ["林秀英"])],
)  # fmt: skip
def test_the_list_is_narrowed(town, home, signed_in, query, names):
    operations.set_tag(resident=home.lin, tag="alone", by=town.staff)
    text = signed_in(town.staff).get(url("desk_list") + "?" + query).content.decode()
    assert [name for name in ("林秀英", "林小宝", "王建国") if f"<strong>{name}</strong>" in text] == names


def test_a_number_that_was_typed_stays_out_of_the_address(town, signed_in):
    client = signed_in(town.staff)
    address = client.post(url("desk_list"), {"q": "154 0000 0021", "age": "60"})["Location"]
    assert "0021" not in address
    page = client.get(address).content.decode()
    assert "<strong>林秀英</strong>" in page
    assert "王建国" not in page
    assert "0021" not in client.post(url("desk_list"), {"q": "15400000021"})["Location"]


def test_what_is_no_number_is_typed_into_the_address(town, signed_in):
    client = signed_in(town.staff)
    assert client.post(url("desk_list"), {"q": " 3-2-501 ", "tag": ""})["Location"].endswith("/?q=3-2-501")
    assert client.post(url("desk_list"), {"q": ""})["Location"] == url("desk_list")


def test_an_address_of_somebody_else_s_search_finds_the_whole_list(town, signed_in):
    address = signed_in(town.staff).post(url("desk_list"), {"q": "15400000021"})["Location"]
    page = signed_in(town.secretary).get(address).content.decode()
    assert "王建国" in page


@pytest.mark.parametrize("query", ["after=x", "tag=drugs", "age=7", "unit=x", "q=" + "a" * 300, "after=-1"])
def test_a_wrong_filter_is_a_sentence(town, signed_in, query):
    assert signed_in(town.staff).get(url("desk_list") + "?" + query).status_code == 422


def test_a_unit_out_of_care_is_not_there(town, signed_in):
    client = signed_in(town.east_worker)
    assert client.get(url("desk_list") + f"?unit={town.east.pk}").status_code == 200
    assert client.get(url("desk_list") + f"?unit={town.west.pk}").status_code == 404


@pytest.mark.parametrize("who", ["operator", "officer", "head", "stranger"])
def test_who_may_see_no_resident_is_refused(town, signed_in, who):
    assert signed_in(getattr(town, who)).get(url("desk_list")).status_code == 403


def test_a_visitor_signs_in_first(town, client):
    assert client.get(url("desk_list")).status_code == 302


PAGES = ["desk_resident", "desk_edit"]
ACTS = ["desk_edit", "desk_reveal", "desk_add_tag", "desk_leave"]


@pytest.mark.parametrize("who", ["west_worker", "neighbour_staff", "operator", "officer", "head", "stranger"])
@pytest.mark.parametrize("name", sorted({*PAGES, *ACTS}))
def test_people_out_of_sight_are_not_there(town, signed_in, who, name):
    client = signed_in(getattr(town, who))
    if name in PAGES:
        assert client.get(url(name, town.lin.pk)).status_code == 404
    if name in ACTS:
        assert client.post(url(name, town.lin.pk), {}).status_code == 404


@pytest.mark.parametrize("who", ["leader"])
@pytest.mark.parametrize("name", ACTS)
def test_who_may_only_look_changes_nothing(town, signed_in, who, name):
    client = signed_in(getattr(town, who))
    assert client.get(url("desk_resident", town.lin.pk)).status_code == 200
    assert client.post(url(name, town.lin.pk), {}).status_code == 403


def test_a_branch_secretary_sees_the_members_and_changes_nothing(town, signed_in):
    client = signed_in(town.branch_secretary)
    assert client.get(url("desk_resident", town.wang.pk)).status_code == 200
    assert client.get(url("desk_resident", town.lin.pk)).status_code == 404
    assert client.post(url("desk_reveal", town.wang.pk), {}).status_code == 403


@pytest.mark.parametrize("pk", [0, 999999, 10**18])
def test_people_who_are_not_there(town, signed_in, pk):
    assert signed_in(town.staff).get(f"/desk/residents/{pk}/").status_code == 404


def test_the_card_masks_and_the_household_is_shown(town, home, signed_in):
    text = signed_in(town.east_worker).get(url("desk_resident", home.child.pk)).content.decode()
    assert "411***********0652" in text
    assert ID not in text
    assert "林秀英" in text
    assert "2-501" in text


def test_a_change_is_saved_with_its_reason(town, home, signed_in):
    row = Resident.objects.get(pk=home.lin.pk)
    client = signed_in(town.east_worker)
    answer = client.post(
        url("desk_edit", row.pk), edit_data(row, nation="汉族", new_phone="15400000055", why="本人告知")
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.nation, row.phone) == ("汉族", "+8615400000055")
    history = client.get(url("desk_resident", row.pk)).content.decode()
    assert "本人告知" in history
    assert "154****0055" in history
    assert "15400000055" not in history


@pytest.mark.parametrize(
    "fields",
    [{"name": ""}, {"name": "王😀"}, {"name": "王" * 500}, {"new_number": "411399194901010017"}, {"new_phone": "12"},
     {"born_on": "0001-01-01"}, {"born_on": "9999-12-31"}, {"born_on": "x"}, {"why": ""}, {"why": "电话 15400000021"},
     {"state": "dead"}, {"registered_address": "411399194901010016"}, {"version": "x"}, {"party_branch": "999999"}],
)  # fmt: skip
def test_bad_input_comes_back_with_a_sentence(town, signed_in, fields):
    row = Resident.objects.get(pk=town.lin.pk)
    answer = signed_in(town.staff).post(url("desk_edit", row.pk), edit_data(row, why="更正") | fields)
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.version == 1


def test_a_stale_form_is_refused_and_nothing_typed_is_lost(town, signed_in):
    row = Resident.objects.get(pk=town.lin.pk)
    opened = edit_data(row, new_phone="15400000055", why="本人告知")
    operations.change_resident(resident=row, by=town.secretary, why="核对户口", nation="汉族")
    client = signed_in(town.staff)
    answer = client.post(url("desk_edit", row.pk), opened)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "15400000055" in text
    assert "核对户口" in text
    again = answer.context["form"].data
    assert client.post(url("desk_edit", row.pk), again.dict()).status_code == 302
    row.refresh_from_db()
    assert (row.nation, row.phone) == ("汉族", "+8615400000055")


def test_a_number_taken_is_refused_without_a_name(town, home, signed_in):
    row = Resident.objects.get(pk=town.wang.pk)
    answer = signed_in(town.west_worker).post(
        url("desk_edit", row.pk), edit_data(row, new_number=ID, born_on="", why="补录") | {"born_on": ""}
    )
    assert answer.status_code == 422
    assert "林小宝" not in answer.content.decode()


def reveal(client, row, **fields):
    data = {"field": "phone", "purpose": "visit", "words": "敲门行动"} | fields
    return client.post(url("desk_reveal", row.pk), data)


def test_a_full_number_is_shown_once_and_noted(town, signed_in):
    client = signed_in(town.east_worker)
    answer = reveal(client, town.lin)
    assert "154 0000 0021" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store, private"
    assert Look.objects.get().purpose == "走访或联系：敲门行动"
    assert "15400000021" not in client.get(url("desk_resident", town.lin.pk)).content.decode()
    assert "0021" not in client.get(url("desk_reveal", town.lin.pk)).content.decode()
    assert Look.objects.count() == 1


def test_only_numbers_that_are_known_can_be_asked_for(town, signed_in):
    page = signed_in(town.east_worker).get(url("desk_reveal", town.lin.pk)).content.decode()
    assert 'value="phone"' in page
    assert 'value="id_number"' not in page


@pytest.mark.parametrize(
    "fields",
    [{"field": "name"}, {"words": ""}, {"purpose": ""}, {"words": "15400000021"}, {"words": "x" * 201}],
)
def test_without_a_purpose_nothing_is_shown(town, signed_in, fields):
    answer = reveal(signed_in(town.east_worker), town.lin, **fields)
    assert answer.status_code == 422
    assert not Look.objects.exists()


def test_tags_are_set_and_ended(town, signed_in):
    client = signed_in(town.east_worker)
    for _click in range(2):
        assert client.post(
            url("desk_add_tag", town.lin.pk), {"tag": "alone", "since": "2026-01-01"}
        ).status_code in (302, 422)
    tag = town.lin.tags.get()
    assert client.post(url("desk_end_tag", town.wang.pk, tag.pk)).status_code == 404
    for _click in range(2):
        assert client.post(url("desk_end_tag", town.lin.pk, tag.pk)).status_code == 302
    assert not town.lin.tags.current().exists()
    assert client.post(url("desk_add_tag", town.lin.pk), {"tag": "x", "since": "y"}).status_code == 422


def test_who_died_stays_as_history(town, signed_in):
    client = signed_in(town.east_worker)
    said = {"reason": "died", "left_on": "2020-01-01"}
    for _click in range(2):
        assert client.post(url("desk_leave", town.lin.pk), said).status_code == 302
    assert client.get(url("desk_resident", town.lin.pk)).status_code == 200
    assert client.get(url("desk_edit", town.lin.pk)).status_code == 200
    assert client.post(url("desk_leave", town.wang.pk), said).status_code == 404
    assert "林秀英" not in client.get(url("desk_list")).content.decode()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"reason": "x", "left_on": "2020-01-01"},
        {"reason": "died", "left_on": "9999-12-31"},
        {"reason": "died", "left_on": "0001-01-01"},
    ],
)
def test_a_wrong_last_day_is_a_sentence(town, signed_in, said):
    assert signed_in(town.east_worker).post(url("desk_leave", town.lin.pk), said).status_code == 422


NEW = {"name": "陈小花", "id_kind": "id", "state": "together"}


def test_a_person_joins_a_household(town, home, signed_in):
    client = signed_in(town.east_worker)
    page = url("desk_add_member", home.household.pk)
    assert client.get(page).status_code == 200
    assert client.post(page, NEW | {"relation": "spouse"}).status_code == 302
    row = Resident.objects.get(name="陈小花")
    assert (row.household, row.relation, row.unit) == (home.household, "spouse", town.east_building)
    assert client.post(page, NEW | {"relation": "head"}).status_code == 422
    assert signed_in(town.west_worker).get(page).status_code == 404
    assert signed_in(town.neighbour_staff).get(page).status_code == 404
    assert signed_in(town.leader).get(page).status_code == 403


def test_a_person_opens_a_household(town, signed_in):
    client = signed_in(town.east_worker)
    assert client.get(url("desk_add")).status_code == 200
    said = NEW | {"unit": town.east_building.pk, "room": "3-301"}
    assert client.post(url("desk_add"), said | {"room": "hier"}).status_code == 422
    assert client.post(url("desk_add"), said | {"unit": town.west_building.pk}).status_code == 422
    assert client.post(url("desk_add"), said).status_code == 302
    row = Resident.objects.get(name="陈小花")
    assert row.household.head == row
    assert str(row.household.dwelling.door) == "3-301"


def test_the_same_person_twice_asks_first(town, signed_in):
    client = signed_in(town.staff)
    said = {
        "name": "林秀英",
        "born_on": "1949-01-01",
        "id_kind": "id",
        "state": "together",
        "unit": town.east_building.pk,
    }
    answer = client.post(url("desk_add"), said)
    assert answer.status_code == 422
    assert url("desk_resident", town.lin.pk) in answer.content.decode()
    assert client.post(url("desk_add"), said | {"is_another": "on"}).status_code == 302
    assert Resident.objects.filter(name="林秀英").count() == 2


def test_a_household_moves_and_gets_another_head(town, home, signed_in):
    client = signed_in(town.staff)
    move, head = url("desk_move", home.household.pk), url("desk_head", home.household.pk)
    assert client.get(move).status_code == client.get(head).status_code == 200
    said = {"unit": town.west_building.pk, "room": "1-101", "why": "换房", "version": home.household.version}
    assert client.post(move, said | {"why": ""}).status_code == 422
    assert client.post(move, said).status_code == 302
    home.child.refresh_from_db()
    assert home.child.unit == town.west_building
    assert client.post(move, said | {"room": "1-102"}).status_code == 422
    home.household.refresh_from_db()
    said = {f"relation_{home.child.pk}": "head", "version": home.household.version}
    assert client.post(head, said | {f"relation_{home.lin.pk}": "head"}).status_code == 422
    assert client.post(head, said | {f"relation_{home.lin.pk}": "grandparent"}).status_code == 302
    said = {"unit": town.west_building.pk, "room": "1-101", "why": "换房", "version": home.household.version}
    assert signed_in(town.neighbour_staff).post(move, said).status_code == 404


def test_of_two_who_write_relations_the_second_reads_what_the_first_wrote(town, home, signed_in):
    page = url("desk_head", home.household.pk)
    opened = {f"relation_{home.lin.pk}": "head", "version": home.household.version}
    first = opened | {f"relation_{home.child.pk}": "relative"}
    second = opened | {f"relation_{home.child.pk}": "other"}
    assert signed_in(town.secretary).post(page, first).status_code == 302
    client = signed_in(town.staff)
    answer = client.post(page, second)
    home.child.refresh_from_db()
    assert (answer.status_code, home.child.relation) == (422, "relative")
    assert (home.child.name, home.child.get_relation_display()) in answer.context["kept"]
    again = answer.context["form"].data
    assert again[f"relation_{home.child.pk}"] == "other"
    assert client.post(page, again.dict()).status_code == 302


def test_of_two_who_move_a_household_the_second_reads_where_it_is(town, home, signed_in):
    page = url("desk_move", home.household.pk)
    said = {"unit": town.west_building.pk, "room": "1-101", "why": "换房", "version": home.household.version}
    client = signed_in(town.staff)
    assert client.post(page, said).status_code == 302
    answer = client.post(page, said | {"room": "1-102"})
    assert answer.status_code == 422
    assert "1-101" in str(answer.context["kept"])
    assert client.post(page, answer.context["form"].data.dict()).status_code == 302


def test_a_member_moves_alone(town, home, signed_in):
    client = signed_in(town.staff)
    page = url("desk_join", home.child.pk)
    assert client.get(page).status_code == 200
    said = {"unit": town.west_building.pk, "room": "1-101", "relation": "child", "why": "结婚"}
    for wrong in ({}, {"room": ""}, {"relation": ""}, {"why": ""}, {"unit": town.neighbour.pk}):
        assert client.post(page, said | wrong).status_code == 422, wrong  # nobody lives there either
    assert client.post(page, said | {"relation": "head"}).status_code == 302
    home.child.refresh_from_db()
    assert home.child.household.head == home.child
    other = operations.add_household(
        community=town.community, dwelling=home.child.household.dwelling, by=town.staff
    )
    page = url("desk_join", town.wang.pk)
    assert "which" in client.post(page, said).context["form"].errors
    assert client.post(page, said | {"which": other.pk}).status_code == 302
    town.wang.refresh_from_db()
    assert town.wang.household == other


def test_pages_cost_the_same_for_few_and_many(town, home, signed_in):
    client = signed_in(town.staff)

    def cost(page):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        return len(queries)

    cost(url("desk_list"))
    pages = [url("desk_list"), url("desk_resident", home.lin.pk)]
    before = [cost(page) for page in pages]
    for number in range(25):
        row = resident(
            f"王{'一二三四五'[number % 5]}",
            town.east_building,
            town.community,
            household=home.household,
            relation="other",
        )
        operations.set_tag(resident=row, tag="alone", by=town.staff)
        operations.change_resident(resident=home.lin, by=town.staff, why="核对", nation=f"族{number}")
    after = [cost(page) for page in pages]
    assert after == before
    assert max(after) <= 16
