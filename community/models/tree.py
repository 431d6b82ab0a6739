"""The tree of units."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.images import PictureField

from ..validators import validate_division_code, validate_slug

WIDTH = 8  # digits of one id in a path
DEEPEST = "9" * (WIDTH * 6)


def here_and_below(path: str, field: str = "path") -> Q:
    """The one indexed range that holds a unit and everything below it, whatever the collation."""
    return Q(**{f"{field}__gte": path, f"{field}__lte": path + DEEPEST})


def end_of(day: date) -> datetime:
    """The first moment after `day`."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


class Kind(models.IntegerChoices):
    ROOT = 0, pgettext_lazy("unit", "installation")
    DISTRICT = 10, _("district")
    STREET = 20, _("street")
    COMMUNITY = 30, _("community")
    GROUP = 40, _("residents' group")
    COMPOUND = 50, _("compound")
    BUILDING = 60, _("building")


class UnitQuerySet(models.QuerySet):
    def living(self):
        return self.filter(closed_at=None)

    def public(self):
        """Communities and what lies below them."""
        return self.living().filter(kind__gte=Kind.COMMUNITY)

    def there_on(self, day):
        """Not closed at the end of that day."""
        return self.filter(Q(closed_at=None) | Q(closed_at__gte=end_of(day)))

    def communities(self):
        return self.living().filter(kind=Kind.COMMUNITY)

    def below(self, unit, *, itself=True):
        rows = self.filter(here_and_below(unit.path))
        return rows if itself else rows.exclude(pk=unit.pk)

    def above(self, unit, *, itself=True):
        ends = range(WIDTH, len(unit.path) + (1 if itself else 0), WIDTH)
        return self.filter(path__in=[unit.path[:end] for end in ends])

    def in_care_of(self, user):
        """Every unit one of the user's posts reaches."""
        from ..access import scope

        return self.filter(scope(user, None, "path"))

    visible_to = in_care_of

    def where(self, user, act):
        """Every unit where `user` may do `act`."""
        from ..access import scope

        return self.filter(scope(user, act, "path"))


class Unit(models.Model):
    """One node of the tree: from the installation down to a building."""

    kind = models.PositiveSmallIntegerField(_("kind"), choices=Kind.choices)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    path = models.CharField(
        max_length=64, unique=True, null=True, editable=False
    )  # derived: written by the database, see triggers.py
    code = models.CharField(
        _("official code"),
        max_length=15,
        unique=True,
        null=True,
        blank=True,
        validators=[validate_division_code],
        help_text=_("12 digits for a community, its code and 3 digits for a grid."),
    )
    slug = models.SlugField(
        _("address on the site"),
        max_length=40,
        unique=True,
        null=True,
        blank=True,
        validators=[validate_slug],
    )
    order = models.PositiveIntegerField(_("order"), default=0)
    address = models.CharField(_("address"), max_length=120, blank=True)
    note = models.CharField(_("area or remarks"), max_length=200, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("closed by"),
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("model", "unit")
        verbose_name_plural = _("units")
        ordering = ["kind", "order", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="unit_is_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(parent=None, kind=Kind.ROOT) | Q(parent__isnull=False, kind__gt=Kind.ROOT),
                name="only_the_root_has_no_parent",
            ),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind=Kind.ROOT), name="one_root"),
            models.CheckConstraint(
                condition=~Q(kind=Kind.COMMUNITY) | Q(slug__isnull=False), name="a_community_has_an_address"
            ),
            models.UniqueConstraint(
                fields=["parent", "name"], condition=Q(closed_at=None), name="one_name_under_a_parent"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        if self.kind == Kind.COMMUNITY:
            return f"/{self.slug}/"
        return reverse("community:unit", args=[self.community.slug, self.pk])

    def clean(self):
        if self.code and not self.has_code_of_its_kind():
            raise ValidationError({"code": _("This official code does not fit the kind of unit.")})

    def has_code_of_its_kind(self) -> bool:
        """Districts end in six zeros, streets in three, a community has 12 digits, a grid its community's and 3."""
        if self.kind > Kind.COMMUNITY:
            return len(self.code) == 15
        zeros = {Kind.DISTRICT: 6, Kind.STREET: 3, Kind.COMMUNITY: 0}.get(self.kind)
        if zeros is None or len(self.code) != 12 or not self.code.endswith("0" * zeros):
            return False
        return zeros > 0 or not self.code.endswith("000")

    @property
    def community(self):
        """The community this unit is or lies in; None above communities."""
        if self.kind == Kind.COMMUNITY:
            return self
        return Unit.objects.above(self, itself=False).filter(kind=Kind.COMMUNITY).first()

    def urgent_notices(self):
        """What every page of this community has to say at its top; asked only when there is something."""
        return self.notices.urgent().newest_first()[:3] if getattr(self, "has_urgent_notices", True) else []

    @property
    def place(self) -> str:
        """How a list names it: a building is nothing without its compound (wants `parent` at hand)."""
        return f"{self.parent.name}{self.name}" if self.kind == Kind.BUILDING else self.name

    def is_at_or_below(self, other) -> bool:
        return self.path.startswith(other.path)

    @property
    def depth(self) -> int:
        return len(self.path) // WIDTH - 1

    @property
    def full_name(self) -> str:
        """The name with those above it up to the community: 文峰塔社区 东组 东苑 1幢."""
        above = Unit.objects.above(self).filter(kind__gte=min(self.kind, Kind.COMMUNITY)).order_by("path")
        return " ".join(above.values_list("name", flat=True))


def full_names(units) -> dict[int, str]:
    """`full_name` of many units, by id; one query."""
    ends = {unit.path[:end] for unit in units for end in range(WIDTH, len(unit.path) + 1, WIDTH)}
    above = Unit.objects.filter(path__in=ends, kind__gte=Kind.COMMUNITY).values_list("path", "name")
    names = dict(above)

    def full(unit):
        ends = range(WIDTH, len(unit.path) + 1, WIDTH)
        return " ".join(names[unit.path[:end]] for end in ends if unit.path[:end] in names) or unit.name

    return {unit.pk: full(unit) for unit in units}


class ProfileQuerySet(models.QuerySet):
    def visible_to(self, user):
        from ..access import scope

        return self.filter(scope(user, "content.view", "unit__path"))


class Profile(models.Model):
    """What a community says of itself on its public pages, and how it wants some things done."""

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="profile", verbose_name=_("community"))
    intro = models.TextField(_("introduction"), blank=True, help_text=_("Markdown."))
    motto = models.CharField(_("motto"), max_length=60, blank=True)
    picture = PictureField(_("picture"), upload_to="profiles", blank=True)
    area_km2 = models.DecimalField(_("area in km²"), max_digits=7, decimal_places=2, null=True, blank=True)
    stated_population = models.PositiveIntegerField(_("population (published)"), null=True, blank=True)
    service_population = models.PositiveIntegerField(_("people served (published)"), null=True, blank=True)
    duty_phone = models.CharField(_("duty telephone"), max_length=20, blank=True)
    host = models.CharField(_("run by"), max_length=80, blank=True)
    opening_hours = models.CharField(_("office hours"), max_length=120, blank=True)
    icp = models.CharField(_("ICP number"), max_length=40, blank=True)
    police_number = models.CharField(_("police filing number"), max_length=40, blank=True)
    is_village = models.BooleanField(_("a village by law"), default=False)
    report_cutoff = models.PositiveSmallIntegerField(
        _("monthly reports count up to day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(28)],
        help_text=_("Empty: to the last day of the month."),
    )
    notices_need_second = models.BooleanField(
        _("a second person checks notices before they are public"), default=False
    )
    posts_need_mfa = models.BooleanField(
        _("posts that see personal data need a second factor"), default=False
    )

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("community profile")
        verbose_name_plural = _("community profiles")

    def __str__(self):
        return self.unit.name
