"""Appointments: who holds which post from when to when, and exactly one primary post per place and role on any day.

What has been is never rewritten: when a post becomes primary, or no longer is, from a day on, its row ends the
day before and another row of the same holder goes on.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError
from config.leftovers import let_go, names_of

from .access import forget, rank_at
from .models import Kind, Organisation, Post, Role, Unit
from .operations import hold_tree
from .roles import PLACES, RANK

DAY = timedelta(days=1)
EARLIEST, YEARS_AHEAD = date(1949, 10, 1), 10


# What is refused


def refuse_actor(by: User | None, holder: User, role: str, place: Unit | Organisation) -> None:
    """Nobody changes their own post, gives a role above their own, or reaches beyond their scope. None: the system."""
    if by is None:
        return
    if by == holder:
        raise DomainError(_("Nobody changes their own post. Ask somebody else who may."))
    mine = rank_at(by, "posts.manage", place)
    if mine is None:
        raise DomainError(_("You do not appoint at %(place)s.") % {"place": place})
    if RANK[role] < mine:
        raise DomainError(_("The post of %(role)s is above your own.") % {"role": Role(role).label})


def _refuse_place(role: str, place: Unit | Organisation) -> None:
    words = {"role": Role(role).label, "place": place}
    if place.closed_at:
        raise DomainError(_("%(place)s is closed: nobody can be appointed there.") % words)
    if isinstance(place, Organisation):
        if role != Role.BRANCH_SECRETARY or not place.is_party:
            raise DomainError(_("%(role)s is not a post of %(place)s.") % words)
    elif place.kind not in PLACES[role]:
        kinds = _(", ").join(str(Kind(kind).label) for kind in PLACES[role]) or _("party organisation")
        raise DomainError(_("A post of %(role)s is at: %(kinds)s.") % {**words, "kinds": kinds})


def _refuse_dates(started_on: date, ended_on: date | None) -> None:
    latest = timezone.localdate().replace(day=1) + timedelta(days=365 * YEARS_AHEAD)
    for day in (started_on, ended_on or started_on):
        if not EARLIEST <= day <= latest:
            raise DomainError(_("The dates of a post lie between 1949 and ten years from now."))
    if ended_on and ended_on < started_on:
        raise DomainError(_("The last day of a post comes after its first."))


def _refuse_last_operator(post: Post) -> None:
    """The site never stays without somebody who may appoint."""
    if post.role != Role.OPERATOR or post.unit.kind != Kind.ROOT:
        return
    others = Post.objects.current().filter(
        role=Role.OPERATOR, unit__kind=Kind.ROOT, ended_on=None, holder__deactivated_at=None
    )
    if not others.exclude(holder=post.holder_id).exists():
        raise DomainError(_("This is the last operator. Appoint another one first."))


def refuse_to_lose_last_operator(*, user: User) -> None:
    """Called before `user` is deactivated: one of two at once who deactivate each other waits, and is refused."""
    held = Post.objects.current_or_future().filter(
        holder=user, holder__deactivated_at=None, role=Role.OPERATOR, unit__kind=Kind.ROOT
    )
    for post in held.select_related("unit"):
        _lock(post.unit)
        _refuse_last_operator(post)


# Days


def _lock(place: Unit | Organisation) -> None:
    """One change at a time for the posts of a place; the row locked is the one they are counted for."""
    list(type(place).objects.select_for_update(no_key=True).filter(pk=place.pk).values_list("pk"))


def _beside(post: Post, since: date, until: date = date.max):
    """Standing posts of the same role and place that touch the days from `since` to `until`."""
    return (
        Post.objects.standing()
        .beside(post)
        .filter(Q(ended_on=None) | Q(ended_on__gte=since), started_on__lte=until)
        .order_by("started_on", "pk")
    )


def _go_on(post: Post, since: date, **changed) -> Post:
    """End the row of `post` the day before `since` and continue it in a new row."""
    rest = Post.objects.get(pk=post.pk)
    rest.pk, rest._state.adding, rest.started_on = None, True, since
    for name, value in changed.items():
        setattr(rest, name, value)
    post.ended_on = since - DAY
    post.save(update_fields=["ended_on"])
    rest.save()
    return rest


def _set_primary(post: Post, since: date, until: date, value: bool) -> Post:
    """Make `post` primary, or not, for its days from `since` to `until`; gives the row that holds `since`."""
    if post.primary == value:
        return post
    if until < post.last_day:
        _go_on(post, until + DAY)
    if since > post.started_on:
        return _go_on(post, since, primary=value)
    post.primary = value
    post.save(update_fields=["primary"])
    return post


def _fill(post: Post, since: date) -> None:
    """Give every day from `since` on which somebody holds the post a primary one: full-time first, then the row begun first."""
    while gap := _first_gap(list(_beside(post, since)), since):
        chosen, first, last = gap
        _set_primary(chosen, first, last, True)


def _first_gap(posts: list[Post], since: date) -> tuple[Post, date, date] | None:
    """The first days without a primary post: who should have it, from when to when."""
    primaries = [post for post in posts if post.primary]
    starts = (
        {since}
        | {post.started_on for post in posts}
        | {post.last_day + DAY for post in primaries if post.ended_on}
    )
    for day in sorted(start for start in starts if start >= since):
        held = [post for post in posts if post.is_current(day)]
        if held and not any(post.primary for post in held):
            chosen = min(held, key=lambda post: not post.full_time)
            nexts = [post.started_on - DAY for post in primaries if post.started_on > day]
            return chosen, day, min([chosen.last_day, *nexts])
    return None


# Acts


@transaction.atomic
def appoint(
    *,
    holder: User,
    role: str,
    place: Unit | Organisation,
    by: User | None,
    started_on: date | None = None,
    ended_on: date | None = None,
    **fields,
) -> Post:
    """Give `holder` a post at a unit or organisation, today or from a day to come; `ended_on` is its last day.

    The first post of a role at a place is primary by itself. Raises DomainError for a role above one's own, a place
    out of scope, closed or of the wrong kind, dates that cannot be, a post already held.
    """
    started_on = started_on or timezone.localdate()
    hold_tree()
    _lock(place)
    place = type(place).objects.get(pk=place.pk)
    refuse_actor(by, holder, role, place)
    _refuse_place(role, place)
    _refuse_dates(started_on, ended_on)
    if not holder.is_active:
        raise DomainError(_("This account is deactivated."))
    where = {"organisation": place} if isinstance(place, Organisation) else {"unit": place}
    post = Post(holder=holder, role=role, started_on=started_on, ended_on=ended_on, **where, **fields)
    beside = list(_beside(post, started_on, post.last_day))
    if any(other.holder_id == holder.pk for other in beside):
        words = {"holder": holder, "role": post.get_role_display(), "place": place}
        raise DomainError(_("%(holder)s already is %(role)s of %(place)s on these days.") % words)
    post.primary = not any(other.primary for other in beside)
    post.save()
    _fill(post, max(started_on, timezone.localdate()))
    forget(holder)
    record("posts.appoint", by=by, on=post, path=post.path, role=role)
    post.refresh_from_db()
    return post


@transaction.atomic
def make_primary(*, post: Post, by: User | None, since: date | None = None) -> Post:
    """Make `post` the primary one of its place from `since` (today) on. Again changes nothing."""
    _lock(post.place)
    post = Post.objects.select_related("unit", "organisation__unit", "holder").get(pk=post.pk)
    refuse_actor(by, post.holder, post.role, post.place)
    since = max(since or timezone.localdate(), post.started_on)
    if post.withdrawn_at or since > post.last_day or since < timezone.localdate():
        raise DomainError(_("A post becomes primary from today or a later day while it is held."))
    if post.primary:
        return post
    for other in _beside(post, since, post.last_day).filter(primary=True):
        _set_primary(other, max(since, other.started_on), min(post.last_day, other.last_day), False)
    made = _set_primary(post, since, post.last_day, True)
    _fill(made, since)
    record("posts.make_primary", by=by, on=made, path=made.path, role=made.role)
    return made


@transaction.atomic
def end_post(*, post: Post, by: User | None, last_day: date | None = None) -> Post | None:
    """End `post` after `last_day` (today, yesterday at the earliest). Gives the post that is primary from then on, if any.

    An end may be moved as long as it has not come. Raises DomainError for a post not begun (withdraw it), one that is
    over, one's own, and the last operator's.
    """
    _lock(post.place)
    post = Post.objects.select_related("unit", "organisation__unit", "holder").get(pk=post.pk)
    refuse_actor(by, post.holder, post.role, post.place)
    today = timezone.localdate()
    last_day = last_day or today
    if post.withdrawn_at or post.last_day < today - DAY:
        raise DomainError(_("This post is over."))
    if last_day < post.started_on:
        raise DomainError(_("This post begins later. Withdraw it if it should not begin."))
    if last_day < today - DAY:
        raise DomainError(_("The last day is yesterday at the earliest: what has been stays as it was."))
    _refuse_dates(post.started_on, last_day)
    _refuse_later_rows(post, last_day)
    _refuse_last_operator(post)
    post.ended_on = last_day
    post.save(update_fields=["ended_on"])
    _fill(post, max(today, last_day + DAY))
    forget(post.holder)
    record("posts.end", by=by, on=post, path=post.path, role=post.role, last_day=last_day.isoformat())
    return _beside(post, last_day + DAY, last_day + DAY).filter(primary=True).first()


def _refuse_later_rows(post: Post, last_day: date) -> None:
    """A longer post must not run into the same person's next one, nor into another primary one."""
    if last_day <= post.last_day:
        return
    clash = Q(holder=post.holder_id) | (Q(primary=True) if post.primary else Q())
    if _beside(post, post.last_day + DAY, last_day).filter(clash).exists():
        raise DomainError(_("Another post begins before that day. End or withdraw that one first."))


@transaction.atomic
def withdraw_post(*, post: Post, by: User | None) -> Post:
    """Take back an appointment that begins today or later, as if it had not been made. Again changes nothing."""
    _lock(post.place)
    post = Post.objects.select_related("unit", "organisation__unit", "holder").get(pk=post.pk)
    refuse_actor(by, post.holder, post.role, post.place)
    if post.withdrawn_at:
        return post
    if post.started_on < timezone.localdate():
        raise DomainError(_("This post has begun. End it instead."))
    _refuse_last_operator(post)
    post.withdrawn_at, post.withdrawn_by = timezone.now(), by
    post.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _fill(post, max(post.started_on, timezone.localdate()))
    forget(post.holder)
    record("posts.withdraw", by=by, on=post, path=post.path, role=post.role)
    return post


@transaction.atomic
def describe_post(*, post: Post, by: User | None, title: str, public_phone: str, picture=None) -> Post:
    """Change what is shown beside a post: title, duty phone and portrait (an upload or "" for none; None: as it is)."""
    refuse_actor(by, post.holder, post.role, post.place)
    before = names_of(post)
    post.title, post.public_phone = title, public_phone
    if picture is not None:
        post.picture = picture
    post.save(update_fields=["title", "public_phone", "picture"])
    let_go(*before)
    record("posts.describe", by=by, on=post, path=post.path)
    return post
