"""`I live here`: made by whoever has an account, decided by staff."""

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Kind, Unit
from community.operations import hold_tree
from config.errors import DomainError
from notifications.operations import language_of, tell

from ..addresses import parse
from ..models import CLAIM_STEPS, Claim, ClaimState, ResidenceState, Resident
from .changes import words
from .households import open_household
from .linking import link, person_for
from .people import change_resident


def unit_named(community: Unit, text: str) -> Unit:
    """The lowest unit of the community the text surely names: a building, a compound, or the community itself."""
    below = Unit.objects.living().below(community)
    address = parse(text)
    if address:
        buildings = below.filter(kind=Kind.BUILDING, name__in=address.building_names())
        if address.compound:
            buildings = buildings.filter(parent__name__contains=address.compound)
        if len(found := buildings[:2]) == 1:
            return found[0]
        text = address.compound or text
    text = "".join(text.split())
    named = [
        unit
        for unit in below.filter(kind=Kind.COMPOUND)[:500]
        if unit.name in text or (text and text in unit.name)
    ]
    return named[0] if len(named) == 1 else community


@transaction.atomic
def make_claim(*, user: User, community: Unit, place: str, standing: str, note: str = "") -> Claim:
    """Ask to be known as living at `place`. Raises DomainError while another claim of this account waits."""
    hold_tree()
    place = words(place, needed=_("Please say in which building and room you live."))[:80]
    if Claim.objects.open().filter(user=user).exists():
        raise DomainError(
            _("You have already told us where you live. Please wait for the answer or withdraw it first.")
        )
    if Resident.objects.of(user).population().exists():
        raise DomainError(
            _("You are already confirmed as a resident. Please ask your grid worker when you have moved.")
        )
    person_for(user, community)
    if Resident.objects.of(user).population().filter(community=community).exists():
        raise DomainError(_("Your phone and name are in the register: you are confirmed already."))
    unit = unit_named(community, place)
    claim = Claim(
        user=user,
        community=community,
        path=unit.path,
        name=user.name,
        place=place,
        standing=standing,
        note=words(note),
    )
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError as error:
        raise DomainError(_("You have already told us where you live.")) from error
    record("claims.make", by=user, on=claim, path=unit.path)
    return claim


def _open(claim: Claim) -> Claim:
    """The claim under a lock: of two people deciding at once, the second finds it decided."""
    row = Claim.objects.select_for_update().get(pk=claim.pk)
    if row.state != ClaimState.OPEN:
        raise DomainError(_("This claim has been decided already."))
    return row


def _close(claim: Claim, act: str, by: User, **values) -> Claim:
    values |= {"state": CLAIM_STEPS[claim.state, act], "decided_at": timezone.now(), "decided_by": by}
    for field, value in values.items():
        setattr(claim, field, value)
    claim.save(update_fields=list(values))
    record(f"claims.{act}", by=by, on=claim, path=claim.path)
    if act != "withdraw":
        _tell(claim)
    return claim


def _tell(claim: Claim) -> None:
    """The claimant hears the answer."""
    said = {"place": claim.place, "reason": claim.reason}
    with language_of(claim.user):
        if claim.state == ClaimState.REFUSED:
            subject = _("Your address could not be confirmed")
            text = _("The community could not confirm that you live at %(place)s: %(reason)s") % said
        else:
            subject = _("Your address is confirmed")
            text = _("The community has confirmed that you live at %(place)s.") % said
    tell("answer", to=claim.user, community=claim.community, path=claim.path, subject=subject, text=text,
         url=reverse("residents:my_claim"), cause=f"claim:{claim.pk}/", key=f"claim:{claim.pk}")  # fmt: skip


@transaction.atomic
def withdraw_claim(*, claim: Claim, by: User) -> Claim:
    """The claimant takes it back."""
    if claim.user_id != by.pk:
        raise DomainError(_("Only who made a claim can withdraw it."))
    return _close(_open(claim), "withdraw", by)


@transaction.atomic
def refuse_claim(*, claim: Claim, by: User, reason: str) -> Claim:
    """The claimant reads the reason; the account stays unconfirmed."""
    reason = words(reason, needed=_("Please give the reason; the person will read it."))
    return _close(_open(claim), "refuse", by, reason=reason)


@transaction.atomic
def confirm_claim(*, claim: Claim, resident: Resident, by: User) -> Claim:
    """The claimant is `resident` of the register: linked, and the unconfirmed row goes into that one.

    Raises DomainError when the claim is decided, or the person has another account.
    """
    row = _open(claim)
    if resident.community_id != row.community_id or resident.state not in ResidenceState.of_the_register():
        raise DomainError(_("Choose a person from the register of this community."))
    return _close(row, "confirm", by, resident=link(resident=resident, user=row.user, by=by))


@transaction.atomic
def confirm_newcomer(
    *, claim: Claim, unit: Unit, state: str, by: User, why: str = "", door: tuple[str, str] = ("", "")
) -> Claim:
    """The claimant lives here and is not in the register yet: the unconfirmed row becomes a full one at `unit`.

    With a room (`door`: staircase, room) the newcomer opens a household there.
    """
    hold_tree()
    row = _open(claim)
    if state not in ResidenceState.of_the_register():
        raise DomainError(_("Choose a residence state."))
    resident = person_for(row.user, row.community)
    if resident.state == ResidenceState.UNCONFIRMED:
        why = why or _("Confirmed after a claim.")
        resident = change_resident(resident=resident, by=by, why=why, state=state, unit=unit)
        if door[1]:
            resident = open_household(resident=resident, unit=unit, door=door, by=by, why=why)
    return _close(row, "confirm", by, resident=resident)


def likely_matches(claim: Claim, user: User, most: int = 8) -> list[Resident]:
    """People of the register in sight of `user` who may be the claimant: same phone, or the same name."""
    people = Resident.objects.visible_to(user).population().filter(community=claim.community, user=None)
    people = people.select_related("unit", "household__dwelling__unit")
    phone = claim.user.phone if claim.user.phone_verified_at else ""
    found = {row.pk: row for row in (people.with_phone(phone)[:most] if phone else [])}
    found |= {row.pk: row for row in people.filter(name=claim.name).order_by("path", "pk")[:most]}
    return sorted(found.values(), key=lambda row: (row.name != claim.name, row.path, row.pk))[:most]
