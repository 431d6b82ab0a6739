"""What events of the demo are made of: programmes, a sports meet with results, wishes with answers, spending."""

from datetime import timedelta

from accounts.models import User
from community.models import Organisation, Unit
from events.models import (
    Attendance,
    Discipline,
    Entry,
    Event,
    ProgrammeItem,
    Result,
    Session,
    Spending,
    Wish,
    WishSupport,
)

from .people import Group
from .scene import BATCH, Scene
from .texts.programme import Plan
from .texts.stage import DISCIPLINES, ITEMS, SPENDING, WISHES

EVENINGS = ("晚会", "联欢会", "文艺", "周周演", "敬老宴")


class Stage:
    def __init__(self, scene: Scene, slug: str, unit: Unit, group: Group, staff: list[User]):
        self.scene, self.unit, self.group, self.staff = scene, unit, group, staff
        self.dice = scene.dice(slug, "stage")
        self.teams = list(Organisation.objects.living().filter(unit=unit, kind="culture_team")[:8])

    def run(self, made: list[tuple[Event, Plan, list[Session]]]) -> None:
        shown = [(event, plan, sessions) for event, plan, sessions in made if event.published_at]
        self.programmes([row for row in shown if any(word in row[1].title for word in EVENINGS)])
        self.meets([row for row in shown if row[1].title == "趣味运动会"])
        self.spendings([row for row in shown if row[1].kind in ("festival", "service")])
        self.wishes([event for event, _plan, _sessions in shown])

    def programmes(self, evenings) -> None:
        items = []
        for _event, _plan, sessions in evenings:
            for session in sessions[-2:]:
                chosen = self.dice.sample(ITEMS, min(len(ITEMS), self.dice.randint(6, 9)))
                for order, (title, kind, performers, minutes) in enumerate(chosen, 1):
                    team = self.dice.choice(self.teams) if self.teams and self.dice.random() < 0.2 else None
                    items.append(
                        ProgrammeItem(session=session, order=order, title=title, kind=kind, performers=performers, minutes=minutes, team=team)
                    )  # fmt: skip
        ProgrammeItem.objects.bulk_create(items, batch_size=BATCH)

    def meets(self, meets) -> None:
        for event, _plan, sessions in meets:
            session = sessions[0]
            there = list(
                Attendance.objects.filter(session=session, as_helper=False).values_list("resident", flat=True)
            )
            if not there:  # still to come
                there = list(self.group.ages)[:60]
            for order, (name, low, high, places, team_size, best) in enumerate(DISCIPLINES, 1):
                fit = [pk for pk in there if (low or 0) <= self.group.ages.get(pk, 0) <= (high or 120)]
                fit = self.dice.sample(fit, min(len(fit), places, 8))
                one = Discipline.objects.create(
                    event=event, order=order, name=name, age_from=low, age_to=high, places=places,
                    places_taken=len(fit), team_size=team_size, best=best,
                )  # fmt: skip
                self.enter(one, session, fit)

    def enter(self, discipline: Discipline, session: Session, people: list[int]) -> None:
        at = min(session.starts_at, self.scene.now) - timedelta(days=2)
        clerk = self.dice.choice(self.staff)
        entries = [
            Entry(
                discipline=discipline, resident_id=pk, at=at, by_id=self.group.users.get(pk) or clerk.pk,
                team=f"{'红黄蓝绿橙紫青白'[number]}队" if discipline.team_size > 1 else "",
            )
            for number, pk in enumerate(people)
        ]  # fmt: skip
        Entry.objects.bulk_create(entries)
        if session.ends_at > self.scene.now or session.cancelled_at:
            return
        marks = sorted(self.dice.sample(range(80, 200), len(entries)), reverse=discipline.best == "high")
        Result.objects.bulk_create(
            Result(
                entry=entry, rank=rank, by=clerk, at=session.ends_at,
                mark="" if discipline.best == "place" else f"{mark / 10 if discipline.best == 'low' else mark}",
            )
            for rank, (entry, mark) in enumerate(zip(entries, marks, strict=True), 1)
        )  # fmt: skip

    def spendings(self, events) -> None:
        rows = []
        donors = list(Organisation.objects.living().filter(unit=self.unit, kind__startswith="partner")[:6])
        for event, plan, sessions in events:
            session = sessions[-1]
            if session.starts_at > self.scene.now or session.cancelled_at:
                continue
            for what, low, high in SPENDING[plan.kind]:
                donor = self.dice.choice(donors) if donors and self.dice.random() < 0.3 else None
                rows.append(
                    Spending(
                        event=event, what=what, fen=self.dice.randint(low, high) * 100, spent_on=session.starts_at.date(),
                        donor=donor, by=self.dice.choice(self.staff), at=session.ends_at,
                    )
                )  # fmt: skip
        Spending.objects.bulk_create(rows, batch_size=BATCH)

    def wishes(self, events: list[Event]) -> None:
        users = list(self.group.users.items())
        if len(users) < 3:
            return
        supports = []
        for number, (kind, title, words, answer, becomes) in enumerate(WISHES):
            resident, user = users[(number * 7) % len(users)]
            at = self.scene.moment(self.scene.ago(6 + number * 9), 10 + number % 9, number * 7 % 60)
            event = self.became(events, becomes)
            if event:  # wished for and answered before it was written down
                at = min(at, event.created_at - timedelta(days=3 + number % 5))
            state = "planned" if event else "answered" if answer else "open"
            if becomes == "-":
                state = "declined"
            post = self.dice.choice(self.staff)
            wish = Wish.objects.create(
                community=self.unit, kind=kind, title=title, words=words, resident_id=resident, by_id=user, at=at, state=state,
                answer=answer if state != "open" else "", event=event,
                answered_at=at + timedelta(days=2, hours=3) if state != "open" else None,
                answered_by=post if state != "open" else None, answered_as="社区工作人员" if state != "open" else "",
            )  # fmt: skip
            fans = self.dice.sample(users, min(len(users), self.dice.randint(1, 14)))
            fans = [fan for _resident, fan in fans if fan != user]
            supports += [
                WishSupport(wish=wish, by_id=fan, at=at + timedelta(hours=5)) for fan in dict.fromkeys(fans)
            ]
            Wish.objects.filter(pk=wish.pk).update(supporters=len(set(fans)))
        WishSupport.objects.bulk_create(supports, batch_size=BATCH)

    @staticmethod
    def became(events: list[Event], part: str) -> Event | None:
        """The last event with `part` in its title."""
        return max(
            (one for one in events if part and part in one.title),
            key=lambda one: one.created_at,
            default=None,
        )
