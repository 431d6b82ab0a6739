"""Organisations, and who holds which post."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.images import PictureField

from .tree import Unit, end_of, here_and_below


class OrganisationKind(models.TextChoices):
    PARTY_COMMITTEE = "party_committee", _("party committee")
    GENERAL_BRANCH = "general_branch", _("general party branch")
    PARTY_BRANCH = "party_branch", _("party branch")
    RESIDENTS_COMMITTEE = "residents_committee", _("residents' committee")
    SUPERVISION = "supervision", _("supervision committee")
    OWNERS_COMMITTEE = "owners_committee", _("owners' committee")
    PROPERTY = "property", _("property company")
    PARTNER = "partner", _("partner organisation")
    SOCIAL = "social", _("social organisation")
    ASSOCIATION = "association", _("association")
    OTHER = "other", _("other organisation")

    @classmethod
    def party(cls):
        return [cls.PARTY_COMMITTEE, cls.GENERAL_BRANCH, cls.PARTY_BRANCH]


class OrganisationQuerySet(models.QuerySet):
    def living(self):
        return self.filter(closed_at=None)

    def public(self):
        return self.living().filter(is_public=True)

    def visible_to(self, user):
        from ..access import organisations_of, scope

        return self.filter(scope(user, "organisations.view", "unit__path") | Q(pk__in=organisations_of(user)))

    def party(self):
        return self.filter(kind__in=OrganisationKind.party())

    def within(self, unit):
        return self.filter(here_and_below(unit.path, "unit__path"))

    def there_on(self, day):
        """Founded by that day (those of unknown age always were) and not closed at its end."""
        founded = Q(founded_on=None) | Q(founded_on__lte=day)
        return self.filter(founded, Q(closed_at=None) | Q(closed_at__gte=end_of(day)))


class Organisation(models.Model):
    """A body in a community: a party branch, owners' committee, property company, partner …"""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="organisations", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=24, choices=OrganisationKind.choices)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    covers = models.ManyToManyField(
        Unit,
        blank=True,
        through="Covering",
        related_name="covered_by",
        verbose_name=_("compounds it covers"),
    )  # ever; what counts on a day is in `coverings`
    intro = models.TextField(_("introduction"), blank=True)
    picture = PictureField(_("picture"), upload_to="organisations", blank=True)
    contact = models.CharField(_("public contact"), max_length=60, blank=True)
    phone = models.CharField(_("public phone"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=120, blank=True)
    credit_code = models.CharField(_("unified credit code"), max_length=18, blank=True)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    is_public = models.BooleanField(_("shown on public pages"), default=True)
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

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["unit", "kind", "name"]

    def __str__(self):
        return self.name

    @property
    def path(self) -> str:
        """Of the unit it is in."""
        return self.unit.path

    @property
    def is_party(self) -> bool:
        return self.kind in OrganisationKind.party()


class CoveringQuerySet(models.QuerySet):
    def current(self, on=None):
        on = on or timezone.localdate()
        return self.filter(
            Q(since=None) | Q(since__lte=on), Q(until=None) | Q(until__gte=on), organisation__closed_at=None
        )

    def there_on(self, day):
        """Those of a day, past days too: an organisation closed since then covered it all the same."""
        return self.filter(
            Q(since=None) | Q(since__lte=day),
            Q(until=None) | Q(until__gte=day),
            organisation__in=Organisation.objects.there_on(day),
        )


class Covering(models.Model):
    """An organisation looks after a place, from a day (empty: since ever) to a day, both included."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="coverings", verbose_name=_("organisation")
    )
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="coverings", verbose_name=_("unit"))
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = CoveringQuerySet.as_manager()

    class Meta:
        verbose_name = _("place it covers")
        verbose_name_plural = _("places it covers")
        ordering = ["unit__path", "since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                name="covering_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["organisation", "unit"], condition=Q(until=None), name="covered_once_at_a_time"
            ),
        ]

    def __str__(self):
        return f"{self.organisation} – {self.unit}"

    def clean(self):
        if (
            self.unit_id
            and self.organisation.unit_id
            and not self.unit.is_at_or_below(self.organisation.unit)
        ):
            refusal = _("It covers what lies in %(unit)s only.") % {"unit": self.organisation.unit}
            raise ValidationError({"unit": refusal})


class Role(models.TextChoices):
    """From the highest down."""

    OPERATOR = "operator", _("operator")
    STREET_OFFICER = "street_officer", _("street officer")
    COMMUNITY_SECRETARY = "community_secretary", _("community secretary")
    BRANCH_SECRETARY = "branch_secretary", _("branch secretary")
    STAFF = "staff", _("community staff")
    GRID_WORKER = "grid_worker", _("grid worker")
    GROUP_LEADER = "group_leader", _("group leader")
    BUILDING_HEAD = "building_head", _("building head")


class PostQuerySet(models.QuerySet):
    def standing(self):
        """Not withdrawn before they took effect."""
        return self.filter(withdrawn_at=None)

    def current(self, on=None):
        on = on or timezone.localdate()
        return self.current_or_future(on).filter(started_on__lte=on)

    def future(self, on=None):
        return self.standing().filter(started_on__gt=on or timezone.localdate())

    def current_or_future(self, on=None):
        return self.standing().filter(Q(ended_on=None) | Q(ended_on__gte=on or timezone.localdate()))

    def past(self, on=None):
        return self.standing().filter(ended_on__lt=on or timezone.localdate())

    def beside(self, post):
        """Every post of the same role at the same place, itself included."""
        return self.filter(role=post.role, unit=post.unit_id, organisation=post.organisation_id)

    def within(self, unit):
        return self.filter(
            here_and_below(unit.path, "unit__path") | here_and_below(unit.path, "organisation__unit__path")
        )

    def public(self):
        """Who is responsible is public by law, with the duty phone; an operator is nobody's contact."""
        return self.current().filter(unit__isnull=False).exclude(role=Role.OPERATOR)

    def visible_to(self, user):
        from ..access import organisations_of, scope

        return self.filter(
            scope(user, "posts.view", "unit__path")
            | scope(user, "posts.view", "organisation__unit__path")
            | Q(organisation__in=organisations_of(user))
        )


class Post(models.Model):
    """A dated appointment: the only source of rights. Never overwritten; an end is a date, both days included."""

    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts", verbose_name=_("holder")
    )
    role = models.CharField(_("role"), max_length=24, choices=Role.choices)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("unit")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        verbose_name=_("organisation"),
    )
    title = models.CharField(pgettext_lazy("post", "title"), max_length=40, blank=True)
    full_time = models.BooleanField(_("full-time"), default=True)
    primary = models.BooleanField(_("primary"), default=False)
    started_on = models.DateField(_("from"), default=timezone.localdate)
    ended_on = models.DateField(_("until"), null=True, blank=True)
    public_phone = models.CharField(_("duty phone"), max_length=20, blank=True)
    picture = PictureField(
        _("portrait"),
        upload_to="posts",
        blank=True,
        help_text=_("Public pages show it beside name and duty phone. Ask the person first."),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["role", "-primary", "pk"]
        indexes = [models.Index(fields=["holder", "started_on"], name="post_holder")]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, organisation=None) | Q(unit=None, organisation__isnull=False),
                name="post_at_a_unit_or_an_organisation",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="post_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["unit", "role"],
                condition=Q(primary=True, ended_on=None, withdrawn_at=None),
                name="one_primary_post",
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()} {self.holder}"

    def clean(self):
        if (self.unit is None) == (self.organisation is None):
            raise ValidationError({"unit": _("Choose either a unit or an organisation.")})

    def is_current(self, on=None) -> bool:
        on = on or timezone.localdate()
        return self.withdrawn_at is None and self.started_on <= on <= self.last_day

    @property
    def last_day(self) -> date:
        return self.ended_on or date.max

    @property
    def place(self):
        return self.unit or self.organisation

    @property
    def path(self) -> str:
        """Of the unit it is at, or where its organisation is."""
        return self.place.path
