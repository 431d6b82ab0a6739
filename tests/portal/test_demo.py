import json
import re
import stat
from datetime import date
from itertools import combinations
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from community.models import Duty, Honour, Kind, Notice, Post, ServiceItem, Unit
from config import installation
from config.crypto import fingerprint
from events.models import Attendance, Event, Registration, Session, SignUp
from notifications.models import InboxMessage, Outgoing
from portal.demo import calendar
from portal.demo.communities import COMMUNITIES
from portal.demo.content import Content
from portal.demo.names import TAKEN
from portal.demo.posters import ALTS, DESIGNS
from portal.demo.texts import notices_own
from portal.demo.texts.guide import items
from portal.demo.texts.programme import EVERYWHERE
from portal.demo.texts.programme_own import OWN
from residents.models import Claim, Household, NameGram, Resident, ResidentTag

UNTIL = date(2026, 11, 21)


@pytest.fixture
def small(db, tmp_path, settings):
    settings.VAR_DIR = settings.MEDIA_ROOT = tmp_path
    installation.forget()
    call_command("demo", scale="small", until=UNTIL, verbosity=0)
    yield tmp_path / "demo.json"
    installation.forget()


def digest():
    """The facts of the demo, without what is random by design (keys, nonces) or of the database (ids)."""
    return [
        list(Unit.objects.order_by("path").values_list("kind", "name", "code")),
        [(r.name, r.born_on, r.id_number, r.phone, r.state, r.relation) for r in Resident.objects.order_by("pk")],
        list(ResidentTag.objects.order_by("pk").values_list("tag", "since", "resident__name")),
        list(Post.objects.order_by("pk").values_list("role", "holder__name", "started_on", "ended_on")),
        list(Session.objects.order_by("pk").values_list("event__title", "starts_at", "places_taken")),
        list(Registration.objects.order_by("pk").values_list("resident__name", "at", "cancelled_at")),
        list(Attendance.objects.order_by("pk").values_list("resident__name", "at", "as_helper")),
        list(Notice.objects.order_by("pk").values_list("title", "publish_from", "body")),
    ]  # fmt: skip


def build_and_forget(**options):
    with transaction.atomic():
        call_command("demo", scale="small", verbosity=0, **options)
        facts = digest()
        transaction.set_rollback(True)
    installation.forget()
    return facts


@pytest.mark.django_db
def test_the_same_seed_and_day_give_the_same_facts(tmp_path, settings):
    settings.VAR_DIR = settings.MEDIA_ROOT = tmp_path
    first = build_and_forget(until=UNTIL, seed=3)
    assert first == build_and_forget(until=UNTIL, seed=3)
    assert first != build_and_forget(until=UNTIL, seed=4)


def test_the_small_demo_has_a_community_with_people_and_events(small):
    assert Unit.objects.filter(kind=Kind.COMMUNITY).values_list("slug", flat=True).get() == "niying"
    assert 40 <= Resident.objects.count() <= 90
    assert Session.objects.filter(starts_at__date__gt=UNTIL).exists()
    assert Attendance.objects.filter(registration__isnull=False).exists()
    assert Attendance.objects.filter(registration=None).exists()


def test_niying_has_its_groups_compounds_and_honours(small):
    assert Unit.objects.filter(kind=Kind.GROUP).count() == 11
    assert Unit.objects.filter(kind=Kind.COMPOUND).count() == 20
    assert Honour.objects.get(name="全国示范性老年友好型社区").level == Honour.Level.NATION
    assert not Honour.objects.filter(holder__in=TAKEN).exists()


def test_the_installation_is_marked_as_a_demo(small):
    installation.forget()
    assert installation.is_demo()


def test_the_sign_ins_are_for_the_owner_alone(small, client):
    assert stat.S_IMODE(small.stat().st_mode) == 0o600
    written = json.loads(small.read_text())
    users = {person["role"]: User.objects.with_login(person["login"]).get() for person in written["people"]}
    assert all(user.check_password(written["password"]) for user in users.values())
    assert users["elder_resident"].elder
    assert Claim.objects.open().get().user == users["unconfirmed"]
    assert not Resident.objects.filter(user=users["unconfirmed"]).exists()


def test_a_chosen_password_is_taken_and_a_made_one_kept(db, tmp_path, settings, monkeypatch):
    settings.VAR_DIR = settings.MEDIA_ROOT = tmp_path
    (tmp_path / "demo.json").write_text('{"password": "made once before"}')
    build_and_forget(until=UNTIL)
    assert json.loads((tmp_path / "demo.json").read_text())["password"] == "made once before"
    monkeypatch.setenv("DEMO_PASSWORD", "chosen by hand")
    build_and_forget(until=UNTIL)
    assert json.loads((tmp_path / "demo.json").read_text())["password"] == "chosen by hand"


def test_a_database_that_holds_data_is_left_alone(small):
    before = User.objects.count()
    with pytest.raises(CommandError):
        call_command("demo", scale="small", until=UNTIL, verbosity=0)
    assert User.objects.count() == before


def test_everybody_is_found_by_the_whole_number(small):
    people = Resident.objects.all()
    assert not people.filter(phone_tail=None).exclude(phone_print=None).exists()
    assert [
        row.pk for row in people if row.phone_print != (fingerprint(row.phone) if row.phone else None)
    ] == []
    assert [
        row.pk for row in people if row.id_print != (fingerprint(row.id_number) if row.id_number else None)
    ] == []


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


def test_nothing_has_happened_after_the_day_of_the_demo(small):
    midnight = timezone.make_aware(timezone.datetime(2026, 11, 21))
    assert not Attendance.objects.filter(at__gt=midnight).exists()
    assert not Registration.objects.filter(at__gt=midnight).exists()
    assert not Notice.objects.filter(publish_from__gt=midnight).exists()


def test_no_room_holds_two_sessions_at_once(small):
    sessions = list(
        Session.objects.exclude(event__room=None).select_related("event").order_by("event__room", "starts_at")
    )
    for one, other in zip(sessions, sessions[1:], strict=False):
        assert one.event.room_id != other.event.room_id or one.ends_at <= other.starts_at


def test_everyone_is_found_by_a_piece_of_the_name(small):
    living = Resident.objects.living()
    assert set(living.values_list("pk", flat=True)) == set(
        NameGram.objects.values_list("resident", flat=True)
    )
    assert not Household.objects.living().filter(head=None).exists()


def test_somebody_is_on_duty_and_a_notice_waits_for_a_second_person(small):
    noon = timezone.make_aware(timezone.datetime(2026, 11, 21, 12))
    assert Duty.objects.at(noon).exists()
    assert Notice.objects.in_state("submitted").exists()
    assert Notice.objects.in_state("recalled").exists()
    assert ServiceItem.objects.exists()


def test_the_guide_has_its_44_items():
    assert len(items()) == len({item.name for item in items()}) == 44


@pytest.mark.parametrize("community", COMMUNITIES, ids=lambda community: community["slug"])
def test_every_event_fits_its_room(community):
    rooms = {
        f"{facility[1]}/{room[0]}": room[1] for facility in community["facilities"] for room in facility[5]
    }
    places = {facility[1] for facility in community["facilities"]}
    for plan in OWN[community["slug"]]:
        where = plan.where
        assert where in rooms or where in places or "/" not in where, where
        assert plan.places is None or rooms.get(where) is None or plan.places <= rooms[where], plan.title
        assert rooms.get(where) is None or plan.come[1] <= rooms[where], plan.title
        assert not plan.poster or plan.poster in DESIGNS


def test_every_common_event_has_a_poster_that_is_drawn():
    assert {plan.poster for plan in EVERYWHERE if plan.poster} <= set(DESIGNS)


def test_the_hall_of_zhongnan_has_368_seats():
    zhongnan = next(community for community in COMMUNITIES if community["slug"] == "zhongnan")
    rooms = {facility[1]: facility[5] for facility in zhongnan["facilities"]}
    assert rooms["初心讲堂"][0][1] == 368
    assert len(rooms["雷锋驿站"]) == len(rooms["中南社区公共服务中心"]) == 9
    assert sum("文体队伍" in intro for _, _, intro in zhongnan["social"]) == 17
    assert len(zhongnan["partners"]) == 8


def test_the_centre_of_yanming_has_twelve_rooms():
    yanming = next(community for community in COMMUNITIES if community["slug"] == "yanming")
    assert len(yanming["facilities"][0][5]) == 12


@pytest.mark.parametrize(
    ("name", "day"),
    [("春节", date(2026, 2, 17)), ("元宵", date(2026, 3, 3)), ("端午", date(2026, 6, 19)),
     ("中秋", date(2026, 9, 25)), ("重阳", date(2026, 10, 18)), ("春节", date(2027, 2, 6))],
)  # fmt: skip
def test_festivals_follow_the_moon(name, day):
    assert calendar.FESTIVALS[name](day.year) == day


def test_a_monthly_day_that_is_a_holiday_moves_within_its_month():
    year = date(2026, 1, 1), date(2026, 12, 31)
    first_fridays, fourth_fridays = (calendar.monthly(nth, 4, *year) for nth in (1, 4))
    assert [day.month for day in fourth_fridays] == list(range(1, 13))
    assert fourth_fridays[8] == date(2026, 9, 18)  # the 25th is 中秋, a week later are the days of 国庆
    assert first_fridays[9] == date(2026, 10, 9)


def test_every_branch_holds_its_theme_day(small):
    held = Event.objects.filter(kind="party", is_internal=True).exclude(organiser=None)
    assert held.values("organiser").distinct().count() == 5
    assert not held.filter(place="").exists()


@pytest.mark.parametrize("community", COMMUNITIES, ids=lambda community: community["slug"])
def test_every_community_speaks_of_its_own_year(community):
    order = COMMUNITIES.index(community) + 1
    scene = SimpleNamespace(full=True, first=date(2025, 10, 1), until=UNTIL, dice=lambda *subject: None)
    content = Content.__new__(Content)
    content.scene, content.plan = scene, community | {"order": order}
    texts = list(content.texts())
    year = [title for when, _category, title, *_more in texts if when > date(2025, 11, 21)]
    assert len(year) == len(set(year)) >= 30
    assert set(range(1, 13)) == {when.month for when, *_rest in texts}
    assert sum(bool(more.get("file")) for *_rest, more in texts) >= 4
    assert {picture for *_rest, picture, _more in texts if picture} <= set(ALTS)
    mine = {title for _m, _d, _c, title, *_rest in notices_own.OWN[community["slug"]]}
    assert len(mine & set(year)) == len(mine) >= 7


def test_no_two_communities_read_alike():
    said = []
    for order, community in enumerate(COMMUNITIES, 1):
        content = Content.__new__(Content)
        content.scene = SimpleNamespace(full=True, first=date(2025, 11, 22), until=UNTIL)
        content.plan = community | {"order": order}
        said.append({title for _when, _category, title, *_rest in content.texts()})
    for one, other in combinations(said, 2):
        assert len(one & other) < 0.62 * len(one)


def test_points_follow_from_taking_part_and_the_books_are_right(small):
    """As if every check-in had been posted when it happened: same rules, same caps, every day sealed."""
    from events.models import Attendance
    from events.operations.rewards import outstanding
    from points.models import Seal, Transfer
    from points.recount import check_ledger

    first = Attendance.objects.order_by("at").first().at
    for_coming = Transfer.objects.filter(
        key__startswith="attendance:"
    ).count()  # others are of claims and orders
    assert Attendance.objects.live().count() * 0.8 < for_coming <= Attendance.objects.live().count()
    assert Seal.objects.exists()
    assert check_ledger().findings == []
    waiting = {f"attendance:{pk}" for pk in outstanding(first).values_list("pk", flat=True)}
    assert not waiting & set(Transfer.objects.values_list("key", flat=True))


def test_hours_follow_from_helping(small):
    """One record for each time somebody helped, nobody at two places at once, numbered as they began."""
    from events.models import Attendance
    from volunteers.models import ServiceRecord, Volunteer

    helped = Attendance.objects.live().helpers()
    assert 0 < ServiceRecord.objects.counted().count() == helped.count()
    assert {row.cause for row in ServiceRecord.objects.all()} == {
        f"attendance:{pk}" for pk in helped.values_list("pk", flat=True)
    }
    assert not ServiceRecord.objects.with_overlap().filter(overlaps=True).exists()
    began = list(Volunteer.objects.order_by("sequence").values_list("since", flat=True))
    assert began == sorted(began)


def test_a_course_is_signed_up_for_once(small):
    of_courses = SignUp.objects.filter(event__is_course=True)
    assert of_courses.exists()
    assert not of_courses.exclude(session=None).exists()


def test_messages_that_failed_are_to_be_seen_and_sent_again(small):
    sent = Outgoing.objects.exclude(channel="phone")
    assert {"sent", "failed", "given_up", "unclear"} <= set(sent.values_list("state", flat=True))
    failed = sent.filter(state="failed").first()
    assert failed.tries > 1
    assert failed.last_error
    rows = list(InboxMessage.objects.order_by("pk").values_list("at", flat=True))
    assert rows == sorted(rows)
