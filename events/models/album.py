"""The album of an event."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.images import PictureField

from .programme import Event
from .sessions import Session


class PhotoQuerySet(models.QuerySet):
    def public(self):
        return self.filter(hidden_at=None, event__published_at__lte=timezone.now(), event__is_internal=False)

    def visible_to(self, user):
        return self.filter(event__in=Event.objects.visible_to(user))

    def asked_to_hide(self):
        """Hidden because somebody asked for it, and nobody has decided yet."""
        return self.filter(hidden_why=Photo.Hidden.ASKED, decided_at=None)


class Photo(models.Model):
    """One picture of an event. Whoever is in it may have it hidden at once; staff decide afterwards."""

    class Hidden(models.TextChoices):
        ASKED = "asked", _("somebody in the picture asked for it")
        STAFF = "staff", _("by staff")

    event = models.ForeignKey(Event, models.CASCADE, related_name="photos", verbose_name=_("event"))
    session = models.ForeignKey(
        Session, models.SET_NULL, null=True, blank=True, related_name="photos", verbose_name=_("session")
    )
    picture = PictureField(_("picture"), upload_to="photos")
    digest = models.CharField(max_length=64, editable=False)  # of the file as it was sent
    caption = models.CharField(_("caption"), max_length=80, blank=True)
    is_cover = models.BooleanField(_("cover"), default=False, editable=False)
    order = models.PositiveIntegerField(_("order"), default=0, editable=False)
    taken_on = models.DateField(_("taken on"))
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    hidden_at = models.DateTimeField(_("hidden at"), null=True, editable=False)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("hidden by")
    )
    hidden_why = models.CharField(_("why hidden"), max_length=8, blank=True, choices=Hidden.choices)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "digest"], name="the_same_photo_once"),
            models.UniqueConstraint(fields=["event"], condition=Q(is_cover=True), name="one_cover"),
            models.CheckConstraint(condition=Q(is_cover=False) | Q(hidden_at=None), name="no_hidden_cover"),
            models.CheckConstraint(
                condition=Q(hidden_at=None, hidden_why="") | (Q(hidden_at__isnull=False) & ~Q(hidden_why="")),
                name="hidden_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["-taken_on", "-id"], condition=Q(is_cover=True), name="covers_by_day"),
            models.Index(
                fields=["event"], condition=Q(hidden_why="asked", decided_at=None), name="photos_to_decide"
            ),
        ]

    def __str__(self):
        return self.caption or f"{self.event} · {self.pk}"
