"""Monthly reports: two months signed, the last one begun, by the community and by a branch of it."""

from datetime import datetime, timedelta

from django.utils import translation

from accounts.models import User
from community.models import Organisation, Unit
from reports.figures import sections
from reports.models import Report
from reports.operations import live
from reports.periods import month_before, month_of

from .scene import Scene
from .texts.months import WORDS


def reports(scene: Scene, unit: Unit, organisation: Organisation | None, by: User) -> None:
    """The reports of one body, signed on the third of the month that followed."""
    last = month_before(month_of(scene.until))
    for back in (2, 1, 0) if organisation is None else (1, 0):
        month = month_before(last, back)
        report = Report(unit=unit, organisation=organisation, month=month, created_by=by)
        report.created_at = scene.moment(month_before(month, -1), 9)
        report.sections = {key: WORDS.get(key, "") for key in sections(report.period)}
        report.version = 1
        if back:
            sign(report, scene.moment(month_before(month, -1) + timedelta(days=2), 16), by)
        report.save()


def sign(report: Report, at: datetime, by: User) -> None:
    report.state = Report.State.SEALED
    report.submitted_at, report.submitted_by = at - timedelta(hours=5), by
    report.sealed_at, report.sealed_by = at, by
    with translation.override("zh-hans"):  # a signed month is kept in the words it was signed in
        report.frozen = live(report)
