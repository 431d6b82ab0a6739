"""Who: residents, what care they need, and the pieces of names by which they are found."""

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access import organisations_of, scope
from community.models import Organisation, Unit
from config.crypto import EncryptedField, FingerprintField, TailField, fingerprints

from .. import identity
from .places import Household, ScopedQuerySet


class ResidenceState(models.TextChoices):
    TOGETHER = "together", _("registered and living here")  # 人户一致
    ELSEWHERE = "elsewhere", _("living here, registered elsewhere")  # 人在户不在
    AWAY = "away", _("registered here, living elsewhere")  # 户在人不在
    MIGRANT = "migrant", _("migrant")  # 流动人口
    UNCONFIRMED = "unconfirmed", _("not yet confirmed")
    OUTSIDE = "outside", _("not of this community")

    @classmethod
    def living_here(cls):
        return [cls.TOGETHER, cls.ELSEWHERE, cls.MIGRANT]

    @classmethod
    def of_the_register(cls):
        return [cls.TOGETHER, cls.ELSEWHERE, cls.AWAY, cls.MIGRANT]


class Relation(models.TextChoices):
    HEAD = "head", _("head of household")
    SPOUSE = "spouse", _("spouse")
    CHILD = "child", _("child")
    CHILD_IN_LAW = "child_in_law", _("son- or daughter-in-law")
    GRANDCHILD = "grandchild", _("grandchild")
    PARENT = "parent", _("parent or parent-in-law")
    GRANDPARENT = "grandparent", _("grandparent")
    SIBLING = "sibling", _("brother or sister")
    RELATIVE = "relative", _("other relative")
    OTHER = "other", _("not a relative")


class LettersField(models.CharField):
    """Text compared by code point whatever the database's language: what is typed is found as a range."""

    def db_parameters(self, connection):
        found = super().db_parameters(connection)
        return found | {"collation": "C"} if connection.vendor == "postgresql" else found


class ResidentQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        seen = scope(user, "residents.view", "path")
        branches = organisations_of(user, "residents.view")
        return self.filter(seen | Q(party_branch__in=branches)) if branches else self.filter(seen)

    def living(self):
        """Neither dead nor moved away."""
        return self.filter(left_on=None)

    def population(self):
        """Who counts: living rows of the register, wherever they stay."""
        return self.living().filter(state__in=ResidenceState.of_the_register())

    def of(self, user):
        """Oneself, in each community that knows one."""
        return self.living().filter(user=user) if user.is_authenticated else self.none()

    def acted_for(self, user):
        """Whom `user` may sign up for events and order for: oneself, and whose mandate one holds today."""
        if not user.is_authenticated:
            return self.none()
        own = Resident.objects.filter(user=user).order_by().values("pk")
        held = user.mandates.current().order_by().values("principal")
        return self.living().filter(pk__in=own.union(held))  # each by its index: an OR would read everybody

    def with_children(self, user):
        """Oneself, and for an adult the children below 14 of the own household."""
        if not user.is_authenticated:
            return self.none()
        today = timezone.localdate()
        own = Resident.objects.living().filter(user=user).order_by()
        homes = own.filter(household__isnull=False, born_on__lte=identity.years_before(today, identity.ADULT))
        children = (
            Resident.objects.living()
            .order_by()
            .filter(
                household__in=homes.values("household"),
                born_on__gt=identity.years_before(today, identity.CHILD),
            )
        )
        return self.living().filter(pk__in=own.values("pk").union(children.values("pk")))

    def with_phone(self, phone: str):
        """`phone` in its normal form."""
        return self.filter(phone_print__in=fingerprints(phone))

    def with_another_account_number(self):
        """Their account proved a number that the register does not have."""
        proven = self.living().filter(user__phone_verified_at__isnull=False, user__phone_lost_at=None)
        return proven.exclude(user__phone_print=None).exclude(phone_print=F("user__phone_print"))

    def with_number(self, number: str):
        """`number` of a document in its normal form."""
        return self.filter(id_print__in=fingerprints(number))

    def born_between(self, first, last):
        return self.filter(born_on__gte=first, born_on__lte=last)


class Resident(models.Model):
    """One human being known to the community, whether resident, outside helper or not yet confirmed.

    A human has one living row in each community that knows him. Changed through `operations` alone: they keep
    path, household, pinyin, name pieces and history true.
    """

    class Sex(models.TextChoices):
        MALE = "m", _("male")
        FEMALE = "f", _("female")

    class Document(models.TextChoices):
        ID = "id", _("identity card")
        HK_MACAO = "hk_macao", _("Hong Kong or Macao permit")
        TAIWAN = "taiwan", _("Taiwan permit")
        PASSPORT = "passport", _("passport")
        FOREIGN = "foreign", _("foreigner's residence card")

    class Left(models.TextChoices):
        DIED = "died", _("died")
        MOVED = "moved", _("moved away")
        MERGED = "merged", _("merged")

    said_of: list[str]  # of the row that `operations.leave` gives

    community = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("community"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="residents", verbose_name=_("unit")
    )  # the lowest known
    path = models.CharField(max_length=64, editable=False)  # of that unit
    household = models.ForeignKey(
        Household, models.SET_NULL, null=True, blank=True, related_name="members", verbose_name=_("household")
    )
    relation = models.CharField(
        _("relation to the head"), max_length=12, blank=True, choices=Relation.choices
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="residents",
        verbose_name=_("account"),
    )
    name = models.CharField(_("name"), max_length=60, validators=[MinLengthValidator(1)])
    name_pinyin = LettersField(_("pinyin"), max_length=120, blank=True)
    name_initials = LettersField(_("initials"), max_length=30, blank=True, editable=False)
    given_pinyin = LettersField(max_length=120, blank=True, editable=False)  # without the surname
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True)
    born_on = models.DateField(_("born on"), null=True, blank=True)
    id_kind = models.CharField(_("document"), max_length=12, default=Document.ID, choices=Document.choices)
    id_number = EncryptedField(_("document number"), blank=True, default="")
    id_print = FingerprintField(source="id_number")
    id_tail = TailField(source="id_number")
    phone = EncryptedField(_("phone"), blank=True, default="")
    phone_print = FingerprintField(source="phone")
    phone_tail = TailField(source="phone")
    state = models.CharField(_("residence state"), max_length=12, choices=ResidenceState.choices)
    registered_address = models.CharField(
        _("registered address"), max_length=120, blank=True, validators=[identity.refuse_numbers]
    )
    nation = models.CharField(_("ethnic group"), max_length=20, blank=True)
    moved_in_on = models.DateField(_("moved in on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True, editable=False)
    left_why = models.CharField(_("why"), max_length=10, blank=True, choices=Left.choices, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="merged_from",
        verbose_name=_("merged into"),
    )
    is_party_member = models.BooleanField(_("party member"), default=False)
    party_branch = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("party branch"),
        help_text=_("Empty for a member whose branch lies elsewhere."),
    )
    party_joined_on = models.DateField(_("joined the party on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        ordering = ["name_pinyin", "pk"]
        indexes = [
            models.Index(fields=["path"], name="resident_path"),
            models.Index(
                fields=["name_pinyin", "id", "path"], condition=Q(left_on=None), name="resident_pinyin"
            ),
            models.Index(
                fields=["name_initials", "name_pinyin", "id", "path"],
                condition=Q(left_on=None),
                name="resident_initials",
            ),
            models.Index(
                fields=["given_pinyin", "name_pinyin", "id", "path"],
                condition=Q(left_on=None),
                name="resident_given",
            ),
            # the list of a community in its order, narrowed without opening anybody's row
            models.Index(
                fields=[
                    "community",
                    "name_pinyin",
                    "id",
                    "path",
                    "state",
                    "sex",
                    "born_on",
                    "is_party_member",
                ],
                condition=Q(left_on=None),
                name="resident_list",
            ),
            models.Index(
                fields=["community", "name_pinyin", "id"],
                condition=Q(left_on__isnull=False),
                name="resident_left",
            ),
            models.Index(fields=["id_print"], name="resident_id_print"),
            models.Index(fields=["phone_print"], name="resident_phone_print"),
            models.Index(fields=["id_tail", "path"], condition=Q(left_on=None), name="resident_id_tail"),
            models.Index(
                fields=["phone_tail", "path"], condition=Q(left_on=None), name="resident_phone_tail"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "id_print"], condition=Q(left_on=None), name="one_living_row_for_an_id"
            ),
            models.UniqueConstraint(
                fields=["community", "user"], condition=Q(left_on=None), name="one_living_row_for_an_account"
            ),
            models.UniqueConstraint(
                fields=["household"], condition=Q(relation="head", left_on=None), name="one_head_of_household"
            ),
            models.CheckConstraint(
                condition=Q(household=None, relation="") | (Q(household__isnull=False) & ~Q(relation="")),
                name="a_relation_in_each_household",
            ),
            models.CheckConstraint(
                condition=Q(left_on=None, left_why="") | (Q(left_on__isnull=False) & ~Q(left_why="")),
                name="left_on_a_day_and_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(household=None), name="who_left_is_in_no_household"
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(moved_in_on=None) | Q(left_on__gte=F("moved_in_on")),
                name="left_after_moving_in",
            ),
            models.CheckConstraint(
                condition=Q(is_party_member=True) | Q(party_branch=None, party_joined_on=None),
                name="only_members_have_a_branch",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["unconfirmed", "outside"]) | Q(household=None),
                name="only_the_register_has_households",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(left_why="merged"), name="merged_rows_are_left"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_living(self) -> bool:
        return self.left_on is None

    @property
    def masked_name(self) -> str:
        return identity.mask_name(self.name)

    @property
    def masked_number(self) -> str:
        return identity.mask_id(self.id_number)

    @property
    def masked_phone(self) -> str:
        return identity.mask_phone(self.phone) if self.phone else ""

    def age(self, on=None) -> int | None:
        on = on or timezone.localdate()
        return identity.age(self.born_on, on) if self.born_on and self.born_on <= on else None


class NameGram(models.Model):
    """A piece of one or two characters of a living person's name: how Chinese names are found.

    Carries sort key and path, so that one index answers in order and in scope without opening the person's row.
    """

    gram = LettersField(max_length=2)
    sort = LettersField(max_length=120)
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="grams")
    path = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["gram", "sort", "resident", "path"], name="name_gram")]


class Tag(models.TextChoices):
    """Care tags. Police and justice categories stay out by decision (domain/china.md §2.5)."""

    ALONE = "alone", _("living alone")
    EMPTY_NEST = "empty_nest", _("empty nest")
    AGED = "aged", _("aged 80 and over")
    DISABLED_ELDER = "disabled_elder", _("elder needing care")
    DISABILITY = "disability", _("severe disability")
    MINIMUM = "minimum", _("minimum living allowance")
    DESTITUTE = "destitute", _("destitute")
    BORDERLINE = "borderline", _("borderline of the allowance")
    HARDSHIP = "hardship", _("hardship by unavoidable spending")
    LEFT_CHILD = "left_child", _("left-behind child")
    CHILD_IN_NEED = "child_in_need", _("child in need")
    LOST_CHILD = "lost_child", _("lost their only child")
    HONOURED = "honoured", _("entitled to special care (veterans' families)")
    NO_FAMILY = "no_family", _("without family")
    VETERAN = "veteran", _("veteran")


class ResidentTagQuerySet(models.QuerySet):
    def current(self):
        return self.filter(until=None)

    def visible_to(self, user):
        return self.filter(resident__in=Resident.objects.visible_to(user))


class ResidentTag(models.Model):
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="tags", verbose_name=_("resident"))
    path = models.CharField(max_length=64, editable=False)  # the resident's: a scope's tags are one range
    tag = models.CharField(_("tag"), max_length=16, choices=Tag.choices)
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)
    evidence = models.CharField(
        _("evidence"),
        max_length=120,
        blank=True,
        validators=[identity.refuse_numbers],
        help_text=_("Which paper or visit shows it."),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"), editable=False
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("ended by"),
        editable=False,
    )

    objects = ResidentTagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["tag", "since", "pk"]
        indexes = [
            models.Index(fields=["tag", "path", "resident"], condition=Q(until=None), name="tag_current")
        ]
        constraints = [
            models.UniqueConstraint(fields=["resident", "tag"], condition=Q(until=None), name="a_tag_once"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="tag_ends_after_it_starts"
            ),
        ]

    def __str__(self):
        return self.get_tag_display()
