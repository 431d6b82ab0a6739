from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.access import require
from community.models import Organisation, Unit
from config.errors import DomainError

from . import text
from .figures import compute, sections
from .messages import tell_step
from .models import CutOff, Report
from .periods import month_of
from .tables import tables

State = Report.State
WRITE, SEAL = "reports.write", "reports.seal"

# state, act → next state, right
STEPS: dict[tuple[str, str], tuple[str, str]] = {
    (State.DRAFT, "submit"): (State.SUBMITTED, WRITE),
    (State.SUBMITTED, "send_back"): (State.DRAFT, SEAL),
    (State.SUBMITTED, "seal"): (State.SEALED, SEAL),
}


@transaction.atomic
def start(*, unit: Unit, organisation: Organisation | None, month: date, by: User) -> Report:
    """The report of a body for a month; asking again gives the one already begun.

    Raises DomainError for a month that has not begun and PermissionDenied without the right to write.
    """
    require(by, WRITE, organisation or unit)
    if month_of(month) > month_of(timezone.localdate()):
        raise DomainError(_("This month has not begun yet."))
    report, is_new = Report.objects.get_or_create(
        unit=unit, organisation=organisation, month=month_of(month),
        defaults={"created_by": by},
    )  # fmt: skip
    _keep_cutoffs(unit)
    if is_new:
        record("reports.start", by=by, on=report, path=unit.path)
    return report


def _keep_cutoffs(unit: Unit) -> None:
    """Write down what counts now, so that a later wish of the community leaves this month as it is."""
    for since, day in CutOff.objects.of(unit):
        CutOff.objects.update_or_create(unit=unit.community or unit, since=since, defaults={"day": day})


@transaction.atomic
def write(*, report: Report, words: dict[str, str], version: int, by: User) -> Report:
    """Keep the text of the sections. `version` is the one the form was opened with.

    Raises DomainError when somebody saved in between, or the report is no longer a draft.
    """
    require(by, WRITE, report.body)
    report = _locked(report)
    if report.state != State.DRAFT:
        raise DomainError(_("Only a draft can be written in. Send the report back first."))
    if report.version != version:
        raise DomainError(
            _(
                "Somebody else saved this report in the meantime. Compare your text with theirs below and save again."
            )
        )
    report.sections = {key: words.get(key, "").strip() for key in sections(report.period)}
    report.version += 1
    report.save(update_fields=["sections", "version"])
    record("reports.write", by=by, on=report, path=report.unit.path)
    return report


def submit(*, report: Report, by: User) -> Report:
    """Hand a finished month in. Raises DomainError before the period has ended."""
    if not report.period.has_ended():
        raise DomainError(
            _("The period runs to %(day)s. The report can be submitted from the next day on.")
            % {"day": date_format(report.period.last_day)}
        )
    return _step(report, "submit", by, submitted_at=timezone.now(), submitted_by=by)


def send_back(*, report: Report, remark: str, by: User) -> Report:
    """Give it back to its writers with a remark."""
    return _step(report, "send_back", by, remark=remark.strip()[:200], submitted_at=None, submitted_by=None)


def seal(*, report: Report, by: User) -> Report:
    """Sign the month: figures and tables are kept as they are now, for ever."""
    with _one_moment():
        return _step(report, "seal", by, sealed_at=timezone.now(), sealed_by=by)


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction in which every query sees the same moment, so that sums and their parts agree on paper.

    Raises DomainError when somebody changes the report at this moment.
    """
    is_outermost = not connection.in_atomic_block
    try:
        with transaction.atomic():
            if is_outermost and connection.vendor == "postgresql":  # SQLite lets nobody write meanwhile
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "40001":  # no serialization failure
            raise
        raise DomainError(
            _("Somebody else has just changed this report. Please look at it again.")
        ) from error


@transaction.atomic
def _step(report: Report, act: str, by: User, **changes) -> Report:
    report = _locked(report)
    if (report.state, act) not in STEPS:
        raise DomainError(
            _("The report is %(state)s: this step is not possible now.")
            % {"state": report.get_state_display()}
        )
    state, right = STEPS[report.state, act]
    require(by, right, report.body)
    if act == "seal" and not report.is_signed_by(by):
        raise DomainError(_("This report is signed by the branch's own secretary."))
    _keep_cutoffs(report.unit)
    if state == State.SEALED:
        changes["frozen"] = live(report)
    handed_in = report.submitted_by
    for name, value in ({"state": state} | changes).items():
        setattr(report, name, value)
    report.save(update_fields=["state", *changes])
    record(f"reports.{act}", by=by, on=report, path=report.unit.path)
    tell_step(report, act, by=by, was_submitted_by=handed_in)
    return report


def live(report: Report) -> dict:
    """Everything a printed month needs besides the written text, as it stands now."""
    period = report.period
    title = text.title(period)
    return {
        "title": "".join(title),
        "title_parts": title,
        "addressee": text.addressee(period),
        "signer": text.signer(period),
        "figures": compute(period),
        "tables": tables(period),
    }


def shown(report: Report) -> dict:
    """What to show: as sealed, else as it stands now."""
    return report.frozen if report.state == State.SEALED else live(report)


def _locked(report: Report) -> Report:
    return Report.objects.select_for_update().select_related(None).get(pk=report.pk)
