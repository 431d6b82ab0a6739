"""Vectors of domain/china.md §2.1 and §2.2."""

import pytest
from django.core.exceptions import ValidationError

from community.models import Kind, Unit
from community.validators import PROVINCES, validate_division_code

GOOD = ["411302004001", "410122114201", "411302004000", "421303002000", "430112001000", "411302004099"]
BAD = ["411302000001", "991302004001", "411302600001", "41130200400", "4113020040011", "41130200400a", "",
       "４１１３０２００４００１", "411302004600", "411302004099000", "411302004000001", "41130200409900"]  # fmt: skip


@pytest.mark.parametrize("code", [*GOOD, "411302004099001"])
def test_official_codes_pass(code):
    assert validate_division_code(code) is None


@pytest.mark.parametrize("code", BAD)
def test_what_is_no_code_is_refused(code):
    with pytest.raises(ValidationError):
        validate_division_code(code)


def test_there_are_34_provinces():
    assert len(PROVINCES) == 34


@pytest.mark.parametrize(
    ("kind", "code", "fits"),
    [
        (Kind.DISTRICT, "411302000000", True),
        (Kind.DISTRICT, "411302004000", False),
        (Kind.STREET, "411302004000", True),
        (Kind.STREET, "411302004001", False),
        (Kind.COMMUNITY, "411302004099", True),
        (Kind.COMMUNITY, "411302004000", False),
        (Kind.COMMUNITY, "411302004099001", False),
        (Kind.GROUP, "411302004099001", True),
        (Kind.BUILDING, "411302004099", False),
        (Kind.ROOT, "411302004099", False),
    ],
)
def test_a_code_fits_the_kind_of_unit(kind, code, fits):
    assert Unit(kind=kind, code=code).has_code_of_its_kind() is fits
