"""How the form of an event is laid out: first what every event needs, then what few need, folded away."""

from django.forms import BooleanField, BoundField, Form
from django.utils.translation import gettext as _

# Folded away: what is inside is said on the fold, which stands open when anything in it is filled in or wrong.
TOLD = ["summary", "body", "bring", "poster", "poster_alt"]
WHOSE = ["unit", "organiser", "contact", "contact_phone", "teacher"]
SIGN_UP = [
    "registration_opens_at", "registration_closes_at", "open_to_unconfirmed", "age_from", "age_to", "only_this_unit",
    "tag", "after_course",
]  # fmt: skip
PLACES = [
    "is_course", "places", "policy", "has_waiting_list", "offer_hours", "most_seats", "one_session_each", "minimum",
    "decide_days",
]  # fmt: skip
REST = ["is_internal", "gives_points", "rule", "needs_check_out", "note"]


class InParts:
    """An event form and, when the event is new, the form of its first day, in the order in which staff think."""

    dates: Form | None = None
    asks_unit_first = False

    def both(self) -> list[Form]:
        return [self, self.dates] if self.dates else [self]

    def part(self, names: list[str]) -> list[BoundField]:
        return [form[name] for name in names for form in self.both() if name in form.fields]

    def what(self) -> list[BoundField]:
        return self.part(["title", "kind", "unit"] if self.asks_unit_first else ["title", "kind"])

    def hours(self) -> list[BoundField]:
        return self.part(["start", "end"])

    def where(self) -> list[BoundField]:
        return self.part(["room", "place"])

    def for_whom(self) -> list[BoundField]:
        rest = ["audience", "needs_registration"]
        return self.part(["places", *rest] if self._asks_places_first() else rest)

    def _asks_places_first(self) -> bool:
        """Of an event that stands they are those of a course; otherwise each session has its own."""
        return bool(self.dates or self.instance.is_course)

    def folds(self) -> list[dict]:
        parts = [
            (_("Introduction, poster, what to bring along"), TOLD),
            (_("Unit, organiser, contact, teacher"), WHOSE),
            (_("Sign-up: from when until when, ages, who may sign up"), SIGN_UP),
            (_("Places: course, draw, waiting list, groups, least number"), PLACES),
            (_("Points, internal event, checking out, remarks"), REST),
        ]
        return [self._fold(title, self.part(names)) for title, names in parts]

    def _fold(self, title: str, fields: list[BoundField]) -> dict:
        first = {"unit": self.asks_unit_first, "places": self._asks_places_first()}
        fields = [field for field in fields if not first.get(field.name)]
        return {"title": title, "fields": fields, "is_open": any(self._shows(field) for field in fields)}

    def _shows(self, field: BoundField) -> bool:
        """Whether something stands in the field that is not there by itself; a chosen file has to be chosen again."""
        if field.errors or field.html_name in field.form.files:
            return True
        value, usual = field.value(), field.field.initial
        if field.form is self:
            usual = self._meta.model._meta.get_field(field.name).get_default()
        if isinstance(field.field, BooleanField):
            return bool(value) != bool(usual)
        return not field.field.required and bool(value) and str(value) != str(usual)
