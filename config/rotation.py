"""Every encrypted value of the database: can it be opened, and writing it anew under the first key."""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from . import factors, keys
from .crypto import EncryptedField, FingerprintField, WrongKey, decrypt

BATCH = 500


def encrypted_models() -> Iterator[tuple[type[models.Model], list[EncryptedField], list[FingerprintField]]]:
    """(model, its encrypted fields, its fingerprints) of every model that has any."""
    for model in apps.get_models():
        fields = model._meta.concrete_fields
        encrypted = [field for field in fields if isinstance(field, EncryptedField)]
        if encrypted:
            yield model, encrypted, [field for field in fields if isinstance(field, FingerprintField)]


def closed_values() -> list[str]:
    """`table.column` whose first value no key of ours opens: the keys are not those of these data."""
    closed = []
    for model, fields, _prints in encrypted_models():
        table = model._meta.db_table
        for field in fields:
            for stored in _last_stored(table, field.column):
                try:
                    decrypt(stored, f"{table}.{field.column}")
                except WrongKey:
                    closed.append(f"{table}.{field.column}")
    return closed + _closed_factors()


def _closed_factors() -> list[str]:
    one_of_each = {value.partition(".")[0]: value for value in factors.all_secrets()}
    for value in one_of_each.values():
        try:
            decrypt(value, factors.PLACE)
        except WrongKey:
            return [factors.PLACE]
    return []


def _last_stored(table: str, column: str) -> list[str]:
    """One stored value of each key, as it stands in the table."""
    quote = connection.ops.quote_name
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {quote(column)} FROM {quote(table)} WHERE {quote(column)} <> '' LIMIT 10000")
        for (stored,) in cursor:
            found.setdefault(stored.partition(".")[0], stored)
    return list(found.values())


def _waiting(model, fields, first: str) -> models.QuerySet:
    """Rows with a value that another key than `first` wrote; so a run that was stopped goes on where it was."""
    other = models.Q()
    for field in fields:
        column = f"{field.name}_stored"
        other |= ~models.Q(**{column: ""}) & ~models.Q(**{f"{column}__startswith": f"{first}."})
    stored = {
        f"{field.name}_stored": models.functions.Cast(field.name, models.TextField()) for field in fields
    }
    return model._base_manager.annotate(**stored).filter(other)


def rotate() -> Iterator[tuple[str, int]]:
    """Write every value and fingerprint anew under the first key, a batch at a time: (table, rows) as it goes.

    Raises WrongKey, having changed nothing in that batch, for a value that no key opens.
    """
    first = next(iter(keys.data_keys(settings.DATA_KEYS)))
    for model, fields, prints in encrypted_models():
        names = [field.name for field in (*fields, *prints)]
        while True:
            with transaction.atomic():
                waiting = _waiting(model, fields, first).order_by("pk").values_list("pk", flat=True)[:BATCH]
                rows = list(
                    model._base_manager.select_for_update().filter(pk__in=list(waiting)).order_by("pk")
                )
                for row in rows:
                    row.save(update_fields=names)
            if not rows:
                break
            yield model._meta.db_table, len(rows)
    if rows := factors.rotate(first):
        yield factors.PLACE, rows
