"""What is unusual in a community's points: questions a person looks into; nothing follows by itself (PIPL art. 24)."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Count, Sum
from django.utils import timezone

from accounts.models import User
from claims.models import Claim, ClaimPhoto, State, Voice
from claims.worth import worth_of
from community.models import Unit
from points.models import Account, Kind, Transfer
from residents.models import Resident

DAYS = 90
MOST = 50  # of each sort
AGAIN = 5  # times the same two meet
AT_CAP = 3  # claims of one person that gave less than the rule says
CLAIMS = 20_000  # looked through at most


@dataclass(frozen=True)
class Burst:
    """Many points for one day."""

    account: Account
    day: date
    points: int
    times: int


@dataclass(frozen=True)
class Pair:
    """The same person agrees to the claims of the same person again and again."""

    who: User
    resident: Resident
    times: int


@dataclass(frozen=True)
class Capped:
    """Claims that ran into the rule's cap."""

    resident: Resident
    times: int
    lost: int


@dataclass(frozen=True)
class Twice:
    """One photo in several claims."""

    photo: ClaimPhoto
    claims: list[Claim]


@dataclass(frozen=True)
class Unusual:
    bursts: list[Burst]
    pairs: list[Pair]
    capped: list[Capped]
    photos: list[Twice]

    @property
    def is_empty(self) -> bool:
        return not (self.bursts or self.pairs or self.capped or self.photos)


def unusual(community: Unit, today: date) -> Unusual:
    """In the `DAYS` before `today`; the same number of queries however much there is."""
    since = timezone.make_aware(datetime.combine(today - timedelta(days=DAYS), time.min))
    return Unusual(
        _bursts(community, since),
        _pairs(community, since),
        _capped(community, since),
        _photos(community, since),
    )


def _bursts(community: Unit, since: datetime) -> list[Burst]:
    rows = (
        Transfer.objects.filter(community=community, kind=Kind.AWARD, posted_at__gte=since)
        .order_by()
        .values("holder", "value_date")
        .annotate(points=Sum("amount"), times=Count("pk"))
        .filter(points__gte=settings.POINTS_BURST)
        .order_by("-points", "-value_date", "holder")[:MOST]
    )
    rows = list(rows)
    accounts = Account.objects.select_related("resident").in_bulk({row["holder"] for row in rows})
    return [Burst(accounts[row["holder"]], row["value_date"], row["points"], row["times"]) for row in rows]


def _pairs(community: Unit, since: datetime) -> list[Pair]:
    """Whoever checked a claim or agreed to it, and whose it was."""
    counts: Counter = Counter()
    claims = Claim.objects.filter(community=community, made_at__gte=since)
    checked = claims.filter(found=True).order_by().values_list("checked_by", "resident")
    for who, resident, times in checked.annotate(n=Count("pk")):
        counts[who, resident] += times
    voices = Voice.objects.filter(claim__in=claims, agrees=True).order_by()
    for who, resident, times in voices.values_list("by", "claim__resident").annotate(n=Count("pk")):
        counts[who, resident] += times
    found = [(pair, times) for pair, times in counts.most_common(MOST) if times >= AGAIN]
    users = User.objects.in_bulk({who for (who, _resident), _times in found})
    people = Resident.objects.in_bulk({resident for (_who, resident), _times in found})
    return [Pair(users[who], people[resident], times) for (who, resident), times in found]


def _capped(community: Unit, since: datetime) -> list[Capped]:
    claims = Claim.objects.filter(community=community, state=State.POSTED, made_at__gte=since)
    rows = list(claims.order_by("-pk").only("resident", "rule", "day", "amount", "points")[:CLAIMS])
    worth = worth_of(rows)
    times: Counter = Counter()
    lost: Counter = Counter()
    for claim in rows:
        if claim.points < worth[claim.pk]:
            times[claim.resident_id] += 1
            lost[claim.resident_id] += worth[claim.pk] - claim.points
    found = [(resident, n) for resident, n in times.most_common(MOST) if n >= AT_CAP]
    people = Resident.objects.in_bulk([resident for resident, _n in found])
    return [Capped(people[resident], n, lost[resident]) for resident, n in found]


def _photos(community: Unit, since: datetime) -> list[Twice]:
    """The same file in two claims, one of them new; the claims of another community are counted, not shown."""
    new = ClaimPhoto.objects.filter(claim__community=community, at__gte=since).order_by().values("digest")
    again = (
        ClaimPhoto.objects.filter(digest__in=new)
        .order_by()
        .values("digest")
        .annotate(n=Count("claim", distinct=True))
        .filter(n__gt=1)
        .values_list("digest", flat=True)[:MOST]
    )
    rows = ClaimPhoto.objects.filter(digest__in=list(again), claim__community=community)
    by_digest = defaultdict(list)
    for photo in rows.select_related("claim__resident", "claim__rule").order_by("pk"):
        by_digest[photo.digest].append(photo)
    return [Twice(photos[0], [photo.claim for photo in photos]) for photos in by_digest.values()]
