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
    TAKES_OVER: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def held(self):
        """The row read anew and kept from others until the transaction ends: whoever moves seats begins so.

        Units and rooms this object has read already are taken over: no seat hangs on them, and each is a join less.
        """
        rows = type(self).objects.select_for_update(of=("self",), no_key=True)
        known = {path: row for path in {*self.READ_WITH, *self.TAKES_OVER} if (row := _read(self, path))}
        related = {path.rpartition("__")[0] if path in known else path for path in self.READ_WITH} - {""}
        found = (rows.select_related(*related) if related else rows).get(pk=self.pk)
        for path, row in known.items():
            owner, name = _read(found, path.rpartition("__")[0]), path.rpartition("__")[2]
            if getattr(owner, f"{name}_id") == row.pk:
                setattr(owner, name, row)
        return found

    @property
    def places_left(self) -> int | None:
        return None if self.places is None else self.places - self.places_taken


def _read(row, path: str):
    """What `path` (`event__unit`) leads to from `row`, as far as it has been read; None when it would take a query."""
    for name in path.split("__") if path else []:
        row = row and row._state.fields_cache.get(name)
    return row


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
