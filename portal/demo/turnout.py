"""Who signs up and who comes. Counters and rows always agree."""

from collections import defaultdict
from datetime import datetime, timedelta

from accounts.models import User
from events.models import Attendance, Event, Registration, Session, SignUp, SignUpState

from .people import Group
from .scene import BATCH, Scene
from .texts.programme import Plan
from .writing import write

AGES = {
    "everyone": (14, 90), "residents": (18, 92), "elderly": (60, 92), "children": (4, 15), "youth": (16, 35), "volunteers": (20, 74), "party": (20, 85),
}  # fmt: skip

TO_JOIN = "电吹管公益课堂"  # whoever tries the portal as the elderly resident can still sign up for it


class Turnout:
    def __init__(self, scene: Scene, plan: dict, group: Group, clerks: list[User]):
        self.scene, self.group, self.clerks = scene, group, clerks
        self.dice = scene.dice(plan["slug"], "turnout")
        everybody = list(group.ages)
        self.pools = {
            audience: [pk for pk in everybody if low <= group.ages[pk] <= high]
            for audience, (low, high) in AGES.items()
        }
        # Whoever goes out at all goes often, and in an old quarter that is mostly the old.
        self.pools["everyone"] = [
            pk for pk in self.pools["everyone"] if group.ages[pk] >= 55 or self.dice.random() < 0.35
        ]
        self.pools["party"] = [pk for members in group.party.values() for pk in members]
        members = [pk for pk in self.pools["party"] if group.ages[pk] <= 74]
        self.helpers = self.dice.sample(self.pools["volunteers"], min(30, len(self.pools["volunteers"])))
        more = self.dice.sample(members, min(len(members), 18))
        more += [
            pk for pk in group.cast.values() if group.ages[pk] in range(20, 75)
        ]  # people to sign in as help, too
        self.helpers = list(dict.fromkeys([*self.helpers, *more]))
        self.pools["volunteers"] = self.helpers + self.dice.sample(
            self.pools["volunteers"], min(60, len(self.pools["volunteers"]))
        )
        self.registrations: list[Registration] = []
        self.attendances: list[tuple[Attendance, Registration | None]] = []
        self.counted: list[Session] = []
        self.written: list[Attendance] = []
        self.none_is_full = True
        self.busy = defaultdict(list)  # when each person is somewhere, by the day

    def run(self, made: list[tuple[Event, Plan, list[Session]]]) -> None:
        for event, plan, sessions in made:
            if event.published_at is None:
                continue
            regulars = self.regulars(event, plan, len(sessions))
            if event.is_course:
                self.course(event, plan, sessions, regulars)
                continue
            for session in sessions:
                self.session(event, plan, session, regulars)
                if event.one_session_each:
                    held = {row.resident_id for row in self.registrations if row.session.event_id == event.pk}
                    regulars = [pk for pk in regulars if pk not in held]
            if len(self.attendances) + len(self.registrations) > 2 * BATCH:
                self.flush()
        self.flush()

    def flush(self) -> None:
        """Write what has been thrown so far."""
        Session.objects.bulk_update(self.counted, ["places", "places_taken"], batch_size=BATCH // 2)
        own = [row for row in self.registrations if row.sign_up is None]  # those of a course share one
        sign_ups = [sign_up_of(row) for row in own]
        write(sign_ups)
        for row, sign_up in zip(own, sign_ups, strict=True):
            row.sign_up = sign_up
        write(self.registrations)
        for attendance, registration in self.attendances:
            attendance.registration_id = registration and registration.pk
        write([attendance for attendance, _ in self.attendances])
        self.written += [attendance for attendance, _ in self.attendances]
        self.counted, self.registrations, self.attendances = [], [], []

    def regulars(self, event: Event, plan: Plan, sessions: int) -> list[int]:
        """Those who may come to this event; a class has its own faces."""
        pool = self.pools[plan.audience]
        if plan.branch and plan.audience == "party":
            return list(self.group.party.get(event.organiser_id, []))
        pool = list(dict.fromkeys(pool))
        most = round(plan.come[1] * (1.25 if sessions > 2 else 1.6))
        return self.with_cast(pool, most)

    def with_cast(self, pool: list[int], most: int) -> list[int]:
        """A sample of the pool; the people to sign in as are in it more often than not, and come first."""
        first = [pk for pk in self.group.cast.values() if pk in set(pool) and self.dice.random() < 0.6]
        others = [pk for pk in self.dice.sample(pool, min(len(pool), most)) if pk not in first]
        return [*first, *others][:most]

    def session(self, event: Event, plan: Plan, session: Session, regulars: list[int]) -> None:
        wanted = min(self.dice.randint(*plan.come), len(regulars))
        if plan.branch and plan.audience == "party":  # members come, but for the frail and those away
            wanted = round(len(regulars) * self.dice.uniform(0.74, 0.95))
        past = session.starts_at < self.scene.now
        if not plan.signup:
            if past and not session.cancelled_at:
                self.attend(session, [(pk, None) for pk in self.dice.sample(regulars, wanted)])
            return
        if plan.places:
            wanted = min(wanted, plan.places)
            lot = self.dice.random()
            if not past and lot < 0.25:  # full, or nearly
                wanted = min(len(regulars), plan.places - (0 if lot < 0.14 else self.dice.randint(1, 3)))
        if not past:
            days = (session.starts_at - self.scene.now).days
            if not (plan.places and wanted >= plan.places - 3):
                wanted = round(wanted * max(0.25, 1 - days / 18))
        chosen = self.dice.sample(regulars, wanted)
        for place, pk in enumerate(self.group.cast.values()):
            if pk in regulars and pk not in chosen and place < len(chosen) and self.dice.random() < 0.5:
                chosen[place] = pk
        chosen = list(dict.fromkeys(chosen))
        rows = [self.register(session, pk) for pk in chosen]
        session.places_taken = len(rows)
        if (
            self.none_is_full
            and not past
            and plan.places
            and not plan.internal
            and not session.cancelled_at
            and rows
        ):
            session.places, self.none_is_full = len(rows), False  # one to come has no place left
        self.counted.append(session)
        for pk in self.dice.sample(regulars, min(len(regulars), wanted // 14)):
            if pk not in chosen:
                row = self.register(session, pk)
                row.cancelled_at, row.cancelled_by_id = (
                    min(row.at + timedelta(hours=5), self.scene.now),
                    row.by_id,
                )
        if past and not session.cancelled_at:
            rate = self.dice.uniform(0.7, 0.95)
            came = [(row.resident_id, row) for row in rows if self.dice.random() < rate]
            others = [pk for pk in self.pools[plan.audience][:80] if pk not in set(chosen)]
            came += [
                (pk, None)
                for pk in self.dice.sample(others, min(len(others), self.dice.choice((0, 0, 0, 1, 2, 3))))
            ]
            self.attend(session, came)

    def course(self, event: Event, plan: Plan, sessions: list[Session], regulars: list[int]) -> None:
        """One sign-up each for all sessions; most come most of the time."""
        wanted = min(self.dice.randint(*plan.come), len(regulars), plan.places or len(regulars))
        chosen = regulars[: wanted // 3] + self.dice.sample(regulars[wanted // 3 :], wanted - wanted // 3)
        if plan.title == TO_JOIN and sessions[-1].starts_at > self.scene.now:
            chosen = [pk for pk in chosen if pk != self.group.cast.get("elder_resident")]
        latest = min(sessions[0].starts_at, self.scene.now)
        placed = []
        for pk in dict.fromkeys(chosen):
            at = (
                event.published_at
                + (max(latest, event.published_at) - event.published_at) * self.dice.random() ** 1.6
            )
            by = self.group.users.get(pk) or self.dice.choice(self.clerks).pk
            placed.append(
                SignUp(event=event, resident_id=pk, state=SignUpState.PLACED, at=at, placed_at=at, by_id=by)
            )
        write(placed)
        Event.objects.filter(pk=event.pk).update(places_taken=len(placed))
        for session in sessions:
            rows = [
                Registration(
                    session=session, sign_up=one, resident_id=one.resident_id, at=one.at, by_id=one.by_id
                )
                for one in placed
            ]
            self.registrations += rows
            session.places_taken = len(rows)
            self.counted.append(session)
            if session.starts_at < self.scene.now and not session.cancelled_at:
                rate = self.dice.uniform(0.7, 0.95)
                self.attend(session, [(row.resident_id, row) for row in rows if self.dice.random() < rate])

    def register(self, session: Session, pk: int) -> Registration:
        latest = min(session.starts_at - timedelta(hours=2), self.scene.now)
        earliest = min(session.registration_opens_at, latest - timedelta(hours=3))
        at = earliest + (latest - earliest) * self.dice.random() ** 1.6
        by = self.group.users.get(pk) or self.dice.choice(self.clerks).pk
        row = Registration(session=session, resident_id=pk, at=at.replace(microsecond=0), by_id=by)
        self.registrations.append(row)
        return row

    def attend(self, session: Session, came: list[tuple[int, Registration | None]]) -> None:
        present = {pk for pk, _ in came}
        clerk = self.dice.choice(self.clerks)
        for pk, registration in came:
            self.there(self.check_in(session, pk, clerk), registration)
        free = [pk for pk in self.helpers if pk not in present]
        for pk in self.dice.sample(free, min(len(free), self.dice.choice((0, 1, 1, 2, 3)))):
            row = self.check_in(session, pk, clerk)
            row.as_helper = True
            self.there(row, None)

    def there(self, row: Attendance, registration: Registration | None) -> None:
        """Nobody is at two places at once: who is elsewhere did not come."""
        session = row.session
        times = self.busy[row.resident_id, session.starts_at.date()]
        if not any(session.starts_at < end and start < session.ends_at for start, end in times):
            times.append((session.starts_at, session.ends_at))
            self.attendances.append((row, registration))

    def check_in(self, session: Session, pk: int, clerk: User) -> Attendance:
        at: datetime = session.starts_at + timedelta(seconds=self.dice.randint(-900, 900))
        return Attendance(session=session, resident_id=pk, at=at, by=clerk)


def sign_up_of(row: Registration) -> SignUp:
    """What the row follows from: one person, one session."""
    ended = {"ended_at": row.cancelled_at, "ended_by_id": row.cancelled_by_id, "end": SignUp.End.WITHDREW}
    return SignUp(
        event_id=row.session.event_id, session=row.session, resident_id=row.resident_id, at=row.at, by_id=row.by_id,
        placed_at=row.at, state=SignUpState.ENDED if row.cancelled_at else SignUpState.PLACED,
        **(ended if row.cancelled_at else {}),
    )  # fmt: skip
