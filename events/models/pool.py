from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PoolQuerySet(models.QuerySet):
    def with_a_free_place(self, seats: int = 1):
        return self.filter(Q(places=None) | Q(places_taken__lte=F("places") - seats))


class Pool(models.Model):
    """What seats are taken from: a session or, for a course, the event with all its sessions.

    `places` empty: no limit. `places_taken` counts the seats of everybody who has a place or holds an open offer.
    """

    places = models.PositiveIntegerField(_("places"), null=True, blank=True)
    places_taken = models.PositiveIntegerField(
        _("places taken"), default=0, editable=False
    )  # recounted nightly
    registration_opens_at = models.DateTimeField(_("sign-up opens"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("sign-up closes"), null=True, blank=True)
    goes_ahead_at = models.DateTimeField(_("decided that it takes place at"), null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def places_left(self) -> int | None:
        return None if self.places is None else self.places - self.places_taken
