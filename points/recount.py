"""The recount: every balance, number, budget, debt and digest made again from the rows, and compared."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from time import monotonic

from django.db.models import Exists, F, OuterRef, Q, Sum, Window
from django.db.models.functions import Coalesce, ExtractYear
from django.utils import timezone
from django.utils.translation import gettext as _

from . import books
from .models import MOVEMENTS, Account, Budget, Kind, LedgerCheck, Owed, Seal, Transfer, communities_of
from .models.ledger import MOVED, private_digest
from .models.movements import effect

Check = Callable[[], Iterable[tuple[int, dict]]]  # row, and what is wrong with it
MOST = 200  # findings of one sort that are kept
CLOCKS_DIFFER = timedelta(hours=1)  # that of the database, which posts, and ours
OTHERS = {
    other: [kind.value for kind, movement in MOVEMENTS.items() if movement.other == other]
    for other in ("budget", "redeemed", "expired")
}


def check_ledger(further: Mapping[str, Check] | None = None) -> LedgerCheck:
    """Prove the books: balances are the sums of their transfers, all accounts together are zero, seals and private
    hashes fit their rows, numbers have no gap. Leaves a LedgerCheck with what does not fit, row by row.

    `further`: checks of other rooms; what they find names its community, so that those in charge there see it."""
    started_at, begun, findings, found = timezone.now(), monotonic(), [], 0
    for name, check in (CHECKS | dict(further or {})).items():
        for number, (row, more) in enumerate(check()):
            found += 1
            if number < MOST:
                findings.append({"what": name, "row": row, **more})
    return LedgerCheck.objects.create(
        started_at=started_at,
        seconds=round(monotonic() - begun, 2),
        transfers=Transfer.objects.count(),
        found=found,
        findings=findings,
    )


def nightly(further: Mapping[str, Check] | None = None) -> str:
    """For the clock: a note in figures. A mistake found is a failure of the job, so that it is seen."""
    check = check_ledger(further)
    if check.found:
        raise LedgerBroken(
            _("%(found)d mistakes in %(count)d transfers") % {"found": check.found, "count": check.transfers}
        )
    return _("%(count)d transfers, all right") % {"count": check.transfers}


def findings_in_sight(check: LedgerCheck, user) -> int:
    """How many of the findings are about books that `user` may see."""
    rows = defaultdict(set)
    mine = set(communities_of(user).values_list("pk", flat=True))
    count = 0
    for one in check.findings:
        place = one["row"] if one["what"] == "sum" else one.get("community")
        if place:
            count += place in mine
        elif model := KEPT_IN.get(one["what"]):
            rows[model].add(one["row"])
    return count + sum(
        model.objects.visible_to(user).filter(pk__in=ids).count() for model, ids in rows.items()
    )


class LedgerBroken(Exception):
    """The books are not what they should be; `LedgerCheck` names the rows."""


def _running():
    """Transfers after which the holder had something else than the sum so far."""
    ran = Window(Sum(effect()), partition_by=F("holder"), order_by=F("pk").asc())
    rows = Transfer.objects.order_by().annotate(ran=ran).exclude(ran=F("balance_after"))
    for pk, ran, after in rows.values_list("pk", "ran", "balance_after").iterator():
        yield pk, {"is": after, "should_be": int(ran)}


def _balances():
    """Holders whose stored points are not the sum of their transfers."""
    posted = Coalesce(Sum(effect("posted", "transfers__")), 0)
    reserved = Coalesce(Sum(effect("reserved", "transfers__")), 0)
    rows = Account.objects.holders().order_by().annotate(p=posted, r=reserved)
    rows = rows.exclude(p=F("posted"), r=F("reserved"))
    for pk, is_posted, is_reserved, p, r in rows.values_list("pk", "posted", "reserved", "p", "r").iterator():
        yield pk, {"is": [is_posted, is_reserved], "should_be": [int(p), int(r)]}


def _sides():
    """Transfers whose other side is not the account their kind goes to, or whose reservation is another's."""
    for other, kinds in OTHERS.items():
        right = Account.objects.filter(community=OuterRef("community"), kind=other).filter(
            Q(pk=OuterRef("debit")) | Q(pk=OuterRef("credit"))
        )
        home = Account.objects.holders().filter(pk=OuterRef("holder"), community=OuterRef("community"))
        rows = Transfer.objects.order_by().filter(kind__in=kinds).filter(~Exists(right) | ~Exists(home))
        yield from ((pk, {}) for pk in rows.values_list("pk", flat=True).iterator())
    ends = Transfer.objects.order_by().filter(reserve__isnull=False)
    wrong = ends.exclude(reserve__kind=Kind.RESERVE, reserve__holder=F("holder"), reserve__amount=F("amount"))
    yield from ((pk, {}) for pk in wrong.values_list("pk", flat=True).iterator())
    refunds = Transfer.objects.order_by().filter(kind=Kind.REFUND)
    wrong = refunds.exclude(reverses__kind=Kind.POST, reverses__holder=F("holder"))
    yield from ((pk, {}) for pk in wrong.values_list("pk", flat=True).iterator())
    given = refunds.values("reverses").annotate(n=Sum("amount")).filter(n__gt=F("reverses__amount"))
    yield from ((pk, {"given_back": n}) for pk, n in given.values_list("reverses", "n"))


def _private():
    """Transfers of which something is not as they were posted; those whose private part is erased are passed over."""
    rows = Transfer.objects.order_by("pk").filter(detail__isnull=False)
    fields = [
        "pk",
        "private_hash",
        "holder",
        "key",
        "detail__salt",
        "detail__cause",
        "detail__reason",
        "detail__by",
        *MOVED,
    ]
    for pk, written, holder, key, salt, cause, reason, by, *moved in rows.values_list(*fields).iterator(
        chunk_size=5000
    ):
        parts = {"salt": salt, "holder": holder, "key": key, "cause": cause, "reason": reason, "by": by}
        # What was posted before 0011 has only the private part in its hash.
        if written != private_digest(**parts, moved=moved) and written != private_digest(**parts, moved=()):
            yield pk, {}


def _seals():
    """Sealed days whose rows are not the ones that were sealed, and gaps between seals."""
    names = books.rule_names()
    communities = Seal.objects.order_by("community").values_list("community", flat=True).distinct()
    for community in communities:
        number, digest, day = 1, books.START, None
        for seal in Seal.objects.filter(community=community).order_by("day"):
            if seal.first_number != number or (day and (seal.day - day).days != 1):
                yield seal.pk, {"community": community, "day": str(seal.day), "why": "gap"}
            rows = books.rows_of(community, seal.day).values_list(*books.WHOLE)
            *now, marks = books.digest_of(rows.iterator(chunk_size=5000), seal.first_number, digest, names)
            if now != [seal.count, seal.amount, seal.digest]:
                wrong = {"why": "digest"} if now[0] == seal.count else {"is": seal.count, "should_be": now[0]}
                yield seal.pk, {"community": community, "day": str(seal.day), **wrong}
            if marks != seal.marks and (seal.marks or not seal.count):  # a seal of former times has none
                yield from _altered(seal, marks)
            number, digest, day = seal.first_number + seal.count, seal.digest, seal.day


def _altered(seal: Seal, marks: str):
    """The transfers of a sealed day that are not as they were sealed, and those that left the day or came into it."""
    then, now = books.marks_in(seal.marks), books.marks_in(marks)
    for pk in sorted(then.keys() | now.keys(), key=int):
        if then.get(pk) != now.get(pk):
            why = "changed" if pk in then and pk in now else "gone" if pk in then else "new"
            where = {"community": seal.community_id, "day": str(seal.day)}
            yield int(pk), {"what": "altered row", **where, "why": why}


def _moments():
    """Transfers posted later than now: they would enter another day, or the statement of another month.

    Within a day without seal the moment proves nothing: who waits for an account's lock posts after who came later.
    """
    late = Transfer.objects.order_by("pk").filter(posted_at__gt=timezone.now() + CLOCKS_DIFFER)
    yield from ((pk, {"why": "later than now"}) for pk in late.values_list("pk", flat=True).iterator())


def _budgets():
    """Budgets whose issued points are not the awards of their year without what went back."""
    rows = (
        Transfer.objects.order_by()
        .annotate(year=ExtractYear("value_date"))
        .values("community", "year")
        .annotate(drawn=Sum(effect("drawn")))
    )
    due = Counter({(row["community"], row["year"]): row["drawn"] for row in rows})
    for pk, community, year, drawn in Budget.objects.values_list("pk", "community", "year", "drawn"):
        if (should_be := due.pop((community, year), 0)) != drawn:
            yield pk, {"is": drawn, "should_be": should_be}
    for (community, year), drawn in due.items():
        if drawn:
            yield 0, {"community": community, "year": year, "is": 0, "should_be": drawn}


def _debts():
    """Accounts whose stored debt is not the sum of what they owe; what was withheld pays debts off, no more."""
    owed = Coalesce(Sum("debts__left"), 0)
    rows = Account.objects.holders().order_by().filter(Q(owed__gt=0) | Q(debts__isnull=False))
    for pk, is_owed, should_be in rows.annotate(o=owed).exclude(o=F("owed")).values_list("pk", "owed", "o"):
        yield pk, {"is": is_owed, "should_be": should_be}
    paid = Owed.objects.aggregate(n=Coalesce(Sum(F("amount") - F("left") - F("forgiven")), 0))["n"]
    withheld = Transfer.objects.filter(kind=Kind.WITHHOLD).aggregate(n=Coalesce(Sum("amount"), 0))["n"]
    if paid != withheld:
        yield 0, {"is": paid, "should_be": withheld}


def _zero():
    """Communities whose holders together do not hold what was issued and is neither redeemed nor expired."""
    moved = Transfer.objects.order_by().values("community").annotate(points=Sum(effect("posted")))
    should = {row["community"]: row["points"] for row in moved}
    held = Account.objects.holders().order_by().values("community").annotate(points=Sum("posted"))
    for row in held:
        if (points := should.get(row["community"], 0)) != row["points"]:
            yield row["community"], {"is": row["points"], "should_be": points}


CHECKS = {
    "running balance": _running,
    "balance": _balances,
    "sum": _zero,
    "sides": _sides,
    "private part": _private,
    "seal": _seals,
    "moment": _moments,
    "budget": _budgets,
    "debt": _debts,
}
# In which table the row of a finding lies.
KEPT_IN = {
    "running balance": Transfer,
    "sides": Transfer,
    "private part": Transfer,
    "altered row": Transfer,
    "moment": Transfer,
    "balance": Account,
    "debt": Account,
    "seal": Seal,
    "budget": Budget,
}
