"""What a community publishes: notices, guide, honours, duty rosters."""

from pathlib import PurePath
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.images import PictureField

from .. import certificates
from .tree import Unit


class NoticeQuerySet(models.QuerySet):
    def public(self, at=None):
        """Published, not recalled, inside its dates."""
        at = at or timezone.now()
        return self.filter(
            Q(publish_until=None) | Q(publish_until__gt=at),
            published_at__isnull=False,
            publish_from__lte=at,
            recalled_at=None,
        )

    def visible_to(self, user):
        from ..access import scope

        return self.filter(scope(user, "content.view", "unit__path"))

    def newest_first(self):
        return self.order_by("-pinned", "-publish_from", "-pk")

    def of(self, community):
        return self.filter(unit=community)

    def urgent(self, at=None):
        """Public, and so pressing that every page of the community shows them."""
        at = at or timezone.now()
        return self.public(at).filter(urgent_until__gt=at)

    def in_state(self, state):
        return self.filter(NOTICE_STATES[state])


# The state of a notice is told by its moments; these conditions read and guard it.
NOTICE_STATES = {
    "draft": Q(submitted_at=None, published_at=None),
    "submitted": Q(submitted_at__isnull=False, published_at=None),
    "published": Q(published_at__isnull=False, recalled_at=None),
    "recalled": Q(recalled_at__isnull=False),
}


class Notice(models.Model):
    """A notice of a community. Written, checked (when the community wants it), published, perhaps recalled."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="notices", verbose_name=_("community"))
    title = models.CharField(_("title"), max_length=80)
    body = models.TextField(_("text"), help_text=_("Markdown."))
    category = models.CharField(
        _("category"),
        max_length=12,
        default="notice",
        choices=[
            ("notice", _("notice")),
            ("publicity", _("public list")),
            ("party", _("party building")),
            ("news", _("news")),
        ],
    )
    picture = PictureField(_("picture"), upload_to="notices", blank=True)
    picture_alt = models.CharField(_("what the picture shows"), max_length=120, blank=True)
    targets = models.ManyToManyField(
        Unit,
        blank=True,
        related_name="targeted_notices",
        verbose_name=_("for these units only"),
        help_text=_("Empty: for the whole community."),
    )
    pinned = models.BooleanField(_("pinned to the top"), default=False)
    urgent_until = models.DateTimeField(
        _("urgent until"),
        null=True,
        blank=True,
        help_text=_("Until then every page of the community shows it at the top."),
    )
    publish_from = models.DateTimeField(_("public from"), default=timezone.now)
    publish_until = models.DateTimeField(_("public until"), null=True, blank=True)
    written_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("written by"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)  # raised by every change of what is read
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    needs_second = models.BooleanField(_("checked by a second person"), default=False, editable=False)
    return_remark = models.CharField(_("remark of the checker"), max_length=200, blank=True, editable=False)
    returned_at = models.DateTimeField(_("given back at"), null=True, blank=True, editable=False)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("given back by"),
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("published by"),
    )
    recalled_at = models.DateTimeField(_("recalled at"), null=True, blank=True, editable=False)
    recalled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("recalled by"),
    )
    recall_reason = models.CharField(_("reason of the recall"), max_length=200, blank=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-publish_from", "-pk"]
        indexes = [models.Index(fields=["unit", "-publish_from"], name="notice_list")]
        constraints = [
            models.CheckConstraint(
                condition=Q(publish_until=None) | Q(publish_until__gt=F("publish_from")),
                name="notice_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(needs_second=False) | Q(published_by=None) | ~Q(published_by=F("written_by")),
                name="notice_checked_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="notice_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(recalled_at=None)
                | (Q(published_at__isnull=False, recalled_by__isnull=False) & ~Q(recall_reason="")),
                name="notice_recalled_with_a_reason",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("community:notice", args=[self.unit.slug, self.pk])

    @property
    def state(self) -> str:
        if self.recalled_at:
            return "recalled"
        if self.published_at:
            return "published"
        return "submitted" if self.submitted_at else "draft"

    def is_over(self, at=None) -> bool:
        return self.publish_until is not None and self.publish_until <= (at or timezone.now())


def attachment_name(attachment, filename):
    """A name nobody guesses: the file is reached through its notice alone."""
    return f"attachments/{uuid4().hex}{PurePath(filename).suffix.lower()}"


class NoticeAttachment(models.Model):
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="attachments", verbose_name=_("notice"))
    file = models.FileField(_("file"), upload_to=attachment_name)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80, editable=False)
    size = models.PositiveIntegerField(_("bytes"), editable=False, default=0)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]

    def __str__(self):
        return self.name


class GuideCategory(models.TextChoices):
    CIVIL = "civil", _("civil affairs")
    INSURANCE = "insurance", _("social and medical insurance")
    JOBS = "jobs", _("employment")
    HEALTH = "health", _("health")
    AGEING = "ageing", _("ageing and disability")
    HOUSING = "housing", _("housing")
    VETERANS = "veterans", _("veterans")
    GENERAL = "general", _("general")


class PlaceScopedQuerySet(models.QuerySet):
    """Rows of a unit that are public as soon as they are there."""

    def public(self):
        return self.all()

    def visible_to(self, user):
        from ..access import scope

        return self.filter(scope(user, "content.view", "unit__path"))


class ServiceItemQuerySet(PlaceScopedQuerySet):
    def public(self):
        return self.filter(withdrawn_at=None)


class ServiceItem(models.Model):
    """One item of the service guide (办事指南): what to bring, where to go, how long it takes."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="service_items", verbose_name=_("community"))
    category = models.CharField(_("category"), max_length=12, choices=GuideCategory.choices)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    who = models.TextField(_("who can apply"), blank=True)
    materials = models.TextField(_("what to bring"), blank=True, help_text=_("One item a line."))
    steps = models.TextField(_("steps"), blank=True, help_text=_("One step a line."))
    window = models.CharField(_("window"), max_length=60, blank=True)
    hours = models.CharField(_("hours"), max_length=80, blank=True)
    time_limit = models.CharField(_("time limit"), max_length=60, blank=True)
    fee = models.CharField(_("fee"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    form = models.FileField(_("form to download"), upload_to=attachment_name, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)

    objects = ServiceItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("service item")
        verbose_name_plural = _("service guide")
        ordering = ["category", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="one_service_item_of_a_name")]

    def __str__(self):
        return self.name

    def clean(self):
        if refusal := certificates.refusal(self.name):
            raise ValidationError({"name": refusal})

    def get_absolute_url(self):
        return reverse("community:guide_item", args=[self.unit.slug, self.pk])


class Honour(models.Model):
    """A distinction the community, one of its organisations or a person received."""

    class Level(models.IntegerChoices):
        NATION = 1, _("national")
        PROVINCE = 2, _("provincial")
        CITY = 3, _("municipal")
        DISTRICT = 4, _("district")
        STREET = 5, _("street")
        COMMUNITY = 6, _("community")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="honours", verbose_name=_("community"))
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    grantor = models.CharField(_("granted by"), max_length=80, blank=True)
    holder = models.CharField(
        _("holder"), max_length=60, blank=True, help_text=_("Empty: the community itself.")
    )

    objects = PlaceScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("honour")
        verbose_name_plural = _("honours")
        ordering = ["level", F("year").desc(nulls_last=True), "pk"]

    def __str__(self):
        return self.name


class DutyQuerySet(PlaceScopedQuerySet):
    def at(self, moment):
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)

    def between(self, start, end):
        """Every duty that touches the time from `start` to `end`."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class Duty(models.Model):
    """Who is on duty from when to when, and under which number."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="duties", verbose_name=_("community"))
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="duties", verbose_name=_("on duty")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    place = models.CharField(_("place"), max_length=60, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duty roster")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["unit", "starts_at"], name="duty_list")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="duty_ends_after_it_starts")
        ]

    def __str__(self):
        return f"{date_format(timezone.localtime(self.starts_at), 'DATETIME_FORMAT')} {self.holder}"
