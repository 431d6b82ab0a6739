"""What may be done with notices, guide items and duty rosters."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.operations import record
from config.errors import DomainError, StaleError
from config.leftovers import let_go, names_of
from notifications.operations import language_of, tell

from . import certificates
from .access import may, nearest
from .models import Duty, Notice, NoticeAttachment, Profile, ServiceItem
from .uploads import check_file

STALE = gettext_lazy("Somebody has changed the notice since you opened it. Please compare and save again.")


@dataclass(frozen=True)
class Step:
    """One line of the state machine: from which states, by whose act, to which state."""

    name: str
    title: object  # said in the reader's language
    before: tuple
    after: str  # empty: there is no notice any more
    act: str
    needs: object = ""  # what has to be said with it


STEPS = {
    step.name: step
    for step in [
        Step("submit", gettext_lazy("submit for checking"), ("draft",), "submitted", "content.write"),
        Step(
            "give_back",
            gettext_lazy("give back to the writer"),
            ("submitted",),
            "draft",
            "notices.approve",
            gettext_lazy("remark"),
        ),
        Step("publish", gettext_lazy("publish"), ("draft", "submitted"), "published", "content.write"),
        Step(
            "recall",
            gettext_lazy("recall"),
            ("published",),
            "recalled",
            "content.write",
            gettext_lazy("reason"),
        ),
        Step("discard", gettext_lazy("discard the draft"), ("draft", "submitted"), "", "content.write"),
    ]
}


def needs_second(notice: Notice) -> bool:
    return Profile.objects.filter(unit=notice.unit_id, notices_need_second=True).exists()


def steps_for(notice: Notice, user: User) -> list[Step]:
    """The steps `user` may take with `notice` now."""
    second = needs_second(notice)
    return [step for step in STEPS.values() if not _objection(notice, step, user, second)]


def _objection(notice, step, user, second):
    """Why `user` may not take `step` now: a sentence, or None."""
    if notice.state not in step.before or (step.name == "submit" and not second):
        return _("This step does not fit the state of the notice any more. Look at it again.")
    checking = second and step.name == "publish"
    if not may(user, "notices.approve" if checking else step.act, notice.unit):
        return _("Your post does not give you this step.")
    if checking and notice.state == "draft":
        return _("Here a second person checks notices: submit it first.")
    if checking and notice.written_by_id == user.pk:
        return _("Here a second person checks notices: somebody else than the writer has to publish it.")
    return None


def _take(notice, name, by, version, **changes):
    """Move `notice` one step on: one UPDATE that holds only in the state and for the text that was looked at."""
    step, second = STEPS[name], needs_second(notice)
    if objection := _objection(notice, step, by, second):
        raise DomainError(objection)
    rows = Notice.objects.filter(pk=notice.pk, version=version).in_state(notice.state)
    if not rows.update(**changes):
        raise DomainError(STALE)
    notice.refresh_from_db()
    record(f"notices.{name}", by=by, on=notice, path=notice.unit.path)
    return notice


@transaction.atomic
def write(*, notice: Notice, by: User, targets=None, attach=(), detach=()) -> Notice:
    """Save a new or changed draft, with files to add and attachments to take off.

    A submitted notice goes back to draft: what was checked is what is published. Raises DomainError when the notice is
    public already (then it is recalled and written anew), when somebody else has changed it, or for a wrong file.
    """
    if notice.pk:
        _check_still_a_draft(notice)
        notice.version += 1
    before = names_of(notice)
    notice.written_by, notice.written_at = by, timezone.now()
    notice.submitted_at = notice.submitted_by = None
    notice.save()
    if targets is not None:
        notice.targets.set(targets)
    for file in attach:
        _attach(notice, file)
    for attachment in detach:
        _detach(attachment)
    let_go(*before)
    record("notices.write", by=by, on=notice, path=notice.unit.path)
    return notice


def _check_still_a_draft(notice):
    now = Notice.objects.select_for_update().get(pk=notice.pk)
    if now.state not in ("draft", "submitted"):
        raise DomainError(_("A published notice is not changed. Recall it and write a new one."))
    if now.version != notice.version:
        raise StaleError(STALE)


def _attach(notice, file):
    try:
        check_file(file)
    except ValidationError as refusal:
        raise DomainError(" ".join(refusal.messages))
    stem, dot, tail = file.name.rpartition(".")
    name = f"{stem[: 79 - len(tail)]}{dot}{tail}"
    NoticeAttachment.objects.create(notice=notice, file=file, name=name, size=file.size)


def _detach(attachment):
    """Off the notice now, off the disk when that is certain."""
    name = attachment.file.name
    attachment.delete()
    let_go(name)


@transaction.atomic
def submit(*, notice: Notice, version: int, by: User) -> Notice:
    """Hand a draft to the second person."""
    row = _take(notice, "submit", by, version, submitted_at=timezone.now(), submitted_by=by, return_remark="")
    _ask_to_check(row, by)
    return row


def _ask_to_check(notice: Notice, by: User) -> None:
    """Those who may publish it hear that it waits, but for who wrote it."""
    for person in nearest("notices.approve", notice.unit):
        if person.pk in (by.pk, notice.written_by_id):
            continue
        with language_of(person):
            subject = _("To check: %(title)s") % {"title": notice.title}
            text = _("%(name)s has handed in a notice. Please read it and publish it, or give it back.")
            text %= {"name": by.name}
        tell("work", to=person, community=notice.unit, subject=subject, text=text,
             url=reverse("admin:community_notice_change", args=[notice.pk]), cause=f"notice:{notice.pk}/",
             key=f"notice:{notice.pk}:submitted:{notice.submitted_at.timestamp()}:{person.pk}")  # fmt: skip


@transaction.atomic
def give_back(*, notice: Notice, version: int, remark: str, by: User) -> Notice:
    """Send a submitted notice back to its writer with a remark."""
    if not remark.strip():
        raise DomainError(_("Say what has to be changed."))
    row = _take(
        notice, "give_back", by, version,
        submitted_at=None, submitted_by=None, returned_at=timezone.now(), returned_by=by, return_remark=remark.strip()[:200],
    )  # fmt: skip
    with language_of(row.written_by):
        subject = _("A notice came back: %(title)s") % {"title": row.title}
    tell("work", to=row.written_by, community=row.unit, subject=subject, text=row.return_remark,
         url=reverse("admin:community_notice_change", args=[row.pk]), cause=f"notice:{row.pk}/",
         key=f"notice:{row.pk}:{row.returned_at.timestamp()}")  # fmt: skip
    return row


@transaction.atomic
def publish(*, notice: Notice, version: int, by: User) -> Notice:
    """Make a notice public from its `publish_from` on.

    Raises DomainError when the community wants a second person and `by` wrote it, or it has been changed since.
    """
    now = timezone.now()
    if notice.is_over(now):
        raise DomainError(_("Its last public day has passed. Change “public until” first."))
    return _take(
        notice, "publish", by, version, published_at=now, published_by=by, needs_second=needs_second(notice)
    )


@transaction.atomic
def recall(*, notice: Notice, version: int, reason: str, by: User) -> Notice:
    """Take a public notice back; its address then says so and why."""
    if not reason.strip():
        raise DomainError(_("Say why it is recalled; readers will see the reason."))
    return _take(
        notice,
        "recall",
        by,
        version,
        recalled_at=timezone.now(),
        recalled_by=by,
        recall_reason=reason.strip()[:200],
    )


@transaction.atomic
def discard(*, notice: Notice, version: int, by: User) -> None:
    """Throw away a notice that was never public, with its files; a line in the log is what remains.

    Raises DomainError when it has been public, or has been changed since it was looked at.
    """
    row = Notice.objects.select_for_update().get(pk=notice.pk)
    if objection := _objection(row, STEPS["discard"], by, needs_second(row)):
        raise DomainError(objection)
    if row.version != version:
        raise DomainError(STALE)
    let_go(row.picture.name, *row.attachments.values_list("file", flat=True))
    record("notices.discard", by=by, on=row, path=row.unit.path)
    row.delete()


@transaction.atomic
def display(*, notice: Notice, pinned: bool, urgent_until, publish_until, by: User) -> Notice:
    """Change how a notice is shown, never what it says."""
    notice.pinned, notice.urgent_until, notice.publish_until = pinned, urgent_until, publish_until
    notice.save(update_fields=["pinned", "urgent_until", "publish_until"])
    record("notices.display", by=by, on=notice, path=notice.unit.path)
    return notice


@transaction.atomic
def write_anew(*, notice: Notice, by: User) -> Notice:
    """A new draft with the text of an older notice; its dates and files stay behind."""
    # Under a lock: nobody takes the picture off the disk while a second notice begins to show it.
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    draft = Notice(
        unit=notice.unit,
        title=notice.title,
        body=notice.body,
        category=notice.category,
        picture=notice.picture.name,
        picture_alt=notice.picture_alt,
    )
    return write(notice=draft, by=by, targets=notice.targets.all())


@transaction.atomic
def save_item(*, item: ServiceItem, by: User) -> ServiceItem:
    """Save a guide item. Raises DomainError for a certificate that a committee must not issue."""
    if refusal := certificates.refusal(item.name):
        raise DomainError(refusal)
    before = names_of(item)
    item.save()
    let_go(*before)
    record("guide.save", by=by, on=item, path=item.unit.path)
    return item


@transaction.atomic
def withdraw_item(*, item: ServiceItem, by: User, back: bool = False) -> ServiceItem:
    """Take an item off the public guide, or put it `back`."""
    item.withdrawn_at = None if back else (item.withdrawn_at or timezone.now())
    item.save(update_fields=["withdrawn_at"])
    record("guide.restore" if back else "guide.withdraw", by=by, on=item, path=item.unit.path)
    return item


LONGEST_ROSTER = timedelta(days=366)


@transaction.atomic
def repeat_weekly(*, duty: Duty, until: date, by: User) -> list[Duty]:
    """Repeat a duty every week up to `until` (that day included). A week that has the very same duty is left alone.

    Raises DomainError when `until` is before the next week or more than a year away.
    """
    first = timezone.localdate(duty.starts_at)
    if until < first + timedelta(days=7):
        raise DomainError(_("The last day has to be at least one week later."))
    if until - first > LONGEST_ROSTER:
        raise DomainError(_("A roster is repeated for a year at most."))
    Duty.objects.select_for_update(no_key=True).get(
        pk=duty.pk
    )  # of two clicks the second finds the weeks taken
    weeks = [timedelta(days=days) for days in range(7, (until - first).days + 1, 7)]
    taken = set(
        Duty.objects.filter(unit=duty.unit, holder=duty.holder, starts_at__gt=duty.starts_at).values_list(
            "starts_at", flat=True
        )
    )
    made = Duty.objects.bulk_create(
        Duty(
            unit=duty.unit,
            holder=duty.holder,
            phone=duty.phone,
            place=duty.place,
            starts_at=duty.starts_at + week,
            ends_at=duty.ends_at + week,
        )
        for week in weeks
        if duty.starts_at + week not in taken
    )
    record("duty.repeat", by=by, on=duty, path=duty.unit.path, rows=len(made))
    return made
