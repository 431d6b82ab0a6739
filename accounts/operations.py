from django.db import models

from .models import Activity, Look, User


def label(row: models.Model) -> str:
    """How logs name a row: `events.event:42`."""
    return f"{row._meta.label_lower}:{row.pk}"


def record(
    act: str,
    *,
    by: User | None,
    on: models.Model | None = None,
    path: str = "",
    result: str = Activity.DONE,
    **detail,
) -> Activity:
    """Leave one line in the activity log. `detail` holds codes and numbers, never names or free text."""
    return Activity.objects.create(
        act=act, by=by, object=label(on) if on else "", path=path, result=result, detail=detail
    )


def look(*, by: User, on: models.Model, field: str, purpose: str, path: str = "", rows: int = 1) -> Look:
    """Note that `by` saw the full `field` of `on` and what for."""
    return Look.objects.create(by=by, subject=label(on), field=field, purpose=purpose, path=path, rows=rows)
