"""What a list or a calendar of events is narrowed by: read from the query string, the same on every page of them."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from community.models import Kind, Unit
from config.fields import EARLIEST, LATEST

from ..forms import FilterForm
from ..models import Event, EventKind, Session

KEPT = ("q", "kind", "audience", "unit", "free")  # from one way of looking at them to the next


@dataclass
class Narrowing:
    """Of one request; `chosen` is empty when something in it is not understood (`is_bad`)."""

    community: Unit
    typed: dict
    chosen: dict
    units: list[dict]
    is_bad: bool

    def sessions(self):
        """The public sessions of the community that it lets through, of any day."""
        found = Session.objects.public().filter(community=self.community)
        for name in ("kind", "audience"):
            if self.chosen.get(name):
                found = found.filter(**{f"event__{name}": self.chosen[name]})
        if self.chosen.get("unit") is not None:
            path = next((unit["path"] for unit in self.units if unit["pk"] == self.chosen["unit"]), None)
            found = found.at(path) if path else found.none()
        if self.chosen.get("free"):
            found = found.still_to_join()
        if words := self.chosen.get("q"):
            spelled = re.sub(r"\s+", "", words.lower())
            found = found.filter(Q(event__title__icontains=words) | Q(event__title_pinyin__contains=spelled))
        return found

    @property
    def query(self) -> str:
        """What is kept when one looks at another month, or at the list: `?kind=…`, or nothing."""
        kept = {name: self.typed[name] for name in KEPT if self.typed.get(name)}
        return f"?{urlencode(kept)}" if kept and not self.is_bad else ""

    def in_words(self, *days: str) -> str:
        """“Lecture, Elders, with free places”: what a calendar leaves out has to be said on it, on paper too."""
        chosen = {
            name: dict(choices).get(self.chosen.get(name), "")
            for name, choices in (("kind", EventKind.choices), ("audience", Event.Audience.choices))
        }
        unit = ""
        if self.chosen.get("unit") is not None:
            names = {unit["pk"]: unit["name"] for unit in self.units}
            unit = names.get(self.chosen["unit"], _("a place that this community does not have"))
        quoted = _("“%(words)s”") % {"words": self.chosen["q"]} if self.chosen.get("q") else ""
        free = _("With free places") if self.chosen.get("free") else ""
        parts = (chosen["kind"], chosen["audience"], unit, quoted, free, *days)
        return _(", ").join(str(part) for part in parts if part)

    def _days(self) -> list[str]:
        """What a list is narrowed to besides; a calendar only goes to the day."""
        words = (("since", _("from %(day)s")), ("until", _("until %(day)s")))
        chosen = [(text, self.chosen.get(name)) for name, text in words]
        return [text % {"day": date_format(day, "DATE_FORMAT")} for text, day in chosen if day]

    def context(self, way: str, here: str, day: date | None = None) -> dict:
        """For `events/_narrow.html`; `way` is list, week or month, `here` its address, `day` one that it shows."""
        day = day or timezone.localdate()
        year, week, _weekday = day.isocalendar()
        year, week = (year, week) if year <= LATEST else (LATEST, 52)
        calendar = {"week": f"{max(year, EARLIEST)}-W{week:02}", "month": f"{day:%Y-%m}"}
        ways = [("list", _("List"), reverse("events:list", args=[self.community]))] + [
            (name, words, reverse("events:calendar", args=[self.community, calendar[name]]))
            for name, words in (("week", _("By week")), ("month", _("Month")))
        ]
        return {
            "community": self.community,
            "way": way,
            "here": here,
            "ways": [(name, words, url + self.query) for name, words, url in ways],
            "typed": self.typed,
            "bad": self.is_bad,
            "narrowed_to": self.in_words(*(self._days() if way == "list" else ())),
            "is_filtered": bool(self.query) or any(self.chosen.get(name) for name in ("since", "until")),
            "kinds": _options(EventKind.choices, self.typed.get("kind")),
            "audiences": _options(Event.Audience.choices, self.typed.get("audience")),
            "units": _options([(str(unit["pk"]), unit["name"]) for unit in self.units], self.typed.get("unit")),
        }  # fmt: skip


def _options(choices, chosen) -> list[tuple]:
    return [(value, words, value == chosen) for value, words in choices]


def narrowing(request, community) -> Narrowing:
    form = FilterForm(request.GET)
    is_valid = form.is_valid()
    units = Unit.objects.living().below(community, itself=False).filter(kind__lte=Kind.COMPOUND)
    units = list(units.order_by("path").values("pk", "name", "path"))
    return Narrowing(
        community=community,
        typed=request.GET.dict(),
        chosen=form.cleaned_data if is_valid else {},
        units=units,
        is_bad=not is_valid,
    )
