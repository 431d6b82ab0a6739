"""The scheme is joined and left of one's own will; its terms are versioned and agreed to."""

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Kind as UnitKind
from community.models import Unit
from config.errors import DomainError
from residents.models import Resident

from ..models import Account, Kind, Member, Terms
from ..terms_notice import tell_members
from .posting import Entry, locked, post


class Consents:
    """Who of some residents counts as a member on a day, all asked at once. Without terms everybody does."""

    def __init__(self, residents: Iterable[int], community: Unit | int):
        self.terms = list(Terms.objects.filter(community=community).order_by("number"))
        self.rows: dict[int, list[Member]] = {}
        if self.terms:
            for row in Member.objects.filter(resident__in=set(residents)).select_related("terms"):
                self.rows.setdefault(row.resident_id, []).append(row)

    def hold(self, resident: int, day: date) -> bool:
        """A consent to the terms of the day, or to earlier ones while they still count."""
        in_force = [one for one in self.terms if one.since <= day]
        if not in_force:
            return True
        oldest = max((one.number for one in in_force if one.old_until and one.old_until < day), default=0)
        return any(row.was_there(day) and row.terms.number >= oldest for row in self.rows.get(resident, ()))


def members_on(day: date, residents: Iterable[int], *, community: Unit | int) -> set[int]:
    """Which of `residents` (ids) could earn points on `day`."""
    residents = set(residents)
    consents = Consents(residents, community)
    return {pk for pk in residents if consents.hold(pk, day)}


@transaction.atomic
def publish_terms(
    *, community: Unit, text: str, since: date, by: User | None, old_until: date | None = None
) -> Terms:
    """New terms from `since` on; consents to earlier ones count until `old_until`.

    Raises DomainError for terms that do not follow the last ones, or that say not how long the old consents count.
    """
    if community.kind != UnitKind.COMMUNITY:
        raise DomainError(_("A points scheme is a community's."))
    Unit.objects.select_for_update(no_key=True).get(pk=community.pk)
    last = Terms.objects.of(community).first()
    if last and since <= last.since:
        raise DomainError(
            _("The present terms hold from %(day)s; new ones begin later.") % {"day": date_format(last.since)}
        )
    if by and since < timezone.localdate():
        raise DomainError(_("Terms never reach back: today at the earliest."))
    if last and (old_until is None or old_until < since):
        raise DomainError(_("Please say until when the earlier consents count."))
    terms = Terms.objects.create(
        community=community, number=last.number + 1 if last else 1, text=text, since=since, made_by=by,
        old_until=old_until if last else None,
    )  # fmt: skip
    record("points.publish_terms", by=by, on=terms, path=community.path, number=terms.number)
    if last:
        tell_members(terms)
    return terms


@transaction.atomic
def join(
    *, resident: Resident, terms: Terms, by: User | None, how: str = Member.How.SELF, in_ranking: bool = False
) -> Member:
    """`resident` agrees to `terms`; agreeing again only keeps the choice about rankings.

    Raises DomainError when these are not the newest terms of the resident's community: who agrees has read them.
    """
    Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)
    if resident.left_on or terms.community_id != resident.community_id:
        raise DomainError(_("This person is not in the register of the community."))
    if terms != Terms.objects.of(terms.community_id).first():
        raise DomainError(_("There are newer terms meanwhile. Please read them first."))
    now = Member.objects.living().filter(resident=resident).select_related("terms").first()
    if now and now.terms == terms:
        return set_ranking(member=now, in_ranking=in_ranking, by=by)
    if now:
        _end(now, Member.Why.RENEWED, by)
    try:
        with transaction.atomic():
            member = Member.objects.create(
                resident=resident, terms=terms, how=how, by=by, in_ranking=in_ranking
            )
    except IntegrityError as error:  # somebody was a moment faster
        raise DomainError(_("This person has joined already.")) from error
    record("points.join_scheme", by=by, on=member, path=resident.path, terms=terms.number, how=str(how))
    return member


@transaction.atomic
def set_ranking(*, member: Member, in_ranking: bool, by: User | None) -> Member:
    """Whether the member may stand in public rankings. The same choice again changes nothing."""
    if Member.objects.filter(pk=member.pk).exclude(in_ranking=in_ranking).update(in_ranking=in_ranking):
        member.in_ranking = in_ranking
        record("points.set_ranking", by=by, on=member, path=member.resident.path, now=in_ranking)
    return member


@transaction.atomic
def leave(*, resident: Resident, by: User, give_up: bool = False) -> Member | None:
    """From today on nothing more is earned. What is there may be redeemed until it expires, or with `give_up` goes at
    once, but for what waits at the counter. Leaving again changes nothing."""
    Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)
    member = Member.objects.living().filter(resident=resident).select_related("terms").first()
    if member is None:
        return None
    _end(member, Member.Why.LEFT, by)
    points = _give_up(member, resident, by) if give_up else 0
    record("points.leave_scheme", by=by, on=member, path=resident.path, given_up=points)
    return member


def _end(member: Member, why: str, by: User | None) -> None:
    member.left_at, member.left_why, member.left_by = timezone.now(), why, by
    member.save(update_fields=["left_at", "left_why", "left_by"])


def _give_up(member: Member, resident: Resident, by: User) -> int:
    account = Account.objects.filter(resident=resident).first()
    points = locked([account.pk])[account.pk].available if account else 0
    if points:
        cause = f"points.member:{member.pk}"
        entry = Entry(
            account.pk, Kind.EXPIRE, points, f"give_up:{member.pk}", timezone.localdate(), cause=cause
        )
        post([entry], community=resident.community, by=by)
    return points


@transaction.atomic
def follow_merged_member(*, source: Resident, target: Resident, by: User) -> None:
    """A consent given under the row that goes stays with the human; of two, the later one."""
    for row in Member.objects.living().filter(resident__in=[source, target]).order_by("-joined_at")[1:]:
        _end(row, Member.Why.RENEWED, by)
    Member.objects.filter(resident=source).update(resident=target)
