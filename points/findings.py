"""What a recount found, in words: on its page in the back office, and where the command prints it."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from community.models import Unit

# The names of `recount.CHECKS` and of the checks other rooms add.
WHAT = {
    "running balance": pgettext_lazy("finding", "transfer: what was available afterwards"),
    "balance": pgettext_lazy("finding", "account: its points"),
    "sum": pgettext_lazy("finding", "community: all accounts together"),
    "sides": pgettext_lazy("finding", "transfer: its two sides"),
    "private part": pgettext_lazy("finding", "transfer: its columns or its private part"),
    "altered row": pgettext_lazy("finding", "transfer: altered after its day was sealed"),
    "moment": pgettext_lazy("finding", "transfer: when it was posted"),
    "seal": pgettext_lazy("finding", "seal of a day"),
    "budget": pgettext_lazy("finding", "budget: points drawn"),
    "debt": pgettext_lazy("finding", "account: points owed"),
    "stock movement": pgettext_lazy("finding", "stock movement"),
    "stock": pgettext_lazy("finding", "item: its stock"),
    "order": pgettext_lazy("finding", "order"),
    "fair": pgettext_lazy("finding", "fair: its goods"),
}
WHY = {
    "gap": pgettext_lazy("finding", "a gap before it"),
    "changed": pgettext_lazy("finding", "changed"),
    "gone": pgettext_lazy("finding", "gone from that day"),
    "new": pgettext_lazy("finding", "came into that day afterwards"),
    "digest": pgettext_lazy("finding", "does not fit its digest"),
    "later than now": pgettext_lazy("finding", "later than now"),
    "its points": pgettext_lazy("finding", "its points in the ledger"),
}


def in_words(findings: Iterable[dict]) -> Iterator[tuple[str, int, str]]:
    """(what, number of the row, what is wrong with it) of each; the number of a community is left to its name."""
    found = list(findings)
    places = {one["row"] if one["what"] == "sum" else one.get("community") for one in found}
    names = {unit.pk: str(unit) for unit in Unit.objects.filter(pk__in=places - {None})}
    for one in found:
        yield str(WHAT.get(one["what"], one["what"])), one["row"], _("; ").join(_details(one, names))


def _details(finding: dict, names: dict[int, str]) -> Iterator[str]:
    place = finding["row"] if finding["what"] == "sum" else finding.get("community")
    if place:
        yield names.get(place, f"№{place}")
    if day := finding.get("day"):
        yield date_format(date.fromisoformat(day), "DATE_FORMAT")
    if year := finding.get("year"):
        yield f"{year}"
    if why := finding.get("why"):
        yield str(WHY.get(why, why))
    for name, words in (("is", _("it is %(value)s")), ("given_back", _("given back: %(value)s"))):
        if name in finding:
            yield words % {"value": _figures(finding[name])}
    if "should_be" in finding:
        yield _("it should be %(value)s") % {"value": _figures(finding["should_be"])}


def _figures(value) -> str:
    return " / ".join(map(str, value)) if isinstance(value, list) else str(value)
