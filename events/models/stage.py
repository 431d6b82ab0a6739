"""What is performed: the programme of an evening, item by item."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.access import organisations_of, scope
from community.models import Organisation

from .sessions import Session


class ProgrammeItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(
            scope(user, "events.view", "session__event__unit__path")
            | Q(session__event__organiser__in=organisations_of(user, "events.view"))
        )


class ProgrammeItem(models.Model):
    """One item of a session's programme; when it begins follows from the minutes of those before it."""

    class Kind(models.TextChoices):
        CHORUS = "chorus", _("chorus")
        SONG = "song", _("song")
        DANCE = "dance", _("dance")
        MUSIC = "music", _("instruments")
        OPERA = "opera", _("opera")
        COMEDY = "comedy", _("comedy")
        RECITAL = "recital", _("recital")
        MARTIAL = "martial", _("taiji and martial arts")
        FASHION = "fashion", _("fashion walk")
        MAGIC = "magic", _("magic and acrobatics")
        SPEECH = "speech", _("speech or award")
        OTHER = "other", _("other")

    session = models.ForeignKey(
        Session, models.CASCADE, related_name="items", verbose_name=_("session")
    )  # thrown away with a draft
    order = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.OTHER)
    performers = models.CharField(_("performers"), max_length=120, blank=True)
    team = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("team"),
        help_text=_("A team that the portal knows."),
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=5)

    objects = ProgrammeItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme item")
        verbose_name_plural = _("programme items")
        ordering = ["session", "order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=240), name="item_of_some_minutes")
        ]

    def __str__(self):
        return self.title

    def by_whom(self) -> str:
        return " · ".join(part for part in (self.team.name if self.team_id else "", self.performers) if part)
