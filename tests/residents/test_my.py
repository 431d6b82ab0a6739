import pytest
from django.urls import reverse

from accounts.models import Look
from accounts.operations import look
from residents import operations
from residents.models import Claim, Resident
from tests.town import resident


def url(name, *args):
    return reverse(f"residents:{name}", args=args)


def send(client, town, **fields):
    data = {"community": town.community.pk, "place": "东苑1幢2单元501", "standing": "owner"} | fields
    return client.post(url("my_claim"), data)


def test_a_claim_is_sent_once_and_withdrawn(town, signed_in):
    client = signed_in(town.stranger)
    assert client.get(url("my_claim")).status_code == 200
    assert send(client, town).status_code == 302
    assert send(client, town).status_code == 422
    claim = Claim.objects.get()
    assert "东苑1幢2单元501" in client.get(url("my_claim")).content.decode()
    assert signed_in(town.lin_user).post(url("my_withdraw", claim.pk)).status_code == 404
    for _click in range(2):
        assert client.post(url("my_withdraw", claim.pk)).status_code == 302
    assert send(client, town).status_code == 302


@pytest.mark.parametrize(
    "fields",
    [{"place": ""}, {"place": "x" * 81}, {"place": "15400000023"}, {"standing": "king"}, {"community": "999999"},
     {"community": ""}, {"note": "411399194901010016"}, {"note": "x" * 201}],
)  # fmt: skip
def test_bad_claims_come_back_with_a_sentence(town, signed_in, fields):
    assert send(signed_in(town.stranger), town, **fields).status_code == 422
    assert not Claim.objects.exists()


def test_a_group_is_no_community_to_claim(town, signed_in):
    assert send(signed_in(town.stranger), town, community=town.east.pk).status_code == 422


def test_a_refusal_is_read_by_the_claimant(town, signed_in):
    client = signed_in(town.stranger)
    send(client, town)
    operations.refuse_claim(claim=Claim.objects.get(), by=town.staff, reason="请带房产证到服务大厅")
    assert "请带房产证到服务大厅" in client.get(url("my_claim")).content.decode()


def test_my_household_masks_my_own_numbers_until_i_ask(town, home, signed_in):
    client = signed_in(town.lin_user)
    page = client.get(url("my_household")).content.decode()
    assert "154****0021" in page
    assert "15400000021" not in page
    assert "林小宝" in page
    assert "0652" not in page
    shown = client.post(url("my_reveal", home.lin.pk), {"field": "phone"})
    assert "154 0000 0021" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store, private"
    assert Look.objects.get().by == town.lin_user


def test_nobody_reveals_another_ones_number_here(town, home, signed_in):
    client = signed_in(town.lin_user)
    assert client.post(url("my_reveal", town.wang.pk), {"field": "phone"}).status_code == 404
    assert client.post(url("my_reveal", home.child.pk), {"field": "id_number"}).status_code == 404
    assert client.post(url("my_reveal", home.lin.pk), {"field": "name"}).status_code == 422
    assert client.post(url("my_reveal", home.lin.pk), {}).status_code == 422
    assert not Look.objects.exists()


def test_i_see_who_looked_at_my_data(town, signed_in):
    operations.reveal(resident=town.lin, field="phone", purpose="敲门行动", by=town.east_worker)
    operations.reveal(resident=town.wang, field="phone", purpose="别人的事", by=town.west_worker)
    page = signed_in(town.lin_user).get(url("my_looks")).content.decode()
    assert "东格员" in page
    assert "敲门行动" in page
    assert "东组" in page
    assert "别人的事" not in page


def test_every_kind_of_look_has_words(town, signed_in):
    look(by=town.staff, on=town.lin, field="answer", purpose="安排座位", path=town.lin.path)
    page = signed_in(town.lin_user).get(url("my_looks")).content.decode()
    assert "报名问题的回答" in page


def test_looks_come_in_pages(town, signed_in):
    for number in range(31):
        operations.reveal(resident=town.lin, field="phone", purpose=f"走访{number}次", by=town.east_worker)
    client = signed_in(town.lin_user)
    first = client.get(url("my_looks"))
    assert "走访0次" not in first.content.decode()
    assert "走访0次" in client.get(url("my_looks") + first.context["older_url"]).content.decode()
    assert client.get(url("my_looks") + "?before=x").status_code == 200


@pytest.mark.parametrize("name", ["my_claim", "my_household", "my_looks"])
def test_an_account_without_a_row_is_told_what_to_do(town, signed_in, client, name):
    answer = signed_in(town.stranger).get(url(name))
    assert answer.status_code == 200
    assert url("my_claim") in answer.content.decode() or name == "my_claim"
    assert client.get(url(name)).status_code == 302


@pytest.fixture
def claim(town):
    return operations.make_claim(
        user=town.stranger, community=town.community, place="东苑1幢2单元501", standing="owner"
    )


def test_claims_are_listed_in_ones_care_only(town, claim, signed_in):
    assert "东苑1幢2单元501" in signed_in(town.east_worker).get(url("desk_claims")).content.decode()
    assert "东苑1幢2单元501" not in signed_in(town.west_worker).get(url("desk_claims")).content.decode()
    assert signed_in(town.leader).get(url("desk_claims")).status_code == 403
    assert signed_in(town.staff).get(url("desk_claims") + "?decided=1&after=zzz").status_code == 200


@pytest.mark.parametrize("name", ["desk_claim", "desk_confirm", "desk_newcomer", "desk_refuse"])
@pytest.mark.parametrize("who", ["west_worker", "neighbour_staff", "leader", "stranger", "operator"])
def test_a_claim_out_of_care_is_not_there(town, claim, signed_in, name, who):
    client = signed_in(getattr(town, who))
    answer = client.get(url(name, claim.pk)) if name == "desk_claim" else client.post(url(name, claim.pk), {})
    assert answer.status_code == 404


def test_a_claim_is_confirmed_with_a_likely_person(town, claim, signed_in):
    row = resident("路人", town.east_building, town.community)
    client = signed_in(town.east_worker)
    page = client.get(url("desk_claim", claim.pk)).content.decode()
    assert f'value="{row.pk}"' in page
    assert "15400000023" not in page
    assert client.post(url("desk_confirm", claim.pk), {"resident": row.pk}).status_code == 302
    assert client.post(url("desk_confirm", claim.pk), {"resident": row.pk}).status_code == 422
    row.refresh_from_db()
    assert row.user == town.stranger
    assert client.get(url("desk_claim", claim.pk)).status_code == 200
    assert "东苑1幢2单元501" in client.get(url("desk_claims") + "?decided=1").content.decode()


@pytest.mark.parametrize(("chosen", "status"), [("", 422), ("x", 422), ("9" * 30, 422), ("999999", 404)])
def test_a_wrong_choice_is_refused(town, claim, signed_in, chosen, status):
    assert (
        signed_in(town.staff).post(url("desk_confirm", claim.pk), {"resident": chosen}).status_code == status
    )


def test_a_person_out_of_sight_cannot_be_chosen(town, claim, signed_in):
    client = signed_in(town.east_worker)
    for other in (town.wang, town.zhao):
        assert client.post(url("desk_confirm", claim.pk), {"resident": other.pk}).status_code == 404
    assert (
        signed_in(town.staff).post(url("desk_confirm", claim.pk), {"resident": town.lin.pk}).status_code
        == 422
    )


def test_a_newcomer_is_confirmed(town, claim, signed_in):
    client = signed_in(town.east_worker)
    page = url("desk_newcomer", claim.pk)
    assert client.post(page, {"unit": town.west_building.pk, "state": "together"}).status_code == 422
    assert client.post(page, {"unit": town.east_building.pk, "state": "outside"}).status_code == 422
    assert client.post(page, {"unit": town.east_building.pk, "state": "migrant"}).status_code == 302
    assert Resident.objects.of(town.stranger).get().unit == town.east_building


def test_a_claim_is_refused_with_a_reason(town, claim, signed_in):
    client = signed_in(town.east_worker)
    assert client.post(url("desk_refuse", claim.pk), {"reason": ""}).status_code == 422
    assert client.post(url("desk_refuse", claim.pk), {"reason": "查无此人"}).status_code == 302
    assert client.post(url("desk_refuse", claim.pk), {"reason": "查无此人"}).status_code == 422


def test_the_claim_begins_with_the_community_of_the_account(town, signed_in):
    town.stranger.home = town.neighbour.path
    town.stranger.save(update_fields=["home"])
    form = signed_in(town.stranger).get("/my/claim/").context["form"]
    assert form.fields["community"].initial == town.neighbour
