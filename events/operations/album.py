"""Photos of an event: taken in, put in order, hidden, removed."""

import hashlib
import secrets
from datetime import date

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from config import leftovers
from config.errors import DomainError
from config.images import MEDIUM, SMALL, Picture, open_image
from config.ordering import swapped

from ..models import Event, Photo, Session

AT_ONCE = 30
MOST = 300  # of one event
LONGEST = 80  # of a caption


def add_photo(*, event: Event, upload, by: User, session: Session | None = None) -> Photo:
    """Write the picture in `upload` anew, without its metadata, and put it at the end of the album.

    The slow work is done before anything is held. Raises DomainError for what is no picture, a picture that is
    there already, and a full album.
    """
    upload.seek(0)
    digest = hashlib.file_digest(upload, "sha256").hexdigest()
    if Photo.objects.filter(event=event, digest=digest).exists():
        raise DomainError(_("This photo is in the album already."))
    return _keep(event, session, Picture(open_image(upload)), digest, by)


@transaction.atomic
def _keep(event: Event, session: Session | None, picture: Picture, digest: str, by: User) -> Photo:
    photos = _hold(event)
    if photos.filter(digest=digest).exists():
        raise DomainError(_("This photo is in the album already."))
    if photos.count() >= MOST:
        raise DomainError(_("The album holds %(most)d photos; it is full.") % {"most": MOST})
    photo = Photo(
        event=event,
        session=session,
        digest=digest,
        order=(photos.aggregate(last=Max("order"))["last"] or 0) + 1,
        taken_on=timezone.localdate(session.starts_at) if session else _day_of(event),
        by=by,
    )
    photo.picture.save("", picture, save=False)
    photo.save()
    _see_to_a_cover(event)
    _record(event, by, "add")
    return photo


def _hold(event: Event):
    """The photos of the event, whose row is held: one change of an album after the other."""
    Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
    return Photo.objects.filter(event=event)


def _record(event: Event, by: User, what: str) -> None:
    record("events.photos", by=by, on=event, path=event.unit.path, what=what)


def _day_of(event: Event) -> date:
    """The day of its latest session that has begun, else today."""
    begun = event.sessions.filter(starts_at__lte=timezone.now()).order_by("-starts_at").first()
    return timezone.localdate(begun.starts_at if begun else None)


def _see_to_a_cover(event: Event) -> None:
    """An album with something to show has a cover."""
    shown = Photo.objects.filter(event=event, hidden_at=None)
    if not shown.filter(is_cover=True).exists() and (first := shown.first()):
        first.is_cover = True
        first.save(update_fields=["is_cover"])


@transaction.atomic
def write_captions(*, event: Event, captions: dict[int, str], by: User) -> int:
    """Keep the captions that differ; gives how many did."""
    changed = []
    for photo in _hold(event).filter(pk__in=captions):
        if photo.caption != (caption := captions[photo.pk].strip()[:LONGEST]):
            photo.caption = caption
            changed.append(photo)
    Photo.objects.bulk_update(changed, ["caption"])
    if changed:
        _record(event, by, "captions")
    return len(changed)


@transaction.atomic
def make_cover(*, photo: Photo, by: User) -> None:
    photos = _hold(photo.event)
    photo.refresh_from_db()
    if photo.hidden_at:
        raise DomainError(_("A hidden photo cannot be the cover."))
    photos.filter(is_cover=True).update(is_cover=False)
    photos.filter(pk=photo.pk).update(is_cover=True)
    _record(photo.event, by, "cover")


@transaction.atomic
def move(*, photo: Photo, up: bool, by: User) -> None:
    """One place up or down; at the end it stays where it is."""
    rows = swapped(_hold(photo.event).order_by("order", "pk"), photo.pk, up=up)
    if not rows:
        return
    Photo.objects.bulk_update(rows, ["order"])
    _record(photo.event, by, "order")


@transaction.atomic
def ask_to_hide(*, photo: Photo, by: User) -> None:
    """Somebody is in the picture and does not want to be: gone from public pages at once, staff decide later.

    Raises DomainError when staff have looked at it before and let it stand: then people talk to each other.
    """
    _hold(photo.event)
    photo.refresh_from_db()
    if photo.hidden_at:
        return
    if photo.decided_at:
        raise DomainError(
            _(
                "The community has looked at this photo before and let it stand. Please call us, and we find a way."
            )
        )
    _hide(photo, Photo.Hidden.ASKED, by)
    _record(photo.event, by, "ask_to_hide")


def _hide(photo: Photo, why: str, by: User) -> None:
    photo.hidden_at, photo.hidden_by, photo.hidden_why = timezone.now(), by, why
    photo.is_cover = False
    _rename(photo)
    photo.save(update_fields=["hidden_at", "hidden_by", "hidden_why", "is_cover", "picture"])
    _see_to_a_cover(photo.event)


def _rename(photo: Photo) -> None:
    """Under another name: whoever kept the address of a hidden picture finds nothing there."""
    old = photo.picture.name
    folder, _slash, rest = old.partition("/")
    new = f"{folder}/{secrets.token_hex(16)}{rest[32:]}"
    for tail in ("", f"-{SMALL}", f"-{MEDIUM}"):
        with default_storage.open(f"{old[:-4]}{tail}.jpg") as file:
            default_storage.save(f"{new[:-4]}{tail}.jpg", file)
    photo.picture = new
    leftovers.let_go(old)


@transaction.atomic
def hide(*, photo: Photo, by: User) -> None:
    """Staff hide it, or leave hidden what somebody asked to hide."""
    _hold(photo.event)
    photo.refresh_from_db()
    if not photo.hidden_at:
        _hide(photo, Photo.Hidden.STAFF, by)
    elif photo.decided_at:
        return
    _decide(photo, by, "hide")


@transaction.atomic
def show(*, photo: Photo, by: User) -> None:
    """On public pages again."""
    _hold(photo.event)
    photo.refresh_from_db()
    if not photo.hidden_at:
        return
    photo.hidden_at = photo.hidden_by = None
    photo.hidden_why = ""
    photo.save(update_fields=["hidden_at", "hidden_by", "hidden_why"])
    _see_to_a_cover(photo.event)
    _decide(photo, by, "show")


def _decide(photo: Photo, by: User, what: str) -> None:
    photo.decided_at, photo.decided_by = timezone.now(), by
    photo.save(update_fields=["decided_at", "decided_by"])
    _record(photo.event, by, what)


@transaction.atomic
def remove(*, photo: Photo, by: User) -> None:
    """Off the album and, when no other row names it, off the disk."""
    _hold(photo.event)
    leftovers.let_go(photo.picture.name)
    Photo.objects.filter(pk=photo.pk).delete()
    _see_to_a_cover(photo.event)
    _record(photo.event, by, "remove")
