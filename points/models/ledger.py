"""The ledger: accounts, and transfers that move points between two of them. DESIGN §5."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.access import scope
from community.models import Kind as UnitKind
from community.models import Unit
from residents.models import Resident

from .movements import CREDITS, DEBITS, ENDS, MOVEMENTS, UNDOES, Kind
from .rules import RuleVersion


def communities_of(user):
    """The communities whose books `user` may see. A post below a community shows none."""
    return Unit.objects.filter(scope(user, "points.view", "path"), kind=UnitKind.COMMUNITY)


def _books_of(user) -> Q:
    """Named one by one: with ids in hand the database reads along the index of a community."""
    ids = list(communities_of(user).values_list("pk", flat=True))
    return Q(community=ids[0]) if len(ids) == 1 else Q(community__in=ids)


class OfBooks(models.QuerySet):
    def visible_to(self, user):
        """The books of the communities in one's care; a grid worker has no business in them."""
        return self.filter(_books_of(user))

    def checked_for(self, user):
        """The same rows, for those found along another index: asked of an expression, so that no planner begins with
        all rows of a community."""
        ids = list(communities_of(user).values_list("pk", flat=True))
        return self.alias(of=F("community") + 0).filter(of__in=ids)


class AccountQuerySet(OfBooks):
    def holders(self):
        return self.filter(kind=Account.Kind.HOLDER)

    def of(self, user):
        """Of the people `user` may act for."""
        return self.filter(resident__in=Resident.objects.of(user))


class Account(models.Model):
    """A holder's points, or one of a community's three counter-accounts, which store no balance.

    `posted` is what was received and not given away for good, `reserved` what of it waits at the shop's counter.
    `owed` was to be taken back and could not; later awards are withheld for it.
    """

    class Kind(models.TextChoices):
        HOLDER = "holder", pgettext_lazy("points", "holder")
        BUDGET = "budget", _("budget, where points are issued from")
        REDEEMED = "redeemed", _("redeemed")
        EXPIRED = "expired", _("expired")

    community = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", db_index=False, verbose_name=_("community")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.HOLDER)
    resident = models.ForeignKey(
        Resident,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="points_accounts",
        verbose_name=_("resident"),
    )
    posted = models.PositiveIntegerField(_("balance"), default=0)
    reserved = models.PositiveIntegerField(_("reserved"), default=0)
    owed = models.PositiveIntegerField(_("still owed"), default=0)
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now)

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("points account")
        verbose_name_plural = _("points accounts")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["community", "kind", "id"], name="account_of_a_community")]
        constraints = [
            models.UniqueConstraint(
                fields=["resident"], condition=Q(resident__isnull=False), name="one_account_for_a_resident"
            ),
            models.UniqueConstraint(
                fields=["community", "kind"], condition=~Q(kind="holder"), name="one_account_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind="holder", resident__isnull=False)
                | Q(kind__in=["budget", "redeemed", "expired"], resident=None, posted=0, reserved=0, owed=0),
                name="account_is_a_holders_or_the_communitys",
            ),
            models.CheckConstraint(
                condition=Q(posted__gte=F("reserved"), reserved__gte=0, owed__gte=0),
                name="available_points_never_below_zero",
            ),
        ]

    def __str__(self):
        return f"№{self.pk}"

    @property
    def available(self) -> int:
        return self.posted - self.reserved


class TransferQuerySet(OfBooks):
    def of(self, user):
        return self.filter(holder__in=Account.objects.of(user))

    def posted_between(self, first, last):
        """By posting moment: what a closed month says stays so. `first` included, `last` not."""
        return self.filter(posted_at__gte=first, posted_at__lt=last)

    def of_year(self, year: int):
        """Posted in the year."""
        zone = timezone.get_default_timezone()
        return self.posted_between(datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone))

    def standing(self):
        """Awards that were not taken back, in part or whole."""
        return self.filter(kind=Kind.AWARD).filter(
            ~models.Exists(Transfer.objects.filter(reverses=models.OuterRef("pk"))),
            ~models.Exists(Owed.objects.filter(award=models.OuterRef("pk"))),
        )


def _one_of(*conditions: Q) -> Q:
    return reduce(or_, conditions)


def _once(other: str, name: str):
    """A full index would grow by every transfer that goes with no other."""
    return models.UniqueConstraint(fields=[other], condition=Q(**{f"{other}__isnull": False}), name=name)


class Transfer(models.Model):
    """Points moved from `debit` to `credit`, one of which is a holder. Only added to; names no person, no reason.

    `balance_after` is what the holder had available then. `value_date` is the day the points are for (caps and the
    year's budget go by it), `posted_at` the moment they were booked (statements, seals and reports go by it).
    """

    community = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,  # a trigger looks at this and the next; keys would lock one row for everybody
        verbose_name=_("community"),
    )
    debit = models.ForeignKey(
        Account,
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("debit"),
    )
    credit = models.ForeignKey(
        Account,
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("credit"),
    )
    holder = models.ForeignKey(
        Account,
        models.PROTECT,
        related_name="transfers",
        db_index=False,
        db_constraint=False,
        verbose_name=pgettext_lazy("points", "account"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    amount = models.PositiveIntegerField(_("points"))
    rule = models.ForeignKey(
        RuleVersion,
        models.PROTECT,
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
        verbose_name=_("rule"),
    )
    key = models.CharField(_("key"), max_length=80, unique=True)
    reserve = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="ended_by",
                                verbose_name=_("reservation"))  # fmt: skip
    # The award a reversal takes back once, or the redemption of which refunds give back, in parts or whole.
    reverses = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="reversed_by",
                                 verbose_name=_("takes back"))  # fmt: skip
    value_date = models.DateField(_("for the day"))
    posted_at = models.DateTimeField(_("posted at"))
    balance_after = models.PositiveIntegerField(_("available after"))
    private_hash = models.CharField(_("hash of the private part"), max_length=64)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["holder", "id"], name="transfer_of_a_holder"),
            models.Index(fields=["community", "posted_at", "id"], name="transfer_of_a_day"),
            models.Index(fields=["reverses"], condition=Q(reverses__isnull=False), name="transfer_undone"),
        ]
        constraints = [
            _once("reserve", "a_reservation_ends_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_moves_something"),
            models.CheckConstraint(condition=Q(balance_after__gte=0), name="nobody_goes_below_zero"),
            models.CheckConstraint(
                condition=~Q(debit=F("credit"))
                & _one_of(Q(kind__in=CREDITS, holder=F("credit")), Q(kind__in=DEBITS, holder=F("debit"))),
                name="transfer_has_one_holder",
            ),
            models.CheckConstraint(
                condition=_one_of(
                    Q(kind__in=ENDS, reserve__isnull=False), Q(reserve=None) & ~Q(kind__in=ENDS)
                ),
                name="only_a_reservation_is_ended",
            ),
            models.CheckConstraint(
                condition=_one_of(
                    Q(kind__in=UNDOES, reverses__isnull=False), Q(reverses=None) & ~Q(kind__in=UNDOES)
                ),
                name="only_a_reversal_takes_back",
            ),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(kind="reverse"), name="an_award_is_taken_back_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["award", "deduct"]) | Q(rule__isnull=False), name="award_has_a_rule"
            ),
        ]

    def __str__(self):
        return f"№{self.pk}"

    @property
    def change(self) -> int:
        """What it added to the holder's available points."""
        return self.amount * MOVEMENTS[Kind(self.kind)].available


MOVED = ["kind", "amount", "rule", "value_date", "reserve", "reverses"]


def private_digest(
    *, salt: str, holder: int, key: str, cause: str, reason: str, by: int | None, moved: Iterable
) -> str:
    """SHA-256 of what the public rows leave out, together with what was `moved` (the columns `MOVED`), salted so that
    nobody can guess it back."""
    written = "\x1f".join(
        [salt, str(holder), key, cause, reason, str(by or ""), *[str(one or "") for one in moved]]
    )
    return hashlib.sha256(written.encode()).hexdigest()


class TransferDetail(models.Model):
    """The private part of a transfer: cause, reason, who. It may be erased; the transfer keeps its salted hash."""

    transfer = models.OneToOneField(
        Transfer, models.PROTECT, primary_key=True, related_name="detail", verbose_name=_("transfer")
    )
    cause = models.CharField(_("cause"), max_length=80, blank=True)  # `attendance:42`
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("by"),
    )
    salt = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("private part of a transfer")
        verbose_name_plural = _("private parts of transfers")

    def __str__(self):
        return self.cause or f"{self.transfer_id}"

    def digest_for(self, transfer) -> str:
        return private_digest(
            salt=self.salt, holder=transfer.holder_id, key=transfer.key, cause=self.cause, reason=self.reason,
            by=self.by_id,
            moved=[transfer.kind, transfer.amount, transfer.rule_id, transfer.value_date, transfer.reserve_id,
                   transfer.reverses_id],
        )  # fmt: skip


class OwedQuerySet(models.QuerySet):
    def open(self):
        return self.filter(left__gt=0)

    def visible_to(self, user):
        return self.filter(scope(user, "points.view", "account__community__path"))


class Owed(models.Model):
    """What was to be taken and could not, because it had been spent: for an award taken back, or by the deduction
    `key` under `rule` for `day`. `forgiven`: the deduction was lifted."""

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="debts", verbose_name=pgettext_lazy("points", "account")
    )
    award = models.OneToOneField(
        Transfer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owed",
        verbose_name=_("award taken back"),
    )
    key = models.CharField(_("key of the deduction"), max_length=80, unique=True, null=True, blank=True)
    rule = models.ForeignKey(
        RuleVersion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rule")
    )
    day = models.DateField(_("for the day"), null=True, blank=True)
    amount = models.PositiveIntegerField(_("points"))
    left = models.PositiveIntegerField(_("still open"))
    forgiven = models.PositiveIntegerField(_("points forgiven"), default=0)
    at = models.DateTimeField(_("at"), default=timezone.now)

    objects = OwedQuerySet.as_manager()

    class Meta:
        verbose_name = _("points owed")
        verbose_name_plural = _("points owed")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    amount__gt=0, left__gte=0, forgiven__gte=0, left__lte=F("amount") - F("forgiven")
                ),
                name="owed_is_paid_off",
            ),
            models.CheckConstraint(
                condition=Q(award__isnull=False, key=None, rule=None, day=None)
                | Q(award=None, key__isnull=False, rule__isnull=False, day__isnull=False),
                name="owed_for_an_award_or_a_deduction",
            ),
        ]

    def __str__(self):
        return f"{self.account}: {self.left}/{self.amount}"

    @property
    def version(self) -> RuleVersion:
        """The rule under which it was given or deducted."""
        return self.award.rule if self.award else self.rule
