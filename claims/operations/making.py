"""Handing in a claim, and taking it back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.access import may
from community.models import Unit
from config.errors import DomainError
from config.images import Picture, open_image
from points.models import Rule, RuleVersion
from points.operations import members_on
from residents.models import ResidenceState, Resident

from .. import messages
from ..models import Claim, ClaimPhoto
from .common import locked, step, today, told

MOST_PHOTOS = 6
LATEST = 60  # days afterwards that something may still be claimed


@dataclass(frozen=True)
class Shown:
    """A photo, written anew without what the camera noted, and the digest of the file as it was sent."""

    digest: str
    picture: Picture


def shown(uploads: Sequence) -> list[Shown]:
    """Slow work, done before anything is held. Raises DomainError for what is no picture, and for too many."""
    if len(uploads) > MOST_PHOTOS:
        raise DomainError(_("Please choose no more than %(n)d photos.") % {"n": MOST_PHOTOS})
    found = {}
    for upload in uploads:
        upload.seek(0)
        digest = hashlib.file_digest(upload, "sha256").hexdigest()
        if digest not in found:
            found[digest] = Shown(digest, Picture(open_image(upload)))
    return list(found.values())


def claimable_rules(community: Unit) -> list[RuleVersion]:
    """What points can be claimed for today, in the order of the standard."""
    versions = RuleVersion.objects.in_force(today()).filter(rule__community=community)
    versions = versions.exclude(rule__category=Rule.Category.CONDUCT)
    versions = versions.exclude(approver=RuleVersion.Approver.SYSTEM)
    return list(versions.select_related("rule").order_by("rule__code"))


def make_claim(
    *,
    resident: Resident,
    rule: Rule,
    day: date,
    words: str,
    by: User,
    amount: Decimal = Decimal(1),
    photos: Sequence = (),
) -> Claim:
    """Hand in a claim, for oneself or by staff for somebody. `photos` are uploads.

    Raises DomainError for somebody else's claim, a rule not in force that day, and what is claimed already.
    """
    words = told(words, needed=_("Please say what was done."), most=300)
    return _keep(resident, rule, day, amount, words, shown(photos), by)


@transaction.atomic
def _keep(resident, rule, day, amount, words, photos: list[Shown], by) -> Claim:
    if resident.user_id != by.pk and not may(by, "points.claims", resident.unit):
        raise DomainError(_("You can claim points for yourself only. Staff help those who have no phone."))
    if not resident.is_living or resident.state not in ResidenceState.of_the_register():
        raise DomainError(_("Points are claimed by people whose address the community has confirmed."))
    version = _version(resident, rule, day)
    claim = Claim(
        community=resident.community,
        resident=resident,
        rule=rule,
        day=day,
        amount=amount if version.per == RuleVersion.Per.HOUR else Decimal(1),
        words=words,
        made_by=by,
    )
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError as error:
        raise DomainError(
            _("“%(rule)s” on this day has been claimed already. See it among the claims.")
            % {"rule": rule.name}
        ) from error
    for one in photos:
        photo = ClaimPhoto(claim=claim, digest=one.digest)
        photo.picture.save("", one.picture, save=False)
        photo.save()
    record("pointclaims.make", by=by, on=claim, path=resident.path, photos=len(photos))
    if by.pk != resident.user_id:
        messages.made_for(claim)
    return claim


def _version(resident: Resident, rule: Rule, day: date) -> RuleVersion:
    if day > today():
        raise DomainError(_("That day has not come yet."))
    if day < today() - timedelta(days=LATEST):
        raise DomainError(_("Claims are made within %(n)d days.") % {"n": LATEST})
    version = rule.version_on(day) if rule.community_id == resident.community_id else None
    if version is None or rule.deducts or version.approver == RuleVersion.Approver.SYSTEM:
        raise DomainError(_("On that day there were no points for this."))
    if not members_on(day, [resident.pk], community=resident.community):
        raise DomainError(
            _(
                "Points are claimed by members of the points scheme. Joining is voluntary: see the page of points."
            )
        )
    return version


@transaction.atomic
def withdraw(*, claim: Claim, by: User) -> Claim:
    """The claimant, or who handed it in for them, takes it back before points are given."""
    row = locked(claim)
    if by.pk not in (row.resident.user_id, row.made_by_id):
        raise DomainError(_("Only who made a claim can take it back."))
    return step(row, "withdraw", by, closed_at=timezone.now())
