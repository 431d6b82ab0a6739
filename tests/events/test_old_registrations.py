"""The step of an upgrade that gives every registration of before its sign-up."""

from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.db import connection
from django.utils import timezone

from events.models import Registration

step = import_module("events.migrations.0008_give_registrations_their_sign_up")


def test_old_registrations_get_their_sign_up(town):
    now = timezone.now()
    old = {"session": town.choir_monday, "by": town.staff}
    Registration.objects.bulk_create(
        [
            Registration(resident=town.lin, **old),
            Registration(resident=town.wang, cancelled_at=now, cancelled_by=town.staff, **old),
        ]
    )
    step.give(apps, SimpleNamespace(connection=connection))
    rows = {one.resident_id: one.sign_up for one in Registration.objects.select_related("sign_up")}
    assert (rows[town.lin.pk].state, rows[town.lin.pk].ended_at) == ("placed", None)
    assert (rows[town.wang.pk].state, rows[town.wang.pk].ended_at) == ("ended", now)
    assert {one.session_id for one in rows.values()} == {town.choir_monday.pk}
