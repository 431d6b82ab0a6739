"""The lists of the back office: one community at a time, and found by code or person."""

import pytest
from django.urls import reverse

from community.models import Post

from .conftest import give, take


@pytest.fixture
def ordered(counter):
    give(counter, counter.lin, 3)
    counter.order = take(counter, counter.lin, {counter.rice.pk: 1})
    return counter


def listed(client, model, **asked):
    answer = client.get(reverse(f"admin:shop_{model}_changelist"), asked)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


@pytest.mark.parametrize("model", ["order", "stockmove"])
def test_the_next_community_sees_nothing_whatever_it_asks_for(ordered, signed_in, model):
    assert listed(signed_in(ordered.staff), model)
    next_door = signed_in(ordered.neighbour_staff)
    assert listed(next_door, model) == []
    assert listed(next_door, model, community=str(ordered.community.pk)) == []
    assert listed(next_door, model, q="大米") == []


@pytest.mark.parametrize("model", ["order", "stockmove"])
def test_who_keeps_several_shops_looks_at_one_after_the_other(ordered, signed_in, model):
    Post.objects.create(holder=ordered.staff, role="staff", unit=ordered.neighbour, started_on=ordered.today)
    staff = signed_in(ordered.staff)
    counts = {
        community.pk: len(listed(staff, model, community=str(community.pk)))
        for community in (ordered.community, ordered.neighbour)
    }
    assert counts[ordered.community.pk]
    assert not counts[ordered.neighbour.pk]
    assert listed(staff, model, community="x") == []


@pytest.mark.parametrize("by", ["code", "林秀", "lxy"])
def test_an_order_is_found_by_its_code_and_by_whom_it_is_for(ordered, signed_in, by):
    typed = ordered.order.code.lower() if by == "code" else by
    assert listed(signed_in(ordered.staff), "order", q=typed) == [ordered.order]
    assert listed(signed_in(ordered.staff), "order", q="没有") == []
