import pytest
from django.contrib.admin import ModelAdmin
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from pytest_django.asserts import assertHTMLEqual

from community.models import Kind, Organisation, Post, Profile, Role, Unit
from community.operations import add_unit
from community.unit_admin import UnitAdmin
from tests.town import person

UNITS = "admin:community_unit_changelist"


def change(row):
    return reverse(f"admin:community_{row._meta.model_name}_change", args=[row.pk])


def unit_data(**fields):
    return {"kind": Kind.COMPOUND, "name": "南苑", "order": 0, "address": "", "note": ""} | fields


def post_data(**fields):
    return {"role": Role.GRID_WORKER, "title": "", "full_time": "on", "started_on": "2026-01-01"} | fields


def add(client, model, data):
    return client.post(reverse(f"admin:community_{model}_add"), data)


def test_the_tree_is_listed_by_indentation_in_scope(town, signed_in):
    page = signed_in(town.secretary).get(reverse(UNITS)).content.decode()
    assert "东苑" in page
    assert "舜井道社区" not in page
    assert page.index("东组") < page.index("东苑") < page.index("西组")


def test_units_are_found_by_name_and_code(town, signed_in):
    client = signed_in(town.officer)
    assert "东苑" in client.get(reverse(UNITS), {"q": "东苑"}).content.decode()
    page = client.get(reverse(UNITS), {"q": "421303002098"}).content.decode()
    assert "舜井道社区" in page
    assert "文峰塔社区" not in page


@pytest.mark.parametrize("model", ["unit", "post", "organisation", "profile"])
def test_a_foreign_row_does_not_exist(town, signed_in, model):
    rows = {
        "unit": town.neighbour,
        "post": town.neighbour_staff.posts.get(),
        "organisation": town.other_branch,
        "profile": town.neighbour.profile,
    }
    for user in (town.secretary, town.staff):
        assert signed_in(user).get(change(rows[model])).status_code == 404


def test_a_unit_is_added_and_changed_by_its_operations(town, signed_in):
    client = signed_in(town.secretary)
    assert add(client, "unit", unit_data(parent=town.east.pk)).status_code == 302
    unit = Unit.objects.get(name="南苑")
    assert unit.path.startswith(town.east.path)
    assert client.post(change(unit), unit_data(name="南园")).status_code == 302
    unit.refresh_from_db()
    assert (unit.name, unit.parent) == ("南园", town.east)


def test_a_refusal_is_a_sentence_and_saves_nothing(town, signed_in):
    client = signed_in(town.secretary)
    response = add(client, "unit", unit_data(kind=Kind.GROUP, parent=town.east.pk))
    assert response.status_code == 422
    assert "errornote" in response.content.decode()
    assert add(client, "unit", unit_data(name="东苑", parent=town.east.pk)).status_code == 422
    assert not Unit.objects.filter(name="南苑").exists()


@pytest.mark.parametrize("parent", ["neighbour", "street"])
def test_a_foreign_parent_is_not_accepted(town, signed_in, parent):
    data = unit_data(parent=getattr(town, parent).pk)
    assert add(signed_in(town.secretary), "unit", data).status_code == 422
    assert not Unit.objects.filter(name="南苑").exists()


def test_autocomplete_offers_only_what_is_in_scope(town, signed_in):
    query = {"app_label": "community", "model_name": "unit", "field_name": "parent", "term": "社区"}
    found = signed_in(town.secretary).get(reverse("admin:autocomplete"), query).json()["results"]
    assert [row["text"] for row in found] == ["文峰塔社区"]


def test_somebody_is_appointed_by_phone_and_ended(town, signed_in):
    holder = person("新格员", 70)
    client = signed_in(town.secretary)
    response = add(client, "post", post_data(login="15400000070", unit=town.east_compound.pk))
    assert response.status_code == 302
    post = holder.posts.get()
    assert post.primary
    page = client.get(change(post)).content.decode()
    assert reverse("admin:community_post_end", args=[post.pk]) in page
    day = timezone.localdate().isoformat()
    ended = client.post(reverse("admin:community_post_end", args=[post.pk]), {"last_day": day})
    assert ended.status_code == 302
    post.refresh_from_db()
    assert post.ended_on == timezone.localdate()


@pytest.mark.parametrize(
    "fields",
    [
        {"login": "15400000999"},
        {"login": "15400000070", "role": Role.OPERATOR},
        {"login": "15400000003"},
        {"login": "15400000070", "started_on": "0001-01-01"},
        {"login": "15400000070", "started_on": "9999-12-31"},
        {"login": "15400000070", "unit": ""},
    ],
)
def test_an_impossible_appointment_is_refused(town, signed_in, fields):
    person("新格员", 70)
    before = Post.objects.count()
    response = add(signed_in(town.secretary), "post", post_data(**{"unit": town.east_compound.pk} | fields))
    assert response.status_code == 422
    assert "约束" not in response.text  # no name of the database's own
    assert Post.objects.count() == before


def test_nobody_is_appointed_next_door(town, signed_in):
    person("新格员", 70)
    data = post_data(login="15400000070", unit=town.neighbour.pk)
    assert add(signed_in(town.secretary), "post", data).status_code == 422
    assert not Post.objects.filter(unit=town.neighbour, role=Role.GRID_WORKER).exists()


@pytest.mark.parametrize("act", ["end", "primary", "withdraw"])
def test_acts_on_a_post_know_scope_and_role(town, signed_in, act):
    url = reverse(f"admin:community_post_{act}", args=[town.east_worker.posts.get().pk])
    assert signed_in(town.neighbour_secretary).get(url).status_code == 404
    assert signed_in(town.staff).get(url).status_code == 403
    assert signed_in(town.secretary).get(url).status_code == 200
    day = {"last_day": "1900-01-01", "since": "x"}
    assert signed_in(town.secretary).post(url, day).status_code == 422


def test_another_is_made_primary(town, signed_in):
    second = Post.objects.create(
        holder=person("乙", 71), role=Role.GRID_WORKER, unit=town.east, started_on="2026-01-01"
    )
    url = reverse("admin:community_post_primary", args=[second.pk])
    day = timezone.localdate().isoformat()
    assert signed_in(town.secretary).post(url, {"since": day}).status_code == 302
    now = Post.objects.current().get(unit=town.east, role=Role.GRID_WORKER, primary=True)
    assert now.holder == second.holder


def test_the_history_of_a_post_names_all_who_held_it(town, signed_in):
    post = town.east_worker.posts.get()
    url = reverse("admin:community_post_history", args=[post.pk])
    page = signed_in(town.secretary).get(url)
    assert "东格员" in page.content.decode()
    assert signed_in(town.neighbour_secretary).get(url).status_code == 404


def test_posts_are_filtered_by_period(town, signed_in):
    url = reverse("admin:community_post_changelist")
    client = signed_in(town.secretary)
    assert "东格员" in client.get(url, {"period": "current"}).content.decode()
    for period in ("future", "past", "withdrawn"):
        assert "东格员" not in client.get(url, {"period": period}).content.decode()


def test_an_organisation_covers_what_lies_in_its_unit(town, signed_in):
    client = signed_in(town.staff)
    data = {
        "unit": town.community.pk,
        "kind": "property",
        "name": "红色物业",
        "coverings-TOTAL_FORMS": 1,
        "coverings-INITIAL_FORMS": 0,
        "coverings-0-unit": town.east_compound.pk,
        "coverings-0-since": "2024-03-01",
    }
    assert add(client, "organisation", data).status_code == 302
    for bad in (
        {"coverings-0-unit": town.neighbour.pk},
        {"coverings-0-until": "2024-02-29"},
        {"parent": town.other_branch.pk},
        {"unit": town.neighbour.pk},
    ):
        assert add(client, "organisation", data | {"name": "另一家"} | bad).status_code == 422
    assert not Organisation.objects.filter(name="另一家").exists()


def test_an_organisation_does_not_belong_to_itself(town, signed_in):
    data = {"unit": town.community.pk, "kind": "party_branch", "name": "东苑党支部", "parent": town.branch.pk}
    assert signed_in(town.staff).post(change(town.branch), data).status_code == 422


def test_a_branch_secretary_sees_the_own_branch_alone(town, signed_in):
    client = signed_in(town.branch_secretary)
    assert client.get(change(town.branch)).status_code == 200
    assert client.get(change(town.other_branch)).status_code == 404
    page = client.get(reverse("admin:community_organisation_changelist")).content.decode()
    assert "楚湘党支部" not in page


def test_staff_write_the_profile_and_the_secretary_its_rules(town, signed_in):
    url = change(town.community.profile)
    data = {"motto": "邻里一家", "duty_phone": "0722-3000001", "notices_need_second": "on"}
    assert signed_in(town.staff).post(url, data).status_code == 302
    profile = Profile.objects.get(unit=town.community)
    assert (profile.motto, profile.notices_need_second) == ("邻里一家", False)
    assert signed_in(town.secretary).post(url, data).status_code == 302
    assert Profile.objects.get(unit=town.community).notices_need_second


def test_the_roles_page_shows_the_matrix(town, signed_in):
    page = signed_in(town.staff).get(reverse("admin:roles"))
    assert page.status_code == 200
    assert page.content.decode().count("<tr>") > 30
    assert signed_in(town.lin_user).get(reverse("admin:roles")).status_code in (302, 403)


@pytest.mark.parametrize("model", ["unit", "post", "organisation", "profile"])
def test_lists_ask_the_same_number_of_queries_for_many(town, signed_in, model):
    client = signed_in(town.officer if model != "profile" else town.operator)
    url = reverse(f"admin:community_{model}_changelist")
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url)
    for number in range(20):
        unit = add_unit(
            kind=Kind.COMMUNITY, name=f"社区{number}", parent=town.street, slug=f"s{number}", by=None
        )
        Profile.objects.create(unit=unit)
        Organisation.objects.create(unit=unit, kind="property", name="物业")
        Post.objects.create(
            holder=town.staff, role=Role.STAFF, unit=unit, primary=True, started_on="2026-01-01"
        )
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).status_code == 200
    assert len(many) == len(few) <= 12


def test_rows_and_their_links_read_as_django_writes_them(town, signed_in):
    """Ours are written in one go; the page says the same."""
    answer = signed_in(town.secretary).get(reverse(UNITS), {"kind__exact": Kind.COMPOUND})
    shown = answer.context["cl"]
    row = shown.result_list[0]
    kept = shown.model_admin.get_preserved_filters(answer.wsgi_request)
    link = add_preserved_filters({"opts": shown.opts, "preserved_filters": kept}, change(row))
    assert "kind__exact" in link
    assert f'href="{escape(link)}"' in answer.content.decode()
    box = shown.model_admin.action_checkbox(row)
    assertHTMLEqual(box, ModelAdmin.action_checkbox(shown.model_admin, row))


def test_what_is_sought_is_counted_and_paged(town, signed_in, monkeypatch):
    monkeypatch.setattr(UnitAdmin, "list_per_page", 1)
    client, found = signed_in(town.secretary), []
    for number in (1, 2):
        shown = client.get(reverse(UNITS), {"q": "苑", "p": number}).context["cl"]
        found += list(shown.result_list)
    assert shown.result_count == 2
    assert {row.name for row in found} == {"东苑", "西苑"}


def test_what_fits_a_page_is_sought_once(town, signed_in):
    client = signed_in(town.secretary)
    with CaptureQueriesContext(connection) as asked:
        rows = list(client.get(reverse(UNITS), {"q": "苑"}).context["cl"].result_list)
    assert [row.name for row in rows] == ["东苑", "西苑"]
    assert (
        sum("苑" in query["sql"] and " IN (" not in query["sql"].partition("WHERE")[2] for query in asked)
        == 1
    )
