"""What the demo tells of the months behind it: who came and went, who looked at what, which figures a report finds."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from accounts.models import Activity, Look, User
from accounts.operations import label
from claims.models import Batch
from community.models import CalendarDay, Notice, Organisation, Unit
from config import installation
from config.crypto import fingerprints
from events.models import Attendance, Draw, Event, QueueMove, Session, SignUp, Wish
from events.operations.draw import digest, drawn_order
from events.operations.recount import counted
from portal.demo import albums, build, posters
from reports.figures import compute
from reports.periods import Period
from residents.models import Change, Claim, Household, Resident

UNTIL = date(2026, 11, 21)
# what every month of the demo has some of, also among three hundred people
EVERY_MONTH = {"party_members", "party_sessions", "party_attendances", "groups", "compounds", "buildings", "grid_workers",
               "building_heads", "duties", "population", "households", "migrants", "aged_60", "aged_80", "children", "alone",
               "service_sessions", "service_attendances", "volunteer_sessions", "meetings", "notices", "sessions",
               "registrations", "registered_present", "turnout", "attendances", "attendance_people", "culture_sessions",
               "course_sessions", "children_sessions", "lecture_sessions", "lecture_attendances"}  # fmt: skip
OF_A_BRANCH = {
    "members",
    "theme_days",
    "theme_attendances",
    "theme_rate",
    "branch_sessions",
    "branch_attendances",
}


@pytest.fixture
def niying(db, tmp_path, settings, monkeypatch):
    """One community in full, its pictures not drawn."""
    settings.VAR_DIR = settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(build, "wanted", lambda scale, residents: {"niying": 300})
    monkeypatch.setattr(posters, "keep", lambda folder, key, drawn: f"{folder}/{'0' * 32}-960x600.jpg")
    monkeypatch.setattr(albums, "piece", lambda key, name, stored: f"photos/{'0' * 32}-960x600.jpg")
    installation.forget()
    call_command("demo", scale="town", until=UNTIL, verbosity=0)
    installation.forget()
    return Unit.objects.get(slug="niying")


def test_the_demo_tells_of_more_than_a_year(niying):
    the_reports_find_something_every_month(niying)
    the_register_has_changed(niying)
    somebody_has_looked(niying)
    people_stand_outside_and_wait()
    events_are_full_cancelled_and_drafts()
    notices_are_in_every_state()
    publicity_lists_name_claims(niying)
    nothing_lies_ahead()
    places_are_offered_and_drawn()
    events_go_on_and_on()
    nobody_is_at_two_places_at_once()
    wishes_come_before_what_becomes_of_them()
    classes_rest_on_public_holidays()
    the_elder_can_still_join_the_class_on_mondays()


def the_elder_can_still_join_the_class_on_mondays():
    course = Event.objects.filter(title__startswith="电吹管公益课堂").latest("pk")
    assert course.sessions.filter(starts_at__date__gt=UNTIL).exists()
    assert course.sign_ups.exists()
    assert not course.sign_ups.filter(resident__name="李桂芬").exists()


def classes_rest_on_public_holidays():
    holidays = set(CalendarDay.objects.filter(kind="holiday").values_list("day", flat=True))
    resting = Session.objects.filter(event__repeats__skips_holidays=True)
    assert resting.exists()
    assert not {timezone.localdate(one.starts_at) for one in resting} & holidays


def nobody_is_at_two_places_at_once():
    rows = Attendance.objects.live().order_by("session__starts_at", "pk")
    until = {}
    for who, starts, ends in rows.values_list("resident", "session__starts_at", "session__ends_at"):
        assert until.get(who, starts) <= starts
        until[who] = ends


def wishes_come_before_what_becomes_of_them():
    planned = Wish.objects.filter(state="planned").select_related("event")
    assert planned.exists()
    assert all(wish.at < wish.answered_at < wish.event.created_at for wish in planned)


def events_go_on_and_on():
    """A day of the month without sign-up, counted at the door; a session made up for, one moved; a template."""
    monthly = Event.objects.get(repeats__how="monthly")
    been = monthly.sessions.filter(ends_at__date__lt=UNTIL)
    assert {timezone.localtime(one.starts_at).day for one in monthly.sessions.all()} == {15}
    assert been.count() == been.filter(counted__gt=0).count() == 3
    made_up = Session.objects.get(makes_up__isnull=False)
    assert made_up.makes_up.cancelled_at
    listed = [
        one.registrations.live().order_by("resident").values_list("resident", flat=True)
        for one in (made_up, made_up.makes_up)
    ]
    assert list(listed[0]) == list(listed[1]) != []
    assert Session.objects.exclude(move_reason="").exists()
    template = Event.objects.get(is_template=True)
    assert not Event.objects.public().filter(pk=template.pk).exists()


def places_are_offered_and_drawn():
    """A line with an open offer, a draw anybody can compute again, one still open; every counter agrees."""
    offer = SignUp.objects.get(
        state="offered", resident__user__phone_print__in=fingerprints("+8615400000032")
    )
    assert offer.session.places_left == 0
    assert QueueMove.objects.get(event=offer.event).reason
    held = Draw.objects.get(drawn_at__isnull=False)
    assert held.seed_digest == digest(held.seed)
    ranks = SignUp.objects.filter(session=held.session).order_by("rank").values_list("number", flat=True)
    assert list(ranks) == drawn_order(held.seed, held.entrants)
    assert Draw.objects.filter(drawn_at=None).count() == 2
    assert Event.objects.filter(after_course__isnull=False, places_taken__gt=0).exists()
    assert SignUp.objects.filter(guardian__isnull=False, consent_at__isnull=False).count() == 2
    for pools in (Session.objects.all(), Event.objects.filter(is_course=True)):
        assert not counted(pools).exclude(places_taken=F("seats")).exists()


def the_reports_find_something_every_month(niying):
    branch = Organisation.objects.filter(kind="party_branch", members__isnull=False).first()
    for organisation, wanted in ((None, EVERY_MONTH), (branch, OF_A_BRANCH)):
        for month in (8, 9, 10):
            found = compute(Period(niying, organisation, date(2026, month, 1)))
            assert wanted <= {key for key, values in found.items() if values["now"] not in (0, None, "0.0")}
    year_ago = {key for key, values in found.items() if values["year_ago"] not in (0, None, "0.0")}
    assert year_ago >= OF_A_BRANCH


def the_register_has_changed(niying):
    assert set(Change.objects.values_list("field", flat=True)) >= {
        "state",
        "left_on",
        "phone",
        "head",
        "relation",
    }
    for row in Change.objects.filter(field="phone").select_related("resident"):
        assert row.new == row.resident.phone != row.old
    heads = Change.objects.filter(field="head").select_related("household")
    assert all(str(row.household.head_id) == row.new for row in heads)
    for row in Resident.objects.filter(left_on__gte=date(2025, 12, 1), left_on__lt=date(2026, 11, 10)):
        assert row.changes.filter(field="left_on").get().new == row.left_on.isoformat()
    closed = Household.objects.filter(closed_at__isnull=False)
    assert closed.exists()
    assert not Resident.objects.filter(household__in=closed).exists()
    acts = set(Activity.objects.values_list("act", flat=True))
    assert acts >= {"residents.add", "residents.moved", "events.publish", "notices.publish", "claims.confirm"}


def somebody_has_looked(niying):
    elder = Resident.objects.get(user=User.objects.with_login("15400000031").get())
    assert Look.objects.filter(subject=label(elder)).count() >= 2
    assert not Look.objects.filter(purpose="").exists()
    staff = set(niying.posts.values_list("holder", flat=True)) | set(
        User.objects.filter(username__startswith="niying-grid").values_list("pk", flat=True)
    )
    assert set(Look.objects.values_list("by", flat=True)) <= staff


def publicity_lists_name_claims(niying):
    lists = Batch.objects.filter(community=niying).order_by("number")
    assert lists.exists()
    assert not lists.filter(claims=None).exists()
    assert list(lists.values_list("number", flat=True)) == list(range(1, lists.count() + 1))


def people_stand_outside_and_wait():
    outside = Resident.objects.filter(state="outside")
    assert outside.filter(is_party_member=True).exists()
    assert Attendance.objects.filter(resident__in=outside).exists()
    assert not Resident.objects.population().filter(pk__in=outside).exists()
    assert Claim.objects.open().count() == 3
    assert set(Claim.objects.values_list("state", flat=True)) == {"open", "confirmed", "refused", "withdrawn"}
    assert Resident.objects.filter(state="unconfirmed", user__isnull=False).count() >= 3


def events_are_full_cancelled_and_drafts():
    assert Event.objects.in_draft().exists()
    assert Event.objects.filter(cancelled_at__isnull=False).exists()
    ahead = Session.objects.filter(starts_at__date__gte=UNTIL, cancelled_at=None)
    assert ahead.filter(places_taken=F("places")).exists()


def notices_are_in_every_state():
    assert all(
        Notice.objects.in_state(state).exists() for state in ("draft", "submitted", "published", "recalled")
    )
    now = timezone.make_aware(timezone.datetime(2026, 11, 21))
    assert Notice.objects.public(now).count() >= 15
    published = Notice.objects.in_state("published")
    assert published.filter(publish_until__lt=now).exists()
    assert published.filter(publish_from__gt=now).count() == 1
    assert Notice.objects.filter(attachments__isnull=False).exists()


def nothing_lies_ahead():
    midnight = timezone.make_aware(timezone.datetime(2026, 11, 21))
    lines = Activity.objects.filter(act__regex="^(residents|households|events|notices|claims)[.]")
    for rows in (Change.objects, Look.objects, lines):
        assert not rows.filter(at__gt=midnight).exists()
    assert not Resident.objects.filter(moved_in_on__gt=UNTIL).exists()
