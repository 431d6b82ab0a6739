"""What may be done: service recorded by what happened or from paper, verified, withdrawn; people made one."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Unit
from config.errors import DomainError
from residents.models import Resident

from .models import MOST_A_DAY, ServiceRecord, Volunteer, served

Source = ServiceRecord.Source


def _words(text: str, most: int) -> str:
    return " ".join(text.split())[:most]


@transaction.atomic
def enrol(*, resident: Resident, by: User, skills: str = "", guardian_consent: str = "") -> Volunteer:
    """Make `resident` a volunteer with a number; who is one is given back, who had stopped goes on."""
    found = Volunteer.objects.filter(resident=resident).first()
    if found is None:
        found = _new_volunteer(resident, by, skills, guardian_consent)
    if found.ended_at is not None:
        Volunteer.objects.filter(pk=found.pk).update(ended_at=None, ended_by=None)
        found.ended_at = found.ended_by = None
        record("volunteers.resume", by=by, on=found, path=resident.path)
    return found


def _new_volunteer(resident: Resident, by: User, skills: str, guardian_consent: str) -> Volunteer:
    if not resident.is_living:
        raise DomainError(_("This person has left the register."))
    # Numbers of a community are raised under one lock; new rows that only name the community need not wait.
    community = Unit.objects.select_for_update(no_key=True).get(pk=resident.community_id)
    if found := Volunteer.objects.filter(resident=resident).first():  # somebody was a moment faster
        return found
    last = Volunteer.objects.filter(community=community).order_by("-sequence").first()
    sequence = last.sequence + 1 if last else 1
    made = Volunteer.objects.create(
        resident=resident,
        community=community,
        sequence=sequence,
        number=number(community, sequence),
        skills=_words(skills, 200),
        guardian_consent=_words(guardian_consent, 120),
    )
    record("volunteers.enrol", by=by, on=made, path=resident.path)
    return made


def number(community: Unit, sequence: int) -> str:
    """`V-421303002003-00042`: the community's official code, or its address where it has none."""
    return f"V-{community.code or community.slug}-{sequence:05}"


@transaction.atomic
def end_volunteer(*, volunteer: Volunteer, by: User) -> None:
    """Somebody no longer helps: hours and number stay. Ending again changes nothing."""
    if Volunteer.objects.active().filter(pk=volunteer.pk).update(ended_at=timezone.now(), ended_by=by):
        record("volunteers.end", by=by, on=volunteer, path=volunteer.resident.path)


@transaction.atomic
def record_service(*, resident: Resident, community: Unit, starts_at: datetime, ends_at: datetime, hours: Decimal, what: str,
                   place: str, cause: str, by: User) -> ServiceRecord:  # fmt: skip
    """Record the service that `cause` (`attendance:42`) shows; asked again it gives the record that is there.

    `hours`: of real service, by half hours (`models.served`). Two records may share time: staff see it and withdraw
    the wrong one. Raises DomainError for impossible hours, or when the cause is another person's.
    """
    if not cause:
        raise TypeError("service without a cause is recorded by hand")
    if found := _of_cause(cause, resident):
        return found
    if community.pk != resident.community_id:
        raise DomainError(_("The person is not of this community."))
    volunteer = _locked(enrol(resident=resident, by=by))
    if found := _of_cause(cause, resident):  # somebody was a moment faster
        return found
    now = timezone.now()
    return _write(
        volunteer, starts_at, ends_at, hours, what, place, by,
        cause=cause, source=Source.SYSTEM, recorded_at=now, verified_at=now, verified_by=by,
    )  # fmt: skip


def _of_cause(cause: str, resident: Resident) -> ServiceRecord | None:
    found = ServiceRecord.objects.living().filter(cause=cause).select_related("volunteer").first()
    if found and found.volunteer.resident_id != resident.pk:
        raise DomainError(_("This service is recorded for another person."))
    return found


def _locked(volunteer: Volunteer) -> Volunteer:
    """What becomes scarcer is the volunteer's day."""
    return (
        Volunteer.objects.select_for_update(of=("self",), no_key=True)
        .select_related("resident")
        .get(pk=volunteer.pk)
    )


def _write(volunteer, starts_at, ends_at, hours, what, place, by, **more) -> ServiceRecord:
    _check_time(starts_at, ends_at, hours)
    day = timezone.localdate(starts_at)
    if hours_of_a_day(volunteer, day) + hours > MOST_A_DAY:
        raise DomainError(_("That would be more than 24 hours of service on one day."))
    row = ServiceRecord(
        volunteer=volunteer, community_id=volunteer.community_id, day=day, starts_at=starts_at, ends_at=ends_at,
        hours=hours, what=_words(what, 120), place=_words(place, 120), recorded_by=by, **more,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:  # the same cause, for another person, a moment before
        if "one_service_of_a_cause" in str(error) or "cause" in str(error):
            raise DomainError(_("This service is recorded for another person.")) from error
        raise
    act = "volunteers.record" if row.source == Source.SYSTEM else "volunteers.record_by_hand"
    record(act, by=by, on=row, path=volunteer.resident.path, hours=str(hours), cause=row.cause)
    return row


def _check_time(starts_at: datetime, ends_at: datetime, hours: Decimal) -> None:
    if ends_at <= starts_at:
        raise DomainError(_("The service has to end after it starts."))
    if ends_at - starts_at > timedelta(hours=24):
        raise DomainError(_("One service is of at most 24 hours. Enter each day by itself."))
    if hours <= 0 or hours * 2 % 1:
        raise DomainError(_("Service is recorded by half hours."))
    if hours > served(starts_at, ends_at):
        raise DomainError(_("These are more hours than lie between start and end."))


def hours_of_a_day(volunteer: Volunteer, day) -> Decimal:
    return ServiceRecord.objects.living().filter(volunteer=volunteer, day=day).hours()


@transaction.atomic
def record_by_hand(*, resident: Resident, starts_at: datetime, ends_at: datetime, what: str, place: str, reason: str, by: User,
                   hours: Decimal | None = None) -> ServiceRecord:  # fmt: skip
    """Enter service from a paper list. It counts once another person has verified it.

    `hours`: None for the whole time. The same entry again gives the one that is there. Raises DomainError for a time
    in the future, one that overlaps what is recorded, a minor without a guardian's consent, or a missing reason.
    """
    reason, what = _words(reason, 200), _words(what, 120)
    if not reason or not what:
        raise DomainError(_("Please say what was done, and which paper shows it."))
    if ends_at > timezone.now():
        raise DomainError(_("Service is recorded when it is done."))
    volunteer = _locked(enrol(resident=resident, by=by))
    meeting = ServiceRecord.objects.living().filter(volunteer=volunteer).meeting(starts_at, ends_at)
    for other in meeting:
        if (other.starts_at, other.ends_at, other.what, other.source) == (
            starts_at,
            ends_at,
            what,
            Source.PAPER,
        ):
            return other
        raise DomainError(
            _("This overlaps what is recorded already: %(what)s, %(hours)s hours.")
            % {"what": other.what, "hours": other.hours}
        )
    if volunteer.is_minor(timezone.localdate(starts_at)) and not volunteer.guardian_consent:
        raise DomainError(_("For those under 18, first note the guardian's consent with the volunteer."))
    hours = served(starts_at, ends_at) if hours is None else hours
    return _write(volunteer, starts_at, ends_at, hours, what, place, by, source=Source.PAPER, reason=reason)


@transaction.atomic
def verify(*, service: ServiceRecord, by: User) -> None:
    """A second person has compared the entry with the paper: from now on it counts. Again changes nothing.

    Raises DomainError for whoever made the entry, and for the volunteer.
    """
    if service.recorded_by_id == by.pk:
        raise DomainError(_("Another person has to verify what you entered."))
    if service.volunteer.resident.user_id == by.pk:
        raise DomainError(_("Nobody verifies their own hours."))
    now = timezone.now()
    if ServiceRecord.objects.unverified().filter(pk=service.pk).update(verified_at=now, verified_by=by):
        record("volunteers.verify", by=by, on=service, path=service.volunteer.resident.path)


@transaction.atomic
def withdraw(*, service: ServiceRecord, by: User, reason: str) -> None:
    """Take a record back; it stays, with who and why. Again changes nothing."""
    reason = _words(reason, 200)
    if not reason:
        raise DomainError(_("Please say why the record is withdrawn."))
    _withdraw(service, by, reason)


def _withdraw(service: ServiceRecord, by: User, reason: str) -> None:
    gone = {"withdrawn_at": timezone.now(), "withdrawn_by": by, "withdrawn_reason": reason}
    if ServiceRecord.objects.living().filter(pk=service.pk).update(**gone):
        path = service.volunteer.resident.path
        record("volunteers.withdraw", by=by, on=service, path=path, cause=service.cause)


@transaction.atomic
def withdraw_service(*, cause: str, by: User, reason: str = "") -> None:
    """What `cause` showed is taken back; where nothing was recorded, nothing happens."""
    rows = ServiceRecord.objects.living().filter(cause=cause).select_related("volunteer__resident")
    for service in rows if cause else []:
        _withdraw(service, by, _words(reason, 200))


def follow_merge(*, source: Resident, target: Resident, by: User) -> None:
    """What `source` did, `target` did. The number of `target` stays; without one, that of `source` goes over."""
    old = Volunteer.objects.filter(resident=source).first()
    if old is None:
        return
    new = Volunteer.objects.filter(resident=target).first()
    if new is None:
        Volunteer.objects.filter(pk=old.pk).update(resident=target)
    else:
        ids = sorted([old.pk, new.pk])
        list(
            Volunteer.objects.select_for_update(no_key=True)
            .filter(pk__in=ids)
            .order_by("pk")
            .values_list("pk")
        )
        ServiceRecord.objects.filter(volunteer=old).update(volunteer=new)
        _gather(old, new)
        end_volunteer(volunteer=old, by=by)
    record("volunteers.follow_merge", by=by, on=old, path=target.path)


def _gather(old: Volunteer, new: Volunteer) -> None:
    """What is noted of `old` and not yet of `new`."""
    for field in ("skills", "guardian_consent"):
        if getattr(old, field) and not getattr(new, field):
            Volunteer.objects.filter(pk=new.pk).update(**{field: getattr(old, field)})
    Volunteer.objects.filter(pk=new.pk, since__gt=old.since).update(since=old.since)


@transaction.atomic
def describe(*, volunteer: Volunteer, skills: str, guardian_consent: str, by: User) -> None:
    """Note skills, and for minors the guardian's consent."""
    values = {"skills": _words(skills, 200), "guardian_consent": _words(guardian_consent, 120)}
    was = Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    if changed := [name for name, value in values.items() if getattr(was, name) != value]:
        Volunteer.objects.filter(pk=volunteer.pk).update(**values)
        record("volunteers.describe", by=by, on=volunteer, path=volunteer.resident.path, fields=changed)
