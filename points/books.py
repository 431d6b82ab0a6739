"""Sealing the days of the books, and proving that nothing in them was altered.

The digest of a day can be made again by anybody who has the public rows: start with the digest of the day before
(64 zeros at first), then for every transfer in order one line `number|kind|points|rule version|day|private hash`
(the rule version is written `E01/2`, or nothing), each ended by a line feed; SHA-256 over all of it, in UTF-8.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from . import sql
from .models import Account, RuleVersion, Seal, Transfer

START = "0" * 64
FIELDS = ["pk", "kind", "amount", "rule", "value_date", "private_hash"]
WHOLE = [
    *FIELDS, "community", "debit", "credit", "holder", "key", "reserve", "reverses", "balance_after", "posted_at",
]  # fmt: skip


def line(number: int, kind: str, amount: int, rule: str, day: date, private_hash: str) -> str:
    """The public line of one transfer."""
    return f"{number}|{kind}|{amount}|{rule}|{day.isoformat()}|{private_hash}\n"


def bounds(day: date) -> tuple[datetime, datetime]:
    """The moments between which `day` lies, the second one excluded."""
    zone = timezone.get_default_timezone()
    return tuple(datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))


def rule_names() -> dict[int, str]:
    rows = RuleVersion.objects.values_list("pk", "rule__code", "number")
    return {pk: f"{code}/{number}" for pk, code, number in rows}


def rows_of(community: int, day: date):
    """The transfers of a day in the order of their numbers."""
    rows = Transfer.objects.filter(community=community).posted_between(*bounds(day))
    return rows.order_by("posted_at", "pk")


def mark(row: tuple) -> str:
    """By which a transfer (as `WHOLE` gives it) is known again: its id and eight signs of a digest of all its columns."""
    *columns, posted_at = row
    written = "|".join([*map(str, columns), posted_at.astimezone(UTC).isoformat(timespec="microseconds")])
    return f"{row[0]}:{hashlib.sha256(written.encode()).hexdigest()[:8]}"


def marks_in(marks: str) -> dict[str, str]:
    """Id of each transfer of a sealed day → its signs."""
    return dict(one.split(":") for one in marks.split())


def digest_of(
    rows: Iterable[tuple], first: int, before: str, names: dict[int, str]
) -> tuple[int, int, str, str]:
    """(how many, sum of points, digest, marks) of `rows` as `WHOLE` gives them, numbered from `first` on."""
    digest, marks = hashlib.sha256(before.encode()), []
    count = amount = 0
    for row in rows:
        _pk, kind, points, rule, day, private_hash = row[: len(FIELDS)]
        written = line(first + count, kind, points, names.get(rule, ""), day, private_hash)
        digest.update(written.encode())
        marks.append(mark(row))
        count, amount = count + 1, amount + points
    return count, amount, digest.hexdigest(), " ".join(marks)


def seal_days(until: date | None = None) -> str:
    """Seal every day up to `until` (yesterday) of every community with books. Sealed days stay as they are."""
    until = until or timezone.localdate() - timedelta(days=1)
    made = 0
    for community in Account.objects.filter(kind=Account.Kind.BUDGET).values_list("community", flat=True):
        for day in _unsealed(community, until):
            made += seal_day(community, day)
    return _("%(count)d days sealed") % {"count": made}


def _unsealed(community: int, until: date) -> list[date]:
    last = Seal.objects.filter(community=community).aggregate(day=Max("day"))["day"]
    if last is None:
        first = Transfer.objects.filter(community=community).aggregate(at=Min("posted_at"))["at"]
        if first is None:
            return []
        last = timezone.localdate(first) - timedelta(days=1)
    return [last + timedelta(days=number) for number in range(1, (until - last).days + 1)]


@transaction.atomic
def seal_day(community: int, day: date) -> bool:
    """Close `day`: nobody posts while it is closed, and nothing enters it afterwards. False when it was closed before."""
    sql.shut_the_books(community)
    last = Seal.objects.filter(community=community).order_by("-day").first()
    if last and last.day >= day:
        return False
    first = last.first_number + last.count if last else 1
    rows = rows_of(community, day).values_list(*WHOLE).iterator(chunk_size=2000)
    count, amount, digest, marks = digest_of(rows, first, last.digest if last else START, rule_names())
    Seal.objects.create(
        community_id=community,
        day=day,
        first_number=first,
        count=count,
        amount=amount,
        digest=digest,
        marks=marks,
    )
    return True
