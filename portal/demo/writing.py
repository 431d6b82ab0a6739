"""Many rows at once into a database that holds nothing else yet: the demo is alone while it is being made."""

from collections.abc import Sequence

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import Max

from config.crypto import FingerprintField

AS_THEY_ARE = (
    models.BooleanField,
    models.CharField,
    models.FloatField,
    models.ForeignKey,
    models.IntegerField,
    models.TextField,
)


@transaction.atomic
def write(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model and give them their keys, in the order of the list, where keys are numbers.

    `bulk_create` asks each field of each row what to do with its value, and takes three times as long. Here plain
    values go to the driver as they are; constraints and triggers look at them all the same.
    """
    if not rows:
        return
    model = type(rows[0])
    by_number = rows[0].pk is None  # else the model draws a key of its own
    if by_number:
        last = model._base_manager.aggregate(last=Max("pk"))["last"] or 0
        for key, row in enumerate(rows, last + 1):
            row.pk = key
    owners = [field for field in model._meta.concrete_fields if field.is_relation]
    for row in rows:
        for field in owners:  # what had no key yet when the row was made
            if getattr(row, field.attname) is None and field.is_cached(row):
                setattr(row, field.attname, field.get_cached_value(row) and field.get_cached_value(row).pk)
    for field in model._meta.concrete_fields:
        if isinstance(field, FingerprintField):
            for row in rows:
                field.pre_save(row, add=True)
    columns = [(field.attname, _into(field)) for field in model._meta.concrete_fields]
    names = ", ".join(connection.ops.quote_name(field.column) for field in model._meta.concrete_fields)
    sql = (
        f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({names}) "
        f"VALUES ({', '.join(['%s'] * len(columns))})"
    )
    values = [
        [into(getattr(row, name)) if into else getattr(row, name) for name, into in columns] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
        for reset in connection.ops.sequence_reset_sql(no_style(), [model]) if by_number else ():
            cursor.execute(reset)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def weigh() -> None:
    """Let PostgreSQL count what has been written: inside one long transaction nobody else does it for the planner,
    and a query over tables it takes for empty may last minutes."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _into(field: models.Field):
    """What a value of the field has to go through on its way into the database; None when nothing."""
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if type(field) in AS_THEY_ARE or isinstance(field, models.AutoField | FingerprintField):
        return None
    return lambda value: field.get_db_prep_save(value, connection)
