"""Waiting, drawing and who may come: events of the demo whose places are fewer than the people, in 泥营社区."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.utils import timezone

from accounts.models import User
from community.models import Unit
from events.models import (
    Attendance,
    Draw,
    Event,
    QueueMove,
    Registration,
    Session,
    SignUp,
    SignUpMember,
    SignUpState,
)
from events.operations.draw import digest, drawn_order, written
from events.operations.programme import spelled
from residents.models import Mandate, Resident
from residents.pinyin import given, initials, pinyin
from surveys.models import Question, Survey

from .people import Group
from .scene import Scene, years_before
from .texts import queues as texts
from .texts.programme import Plan

FAMILY = (("林浩", "m", 29, "spouse"), ("林小满", "f", 6, "child"))  # of the young resident
DAY = timedelta(days=1)


def by_day(moment: datetime) -> datetime:
    """In the hours people are up, in the same order."""
    here = timezone.localtime(moment)
    return here.replace(hour=8 + here.hour // 2)


class Queues:
    def __init__(self, scene: Scene, unit: Unit, compound: Unit, group: Group, staff: User):
        self.scene, self.unit, self.compound, self.group, self.staff = scene, unit, compound, group, staff
        self.dice = scene.dice("queues")
        adults = [pk for pk, age in group.ages.items() if 30 <= age <= 75 and pk not in group.cast.values()]
        self.people = self.dice.sample(adults, len(adults))

    def run(self, made: list[tuple[Event, Plan, list[Session]]]) -> None:
        self.family()
        self.mandate()
        self.waiting()
        self.drawn()
        self.open_draw()
        self.missed()
        self.after_course(made)
        self.asking()
        for what, days, hour, minutes, places in texts.FIRST_COME:
            self.first_come(what, days, hour, minutes, places)

    # --- pieces ---

    def at(self, days: float, hour: int) -> datetime:
        return self.scene.now + days * DAY + timedelta(hours=hour)

    def event(self, *, days: int = 14, **what) -> Event:
        """`days`: since when it is public."""
        since = self.at(-days, -14)
        unit = self.compound if what.get("only_this_unit") else self.unit
        return Event.objects.create(
            unit=unit, title_pinyin=spelled(what["title"]), contact=self.staff.name, created_by=self.staff, created_at=since,
            changed_at=since, published_at=since, published_by=self.staff, open_to_unconfirmed=False, **what,
        )  # fmt: skip

    def session(
        self, event: Event, starts_at: datetime, minutes: int, places: int | None, closes_at=None
    ) -> Session:
        return Session.objects.create(
            event=event, community=self.unit, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), places=places,
            registration_opens_at=event.published_at, registration_closes_at=closes_at, changed_at=event.published_at,
        )  # fmt: skip

    def enter(self, pool: Session | Event, people: list[int], state: str, hours: float, **more) -> SignUp:
        """One sign-up, so many `hours` before the day of the demo; its seats are counted by `count`."""
        session, at = (pool if isinstance(pool, Session) else None), by_day(self.at(0, -hours))
        seats = len(people) + more.get("companions", 0)
        made = SignUp.objects.create(
            event=pool.programme, session=session, resident_id=people[0], seats=seats, state=state, at=at,
            placed_at=at if state == SignUpState.PLACED else None, by_id=self.group.users.get(people[0], self.staff.pk), **more,
        )  # fmt: skip
        SignUpMember.objects.bulk_create(SignUpMember(sign_up=made, resident_id=pk) for pk in people[1:])
        if state == SignUpState.PLACED:
            self.place(made, people)
        return made

    def place(self, sign_up: SignUp, people: list[int]) -> None:
        dates = [sign_up.session] if sign_up.session_id else list(sign_up.event.sessions.all())
        Registration.objects.bulk_create(
            Registration(
                sign_up=sign_up, session=session, resident_id=pk, at=sign_up.at, by_id=sign_up.by_id,
                seats=1 + sign_up.companions if pk == people[0] else 1,
            )
            for session in dates
            for pk in people
        )  # fmt: skip

    def count(self, pool: Session | Event) -> None:
        rows = SignUp.objects.of_pool(pool)
        pool.places_taken = sum(
            one.seats if one.state == SignUpState.PLACED else one.offered_seats for one in rows
        )
        type(pool).objects.filter(pk=pool.pk).update(places_taken=pool.places_taken)
        if isinstance(pool, Event):
            pool.sessions.update(places_taken=pool.places_taken)

    # --- events ---

    def family(self) -> None:
        """The young resident has a husband and a child, so that a household signs up as one."""
        self.young = Resident.objects.get(pk=self.group.cast["young_resident"])
        prefix = self.young.id_number[:6]
        rows = []
        for name, sex, age, relation in FAMILY:
            born = years_before(self.scene.until, age) - timedelta(days=100)
            rows.append(Resident(
                community=self.unit, unit=self.young.unit, path=self.young.path, household=self.young.household, relation=relation,
                name=name, name_pinyin=pinyin(name), name_initials=initials(name), given_pinyin=given(name), sex=sex, nation="汉族",
                born_on=born, id_number=self.scene.identity(prefix, born, sex), state="together", created_at=self.young.created_at,
                moved_in_on=max(born, self.young.moved_in_on),
            ))  # fmt: skip
        self.husband, self.child = Resident.objects.bulk_create(rows)

    def mandate(self) -> None:
        """The elder lets the head of her building sign her up."""
        elder, head = self.group.cast["elder_resident"], self.group.cast["building_head"]
        Mandate.objects.create(
            principal_id=elder, holder_id=self.group.users[head], starts_on=self.scene.ago(40), made_at=self.at(-40, 10),
            ends_on=self.scene.ago(-325), paper=f"授-{self.scene.until.year}-07", made_by=self.staff,
        )  # fmt: skip

    def waiting(self) -> None:
        """Full: one offer open, families who wait as one, one of them passed over, one moved up with a reason."""
        session = self.session(self.event(**texts.WAITING), self.at(6, 9), 150, 12)
        people = iter(self.people)
        for number in range(11):
            self.enter(session, [next(people)], SignUpState.PLACED, 200 - number * 9)
        gone = self.enter(session, [next(people)], SignUpState.ENDED, 190, end=SignUp.End.WITHDREW,
                          ended_at=self.at(-1, 19), ended_by=self.staff)  # fmt: skip
        self.enter(
            session,
            [next(people), next(people), next(people)],
            SignUpState.WAITING,
            80,
            rank=2,
            passed_over=1,
        )
        self.enter(
            session, [self.young.pk], SignUpState.OFFERED, 70, rank=3, offered_seats=1, offered_at=gone.ended_at,
            offer_until=self.at(2, 20),
        )  # fmt: skip
        for rank, seats in ((4, 1), (5, 2), (6, 1)):
            self.enter(
                session, [next(people) for _ in range(seats)], SignUpState.WAITING, 70 - rank * 5, rank=rank
            )
        moved = self.enter(session, [next(people)], SignUpState.WAITING, 30, rank=1)
        QueueMove.objects.create(sign_up=moved, event=session.event, was=5, now=1, reason=texts.MOVED_UP,
                                 at=self.at(-1, 10), by=self.staff)  # fmt: skip
        self.count(session)

    def seeded(self, session: Session) -> Draw:
        seed = sha256(f"{self.scene.seed}:{session.event.title}".encode()).hexdigest()[:32]
        return Draw.objects.create(event=session.event, session=session, seed=seed, seed_digest=digest(seed),
                                   made_at=session.event.published_at)  # fmt: skip

    def drawn(self) -> None:
        """A draw that was held yesterday: entrants, seed and order are public, and anybody can compute it again."""
        session = self.session(self.event(**texts.DRAWN), self.at(5, 19), 120, 20, self.at(-1, 18))
        draw = self.seeded(session)
        people, line = iter(self.people[20:]), {}
        for number in range(1, 27):
            names = [next(people), next(people)] if number % 4 == 0 else [next(people)]
            line[number] = (
                names,
                self.enter(session, names, SignUpState.ENTERED, 240 - number * 8, number=number),
            )
        draw.entrants = [[number, len(names), 0] for number, (names, _row) in line.items()]
        draw.entrants_digest, draw.frozen_at = digest(written(draw.entrants)), self.at(-1, 18)
        draw.drawn_at = draw.frozen_at + timedelta(minutes=11)
        draw.save()
        left = session.places
        for rank, number in enumerate(drawn_order(draw.seed, draw.entrants), 1):
            names, row = line[number]
            row.rank, row.state = rank, SignUpState.WAITING
            if row.seats <= left:
                left -= row.seats
                row.state, row.placed_at = SignUpState.PLACED, draw.drawn_at
                self.place(row, names)
            row.save(update_fields=["rank", "state", "placed_at"])
        self.count(session)

    def open_draw(self) -> None:
        """Sign-up is open until in three days: a family with somebody who has no name, and others."""
        session = self.session(self.event(**texts.OPEN_DRAW), self.at(10, 8), 480, 24, self.at(3, 18))
        self.seeded(session)
        people = iter(self.people[60:])
        self.enter(
            session, [self.young.pk, self.husband.pk, self.child.pk], SignUpState.ENTERED, 50, number=1, companions=1,
            guardian=self.young, consent_at=self.at(0, -50),
        )  # fmt: skip
        for number in range(2, 16):
            names = [next(people) for _ in range(1 + number % 3)]
            self.enter(session, names, SignUpState.ENTERED, 50 - number * 2, number=number, may_split=number % 5 == 0 and len(names) > 1)  # fmt: skip

    def missed(self) -> None:
        """Last time four waited in vain; they come first when the places of the next one are given."""
        before = self.session(self.event(days=50, **texts.MISSED_BEFORE), self.at(-30, 9), 240, 8)
        there = [self.enter(before, [pk], SignUpState.PLACED, 900) for pk in self.people[90:98]]
        Attendance.objects.bulk_create(
            Attendance(session=before, resident_id=one.resident_id, at=before.starts_at, by=self.staff)
            for one in there[:7]
        )
        for pk in self.people[98:102]:
            self.enter(before, [pk], SignUpState.ENDED, 890, end=SignUp.End.CLOSED, ended_at=before.starts_at)
        self.count(before)
        event = self.event(copied_from=before.event, **texts.MISSED)
        session = self.session(event, self.at(8, 9), 240, 8, self.at(4, 18))
        Draw.objects.create(event=event, session=session, seed="", made_at=event.published_at)
        for number, pk in enumerate([*self.people[103:110], *self.people[98:101]], 1):
            self.enter(session, [pk], SignUpState.ENTERED, 90 - number * 3, number=number)

    def after_course(self, made) -> None:
        """For whoever was at half of a course that is over."""
        over = [
            (event, sessions)
            for event, _plan, sessions in made
            if event.is_course and sessions[-1].ends_at < self.scene.now
        ]
        if not over:
            return
        basic, _sessions = max(over, key=lambda one: one[1][-1].ends_at)
        event = self.event(
            **texts.MORE_COURSE
            | {"title": f"{basic.title}·提高班", "after_course": basic, "place": basic.where()}
        )
        for week in range(4):
            self.session(event, self.at(5 + 7 * week, 15), 90, None)
        been = Attendance.objects.live().filter(session__event=basic, as_helper=False).order_by("resident")
        for number, pk in enumerate(been.values_list("resident", flat=True).distinct()[:5]):
            self.enter(event, [pk], SignUpState.PLACED, 60 - number * 7)
        self.count(event)

    def asking(self) -> None:
        """Own questions at sign-up: a number, words, a file, a choice."""
        event = self.event(**texts.PHOTOS)
        survey = Survey.objects.create(unit=self.unit, title=event.title, purpose="sign_up", created_by=self.staff,
                                       opens_at=event.created_at)  # fmt: skip
        Question.objects.bulk_create(
            Question(survey=survey, text=text, kind=kind, choices=choices, required=required, order=order)
            for order, (text, kind, choices, required) in enumerate(texts.ASKED, 1)
        )
        Event.objects.filter(pk=event.pk).update(questions=survey)
        self.session(event, self.at(11, 15), 120, 30)

    def first_come(self, what: dict, days: int, hour: int, minutes: int, places: int) -> None:
        session = self.session(self.event(**what), self.at(days, hour), minutes, places)
        if session.event.kind == "children":  # the child, with the mother who agrees
            self.enter(
                session,
                [self.child.pk],
                SignUpState.PLACED,
                40,
                guardian=self.young,
                consent_at=self.at(0, -40),
            )
        elif session.event.audience == "party":
            members = [pk for pks in self.group.party.values() for pk in pks]
            for number, pk in enumerate(members[:9]):
                self.enter(session, [pk], SignUpState.PLACED, 60 - number)
        elif session.event.tag:
            tagged = Resident.objects.filter(
                tags__tag=session.event.tag, tags__until=None, pk__in=self.group.ages
            )
            for pk in tagged.order_by("pk").values_list("pk", flat=True).distinct()[:6]:
                self.enter(session, [pk], SignUpState.PLACED, 44)
        else:
            near = Resident.objects.filter(pk__in=self.group.ages, path__startswith=self.compound.path)
            for pk in near.order_by("pk").values_list("pk", flat=True)[:14]:
                self.enter(session, [pk], SignUpState.PLACED, 70)
        self.count(session)
