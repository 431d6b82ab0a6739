from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access import organisations_of, scope
from community.models import Organisation, Unit, here_and_below
from config.crypto import EncryptedField, FingerprintField


class ScopedQuerySet(models.QuerySet):
    """Rows that carry the path of the unit they lie in."""

    def visible_to(self, user):
        return self.filter(scope(user, "residents.view", "path"))

    def within(self, unit):
        return self.filter(here_and_below(unit.path))


class Dwelling(models.Model):
    """A flat or house: building, staircase (单元, may be missing) and room number."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="dwellings", verbose_name=_("building"))
    path = models.CharField(max_length=64, db_index=True, editable=False)
    staircase = models.CharField(_("staircase"), max_length=10, blank=True)
    number = models.CharField(_("room number"), max_length=10)
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True)
    area_m2 = models.DecimalField(_("area in m²"), max_digits=7, decimal_places=2, null=True, blank=True)
    use = models.CharField(
        _("use"),
        max_length=12,
        default="owner",
        choices=[
            ("owner", _("lived in by the owner")),
            ("let", _("let")),
            ("empty", _("empty")),
            ("business", _("business")),
        ],
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("dwelling")
        verbose_name_plural = _("dwellings")
        constraints = [
            models.UniqueConstraint(fields=["unit", "staircase", "number"], name="one_dwelling_of_a_number")
        ]


class Household(models.Model):
    """People registered or living together; several may share one dwelling."""

    community = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("community"))
    dwelling = models.ForeignKey(
        Dwelling, models.PROTECT, null=True, blank=True, related_name="households", verbose_name=_("dwelling")
    )
    path = models.CharField(max_length=64, db_index=True, editable=False)
    number = models.CharField(_("household number"), max_length=20, blank=True)
    is_collective = models.BooleanField(_("collective household"), default=False)
    head = models.ForeignKey(
        "Resident", models.SET_NULL, null=True, blank=True, related_name="heads", verbose_name=_("head")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")


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


class ResidentQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        return self.filter(
            scope(user, "residents.view", "path")
            | Q(party_branch__in=organisations_of(user, "residents.view"))
        )

    def living(self):
        """Neither dead nor moved away."""
        return self.filter(left_on=None)

    def population(self):
        """Who counts: living rows of the register, wherever they stay."""
        return self.living().filter(state__in=ResidenceState.of_the_register())

    def of(self, user):
        """The people `user` may act for: oneself (mandates come with their issue)."""
        return self.living().filter(user=user) if user.is_authenticated else self.none()


class Resident(models.Model):
    """One human being known to the community, whether resident, outside helper or not yet confirmed."""

    class Sex(models.TextChoices):
        MALE = "m", _("male")
        FEMALE = "f", _("female")

    community = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("community"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="residents", verbose_name=_("unit")
    )  # the lowest known
    path = models.CharField(max_length=64, db_index=True, editable=False)  # of that unit
    household = models.ForeignKey(
        Household, models.SET_NULL, null=True, blank=True, related_name="members", verbose_name=_("household")
    )
    relation = models.CharField(_("relation to the head"), max_length=12, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="resident",
        verbose_name=_("account"),
    )
    name = models.CharField(_("name"), max_length=60)
    name_pinyin = models.CharField(_("pinyin"), max_length=120, blank=True)
    name_initials = models.CharField(_("initials"), max_length=30, blank=True, editable=False)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True)
    born_on = models.DateField(_("born on"), null=True, blank=True)
    id_kind = models.CharField(
        _("document"),
        max_length=12,
        default="id",
        choices=[
            ("id", _("identity card")),
            ("hk_macao", _("Hong Kong or Macao permit")),
            ("taiwan", _("Taiwan permit")),
            ("passport", _("passport")),
            ("foreign", _("foreigner's residence card")),
        ],
    )
    id_number = EncryptedField(_("document number"), blank=True, default="")
    id_print = FingerprintField(source="id_number")
    phone = EncryptedField(_("phone"), blank=True, default="")
    phone_print = FingerprintField(source="phone", db_index=True)
    state = models.CharField(_("residence state"), max_length=12, choices=ResidenceState.choices)
    registered_address = models.CharField(_("registered address"), max_length=120, blank=True)
    nation = models.CharField(_("ethnic group"), max_length=20, blank=True)
    moved_in_on = models.DateField(_("moved in on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    left_why = models.CharField(
        _("why"),
        max_length=10,
        blank=True,
        choices=[("died", _("died")), ("moved", _("moved away")), ("merged", _("merged"))],
    )
    is_party_member = models.BooleanField(_("party member"), default=False)
    party_branch = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("party branch"),
    )
    party_joined_on = models.DateField(_("joined the party on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "id_print"], condition=Q(left_on=None), name="one_living_row_for_an_id"
            )
        ]

    def __str__(self):
        return self.name


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


class ResidentTag(models.Model):
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="tags", verbose_name=_("resident"))
    tag = models.CharField(_("tag"), max_length=16, choices=Tag.choices)
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=120, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"), editable=False
    )

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            models.UniqueConstraint(fields=["resident", "tag"], condition=Q(until=None), name="a_tag_once")
        ]
