"""The start page of the portal and the home page of a community."""

from datetime import datetime, time, timedelta
from functools import lru_cache

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from lunar_python import Solar

from community.models import CalendarDay, Duty, Honour, Kind, Notice, Post, Unit, here_and_below
from community.pages import public_page
from community.templatetags.content import tel
from events.models import Attendance, Registration, Session
from events.rows import session_rows
from points.models import RuleVersion

from .context import own_communities
from .kept import may_be_kept

CARDS, NOTICES, HONOURS = 6, 6, 4
LONGEST = timedelta(days=14)  # a session that began longer ago is not looked for
MOST = 60  # sessions read for the page


@may_be_kept
@login_not_required
def start(request):
    """The only community, or one's own; else a chooser by street. With `all` everybody chooses among several."""
    communities = list(Unit.objects.communities().select_related("profile").order_by("order", "pk"))
    own = own_communities(request.user, communities)
    if len(communities) == 1:
        response = redirect("portal:home", communities[0])
    elif len(own) == 1 and "all" not in request.GET:
        response = redirect("portal:home", own[0])
    else:
        own = own if len(own) < len(communities) else []
        context = {"streets": by_street(communities), "own": own, "nav": "home"}
        response = render(request, "portal/chooser.html", context)
    if request.user.is_authenticated:  # it says where somebody lives: no cache keeps that
        add_never_cache_headers(response)
    return response


def by_street(communities):
    """`[(street or district, [community, …]), …]` in the order of the tree."""
    above = Unit.objects.living().filter(kind__in=[Kind.DISTRICT, Kind.STREET]).order_by("path")
    streets = {unit.path: unit for unit in above}
    groups = {}
    for community in communities:
        holders = [streets[path] for path in streets if community.path.startswith(path)]
        groups.setdefault(holders[-1] if holders else None, []).append(community)
    return sorted(groups.items(), key=lambda group: group[0].path if group[0] else "")


@public_page
def home(request, community):
    now = timezone.now()
    rows = rows_from_today(community, now)
    coming = [row for row in rows if not row["over"]]
    return render(
        request,
        "portal/home.html",
        {
            "nav": "home",
            "headline": headline(rows),
            "day": day_line(request, now),
            "year": timezone.localdate(now).year,
            "next_up": next((row for row in coming if not row["begun"]), None),
            "tiles": tiles(community),
            "posters": not request.elder,
            "rows": coming[: CARDS // 2 if request.elder else CARDS],
            "notices": Notice.objects.filter(unit=community).public().newest_first()[:NOTICES],
            "duties": on_duty(community, now),
            "figures": [] if request.elder else figures(community, now),
            "honours": [] if request.elder else Honour.objects.filter(unit=community)[:HONOURS],
        },
    )


def start_of(day):
    return timezone.make_aware(datetime.combine(day, time.min))


def rows_from_today(community, now) -> list[dict]:
    """Public sessions that end today or later and are not cancelled, soonest first."""
    today = start_of(timezone.localdate(now))
    coming = Session.objects.public().filter(
        community=community,
        starts_at__gte=today - LONGEST,
        ends_at__gt=today,
        cancelled_at=None,
        event__cancelled_at=None,
    )
    return session_rows(coming.order_by("starts_at", "pk")[:MOST], community)


def headline(rows) -> str:
    """What is on today, in one sentence."""
    todays = [row for row in rows if row["today"] or row["begun"]]
    if not todays:
        return _("No events in the community today")
    if all(row["over"] for row in todays):
        return _("Today's events are over")
    return ngettext(
        "%(count)d event in the community today", "%(count)d events in the community today", len(todays)
    ) % {"count": len(todays)}


def day_line(request, now) -> list[str]:
    """The date and weekday; for Chinese readers the lunar date and solar term; a holiday's name."""
    today = timezone.localdate(now)
    parts = [f"{date_format(today, 'DATE_FORMAT')} {date_format(today, 'l')}"]
    if request.LANGUAGE_CODE == "zh-hans":
        parts += lunar(today)
    holiday = CalendarDay.objects.filter(day=today, kind=CalendarDay.Kind.HOLIDAY).first()
    return [*parts, holiday.name] if holiday and holiday.name not in parts else parts


@lru_cache(maxsize=2)
def lunar(today) -> list[str]:
    day = Solar.fromYmd(today.year, today.month, today.day).getLunar()
    date = _("Lunar %(month)s month, %(day)s") % {
        "month": day.getMonthInChinese(),
        "day": day.getDayInChinese(),
    }
    return [part for part in (date, day.getJieQi()) if part]


def link(name: str, community) -> str:
    """The address of a page of the community, or nothing while there is no such page."""
    try:
        return reverse(name, args=[community])
    except NoReverseMatch:
        return ""


def tiles(community) -> list[dict]:
    """At most six entries, each leading to something that exists.

    Where points are given they take the place of the notice board: that stands on this very page.
    """
    gives_points = (
        RuleVersion.objects.in_force(timezone.localdate()).filter(rule__community=community).exists()
    )
    phone = community.profile.duty_phone if hasattr(community, "profile") else ""
    found = [
        ("calendar-check", _("Join an event"), "", link("events:list", community)),
        ("file-text", _("Service guide"), "", link("community:guide", community)),
        ("map-pin-house", _("My grid worker"), "", link("community:grid", community)),
        ("award", _("Earn points"), "", link("points:standard", community))
        if gives_points
        else ("megaphone", _("Notice board"), "", link("community:notices", community)),
        ("building-2", _("Halls and rooms"), "", link("venues:list", community)),
        ("message-square-warning", _("Report a problem"), _("by telephone"), tel(phone) if phone else ""),
    ]
    return [
        {"icon": icon, "text": text, "small": small, "url": url} for icon, text, small, url in found if url
    ]


def on_duty(community, now) -> list[dict]:
    """Who is on duty now, in which post, and the number to call."""
    duties = list(Duty.objects.filter(unit=community).at(now).select_related("holder")[:3])
    posts = {}
    if duties:
        holders = [duty.holder_id for duty in duties]
        for post in (
            Post.objects.public()
            .filter(here_and_below(community.path, "unit__path"), holder__in=holders)
            .select_related("unit")
        ):
            posts.setdefault(post.holder_id, post)
    return [duty_card(duty, posts.get(duty.holder_id), community) for duty in duties]


def duty_card(duty, post, community) -> dict:
    starts, ends = timezone.localtime(duty.starts_at), timezone.localtime(duty.ends_at)
    profile = getattr(community, "profile", None)
    return {
        "name": duty.holder.name,
        "post": (post.title or post.get_role_display()) if post else "",
        "hours": f"{date_format(starts, 'H:i')}–{date_format(ends, 'H:i')}",
        "place": duty.place,
        "phone": duty.phone or (post.public_phone if post else "") or (profile.duty_phone if profile else ""),
    }


def figures(community, now) -> list[dict]:
    """This month so far, counted from the rows. Empty while there is nothing to count."""
    first = start_of(timezone.localdate(now).replace(day=1))
    held = Session.objects.public().filter(
        community=community,
        starts_at__gte=first,
        ends_at__lte=now,
        cancelled_at=None,
        event__cancelled_at=None,
    )
    came = Attendance.objects.filter(
        session__community=community,
        session__starts_at__gte=first,
        session__starts_at__lte=now,
        withdrawn_at=None,
    ).aggregate(times=Count("pk"), people=Count("resident", distinct=True))
    booked = Registration.objects.filter(
        session__community=community,
        session__starts_at__gt=now,
        session__cancelled_at=None,
        cancelled_at=None,
    )
    found = [
        (held.count(), _("events held")),
        (came["times"], _("attendances")),
        (came["people"], _("people who took part")),
        (booked.count(), _("sign-ups for what is coming")),
    ]
    return (
        [{"value": value, "text": text} for value, text in found] if any(value for value, _t in found) else []
    )
