"""The form of an event: what every event needs comes first, what few need is folded away, nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from community.models import Role
from events.forms import EventForm
from events.forms_series import RepeatForm
from events.models import Event
from tests.town import appoint


def sent(town, **more):
    day = timezone.localdate() + timedelta(days=3)
    return {
        "title": "八段锦", "kind": "sport", "unit": town.community.pk, "place": "文化广场", "audience": "everyone",
        "needs_registration": "on", "open_to_unconfirmed": "on", "gives_points": "on", "has_waiting_list": "on",
        "policy": "first", "on": day.isoformat(), "start": "15:00", "end": "16:30", "how": "once", "every": "1",
    } | more  # fmt: skip


def names(html: str) -> list[str]:
    """The names of the fields in the order of the page, each once for its radio buttons and boxes."""
    form = html[html.index('<form method="post"') :].partition("</form>")[0]
    found = re.findall(r'<(?:input|select|textarea)\b[^>]*\bname="(\w+)"', form)
    return list(dict.fromkeys(found))


def folds(html: str) -> dict[str, bool]:
    """The name of the first field in each fold → whether it stands open."""
    found = re.findall(r'<details class="fold"( open)?>(.*?)</details>', html, re.DOTALL)
    return {names(f'<form method="post">{inside}')[0]: bool(is_open) for is_open, inside in found}


CLOSED = dict.fromkeys(["how", "summary", "unit", "registration_opens_at", "is_course", "is_internal"], False)


def test_day_and_place_come_first_and_nothing_is_missing(signed_in, town):
    html = signed_in(town.staff).get(reverse("events:create")).content.decode()
    shown = names(html)
    assert folds(html) == CLOSED
    repeating = RepeatForm.OF_THE_RULE
    first = [name for name in shown if name != "csrfmiddlewaretoken" and name not in repeating]
    wanted = ["version", "title", "kind", "on", "start", "end", "room", "place", "places", "audience"]
    assert first[:11] == [*wanted, "needs_registration"]
    everything = {*EventForm(user=town.staff).fields, *RepeatForm.base_fields}
    assert set(shown) - {"csrfmiddlewaretoken"} == everything


@pytest.mark.parametrize(
    ("more", "opens"),
    [
        ({}, set()), ({"how": "weekly"}, {"how"}), ({"summary": "一句"}, {"summary"}), ({"teacher": "张老师"}, {"unit"}),
        ({"registration_closes_at": "2026-12-01T10:00"}, {"registration_opens_at"}), ({"age_from": "200000"}, {"registration_opens_at"}),
        ({"is_course": "on"}, {"is_course"}), ({"offer_hours": "24"}, set()), ({"offer_hours": "12"}, {"is_course"}),
        ({"gives_points": ""}, {"is_internal"}), ({"note": "请早到"}, {"is_internal"}), ({"unit": "x"}, {"unit"}),
    ],
)  # fmt: skip
def test_a_fold_is_open_when_something_stands_in_it(signed_in, town, more, opens):
    answer = signed_in(town.staff).post(reverse("events:create"), sent(town, title="", **more))
    assert answer.status_code == 422
    assert folds(answer.content.decode()) == CLOSED | dict.fromkeys(opens, True)


def test_what_is_wrong_is_said_on_top_with_the_way_to_the_field(signed_in, town):
    typed = sent(town, title="", end="15:00", age_from="x", note="带水杯", how="weekly", weekdays=["0", "2"])
    html = signed_in(town.staff).post(reverse("events:create"), typed).content.decode()
    summary = html[html.index('class="error-summary"') :].partition("</ul>")[0]
    fields = re.findall(r'href="#id_(\w+)"', summary)
    assert fields == ["title", "age_from", "end"]
    assert [name for name in fields if f'id="id_{name}"' not in html] == []
    kept = [
        'value="15:00"',
        'value="带水杯"',
        'value="文化广场"',
        'value="x"',
        '<option value="weekly" selected>',
    ]
    assert [one for one in kept if one not in html] == []
    assert len(re.findall(r'name="weekdays" value="[02]"[^>]* checked', html)) == 2
    assert not Event.objects.filter(kind="sport").exists()


def test_a_poster_that_has_to_be_chosen_again_is_in_sight(signed_in, town):
    poster = SimpleUploadedFile("p.jpg", b"not a picture", "image/jpeg")
    answer = signed_in(town.staff).post(reverse("events:create"), sent(town, end="15:00", poster=poster))
    assert folds(answer.content.decode()) == CLOSED | {"summary": True}


def test_changing_an_event_shows_what_stands_there(signed_in, town):
    edit = reverse("events:edit", args=[town.choir.pk])
    Event.objects.update(
        summary="", body="", bring="", contact="", contact_phone="", teacher="", organiser=None
    )
    html = signed_in(town.staff).get(edit).content.decode()
    closed = {name: False for name in CLOSED if name != "how"}
    assert folds(html) == closed
    assert {"on", "start", "end"} & set(names(html)) == set()
    assert names(html).index("places") > names(html).index("is_course"), "each session has its own"
    assert set(names(html)) - {"csrfmiddlewaretoken"} == set(
        EventForm(user=town.staff, instance=town.choir).fields
    )
    Event.objects.update(body="请穿软底鞋", is_course=True, minimum=5, needs_check_out=True)
    html = signed_in(town.staff).get(edit).content.decode()
    assert folds(html) == closed | dict.fromkeys(["summary", "is_course", "is_internal"], True)
    assert names(html).index("places") < names(html).index("audience"), "those of the course"


def test_who_works_for_several_communities_says_for_which(signed_in, town):
    shown = names(signed_in(town.staff).get(reverse("events:create")).content.decode())
    assert shown.index("unit") > shown.index("audience")
    appoint(town.staff, Role.STAFF, unit=town.neighbour)
    shown = names(signed_in(town.staff).get(reverse("events:create")).content.decode())
    assert shown.count("unit") == 1
    assert shown.index("unit") < shown.index("on")
