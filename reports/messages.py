"""Who hears what when a monthly report goes a step on. Called inside the operation's transaction; rows only."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from community.access import nearest
from notifications.operations import Message, language_of, tell_all

from .models import Report


def tell_step(report: Report, act: str, *, by: User, was_submitted_by: User | None) -> None:
    """Submitted: those who sign it. Sent back or signed: whoever handed it in and whoever began it."""
    if act == "submit":
        people = nearest("reports.seal", report.body)
    else:
        people = [was_submitted_by, report.created_by]
    people = {person.pk: person for person in people if person and person != by}
    stamp = int(timezone.now().timestamp())
    tell_all(_message(report, act, person, stamp) for person in people.values())


def _message(report: Report, act: str, person: User, stamp: int) -> Message:
    with language_of(person):
        said = {"body": str(report.body), "month": date_format(report.month, "YEAR_MONTH_FORMAT")}
        subject, text = _words(report, act, said)
    return Message(
        kind="work", to=person, community=report.unit, subject=subject, text=text, url=report.get_absolute_url(),
        cause=f"report:{report.pk}/", key=f"report:{report.pk}:{act}:{stamp}:{person.pk}",
    )  # fmt: skip


def _words(report: Report, act: str, said: dict) -> tuple[str, str]:
    if act == "submit":
        text = _("The report of %(body)s for %(month)s is handed in. Please read it and sign it.")
        return _("To sign: report for %(month)s") % said, text % said
    if act == "send_back":
        text = _("The report of %(body)s for %(month)s came back: %(remark)s")
        return _("Came back: report for %(month)s") % said, text % {**said, "remark": report.remark or "–"}
    text = _("The report of %(body)s for %(month)s is signed. Its figures stay as they are now.")
    return _("Signed: report for %(month)s") % said, text % said
