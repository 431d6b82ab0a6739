import json
import re
import stat
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from community.models import Kind, Unit
from events.models import Attendance, Event, Registration, Session
from residents.models import Resident

UNTIL = date(2026, 11, 21)


@pytest.fixture
def small(db, tmp_path, settings):
    settings.VAR_DIR = settings.MEDIA_ROOT = tmp_path
    call_command("demo", scale="small", until=UNTIL, verbosity=0)
    return tmp_path / "demo.json"


def test_the_small_demo_has_a_community_with_people_and_events(small):
    assert Unit.objects.filter(kind=Kind.COMMUNITY).values_list("slug", flat=True).get() == "niying"
    assert 40 <= Resident.objects.count() <= 90
    assert Event.objects.exists()
    assert Session.objects.exists()
    assert Attendance.objects.exists()


def test_the_sign_ins_are_for_the_owner_alone(small, client):
    assert stat.S_IMODE(small.stat().st_mode) == 0o600
    written = json.loads(small.read_text())
    assert client.login(username="operator", password=written["password"])


def test_a_database_that_holds_data_is_left_alone(small):
    before = User.objects.count()
    with pytest.raises(CommandError):
        call_command("demo", scale="small", until=UNTIL, verbosity=0)
    assert User.objects.count() == before


def test_every_number_is_fictitious(small):
    for resident in Resident.objects.exclude(id_print=None):
        assert resident.id_number[4:6] == "99"
        assert resident.id_number[6:14] == f"{resident.born_on:%Y%m%d}"
        assert (int(resident.id_number[16]) % 2 == 1) == (resident.sex == "m")
    phones = [person.phone for person in [*User.objects.all(), *Resident.objects.exclude(phone_print=None)]]
    assert all(re.fullmatch(r"\+86154\d{8}", phone) for phone in phones)


def test_the_counters_agree_with_the_rows(small):
    for session in Session.objects.all():
        live = Registration.objects.filter(session=session, cancelled_at=None).count()
        assert session.places_taken == live
        assert session.places is None or live <= session.places
