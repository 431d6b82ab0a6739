"""An event at a glance, for staff: counted in the database, a fixed number of queries whatever came."""

from collections import Counter
from datetime import timedelta

from django.db.models import Avg, CharField, Count, Exists, OuterRef, Q, Sum, Value
from django.db.models.functions import Cast, Concat, TruncDate
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.acts import name_of
from accounts.models import Activity
from config.charts import Bar, Columns, bars, columns
from notifications.models import InboxMessage, Outgoing
from residents.identity import years_before
from surveys.models import FEWEST, Response

from .models import Attendance, Event, Excuse, Registration, SignUp, SignUpState
from .operations import asking, decide_by
from .turnout import of_members, percent

MOST = 30
BANDS = [(0, 18), (18, 35), (35, 60), (60, 70), (70, 80), (80, None)]


def by_session(sessions) -> dict[int, Counter]:
    """{session: how many wait, are offered a place, were absent, are on leave; of a party activity how many are
    expected and there}: the same number of queries for all of them."""
    found = {session.pk: Counter() for session in sessions}
    live = SignUp.objects.filter(session__in=found).order_by()
    for session, state, seats, offered in (
        live.filter(state__in=[SignUpState.ENTERED, SignUpState.WAITING, SignUpState.OFFERED])
        .values_list("session", "state")
        .annotate(Sum("seats"), Sum("offered_seats"))
    ):
        found[session]["offered" if state == SignUpState.OFFERED else "waiting"] += offered if state == SignUpState.OFFERED else seats  # fmt: skip
    members = of_members(sessions[0].event, sessions) if sessions else {}
    for session, counts in members.items() if members else _not_there(found):
        found[session] += counts
    return found


def _not_there(sessions) -> list[tuple[int, Counter]]:
    """(session, how many of those signed up are on leave or were absent)"""
    there = Attendance.objects.live().filter(session=OuterRef("session"), resident=OuterRef("resident"))
    excuse = Excuse.objects.live().filter(session=OuterRef("session"), resident=OuterRef("resident"))
    missing = Registration.objects.live().filter(
        ~Exists(there), session__in=sessions, session__cancelled_at=None
    )
    missing = missing.annotate(excused=Exists(excuse)).order_by()
    missing = missing.filter(Q(excused=True) | Q(session__ends_at__lte=timezone.now()))
    rows = missing.values_list("session", "excused").annotate(Count("pk"))
    return [(session, Counter({"excused" if excused else "absent": n})) for session, excused, n in rows]


def members_there(by_session: dict[int, Counter], sessions) -> dict | None:
    """Of a party activity that has begun: how many were expected, how many of them came."""
    now = timezone.now()
    begun = [
        by_session[one.pk] for one in sessions if one.starts_at <= now and by_session[one.pk]["expected"]
    ]
    if not begun:
        return None
    expected, there = (sum(one[name] for one in begun) for name in ("expected", "there"))
    return {"expected": expected, "there": there, "percent": percent(there, expected)}


def in_all(event: Event) -> dict:
    """Seats by state, and how many came. What was signed up for a date that is called off does not count."""
    seats = Counter()
    live = SignUp.objects.live().filter(event=event).order_by()
    if not event.cancelled_at:
        live = live.filter(session__cancelled_at=None)
    for state, count, offered in live.values_list("state").annotate(Sum("seats"), Sum("offered_seats")):
        seats[state] = offered if state == SignUpState.OFFERED else count
    came = Attendance.objects.live().filter(session__event=event)
    came = came.aggregate(times=Count("pk"), people=Count("resident", distinct=True))
    return {
        "placed": seats[SignUpState.PLACED],
        "offered": seats[SignUpState.OFFERED],
        "waiting": seats[SignUpState.WAITING] + seats[SignUpState.ENTERED],
        **came,
    }


def undecided(event: Event, sessions) -> list[tuple]:
    """(pool, until when) of what needs more people and nobody has decided on."""
    if event.minimum is None or event.cancelled_at:
        return []
    pools = [event] if event.is_course else [one for one in sessions if not one.cancelled_at]
    now = timezone.now()
    open_ones = [one for one in pools if one.goes_ahead_at is None and (one.starts_at or now) > now]
    return [(one, decide_by(one)) for one in open_ones if one.places_taken < event.minimum][:20]


def opinion(event: Event) -> dict | None:
    """How many said how it was, and the mark; no mark of few who stay unnamed."""
    if event.feedback is None:
        return None
    rows = Response.objects.filter(survey=event.feedback, cause=asking.cause_of(event))
    found = rows.aggregate(count=Count("pk"), mark=Avg("score"))
    hidden = event.feedback.is_anonymous and found["count"] < FEWEST
    mark = "" if hidden or found["mark"] is None else number_format(round(found["mark"], 2), decimal_pos=2)
    return {"count": found["count"], "asked": asking.asked(event), "mark": mark}


def told(event: Event) -> dict:
    """What people were told because of the event: by kind in the inbox, by channel and state outside."""
    cause = f"event:{event.pk}/"
    inbox = InboxMessage.objects.for_cause(cause).aggregate(n=Count("pk"), read=Count("pk", filter=Q(read_at__isnull=False)))  # fmt: skip
    rows = Outgoing.objects.for_cause(cause).order_by("channel", "state").values_list("channel", "state").annotate(Count("pk"))  # fmt: skip
    channels, states = (dict(Outgoing._meta.get_field(name).choices) for name in ("channel", "state"))
    out = [(channels[channel], states[state], count) for channel, state, count in rows]
    return {"inbox": inbox["n"], "read": inbox["read"], "out": out}


def history(event: Event, user, most: int = MOST) -> list[dict]:
    """What happened when, newest first: to the event and its sessions, and what concerns people for those who may
    know who they are."""
    labels = {
        "events.session": event.sessions.order_by(),
        "events.signup": SignUp.objects.filter(event=event).order_by(),
        "events.registration": Registration.objects.filter(session__event=event).order_by(),
        "events.attendance": Attendance.objects.filter(session__event=event).order_by(),
    }
    if not event.may(user, "events.check_in"):
        labels = {"events.session": labels["events.session"]}
    found = list(Activity.objects.filter(object=f"events.event:{event.pk}").select_related("by")[:most])
    for name, rows in labels.items():
        named = rows.values_list(Concat(Value(f"{name}:"), Cast("pk", CharField()), output_field=CharField()))
        found += Activity.objects.filter(object__in=named).select_related("by")[:most]
    found.sort(key=lambda line: (line.at, line.pk), reverse=True)
    return [
        {"at": line.at, "what": name_of(line.act), "by": line.by.name if line.by_id else _("the clock")}
        for line in found[:most]
    ]


# --- drawn ---


def sign_ups_by_day(event: Event) -> Columns:
    """How many seats were asked for on each day, from the first to the last; weeks when there are many days."""
    rows = SignUp.objects.filter(event=event).order_by().values_list(TruncDate("at")).annotate(Sum("seats"))
    counts = dict(rows)
    if not counts:
        return columns([])
    first, last = min(counts), max(counts)
    step = 1 if (last - first).days < 60 else 7
    points, day = [], first
    while day <= last and len(points) < 120:
        upto = day + timedelta(days=step)
        points.append((f"{day.month}/{day.day}", sum(n for one, n in counts.items() if day <= one < upto)))
        day = upto
    return columns(points)


def came_by_session(event: Event) -> Columns:
    rows = event.sessions.filter(cancelled_at=None, ends_at__lte=timezone.now()).order_by("starts_at", "pk")
    present = Count("attendances", filter=Q(attendances__withdrawn_at=None))
    found = rows.annotate(present=present).values_list("starts_at", "present")[:120]
    days = ((timezone.localtime(starts_at), present) for starts_at, present in found)
    return columns([(f"{day.month}/{day.day}", present) for day, present in days])


def came_by_age(event: Event) -> list[Bar]:
    """Different people who were there, by age today."""
    today = timezone.localdate()
    people = Attendance.objects.live().filter(session__event=event)
    counts = people.aggregate(
        none=Count("resident", distinct=True, filter=Q(resident__born_on=None)),
        **{
            f"from_{start}": Count("resident", distinct=True, filter=_aged(start, end, today))
            for start, end in BANDS
        },
    )
    points = [(_band(start, end), counts[f"from_{start}"]) for start, end in BANDS]
    return bars([*points, (_("not known"), counts["none"])] if counts["none"] else points)


def _aged(start, end, today) -> Q:
    """From `start` to below `end` whole years old."""
    condition = Q(resident__born_on__lte=years_before(today, start))
    return condition & Q(resident__born_on__gt=years_before(today, end)) if end else condition


def _band(start, end) -> str:
    if end is None:
        return _("%(age)d and older") % {"age": start}
    if not start:
        return _("under %(age)d") % {"age": end}
    return _("%(first)d–%(last)d years") % {"first": start, "last": end - 1}
