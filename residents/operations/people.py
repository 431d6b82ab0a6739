from datetime import date
from importlib import import_module

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import look, record
from community.models import Organisation, Unit
from community.operations import hold_tree, standing
from config.errors import DomainError

from .. import identity
from ..models import Change, Household, NameGram, Relation, ResidenceState, Resident, ResidentTag, Tag
from ..pinyin import given, initials, pinyin
from .changes import change, check, keep_grams, locked, locked_member, words

EDITABLE = [
    "name", "name_pinyin", "sex", "born_on", "id_kind", "id_number", "phone", "state", "unit", "registered_address",
    "nation", "moved_in_on", "is_party_member", "party_branch", "party_joined_on",
]  # fmt: skip
REVEALABLE = {"id_number": "document number", "phone": "phone"}
EARLIEST = date(1880, 1, 1)


def clean_person(values: dict, row: Resident | None = None) -> dict:
    """`values` in their normal forms, with what follows from them: pinyin, sex and birth from the number.

    `row`: the person they belong to. Raises DomainError in a sentence.
    """
    values = dict(values)

    def now(field):
        return values[field] if field in values else getattr(row, field, None)

    if "name" in values:
        values["name"] = check(identity.clean_name, values["name"])
        if row is None or values["name"] != row.name:
            values["name_pinyin"] = values.get("name_pinyin") or pinyin(values["name"])
    if "name_pinyin" in values:
        values["name_pinyin"] = " ".join(values["name_pinyin"].lower().split())[:120] or pinyin(now("name"))
    if values.get("phone"):
        values["phone"] = check(identity.clean_phone, values["phone"])
    if values.get("id_number"):
        kind = now("id_kind") or Resident.Document.ID
        number = values["id_number"] = check(
            identity.clean_document, kind, values["id_number"], timezone.localdate()
        )
        for field, told in (("born_on", identity.birth_date(number)), ("sex", identity.sex(number))):
            if told and not now(field):
                values[field] = told
    for field in ("registered_address", "nation"):
        if field in values:
            values[field] = words(values[field])
    if not now("is_party_member"):
        if values.get("party_branch"):
            raise DomainError(_("A branch needs the mark of a party member."))
        values |= {"party_branch": None, "party_joined_on": None}
    _check_sense(now, number=now("id_number") or "")
    return values


def _check_sense(now, *, number: str) -> None:
    today = timezone.localdate()
    born = now("born_on")
    if born and not EARLIEST <= born <= today:
        raise DomainError(_("The date of birth cannot be right."))
    told = identity.birth_date(number)
    if told and born and told != born:
        raise DomainError(_("The date of birth differs from the one in the document number."))
    if identity.sex(number) and now("sex") and identity.sex(number) != now("sex"):
        raise DomainError(_("The sex differs from the one in the document number."))
    for field, sentence in (
        ("moved_in_on", _("The day of moving in cannot be right.")),
        ("party_joined_on", _("The day of joining the party cannot be right.")),
    ):
        day = now(field)
        if day and not (born or EARLIEST) <= day <= today:
            raise DomainError(sentence)


def _taken() -> DomainError:
    return DomainError(_("This number is already registered in this community."))


def refuse_taken_number(community: Unit, number: str, *, besides: Resident | None = None) -> None:
    """One living row for a number and community. The refusal names nobody: the row may lie out of sight."""
    same = Resident.objects.living().with_number(number).filter(community=community)
    if number and same.exclude(pk=besides and besides.pk).exists():
        raise _taken()


def _refuse_closed_branch(values: dict) -> None:
    """Nobody joins a branch that is closed, or is being closed at this moment."""
    if branch := values.get("party_branch"):
        branch = Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=branch.pk)
        if branch.closed_at:
            raise DomainError(_("%(branch)s is closed. Choose another branch.") % {"branch": branch})


def alike(resident_or_name, born_on, community: Unit, user: User):
    """Living people in sight of `user` with the same name and day of birth: perhaps the same human."""
    if not born_on:
        return Resident.objects.none()
    return (
        Resident.objects.visible_to(user)
        .living()
        .filter(community=community, name=str(resident_or_name), born_on=born_on)
    )


@transaction.atomic
def add_resident(*, community: Unit, unit: Unit, name: str, state: str, by: User | None, household: Household | None = None,
                 relation: str = "", user: User | None = None, why: str = "", batch: str = "", **fields) -> Resident:  # fmt: skip
    """Enter a person into the register (or as `outside` or `unconfirmed`).

    Raises DomainError for impossible values, a number that is taken, or a unit outside the community.
    """
    hold_tree()
    values = clean_person({"name": name, "state": state, **fields})
    if household:
        household = locked(household)
        _check_household(household, community, relation, state)
        unit = household.dwelling.unit if household.dwelling else unit
    unit = standing(unit)
    if not unit.is_at_or_below(community):
        raise DomainError(_("The unit does not lie in this community."))
    _refuse_closed_branch(values)
    refuse_taken_number(community, values.get("id_number", ""))
    resident = Resident(
        community=community, unit=unit, path=unit.path, household=household, relation=relation, user=user,
        name_initials=initials(values["name"]), given_pinyin=given(values["name"], values["name_pinyin"]), **values,
    )  # fmt: skip
    try:
        with transaction.atomic():
            resident.save(force_insert=True)
    except IntegrityError as error:  # somebody was a moment faster
        if "id_print" in str(error) or "one_living_row_for_an_id" in str(error):
            raise _taken() from error
        raise
    if relation == Relation.HEAD:
        change(household, {"head": resident}, by=by, why=why, batch=batch)
    Change.objects.create(
        resident=resident, by=by, path=unit.path, field="state", new=state, why=words(why), batch=batch
    )
    keep_grams(resident)
    record("residents.add", by=by, on=resident, path=unit.path)
    return resident


def _check_household(household: Household, community: Unit, relation: str, state: str) -> None:
    if household.closed_at:
        raise DomainError(_("This household is closed."))
    if household.community_id != community.pk:
        raise DomainError(_("The household is of another community."))
    if state not in ResidenceState.of_the_register():
        raise DomainError(_("Only people of the register belong to a household."))
    if not relation:
        raise DomainError(_("Please say how the person is related to the head of the household."))
    if relation == Relation.HEAD and household.head_id:
        raise DomainError(_("This household has a head already."))


@transaction.atomic
def change_resident(*, resident: Resident, by: User | None, why: str, version: int | None = None, batch: str = "", **values) -> Resident:  # fmt: skip
    """Change facts about a person; every field keeps its old value, who and why.

    `version`: what the form was opened with. Raises StaleError, or DomainError for impossible values.
    """
    if unknown := values.keys() - set(EDITABLE):
        raise TypeError(f"{unknown} cannot be changed here")
    why = words(why, needed=_("Please give the reason of the change."))
    if "unit" in values:
        hold_tree()
    row = locked(resident, version)
    _refuse_left(row)
    values = clean_person(values, row)
    if row.household_id and values.get("state", row.state) not in ResidenceState.of_the_register():
        raise DomainError(_("Only people of the register belong to a household."))
    if "unit" in values and values["unit"] != row.unit:
        if row.household_id and row.household.dwelling_id:
            raise DomainError(_("Move the household, or take the person out of it first."))
        values["unit"] = standing(values["unit"])
        if not values["unit"].is_at_or_below(row.community):
            raise DomainError(_("The unit does not lie in this community."))
        row.path = values["unit"].path
    if values.get("party_branch") != row.party_branch:
        _refuse_closed_branch(values)
    refuse_taken_number(row.community, values.get("id_number", ""), besides=row)
    if "name" in values:
        row.name_initials = initials(values["name"])
    if "name_pinyin" in values:
        row.given_pinyin = given(values.get("name", row.name), values["name_pinyin"])
    try:
        with transaction.atomic():
            changed = change(
                row, values, by=by, why=why, batch=batch, also=["name_initials", "given_pinyin", "path"]
            )
    except IntegrityError as error:
        if "id_print" in str(error) or "one_living_row_for_an_id" in str(error):
            raise _taken() from error
        raise
    if {"name", "name_pinyin", "unit"} & set(changed):
        keep_grams(row)
    if "unit" in changed:
        row.tags.update(path=row.path)
    if changed:
        record("residents.change", by=by, on=row, path=row.path, fields=changed)
    return row


def _refuse_left(row: Resident) -> None:
    if row.left_on is not None:
        raise DomainError(_("This person has left the register."))


@transaction.atomic
def leave(
    *, resident: Resident, reason: str, left_on: date, by: User | None, why: str = "", batch: str = ""
) -> Resident:
    """A person died or moved away: the row stays as history, its account can no longer act for it.

    Asking again changes nothing. Raises DomainError for a day in the future or before moving in, and when something
    else is recorded of the person already. `said_of` of the row: what other rooms did about it, a sentence each.
    """
    row = locked_member(resident)
    if row.left_on is not None:
        if row.left_why != reason:
            raise DomainError(
                _("It is recorded already that this person is: %(what)s.")
                % {"what": row.get_left_why_display()}
            )
        return row
    if left_on > timezone.localdate():
        raise DomainError(_("This day lies in the future."))
    if left_on < max(filter(None, (row.moved_in_on, row.born_on, EARLIEST))):
        raise DomainError(_("This day lies before the person moved in or was born."))
    _leave_household(row, by=by, why=words(why), batch=batch)
    change(row, {"left_on": left_on, "left_why": reason}, by=by, why=words(why), batch=batch)
    for tag in row.tags.current():
        end_tag(tag=tag, until=max(left_on, tag.since), by=by)
    NameGram.objects.filter(resident=row).delete()
    record(f"residents.{reason}", by=by, on=row, path=row.path)
    steps = getattr(import_module("portal.wiring"), "LEAVING", [])
    row.said_of = [said for step in steps if (said := step(resident=row, by=by))]
    return row


def _leave_household(row: Resident, **who) -> None:
    """Out of the household; a head leaves it without head, the last one closes it."""
    if row.household_id is None:
        return
    household = locked(row.household)
    if household.head_id == row.pk:
        change(household, {"head": None}, **who)
    change(row, {"household": None, "relation": ""}, **who)
    if not household.members.living().exists():
        change(household, {"closed_at": timezone.now()}, **who)


def move_out(*, resident: Resident, left_on: date, by: User, why: str = "") -> Resident:
    return leave(resident=resident, reason=Resident.Left.MOVED, left_on=left_on, by=by, why=why)


def died(*, resident: Resident, left_on: date, by: User, why: str = "") -> Resident:
    return leave(resident=resident, reason=Resident.Left.DIED, left_on=left_on, by=by, why=why)


@transaction.atomic
def set_tag(
    *, resident: Resident, tag: str, by: User, since: date | None = None, evidence: str = ""
) -> ResidentTag:
    """Note what care somebody needs, and which paper or visit shows it; a tag already set is returned as it is."""
    since = since or timezone.localdate()
    row = locked(resident)
    _refuse_left(row)
    check(identity.refuse_numbers, evidence)
    if tag not in Tag.values:
        raise DomainError(_("There is no such tag."))
    if not (row.born_on or EARLIEST) <= since <= timezone.localdate():
        raise DomainError(_("This day cannot be right."))
    found, is_new = ResidentTag.objects.get_or_create(
        resident=row,
        tag=tag,
        until=None,
        defaults={"path": row.path, "since": since, "evidence": evidence.strip()[:120], "by": by},
    )
    if is_new:
        record("residents.tag", by=by, on=row, path=row.path, tag=tag)
    return found


@transaction.atomic
def end_tag(*, tag: ResidentTag, by: User | None, until: date | None = None) -> None:
    """End a tag; ending it again changes nothing."""
    until = until or timezone.localdate()
    if not tag.since <= until <= timezone.localdate():
        raise DomainError(_("This day cannot be right."))
    if ResidentTag.objects.current().filter(pk=tag.pk).update(until=until, ended_by=by):
        record("residents.end_tag", by=by, on=tag.resident, path=tag.resident.path, tag=tag.tag)


@transaction.atomic
def reveal(*, resident: Resident, field: str, purpose: str, by: User) -> str:
    """The full value of an encrypted field, after noting who saw it and what for."""
    if field not in REVEALABLE:
        raise DomainError(_("This cannot be shown."))
    purpose = words(purpose, needed=_("Please say what you need the number for."))
    look(by=by, on=resident, field=field, purpose=purpose, path=resident.path)
    if field == "phone":
        return identity.shown_phone(resident.phone)
    return resident.id_number
