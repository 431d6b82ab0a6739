import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

PROVINCES = {"71", "81", "82"} | {
    f"{region}{number}"
    for region, last in (("1", 5), ("2", 3), ("3", 7), ("4", 6), ("5", 4), ("6", 5))
    for number in range(0 if region == "5" else 1, last + 1)
}
RESERVED_SLUGS = {"my", "desk", "reports", "accounts", "admin", "healthz", "static", "media", "display", "w"}


def validate_division_code(value: str) -> None:
    """A 12-digit code of the statistics bureau (统计用区划代码), with three more digits for a grid.

    Source: structure PPCCDD SSS VVV; street part 001–599, committee part 001–599, zeros above; DB11 for the grid part.
    """
    match = re.fullmatch(r"(\d{2})\d{4}(\d{3})(\d{3})(\d{3})?", value)
    if not match:
        raise ValidationError(_("An official code has 12 digits, a grid's code 15."))
    province, street, committee, grid = match.groups()
    if province not in PROVINCES:
        raise ValidationError(_("The first two digits are not those of a province."))
    if int(street) > 599 or int(committee) > 599:
        raise ValidationError(_("The parts for street and committee go from 001 to 599."))
    if committee != "000" and street == "000":
        raise ValidationError(_("A code with a committee part needs a street part."))
    if grid is not None and (committee == "000" or grid == "000"):
        raise ValidationError(_("A grid's code is a community's code and a number from 001."))


def validate_slug(value: str) -> None:
    if value != value.lower():
        raise ValidationError(_("Write addresses in small letters."))
    if value in RESERVED_SLUGS:
        raise ValidationError(_("This address is taken by the portal itself."))
