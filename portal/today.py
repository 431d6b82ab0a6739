"""What needs doing today, for one person: shown on the desk and on the back office's first page.

Each question looks only at what the person may see and act on, and names the page where it is done.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, F, Max, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import sms
from accounts.models import SmsMessage
from claims.models import Batch, DeductionCase, Objection, State
from claims.models import Claim as PointsClaim
from community import working_days
from community.access import may, organisations_of, scope
from community.models import Notice, Organisation, Role, Unit
from community.responsible import without
from community.telephone_views import calls_of
from events.models import Attendance, Photo, Registration, Session
from events.operations import undecided_for
from notifications.models import Outgoing
from points.models import Budget, LapseNotice, LedgerCheck, Rule
from points.recount import findings_in_sight
from reports.models import Report
from reports.periods import month_before, month_of
from residents.models import Claim, Resident
from shop.models import Fair, Order
from venues.models import Booking
from volunteers.models import ServiceRecord

NEARLY = 0.9  # of a budget is used
NUMBERS_FOR = timedelta(days=60)
FEW, INFO, FULL = "few", "info", "full"


@dataclass(frozen=True)
class Item:
    title: str
    count: int
    url: str
    tone: str = INFO


def root() -> Unit:
    return Unit.objects.filter(parent=None).first()


def _check_in_scope(user):
    return Session.objects.visible_to(user).filter(
        cancelled_at=None, event__cancelled_at=None, event__published_at__isnull=False
    )


def sessions_today(user):
    if not may(user, "events.check_in"):
        return
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    count = (
        _check_in_scope(user).filter(starts_at__gte=today, starts_at__lt=today + timedelta(days=1)).count()
    )
    yield Item(_("Sessions today: call the roll"), count, reverse("events:desk"), INFO)


def roll_calls_missing(user):
    if not may(user, "events.check_in"):
        return
    now = timezone.now()
    count = (
        _check_in_scope(user)
        .filter(ends_at__lt=now, starts_at__gte=now - timedelta(days=7))
        .filter(Exists(Registration.objects.filter(session=OuterRef("pk"), cancelled_at=None)))
        .exclude(Exists(Attendance.objects.filter(session=OuterRef("pk"), withdrawn_at=None)))
        .count()
    )
    week = timezone.localdate() - timedelta(days=7)
    url = f"{reverse('events:desk')}?state=no_roll&from={week.isoformat()}"
    yield Item(_("Sessions of the last week without a roll-call"), count, url, FEW)


def claims(user):
    if may(user, "claims.review"):
        yield Item(
            _("Claims “I live here” to decide"),
            Claim.objects.open().visible_to(user).count(),
            reverse("residents:desk_claims"),
            FEW,
        )


def numbers_that_changed(user):
    """Proven in an account lately, and not that of the register. Whoever leaves one as it is, is not reminded for ever."""
    if may(user, "residents.edit"):
        found = Resident.objects.with_another_account_number().filter(scope(user, "residents.edit", "path"))
        lately = found.filter(user__phone_verified_at__gt=timezone.now() - NUMBERS_FOR)
        yield Item(
            _("People who changed their mobile number"),
            lately.count(),
            reverse("residents:desk_numbers"),
            FEW,
        )


def claims_of_points(user):
    """To be checked in the own grid; for staff also what is objected to, and what a spent budget holds up."""
    if may(user, "points.check"):
        mine = PointsClaim.objects.visible_to(user)
        url = reverse("claims:desk")
        waiting = mine.filter(state=State.SUBMITTED).exclude(made_by=user).exclude(resident__user=user)
        yield Item(_("Claims of points to check"), waiting.count(), url, FEW)
    if may(user, "points.claims"):
        objections = Objection.objects.visible_to(user).open()
        yield Item(_("Objections to claims of points to answer"), objections.count(), url, FEW)
        hearings = DeductionCase.objects.visible_to(user).to_be_heard()
        yield Item(_("Hearings of deduction cases to hold"), hearings.count(), reverse("claims:cases"), FEW)
        over = Batch.objects.visible_to(user).over(timezone.localdate() - timedelta(days=1))
        held = PointsClaim.objects.filter(state=State.LISTED, batch__in=over).undisputed().count()
        yield Item(
            _("Claims whose list is over and that gave no points yet"),
            held,
            reverse("claims:desk_lists"),
            FULL,
        )


def shop(user):
    """Orders at the counter, and fairs that are on or were not closed."""
    if may(user, "shop.serve"):
        waiting = Order.objects.waiting().visible_to(user).count()
        yield Item(_("Orders of the shop waiting to be fetched"), waiting, reverse("shop:desk"), INFO)
        tomorrow = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        fairs = Fair.objects.visible_to(user).filter(closed_at=None, starts_at__lt=tomorrow)
        yield Item(_("Redemption fairs to serve or to close"), fairs.count(), reverse("shop:fairs"), FEW)


def events_to_decide(user):
    """Those with too few people so far, before the day it is decided on; the link leads to the most urgent."""
    if may(user, "events.manage") and (found := undecided_for(user)):
        url = reverse("events:desk_event", args=[found[0]["pool"].programme.pk])
        yield Item(_("Events with too few people: decide whether they take place"), len(found), url, FEW)


def photos_to_decide(user):
    """Photos somebody asked to hide; the link leads to the first album with one."""
    if may(user, "events.manage"):
        asked = Photo.objects.visible_to(user).asked_to_hide()
        first = asked.order_by("pk").values_list("event", flat=True).first()
        if first:
            yield Item(
                _("Photos somebody asked to hide"), asked.count(), reverse("events:photos", args=[first]), FEW
            )


def rooms_to_decide(user):
    """Requests for rooms that can be given: nobody has the room then."""
    if may(user, "venues.manage"):
        asked = Booking.objects.filter(scope(user, "venues.manage", "room__facility__unit__path"))
        near = Booking.objects.accepted().filter(
            room=OuterRef("room"), starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
        )
        waiting = asked.pending().coming().exclude(Exists(near))
        yield Item(_("Requests for rooms to decide"), waiting.count(), reverse("venues:desk_bookings"), FEW)


def calls(user):
    if may(user, "messages.view"):
        count = calls_of(user).to_telephone().count()
        yield Item(
            _("People to telephone: no message reaches them"), count, reverse("community:telephone"), FEW
        )


def sms_that_fail(user):
    """How many SMS the gateway refused since the last one it took; codes to sign in are among them."""
    runs_it = may(user, "log.view", root())
    if not (runs_it or may(user, "messages.view")) or not sms.is_available():
        return
    day = SmsMessage.objects.filter(at__gt=timezone.now() - timedelta(days=1))
    taken = day.exclude(sent_at=None).aggregate(at=Max("at"))["at"]
    lost = day.exclude(error="").exclude(error__startswith="cap:")
    count = (lost.filter(at__gt=taken) if taken else lost).count()
    url = reverse("admin:notifications_outgoing_changelist") + "?state__exact=failed"
    if runs_it:
        url = reverse("admin:accounts_smsmessage_changelist")
    title = _("No SMS goes out at the moment; codes to sign in do not arrive either")
    yield Item(title, count, url, FULL)


def messages_given_up(user):
    """Of the last week: what is telephoned now instead, or may have to be sent again."""
    if may(user, "messages.manage"):
        week = timezone.now() - timedelta(days=7)
        rows = Outgoing.objects.filter(scope(user, "messages.manage", "path"), at__gt=week)
        rows = rows.filter(state__in=[Outgoing.State.GIVEN_UP, Outgoing.State.UNCLEAR])
        url = reverse("admin:notifications_outgoing_changelist") + "?lost=week"
        yield Item(_("Messages of the last week that did not go out"), rows.count(), url, FEW)


def hours_to_verify(user):
    """From paper, entered by somebody else."""
    if may(user, "volunteers.manage"):
        waiting = ServiceRecord.objects.unverified().visible_to(user).exclude(recorded_by=user)
        yield Item(
            _("Service hours from paper to verify"),
            waiting.count(),
            reverse("admin:volunteers_servicerecord_changelist") + "?state=unverified",
            FEW,
        )


def notices_to_check(user):
    waiting = Notice.objects.filter(
        scope(user, "notices.approve", "unit__path"), submitted_at__isnull=False, published_at=None
    )
    url = reverse("admin:community_notice_changelist") + "?state=submitted"
    yield Item(_("Notices to check and publish"), waiting.count(), url, FEW)


def reports_to_finish(user):
    """Bodies of mine whose last month is not sealed."""
    month = month_before(month_of(timezone.localdate()))
    units = Unit.objects.communities().filter(scope(user, "reports.seal", "path"))
    branches = Organisation.objects.living().filter(pk__in=organisations_of(user, "reports.seal"))
    done = Report.objects.filter(month=month, state=Report.State.SEALED)
    count = (
        units.exclude(pk__in=done.filter(organisation=None).values("unit")).count()
        + branches.exclude(pk__in=done.filter(organisation__isnull=False).values("organisation")).count()
    )
    yield Item(_("Monthly reports of last month not sealed"), count, reverse("reports:list"), FEW)


def units_without_anyone(user):
    if may(user, "posts.manage"):
        units, mine = reverse("admin:community_unit_changelist"), Unit.objects.where(user, "posts.manage")
        for role, title, tone in (
            (Role.GRID_WORKER, _("Residents' groups without a grid worker"), FULL),
            (Role.BUILDING_HEAD, _("Buildings without a building head"), INFO),
        ):
            yield Item(title, without(role, mine).count(), f"{units}?without={role.value}", tone)


def next_years_calendar(user):
    if may(user, "calendar.manage") and working_days.missing_year(timezone.localdate()):
        yield Item(
            _("Next year's holidays are not in the calendar"),
            1,
            reverse("admin:community_calendarday_changelist"),
            FULL,
        )


def books(user):
    """What stands in the way of giving points, and whether the nightly recount found mistakes."""
    check = LedgerCheck.objects.order_by("-pk").first()
    if check and check.found:
        if may(user, "log.view", root()):
            url = reverse("admin:points_ledgercheck_change", args=[check.pk])
            yield Item(_("Mistakes found in the points ledger"), check.found, url, FULL)
        elif may(user, "points.manage"):
            url = reverse("admin:points_transfer_changelist")
            title = _("Mistakes found in the points ledger: tell whoever runs the portal")
            yield Item(title, findings_in_sight(check, user), url, FULL)
    if may(user, "points.manage"):
        yield from _budgets(user)


def books_checked(user) -> str:
    """When the books of points and the stock were last recounted and what was found in those the person may see; empty for others."""
    check = LedgerCheck.objects.order_by("-pk").first() if may(user, "points.view") else None
    if check is None:
        return ""
    at = date_format(timezone.localtime(check.started_at), "DATETIME_FORMAT")
    found = findings_in_sight(check, user) if check.found else 0
    if not found:
        return _("The points ledger and the shop's stock were recounted on %(at)s: no mistake found.") % {
            "at": at
        }
    words = ngettext(
        "The points ledger and the shop's stock were recounted on %(at)s: %(n)d mistake found.",
        "The points ledger and the shop's stock were recounted on %(at)s: %(n)d mistakes found.",
        found,
    )
    return words % {"at": at, "n": found}


def points_that_lapse(user):
    """Whose points lapse at the end of this year, and whom no message reached."""
    if not may(user, "points.view"):
        return
    day = timezone.localdate().replace(month=12, day=31)
    count = LapseNotice.objects.visible_to(user).filter(on=day, told=False).count()
    url = f"{reverse('admin:points_lapsenotice_changelist')}?told__exact=0&year={day.year}"
    yield Item(_("Points lapse at the end of the year: tell these people in person"), count, url, FEW)


def _budgets(user):
    this_year = timezone.localdate().year
    mine = Unit.objects.communities().where(user, "points.manage")
    giving = mine.filter(Exists(Rule.objects.living().filter(community=OuterRef("pk"))))
    budgets = Budget.objects.filter(year=this_year, community__in=mine)
    url = reverse("admin:points_budget_changelist")
    without = giving.exclude(pk__in=budgets.values("community")).count()
    yield Item(_("No points budget for this year: no points can be given"), without, url, FULL)
    given = budgets.filter(drawn__gte=F("points"), points__gt=0)
    yield Item(_("This year's points are all given: no points follow from check-ins until the budget is raised"), given.count(), url, FULL)  # fmt: skip
    nearly = budgets.filter(drawn__gt=F("points") * NEARLY, drawn__lt=F("points"))
    yield Item(_("More than 90 % of this year's points are given"), nearly.count(), url, FEW)
    today = timezone.localdate()
    soon = [one for one in budgets.exclude(pk__in=nearly).exclude(pk__in=given) if one.lasts_until(today)]
    yield Item(_("At the pace so far this year's points are given before its end"), len(soon), url)


QUESTIONS = [
    sms_that_fail,
    sessions_today,
    roll_calls_missing,
    claims,
    numbers_that_changed,
    claims_of_points,
    shop,
    events_to_decide,
    photos_to_decide,
    rooms_to_decide,
    calls,
    messages_given_up,
    hours_to_verify,
    notices_to_check,
    reports_to_finish,
    units_without_anyone,
    next_years_calendar,
    books,
    points_that_lapse,
]


def today(user) -> list[Item]:
    return [item for ask in QUESTIONS for item in ask(user) if item.count]
