"""Publicity lists: made once a week or month, public for some working days, then posted, but for what is objected to."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Unit
from community.working_days import add_working_days
from config.errors import DomainError, StaleError
from points.models import Transfer
from points.operations import Award, award
from points.operations.weighing import Why

from .. import messages
from ..models import Batch, Claim, Procedure, State
from .common import today
from .people import held, procedure_of


@transaction.atomic
def publish(*, community: Unit, by: User | None, seen: Collection[int] | None = None) -> Batch:
    """Everything agreed to so far goes on one list. Raises DomainError when there is nothing.

    `seen`: the claims that were shown to whoever asked for it; StaleError when it would be others now."""
    procedure = held(community)
    claims = list(
        Claim.objects.filter(community=community, state=State.ACCEPTED)
        .select_for_update(of=("self",))
        .select_related("resident__user", "rule", "community")
        .order_by("pk")
    )
    if not claims:
        raise DomainError(_("No claim waits for a list."))
    if seen is not None and {claim.pk for claim in claims} != set(seen):
        raise StaleError(
            _("Other claims wait for the list by now. Please look through them and publish again.")
        )
    procedure.last_batch += 1
    procedure.save(update_fields=["last_batch"])
    until = add_working_days(today(), procedure.days)
    batch = Batch.objects.create(
        community=community, number=procedure.last_batch, published_by=by, until=until
    )
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(state=State.LISTED, batch=batch)
    record("pointclaims.publish", by=by, on=batch, path=community.path, count=len(claims))
    messages.listed(batch, claims)
    return batch


def is_due(procedure: Procedure, on: date) -> bool:
    """A week or month has begun since the last list."""
    last = Batch.objects.filter(community=procedure.community_id).order_by("-pk").first()
    if last is None:
        return True
    was = timezone.localdate(last.published_at)
    if procedure.every == Procedure.Every.MONTH:
        return (was.year, was.month) != (on.year, on.month)
    return was.isocalendar()[:2] != on.isocalendar()[:2]


def publish_due() -> str:
    """The list of the week or month, where something waits for it."""
    waiting = Claim.objects.filter(state=State.ACCEPTED).order_by().values("community").distinct()
    made = 0
    for community in Unit.objects.filter(pk__in=waiting):
        if is_due(procedure_of(community), today()):
            publish(community=community, by=None)
            made += 1
    return _("%(n)d publicity lists made") % {"n": made}


@transaction.atomic
def post_batch(*, batch: Batch, by: User | None) -> int:
    """Give the points of what stands on the list undisputed; gives how many claims that were. Again changes nothing.

    Raises DomainError before its time is up, BudgetSpent when the year's budget does not suffice.
    """
    if not batch.is_over:
        raise DomainError(_("The list is public until the end of its last day; points are given afterwards."))
    claims = list(
        Claim.objects.filter(batch=batch, state=State.LISTED)
        .select_for_update(of=("self",))
        .select_related("resident__user", "rule", "community")
        .order_by("pk")
    )
    disputed = set(Claim.objects.filter(batch=batch).objected_to().values_list("pk", flat=True))
    claims = [claim for claim in claims if claim.pk not in disputed]
    if not claims:
        return 0
    awards = [
        Award(one.resident_id, one.rule_id, one.day, one.key, hours=one.amount, cause=one.key)
        for one in claims
    ]
    left_out = award(awards, community=batch.community, by=by).left_out
    given = dict(Transfer.objects.filter(key__in=[one.key for one in claims]).values_list("key", "amount"))
    for one in claims:
        one.state, one.closed_at, one.points = State.POSTED, timezone.now(), given.get(one.key, 0)
        one.reason = str(Why(left_out[one.key]).label) if one.key in left_out else ""
    Claim.objects.bulk_update(claims, ["state", "closed_at", "points", "reason"])
    record("pointclaims.post", by=by, on=batch, path=batch.community.path, count=len(claims))
    messages.posted(claims)
    return len(claims)


def post_due() -> str:
    """Whatever list's time is up, and what was objected to on earlier ones and has been answered."""
    waiting = Claim.objects.filter(state=State.LISTED).undisputed().order_by().values("batch").distinct()
    posted, refused = 0, 0
    for batch in Batch.objects.over(today()).filter(pk__in=waiting).select_related("community"):
        try:
            posted += post_batch(batch=batch, by=None)
        except DomainError:
            refused += 1  # the budget is spent: staff see it on their desk, the next run tries again
    words = _("%(n)d claims posted") % {"n": posted}
    return words + (_(", %(n)d lists wait for a budget") % {"n": refused} if refused else "")
