"""A year of claims: who decides, what was handed in, what stands on the list today; and a team that was rewarded."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from claims.models import (
    Appeal,
    Batch,
    Claim,
    ClaimPhoto,
    Objection,
    Procedure,
    Reviewer,
    State,
    TeamAward,
    TeamAwardLine,
    Voice,
)
from community.models import Unit
from community.working_days import add_working_days, is_working_day
from points.models import RuleVersion, Transfer
from points.operations.weighing import Why
from residents.models import Resident

from .people import Group
from .scene import BATCH, Scene
from .texts.claims import AGAINST, APPEALS, DEEDS, FINDINGS, FLOOD, KEPT, OBJECTIONS, STAYS, STRUCK

FULL = "wenfeng"  # the community whose whole year is told
DAYS = 45  # of the others
EVERY = 3  # days between two claims
DAY = timedelta(days=1)


class Claiming:
    def __init__(
        self, scene: Scene, unit: Unit, group: Group, staff: list[User], workers: list[User], photos: dict
    ):
        self.scene, self.unit, self.group, self.staff, self.workers = scene, unit, group, staff, workers
        self.dice = scene.dice(unit.slug, "claims")
        self.photos = [name for names in photos.values() for name in names]
        self.monthly = unit.slug == FULL
        self.batches: list[Batch] = []
        self.posted: list[Claim] = []
        self.crew: list[int] = []
        versions = RuleVersion.objects.filter(rule__community=unit, until=None).select_related("rule")
        self.versions = {version.rule.code: version for version in versions}

    def run(self) -> None:
        self.seat()
        first = max(self.scene.first, self.scene.ago(365)) if self.monthly else self.scene.ago(DAYS)
        self.lists(first)
        self.claims = Claim.objects.bulk_create(self.handed_in(first), batch_size=BATCH)
        self.picture()
        self.decide()
        self.publish()
        self.object()
        self.finish()
        if self.monthly:
            self.reward()

    def seat(self) -> None:
        """Five residents in the review group, three in the supervision committee; nobody of their homes claims."""
        people = [pk for pk in self.group.users if 30 <= self.group.ages[pk] <= 72]
        first = [pk for part, pk in self.group.cast.items() if part in ("building_head", "party_member")]
        others = [pk for pk in people if pk not in self.group.cast.values()]
        chosen = (first[:2] + self.dice.sample(others, min(8, len(others))))[:8]
        since = self.scene.first - timedelta(days=20)
        Procedure.objects.create(community=self.unit, every="month" if self.monthly else "week", days=5)
        seats = [
            Reviewer(
                community=self.unit, holder_id=self.group.users[pk], body="supervision" if number in (1, 6, 7) else "group",
                since=since, appointed_by=self.staff[0],
            )
            for number, pk in enumerate(chosen)
        ]  # fmt: skip
        Reviewer.objects.bulk_create(seats)
        self.judges = [seat.holder_id for seat in seats if seat.body == "group"]
        self.overseers = [seat.holder_id for seat in seats if seat.body == "supervision"]
        homes = Resident.objects.filter(pk__in=chosen).values_list("household", flat=True)
        close = Resident.objects.filter(household__in=[home for home in homes if home])
        taken = set(chosen) | set(close.values_list("pk", flat=True))
        self.elder = self.group.cast.get("elder_resident")
        self.people = [pk for pk in others if pk not in taken][:60]

    def lists(self, first: date) -> None:
        """The first working day of each month, or of each week, has a list."""
        day = first
        while day < self.scene.until:
            starts = day.day == 1 if self.monthly else day.weekday() == 0
            if starts:
                on = day if is_working_day(day) else add_working_days(day, 1)
                if on <= self.scene.until:
                    until = add_working_days(on, 5)
                    at = self.scene.moment(on, 0, 30)
                    self.batches.append(Batch(community=self.unit, published_at=at, until=until))
            day += DAY
        if self.monthly:  # one more, made by hand some days ago: something is public today
            on = add_working_days(self.scene.ago(5), 1)
            self.batches.append(
                Batch(community=self.unit, published_at=self.scene.moment(on, 15, 10),
                      published_by=self.staff[0], until=add_working_days(on, 5))
            )  # fmt: skip

    def handed_in(self, first: date) -> Iterator[Claim]:
        day, seen = first, set()
        while day <= self.scene.until - DAY:
            code = self.dice.choice(list(DEEDS))
            resident, version = self.dice.choice(self.people), self.versions.get(code)
            if self.elder and len(seen) % 4 == 1:  # whoever signs in as she finds some of her own
                resident = self.elder
            if version and (resident, code, day) not in seen:
                seen.add((resident, code, day))
                yield self.one(resident, version, code, day)
            day += timedelta(days=self.dice.randint(1, EVERY + 2))

    def one(self, resident: int, version: RuleVersion, code: str, day: date) -> Claim:
        """Checked the day after, decided within four, on the next list."""
        user = self.group.users.get(resident)
        helped = user is None or self.dice.random() < 0.12
        made = self.scene.moment(day, self.dice.randint(9, 20), self.dice.randint(0, 59))
        claim = Claim(
            community=self.unit, resident_id=resident, rule=version.rule, day=day, words=self.dice.choice(DEEDS[code]),
            made_at=made, made_by_id=self.staff[-1].pk if helped else user, amount=Decimal(1),
        )  # fmt: skip
        if made + timedelta(days=2) < self.scene.now:
            claim.state, claim.found = State.CHECKED, True
            claim.checked_at = self.scene.moment(
                day + DAY, self.dice.randint(9, 17), self.dice.randint(0, 59)
            )
            claim.checked_by, claim.finding = self.dice.choice(self.workers), self.dice.choice(FINDINGS)
        return claim

    def picture(self) -> None:
        """Two of three bring a photo; one photo is brought twice."""
        rows = []
        for number, claim in enumerate(self.claims if self.photos else []):
            if number % 3:
                rows.append(ClaimPhoto(
                    claim=claim, picture=self.dice.choice(self.photos), at=claim.made_at,
                    digest=hashlib.sha256(f"{self.unit.slug}{claim.pk}".encode()).hexdigest(),
                ))  # fmt: skip
        if len(rows) > 4:
            rows[-1].digest, rows[-1].picture = rows[-4].digest, rows[-4].picture
        ClaimPhoto.objects.bulk_create(rows, batch_size=BATCH)

    def decide(self) -> None:
        """Three voices each; of the latest some wait for the second or third."""
        voices, self.agreed, self.refused = [], [], []
        checked = [one for one in self.claims if one.state == State.CHECKED]
        for claim in checked:
            decided = claim.checked_at + timedelta(days=self.dice.randint(1, 4), hours=2)
            against = self.dice.random() < 0.1
            count = 3 if decided < self.scene.now else self.dice.randint(0, 2)
            judges = self.dice.sample(self.judges, min(3, len(self.judges)))
            count = min(count, 1) if claim is checked[-1] else count  # whoever decides finds one waiting
            judges = judges[:count]
            reason = self.dice.choice(AGAINST) if against else ""
            for number, judge in enumerate(judges):
                voices.append(Voice(
                    claim=claim, body="group", by_id=judge, agrees=not against or number == 2, at=decided - timedelta(hours=3 - number),
                    reason=reason if against and number < 2 else "",
                ))  # fmt: skip
            if count == 3:
                claim.decided_at, claim.reason = decided, reason
                claim.closed_at = decided if against else None
                (self.refused if against else self.agreed).append(claim)
        Voice.objects.bulk_create(voices, batch_size=BATCH)
        self.keep(self.agreed, State.ACCEPTED)
        self.keep(self.refused, State.REJECTED)
        for number, claim in enumerate(self.refused[:-1:2]):  # some appeal
            self.appeal(claim, APPEALS[number % 2], granted=number % 2 == 0, waits=False)
        if self.refused:
            self.appeal(self.refused[-1], APPEALS[0], granted=None, waits=True)

    def keep(self, claims: list[Claim], state: State, *fields: str) -> None:
        for claim in claims:
            claim.state = state
        Claim.objects.bulk_update(
            claims, ["state", "decided_at", "closed_at", "reason", *fields], batch_size=200
        )

    def appeal(self, claim: Claim, words: str, *, granted: bool | None, waits: bool) -> None:
        made = min(claim.decided_at + timedelta(days=2), self.scene.now - timedelta(hours=4))
        appeal = Appeal(
            claim=claim, words=words, against=claim.reason, made_at=made, made_by_id=claim.made_by_id
        )
        claim.closed_at, claim.reason = None, ""
        self.keep([claim], State.APPEALED)
        decided = made + timedelta(days=4)
        if waits or decided > self.scene.now or len(self.overseers) < 3:
            appeal.save()
            return
        appeal.granted, appeal.decided_at = granted, decided
        appeal.reason = "" if granted else STAYS
        appeal.save()
        Voice.objects.bulk_create(
            Voice(claim=claim, body="supervision", by_id=pk, agrees=granted, reason=appeal.reason, at=decided)
            for pk in self.overseers[:3]
        )
        claim.decided_at, claim.reason = decided, appeal.reason
        claim.closed_at = None if granted else decided
        self.keep([claim], State.ACCEPTED if granted else State.DISMISSED)
        if granted:
            self.agreed.append(claim)

    def publish(self) -> None:
        """On the first list after it was agreed to; a list that nothing would stand on is not made."""
        first = [
            next((one for one in self.batches if one.published_at > claim.decided_at), None)
            for claim in self.agreed
        ]
        made = [batch for batch in self.batches if batch in first]
        for number, batch in enumerate(made, 1):
            batch.number = number
        Batch.objects.bulk_create(made)
        Procedure.objects.filter(community=self.unit).update(last_batch=len(made))
        self.listed = []
        for claim, batch in zip(self.agreed, first, strict=True):
            if batch:
                claim.batch = batch
                self.listed.append(claim)
        self.keep(self.listed, State.LISTED, "batch")
        self.posted = [claim for claim in self.listed if claim.batch.until < self.scene.until]

    def object(self) -> None:
        """Now and then somebody objects; the last objection waits for an answer."""
        public = [claim for claim in self.listed if claim.batch.until >= self.scene.until]
        struck = []
        for number, claim in enumerate(self.posted[4::12]):
            at = claim.batch.published_at + timedelta(days=1, hours=10)
            row = Objection(claim=claim, words=OBJECTIONS[number % 3], by_id=self.judges[-1], made_at=at,
                            due_on=add_working_days(timezone.localdate(at), 5))  # fmt: skip
            row.answered_at, row.answered_by, row.upheld = at + timedelta(days=2), self.staff[0], number == 1
            row.answer = STRUCK if row.upheld else KEPT
            row.save()
            if row.upheld:
                claim.closed_at, claim.reason = row.answered_at, STRUCK
                struck.append(claim)
        self.keep(struck, State.STRUCK)
        self.posted = [claim for claim in self.posted if claim not in struck]
        if public:
            at = self.scene.now - timedelta(hours=8)
            Objection.objects.create(claim=public[0], words=OBJECTIONS[0], name="李大爷", taken_down_by=self.staff[0],
                                     made_at=at, due_on=add_working_days(timezone.localdate(at), 5))  # fmt: skip

    def finish(self) -> None:
        for claim in self.posted:
            claim.closed_at = self.moment_of(claim)
        self.keep(self.posted, State.POSTED)

    def moment_of(self, claim: Claim) -> datetime:
        return self.scene.moment(claim.batch.until + DAY, 0, 40)

    def reward(self) -> None:
        """The team that watched the river through a night of last summer."""
        day = date(self.scene.until.year - (self.scene.until.month < 8), 7, 18)
        self.team = TeamAward.objects.create(
            community=self.unit, rule=self.versions["V03"].rule, day=day, words=FLOOD, token="demo",
            made_at=self.scene.moment(day + DAY, 10), made_by=self.staff[0],
        )  # fmt: skip
        own = set(Resident.objects.filter(user=self.staff[0]).values_list("pk", flat=True))
        self.crew = list(dict.fromkeys(pk for pk in self.people if pk not in own))[:14]

    def given(self):
        """What the books have to give for all this: (moment, resident, version, day, hours, key, by)."""
        for claim in self.posted:
            version = self.versions[claim.rule.code]
            yield claim.closed_at, claim.resident_id, version, claim.day, claim.amount, claim.key, None
        for pk in self.crew:
            line = TeamAwardLine(award=self.team, resident_id=pk)
            yield (
                self.team.made_at,
                pk,
                self.versions["V03"],
                self.team.day,
                Decimal(1),
                line.key,
                self.staff[0].pk,
            )

    def settle(self) -> None:
        """What the books gave in the end, caps included."""
        keys = {claim.key: claim for claim in self.posted}
        rows = dict(Transfer.objects.filter(key__in=list(keys)).values_list("key", "amount"))
        for key, claim in keys.items():
            claim.points = rows.get(key, 0)
            claim.reason = "" if claim.points else str(Why.CAP.label)
        Claim.objects.bulk_update(list(keys.values()), ["points", "reason"], batch_size=200)
        if not self.crew:
            return
        lines = [TeamAwardLine(award=self.team, resident_id=pk) for pk in self.crew]
        rows = dict(
            Transfer.objects.filter(key__in=[line.key for line in lines]).values_list("key", "amount")
        )
        for line in lines:
            line.points = rows.get(line.key, 0)
        TeamAwardLine.objects.bulk_create(line for line in lines if line.points)
