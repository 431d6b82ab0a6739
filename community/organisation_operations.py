from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError

from .models import Organisation, Post
from .operations import hold_tree


@transaction.atomic
def close_organisation(
    *, organisation: Organisation, by: User | None, checks: Iterable[Callable[[Organisation], None]]
) -> Organisation:
    """Close a body nobody belongs to any more; `checks` are those of all rooms. A second time changes nothing.

    Raises DomainError naming what still hangs on it.
    """
    organisation = Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
    if organisation.closed_at:
        return organisation
    reasons = []
    for check in checks:
        try:
            check(organisation)
        except DomainError as refusal:
            reasons.append(str(refusal))
    if reasons:
        words = _("%(organisation)s cannot be closed.") % {"organisation": organisation}
        raise DomainError(" ".join([words, *reasons]))
    organisation.closed_at, organisation.closed_by = timezone.now(), by
    organisation.save(update_fields=["closed_at", "closed_by"])
    record("organisations.close", by=by, on=organisation, path=organisation.path)
    return organisation


@transaction.atomic
def reopen_organisation(*, organisation: Organisation, by: User | None) -> Organisation:
    """Raises DomainError when its unit is closed."""
    hold_tree()
    organisation = Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
    if not organisation.closed_at:
        return organisation
    if organisation.unit.closed_at:
        raise DomainError(_("%(unit)s is closed too. Reopen it first.") % {"unit": organisation.unit})
    organisation.closed_at = organisation.closed_by = None
    organisation.save(update_fields=["closed_at", "closed_by"])
    record("organisations.reopen", by=by, on=organisation, path=organisation.path)
    return organisation


def refuse_closing_with_posts(organisation: Organisation) -> None:
    n = Post.objects.current_or_future().filter(organisation=organisation).count()
    if n:
        words = ngettext("%(n)s post there has not ended.", "%(n)s posts there have not ended.", n)
        raise DomainError(words % {"n": n})


def refuse_closing_over_organisations(organisation: Organisation) -> None:
    n = Organisation.objects.living().filter(parent=organisation).count()
    if n:
        words = ngettext("%(n)s organisation belongs to it.", "%(n)s organisations belong to it.", n)
        raise DomainError(words % {"n": n})
