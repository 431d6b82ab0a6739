"""The sealed figures of one month side by side, community by community: what a street office reads."""

from datetime import date
from decimal import Decimal

from community.models import Unit

from . import figures as fig
from .models import Report
from .periods import month_before


def months(user, most: int = 24) -> list[date]:
    """The months of which a community in sight has a report, newest first."""
    rows = Report.objects.visible_to(user).filter(organisation=None).order_by("-month")
    return list(rows.values_list("month", flat=True).distinct()[:most])


def last_signed(user) -> date | None:
    rows = Report.objects.visible_to(user).filter(organisation=None, state=Report.State.SEALED)
    return rows.order_by("-month").values_list("month", flat=True).first()


def compared(user, month: date) -> dict:
    """Communities as columns, the figures of the report as lines. Only what is signed is compared: two queries."""
    units = Unit.objects.communities().where(user, "reports.view").order_by("path")
    reports = Report.objects.visible_to(user).filter(month=month, organisation=None)
    found = {row["unit"]: row for row in reports.values("pk", "unit", "state", "frozen__figures")}
    columns = [_column(unit, found.get(unit.pk)) for unit in units]
    sections = [
        {
            "title": title,
            "lines": [
                _line(one, columns) for one in fig.COMMUNITY_FIGURES if one.section == key and one.is_listed
            ],
        }
        for key, title in fig.COMMUNITY_SECTIONS.items()
    ]
    return {
        "columns": columns,
        "sections": [section for section in sections if section["lines"]],
        "signed": sum(1 for column in columns if column["figures"]),
        "earlier": month_before(month),
        "later": month_before(month, -1),
    }


def _column(unit: Unit, report: dict | None) -> dict:
    return {
        "unit": unit,
        "report": report["pk"] if report else None,
        "state": Report.State(report["state"]).label if report else "",
        "figures": (report and report["frozen__figures"]) or {},
    }


def _line(one, columns: list[dict]) -> dict:
    """One figure of every community; the sum where it can be added up and a community has it."""
    values = [column["figures"].get(one.key, {}).get("now") for column in columns]
    known = [Decimal(value) for value in values if value is not None]
    adds_up = known and not isinstance(one, fig.Ratio)
    return {"label": one.label, "unit": one.unit, "values": values, "sum": sum(known) if adds_up else None}
