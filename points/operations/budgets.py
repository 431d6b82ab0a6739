from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Kind, Unit
from config.errors import DomainError

from ..models import Budget
from .accounts import open_books


@transaction.atomic
def set_budget(*, community: Unit, year: int, points: int, by: User | None, was: int | None = None) -> Budget:
    """What `community` may issue for days of `year`; setting it again changes nothing.

    `was` is the budget that `by` saw, none being 0. Raises DomainError when it is another one by now, and below
    what has been issued already.
    """
    if community.kind != Kind.COMMUNITY:
        raise DomainError(_("Only a community has a points budget."))
    open_books(community)
    Budget.objects.get_or_create(community=community, year=year, defaults={"points": 0})
    budget = Budget.objects.select_for_update().get(community=community, year=year)
    if points == budget.points:
        return budget
    if was is not None and was != budget.points:
        raise DomainError(
            _("Meanwhile the budget was set to %(points)d points. Please look again.")
            % {"points": budget.points}
        )
    if points < budget.drawn:
        raise DomainError(
            _("%(drawn)d points have been issued already; the budget cannot be smaller.")
            % {"drawn": budget.drawn}
        )
    before, budget.points = budget.points, points
    budget.save(update_fields=["points"])
    record("points.set_budget", by=by, on=budget, path=community.path, year=year, was=before, now=points)
    return budget
