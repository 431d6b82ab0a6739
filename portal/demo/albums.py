"""Albums of a few events: pieces of the drawings, as somebody with a phone would have seen them."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image, ImageOps

from accounts.models import User
from events.models import Event, Photo

from .posters import keep
from .scene import Scene
from .texts.opinions import CAPTIONS

ALBUMS = 5  # of a community
DAYS = 70
KEYS = (
    "music", "tai", "stage", "service", "lecture", "health", "moon", "national", "craft", "volunteer", "dance", "chess", "market", "cake", "lake",
    "autumn", "sport", "clean", "meeting", "family", "skill", "library", "hall", "sports",
)  # fmt: skip
PIECES = {"left": (0, 0, 0.66, 0.8), "near": (0.3, 0.25, 0.9, 0.95)}


def pieces(posters: dict[str, str]) -> dict[str, list[str]]:
    """Stored names of the photos by the drawing they are of; cut once, kept in the media folder."""
    return {key: [piece(key, name, posters[key]) for name in PIECES] for key in KEYS if key in posters}


def piece(key: str, name: str, stored: str) -> str:
    def cut() -> Image.Image:
        with default_storage.open(stored) as file:
            whole = Image.open(file).convert("RGB")
        left, top, right, bottom = PIECES[name]
        box = (left * whole.width, top * whole.height, right * whole.width, bottom * whole.height)
        return ImageOps.fit(whole.crop(tuple(map(round, box))), (960, 600))

    return keep("photos", f"{key}-{name}", cut)


def albums(
    scene: Scene, slug: str, made, cut: dict[str, list[str]], posters: dict[str, str], by: User
) -> None:
    """Photos of the latest events that had a poster; one photo of a community waits for a decision."""
    by_poster = {stored: key for key, stored in posters.items() if key in cut}
    dice, photos, since = scene.dice(slug, "albums"), [], scene.now - timedelta(days=DAYS)
    found: list[tuple[Event, str, object]] = []
    for event, _plan, sessions in made:
        over = [one for one in sessions if since < one.ends_at < scene.now and not one.cancelled_at]
        key = by_poster.get(str(event.poster))
        if key and over and not event.is_internal and event.published_at:
            found.append((event, key, max(over, key=lambda one: one.starts_at)))
    found.sort(key=lambda row: row[2].starts_at)
    chosen: dict[str, tuple] = {}
    for row in reversed(found):  # one album of a kind
        chosen.setdefault(row[1], row)
    for event, key, session in list(chosen.values())[:ALBUMS]:
        names = [str(event.poster), *cut[key]]
        for order, name in enumerate(names, 1):
            photos.append(Photo(
                event=event, session=session, picture=name, digest=f"{event.pk:032d}{order:032d}", order=order,
                caption=CAPTIONS[(order - 1 + dice.randint(0, 3)) % len(CAPTIONS)] if order < 4 else "", is_cover=order == 2,
                taken_on=timezone.localdate(session.starts_at), at=session.ends_at + timedelta(hours=2), by=by,
            ))  # fmt: skip
    if photos:
        hidden = photos[-1]
        hidden.hidden_at, hidden.hidden_by, hidden.hidden_why = scene.now - timedelta(hours=9), by, "asked"
    Photo.objects.bulk_create(photos)
