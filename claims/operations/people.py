"""Who decides, and how a community goes about it."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Kind, Post, Unit
from config.errors import DomainError
from residents.models import Resident

from ..models import Procedure, Reviewer


def procedure_of(community: Unit) -> Procedure:
    """As set, else the defaults, not kept."""
    return Procedure.objects.filter(community=community).first() or Procedure(community=community)


def held(community: Unit) -> Procedure:
    """The row, made where there was none, and locked."""
    Procedure.objects.get_or_create(community=community)
    return Procedure.objects.select_for_update().get(community=community)


@transaction.atomic
def set_procedure(
    *, community: Unit, every: str, days: int, by: User, answer_days: int = Procedure.AnswerDays.FIVE
) -> Procedure:
    """From the next list and the next notice on; what is public or noticed keeps its time."""
    if every not in Procedure.Every.values or days not in Procedure.Days.values:
        raise DomainError(_("A list is public for 3, 5 or 7 working days, every week or every month."))
    if answer_days not in Procedure.AnswerDays.values:
        raise DomainError(_("A deduction can be answered for 5, 7 or 10 working days."))
    row = held(community)
    row.every, row.days, row.answer_days = every, days, answer_days
    row.save(update_fields=["every", "days", "answer_days"])
    record("pointclaims.procedure", by=by, on=row, path=community.path, every=every, days=days)
    return row


@transaction.atomic
def appoint_reviewer(
    *, community: Unit, holder: User, body: str, by: User | None, since: date | None = None
) -> Reviewer:
    """`holder` decides about claims in `body`; appointed again, they stay what they are.

    Raises DomainError when they sit in the other body.
    """
    if community.kind != Kind.COMMUNITY:
        raise DomainError(_("Claims of points are a community's."))
    if not holder.is_active:
        raise DomainError(_("This account is deactivated."))
    held(community)
    sitting = Reviewer.objects.filter(community=community, holder=holder).not_over().first()
    if sitting and sitting.body == body:
        return sitting
    if sitting:
        raise DomainError(
            _("%(name)s sits in the %(body)s; nobody decides twice about the same claim.")
            % {"name": holder.name, "body": sitting.get_body_display()}
        )
    try:
        with transaction.atomic():
            row = Reviewer.objects.create(
                community=community, holder=holder, body=body, since=since or timezone.localdate(), appointed_by=by
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError(_("Somebody has just appointed this person.")) from error
    record("pointclaims.appoint", by=by, on=row, path=community.path, body=body)
    return row


@transaction.atomic
def end_reviewer(*, reviewer: Reviewer, by: User | None) -> Reviewer:
    """From today on they decide no more; whoever was appointed only today counts to the end of the day."""
    row = Reviewer.objects.select_for_update().get(pk=reviewer.pk)
    if row.until and row.until <= timezone.localdate():
        return row
    row.until = max(row.since, timezone.localdate() - timedelta(days=1))
    row.save(update_fields=["until"])
    record("pointclaims.end", by=by, on=row, path=row.community.path, body=row.body)
    return row


def end_seats(*, resident: Resident, by: User | None) -> str:
    """Who died or moved away decides no more about the neighbours' claims, unless a post of the community keeps them
    there. What was done, in a sentence; nothing when there was nothing."""
    if resident.user is None:
        return ""
    at_work = Post.objects.current().filter(
        holder=resident.user, unit__path__startswith=resident.community.path
    )
    if resident.left_why == Resident.Left.MOVED and at_work.exists():
        return ""
    seats = Reviewer.objects.filter(community=resident.community, holder=resident.user).not_over()
    ended = [end_reviewer(reviewer=one, by=by).get_body_display() for one in seats.order_by("pk")]
    return _("No longer in the %(body)s.") % {"body": "、".join(ended)} if ended else ""
