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

    READ_WITH: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def held(self):
        """The row read anew and kept from others until the transaction ends: whoever moves seats begins so.

        What this object has read already of where it is (units, rooms) is taken over: no seat hangs on it.
        """
        raise NotImplementedError

    @classmethod
    def to_hold(cls):
        return cls.objects.select_for_update(of=("self",), no_key=True)

    @property
    def places_left(self) -> int | None:
        return None if self.places is None else self.places - self.places_taken


def has_read(row, *names: str) -> bool:
    return all(name in row._state.fields_cache for name in names)


def take_over(found, known, *names: str) -> None:
    """Spare `found` the rows that `known`, the same one read before, holds under `names`."""
    for name in names:
        if has_read(known, name) and getattr(found, f"{name}_id") == getattr(known, f"{name}_id"):
            setattr(found, name, getattr(known, name))


STANDINGS = ["cancelled", "over", "not_needed", "closed", "not_open", "full", "open"]


def standing(now, *, cancelled, starts_at, ends_at, opens_at, closes_at, needed, left) -> str:
    if cancelled:
        return "cancelled"
    if ends_at <= now:
        return "over"
    if not needed:
        return "not_needed"
    if now >= (closes_at or starts_at):
        return "closed"
    if opens_at and now < opens_at:
        return "not_open"
    return "full" if left is not None and left <= 0 else "open"
