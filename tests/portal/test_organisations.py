from django.urls import reverse

from community.models import Organisation
from residents.models import Resident


def address(organisation):
    return reverse("portal:organisation_close", args=[organisation.pk])


def test_a_body_people_belong_to_is_not_closed(town, signed_in):
    client = signed_in(town.staff)
    response = client.post(address(town.branch), {"to": "closed"})
    assert response.status_code == 422
    assert Organisation.objects.get(pk=town.branch.pk).closed_at is None
    assert Resident.objects.filter(party_branch=town.branch).exists()


def test_an_empty_body_is_closed_once_and_reopened(town, signed_in):
    body = Organisation.objects.create(unit=town.community, kind="property", name="物业公司")
    client = signed_in(town.staff)
    for _again in range(2):
        assert client.post(address(body), {"to": "closed"}).status_code == 302
    assert Organisation.objects.get(pk=body.pk).closed_by == town.staff
    assert body not in Organisation.objects.public()
    assert client.post(address(body), {"to": "open"}).status_code == 302
    assert Organisation.objects.get(pk=body.pk).closed_at is None


def test_the_page_knows_scope_and_role(town, signed_in):
    assert signed_in(town.staff).get(address(town.branch)).status_code == 200
    assert signed_in(town.neighbour_staff).get(address(town.branch)).status_code == 404
    assert signed_in(town.branch_secretary).get(address(town.branch)).status_code == 403
    change = reverse("admin:community_organisation_change", args=[town.branch.pk])
    assert address(town.branch) in signed_in(town.staff).get(change).content.decode()
