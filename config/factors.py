"""The secrets of second factors: allauth keeps them in a JSON column, encrypted under our keys (accounts/adapter.py)."""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.db import transaction

from .crypto import decrypt, encrypt

PLACE = "mfa_authenticator"
SECRETS = ("secret", "seed", "migrated_codes")  # of the app, of the recovery codes (older ones: a list)


def _written_by_another(data: dict, first: str) -> bool:
    return any(not value.startswith(f"{first}.") for _name, value in secrets_in(data))


def secrets_in(data: dict) -> Iterator[tuple[str, str]]:
    for name in SECRETS:
        value = data.get(name) or []
        yield from ((name, one) for one in (value if isinstance(value, list) else [value]))


def _anew(value):
    if isinstance(value, list):
        return [_anew(one) for one in value]
    return encrypt(decrypt(value, PLACE), PLACE)


def all_secrets() -> Iterator[str]:
    """Every secret as it stands in the table."""
    for data in Authenticator.objects.values_list("data", flat=True).iterator():
        yield from (value for _name, value in secrets_in(data))


def rotate(first: str) -> int:
    """Write every secret anew that another key than `first` wrote; gives how many rows. Raises WrongKey."""
    rows = 0
    for pk, data in Authenticator.objects.order_by("pk").values_list("pk", "data").iterator():
        if not _written_by_another(data, first):
            continue
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if row is None:
                continue
            row.data |= {name: _anew(row.data[name]) for name in SECRETS if row.data.get(name)}
            row.save(update_fields=["data"])
        rows += 1
    return rows
