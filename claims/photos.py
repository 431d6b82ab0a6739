"""The same photo used twice is found by the digest of the file as it was sent."""

from collections import defaultdict

from .models import Claim, ClaimPhoto


def used_elsewhere(claim: Claim) -> list[ClaimPhoto]:
    """The photos of `claim`, each with `elsewhere`: other claims of the community that bring the same one."""
    photos = list(claim.photos.all())
    others = ClaimPhoto.objects.filter(
        digest__in=[photo.digest for photo in photos], claim__community=claim.community_id
    ).exclude(claim=claim)
    found = defaultdict(list)
    for photo in others.select_related("claim__resident", "claim__rule").order_by("claim"):
        found[photo.digest].append(photo.claim)
    for photo in photos:
        photo.elsewhere = found[photo.digest]
    return photos
