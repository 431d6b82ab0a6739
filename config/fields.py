"""Pieces of forms that several rooms share."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

EARLIEST, LATEST = 2000, 2100


def tidy(text: str) -> str:
    """Without characters that cannot be seen or turn the line around; emoji stay whole (their joiner is kept)."""
    seen = "".join(
        sign for sign in text if sign in "\n\r\t\u200d" or unicodedata.category(sign) not in ("Cf", "Cc")
    )
    return seen.strip().strip("\u200d").strip()


def check_year(day):
    if day is not None and not EARLIEST <= day.year <= LATEST:
        raise ValidationError(_("Please enter a year between 2000 and 2100."))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class HourInput(forms.TimeInput):
    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M")


class TidyMixin:
    """Every text of the form is freed of invisible characters before it is judged."""

    def _clean_fields(self):
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.to_python = self._tidied(field.to_python)
        super()._clean_fields()

    @staticmethod
    def _tidied(to_python):
        return lambda value: to_python(tidy(value) if isinstance(value, str) else value)
