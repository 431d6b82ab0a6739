"""Lists that are read parent by parent hand out what is in scope alone, whatever their address asks."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from community.models import Role
from community.operations import move_unit
from events.admin_paging import ByEvent, BySession, PagedByParent
from events.models import Attendance, Event, Excuse, Registration, Session, SheetLine, SignUp
from events.operations.tree import follow_moved_unit

from ..town import appoint, person, resident

PAGED = sorted(
    (model._meta.model_name for model, one in admin.site._registry.items() if isinstance(one, PagedByParent)),
)
ADDRESSES = ["", "?all=", "?e=1", "?q=甲", "?q=", "?o=1", "?_facets=", "?_popup=1", "?p=0", "?p=1", "?p=2"]


def hold(event, days=1):
    starts_at = timezone.now() + timedelta(days=days)
    return Session.objects.create(
        event=event,
        community=event.unit.community,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
    )


def fill(session, first, second, by):
    """Two rows of every list, so that each filter has some: the names of lists, and their rows."""
    now, at = timezone.now(), {"session": session, "by": by}
    asked = {"event": session.event, **at}
    ended = {"state": "ended", "ended_at": now, "ended_by": by, "end": "withdrew"}
    return {
        "registration": [
            Registration.objects.create(resident=first, **at),
            Registration.objects.create(resident=second, cancelled_at=now, cancelled_by=by, **at),
        ],
        "attendance": [
            Attendance.objects.create(resident=first, as_helper=True, late_reason="漏抄", how="paper", **at),
            Attendance.objects.create(
                resident=second, hours=1, hours_reason="早退", withdrawn_at=now, withdrawn_by=by, **at
            ),
        ],
        "excuse": [
            Excuse.objects.create(resident=first, reason="住院", **at),
            Excuse.objects.create(resident=second, reason="外出", withdrawn_at=now, withdrawn_by=by, **at),
        ],
        "sheetline": [
            SheetLine.objects.create(session=session, resident=one, number=number)
            for number, one in enumerate((first, second), start=1)
        ],
        "signup": [
            SignUp.objects.create(resident=first, state="placed", **asked),
            SignUp.objects.create(resident=second, **asked, **ended),
        ],
    }


def pks(rows):
    return {row.pk for row in rows}


def listed(client, model, asked=""):
    answer = client.get(reverse(f"admin:events_{model}_changelist") + asked, follow=True)
    assert answer.status_code == 200
    return answer.context["cl"]


@pytest.fixture
def sides(town):
    """Rows of every list here, and next door."""
    there = Event.objects.create(unit=town.neighbour, kind="culture", title="邻社区合唱", place="广场",
                                 created_by=town.neighbour_staff, published_at=timezone.now())  # fmt: skip
    one = resident("甲邻", town.neighbour, town.neighbour)
    here = resident("甲本", town.east, town.community)
    return (
        fill(hold(town.choir), town.lin, here, town.staff),
        fill(hold(there), town.zhao, one, town.neighbour_staff),
    )


def test_every_such_list_is_tried():
    assert PAGED == ["attendance", "excuse", "registration", "sheetline", "signup"]


@pytest.mark.parametrize("per_page", [1, 50])
@pytest.mark.parametrize("model", PAGED)
def test_whatever_is_asked_the_rows_are_in_scope(signed_in, town, sides, monkeypatch, model, per_page):
    here, there = pks(sides[0][model]), pks(sides[1][model])
    paged = next(one for of, one in admin.site._registry.items() if of._meta.model_name == model)
    monkeypatch.setattr(type(paged), "list_per_page", per_page)
    for user, own in ((town.secretary, here), (town.neighbour_secretary, there)):
        client = signed_in(user)
        plain = listed(client, model)
        assert (pks(plain.root_queryset), pks(plain.queryset), plain.result_count) == (own, own, 2)
        links = [choice["query_string"] for spec in plain.filter_specs for choice in spec.choices(plain)]
        assert len(links) >= 2 * len(paged.list_filter)
        found = set()
        for asked in ADDRESSES + links:
            shown = listed(client, model, asked)
            assert pks(shown.queryset) <= own, asked
            assert pks(shown.root_queryset) <= own, asked
            assert pks(shown.result_list) <= own, asked
            assert shown.result_count == len(shown.queryset), asked
            found |= pks(shown.result_list)
        assert found == own


@pytest.mark.parametrize("model", PAGED)
def test_an_action_reaches_no_row_next_door(signed_in, town, sides, model):
    foreign, client = sides[1][model][0], signed_in(town.secretary)
    address = reverse(f"admin:events_{model}_changelist")
    for action in ("delete_selected", "publish"):
        sent = {"action": action, "_selected_action": [foreign.pk], "index": "0", "post": "yes"}
        answer = client.post(address, sent)
        if getattr(answer, "context", None):
            assert foreign.pk not in pks(answer.context["cl"].queryset)
    assert pks(type(foreign).objects.all()) == pks(sides[0][model] + sides[1][model])
    for name in ("change", "history", "delete"):
        answer = client.get(reverse(f"admin:events_{model}_{name}", args=[foreign.pk]))
        assert answer.status_code in (403, 404), name


def test_what_a_list_hands_out_is_scoped_even_when_its_paginator_is_let_loose(
    signed_in, town, sides, monkeypatch
):
    """Were every parent taken for one in care, keys would be counted that no page shows."""
    monkeypatch.setattr(BySession, "in_care", staticmethod(lambda user, act: Session.objects.all()))
    monkeypatch.setattr(ByEvent, "in_care", staticmethod(lambda user, act: Event.objects.all()))
    client = signed_in(town.secretary)
    for model in PAGED:
        shown = listed(client, model)
        assert pks(shown.result_list) == pks(sides[0][model]), model
        assert (len(shown.queryset), shown.result_count) == (2, 4), model


def test_past_sessions_of_a_group_that_moved_are_its_new_community_s_to_see(signed_in, town):
    event = Event.objects.create(
        unit=town.east, kind="culture", title="院坝会", place="院坝", created_by=town.staff
    )
    rows = fill(hold(event, days=-3), town.lin, resident("甲乙", town.east, town.community), town.staff)
    move_unit(unit=town.east, parent=town.neighbour, by=None, follow=[follow_moved_unit])
    assert Session.objects.get(event=event).community == town.community
    for model in PAGED:
        assert pks(listed(signed_in(town.secretary), model).result_list) == set(), model
        assert listed(signed_in(town.secretary), model).result_count == 0, model
        assert pks(listed(signed_in(town.neighbour_secretary), model).result_list) == pks(rows[model]), model


def test_parents_in_care_are_those_in_sight(town, sides):
    """For each kind of post; of a branch, the events it puts on."""
    Event.objects.filter(title="邻社区合唱").update(organiser=town.other_branch)
    branch = appoint(person("邻支书", 31), Role.BRANCH_SECRETARY, organisation=town.other_branch)
    several = appoint(
        appoint(person("两处", 32), Role.STAFF, unit=town.community), Role.STAFF, unit=town.neighbour
    )
    seen = []
    for who in (
        branch,
        several,
        town.east_worker,
        town.secretary,
        town.officer,
        town.operator,
        town.lin_user,
    ):
        rows = Registration.objects.visible_to(who)
        of_sessions = Registration.objects.filter(session__in=BySession.in_care(who, "events.check_in"))
        of_events = SignUp.objects.filter(event__in=ByEvent.in_care(who, "events.check_in"))
        assert pks(of_sessions) == pks(rows), who
        assert pks(of_events) == pks(SignUp.objects.visible_to(who)), who
        seen.append(rows.count())
    assert seen == [2, 4, 2, 2, 0, 0, 0]
