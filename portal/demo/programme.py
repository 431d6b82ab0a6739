"""From plans to events and sessions: more than twelve months behind the demo's today and two weeks ahead of it."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils import timezone

from accounts.models import User
from community.models import Organisation
from events.models import Event, Session
from events.operations.programme import spelled
from events.recurrence import Rule
from venues.models import Room

from . import calendar
from .posters import ALTS
from .scene import BATCH, Scene
from .texts.programme import EVERYWHERE, Plan
from .texts.programme_own import OWN

AHEAD = 15
TEACHERS = ("张老师", "李老师", "退休教师王老师", "陈教练", "刘老师", "赵老师")
INDOORS = ("service_centre", "neighbourhood_centre", "red_station", "civilisation")
REASONS = (
    "大风降温，改到下周同一时间。",
    "场地检修水管，暂停一次。",
    "讲师临时出差，另行通知。",
    "高温橙色预警，为了老人安全暂停。",
)


def periods(days: list[date], by: str):
    """Days grouped into what one event holds: (form of its title, days)."""
    keys = {
        "quarter": lambda day: f"{{}}（第{'一二三四'[(day.month - 1) // 3]}期）",
        "month": lambda day: f"{day.month}月{{}}",
        "term": lambda day: f"{{}}（{'春' if day.month < 7 else '秋'}季班）",
        "summer": lambda day: f"{day.year}年{{}}",
        "years": lambda day: "{}",
    }
    for form, found in groupby(days, keys[by]):
        yield form, list(found)


class Programme:
    def __init__(
        self,
        scene: Scene,
        plan: dict,
        place: dict,
        rooms: dict[str, Room],
        authors: list[User],
        posters: dict[str, str],
        phone: str,
    ):
        self.scene, self.plan, self.place = scene, plan, place
        self.rooms, self.authors, self.posters, self.phone = rooms, authors, posters, phone
        self.dice = scene.dice(plan["slug"], "programme")
        self.first, self.last = scene.first, scene.until + timedelta(days=AHEAD - 1)
        self.made: list[tuple[Event, Plan, list[Session]]] = []
        self.taken: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
        self.common = max(
            (
                room
                for room in rooms.values()
                if 30 <= (room.seats or 0) < 100 and room.facility.kind in INDOORS
            ),
            key=lambda room: room.seats,
        )

    def run(self, branches: list[Organisation]) -> list[tuple[Event, Plan, list[Session]]]:
        plans = [*OWN[self.plan.get("like", self.plan["slug"])], *EVERYWHERE]
        if not self.scene.full:
            plans = [plans[0], *EVERYWHERE[:2], *EVERYWHERE[5:6]]
        covers = (cover[0] for _, cover in self.plan["branches"])
        self.homes = dict(zip((branch.pk for branch in branches), covers, strict=True))
        for plan in plans:
            for organiser in branches if plan.branch else (None,):
                self.expand(plan, organiser)
        self.made = [(event, plan, sessions) for event, plan, sessions in self.made if sessions]
        self.surprises()
        Event.objects.bulk_create([event for event, _, _ in self.made], batch_size=BATCH)
        sessions = [session for _, _, sessions in self.made for session in sessions]
        Session.objects.bulk_create(sessions, batch_size=BATCH)
        return self.made

    def surprises(self) -> None:
        """Among what is to come: one event called off, and one still a draft."""
        ahead = [
            (event, sessions[0])
            for event, plan, sessions in self.made
            if len(sessions) == 1 and plan.signup and not plan.internal and sessions[0].starts_at > self.scene.now and not sessions[0].cancelled_at
        ]  # fmt: skip
        if len(ahead) < 3:
            return
        (off, session), (draft, _) = self.dice.sample(ahead, 2)
        for row in (off, session):
            row.cancelled_at, row.cancelled_by = self.scene.now - timedelta(hours=9), off.created_by
            row.changed_at, row.cancel_reason = row.cancelled_at, "讲师临时有事，下个月补办，时间另行通知。"
        draft.published_at = draft.published_by = None

    def expand(self, plan: Plan, organiser: Organisation | None) -> None:
        how, *rest = plan.when
        first, last = self.first, self.last
        if how == "weekly":
            days = calendar.weekly(rest[0], first, last)
            if rest[1] == "term":
                days = [day for day in days if day.month in (3, 4, 5, 6, 9, 10, 11, 12)]
            if rest[1] == "summer":
                days = [day for day in days if date(day.year, 7, 10) <= day <= date(day.year, 8, 20)]
            for form, found in periods(days, rest[1]):
                self.add(plan, form.format(plan.title), found, organiser)
                if plan.kind == "course" and plan.signup and self.made[-1][2]:
                    self.as_course(rest[0])
        elif how == "monthly":
            for day in calendar.monthly(rest[0], rest[1], first, last, rest[2] or tuple(range(1, 13))):
                self.add(plan, plan.title if rest[2] else f"{day.month}月{plan.title}", [day], organiser)
        elif how == "festival":
            for day in calendar.festival(rest[0], first, last, rest[1]):
                self.add(
                    plan,
                    f"{day.year}年{plan.title}" if plan.kind == "festival" else plan.title,
                    [day],
                    organiser,
                )
        else:
            self.tour(plan, rest[0], rest[1])

    def as_course(self, weekdays: tuple[int, ...]) -> None:
        """The event just planned is a course: one sign-up covers all its sessions, and it goes by a rule."""
        event, plan, sessions = self.made[-1]
        first, last = (timezone.localtime(one.starts_at) for one in (sessions[0], sessions[-1]))
        end = timezone.localtime(sessions[0].ends_at).time()
        rule = Rule(
            "weekly",
            first.date(),
            first.time(),
            end,
            weekdays=weekdays,
            until=last.date(),
            skips_holidays=True,
        )
        event.is_course, event.places, event.repeats = True, plan.places, rule.kept()
        event.registration_opens_at, event.registration_closes_at = event.published_at, None
        event.teacher = plan.teacher or self.dice.choice(TEACHERS)
        for session in sessions:
            session.places = session.registration_opens_at = session.registration_closes_at = None

    def tour(self, plan: Plan, every: int, weekday: int) -> None:
        """One event a quarter that goes from compound to compound."""
        days = calendar.weekly((weekday,), self.first, self.last)
        chosen = [day for day in days if (day.toordinal() // 7) % every == len(self.plan["slug"]) % every]
        turn = 0
        for form, found in periods(chosen, "quarter"):
            self.add(
                plan,
                form.format(plan.title),
                found,
                None,
                self.place["compounds"][turn % len(self.place["compounds"])],
            )
            self.made[-1][0].unit, self.made[-1][0].place = self.place["unit"], "各小区院内"
            for session in self.made[-1][2]:
                session.unit = self.place["compounds"][turn % len(self.place["compounds"])]
                session.place = "院内"
                turn += 1

    def add(self, plan: Plan, title: str, days: list[date], organiser, compound=None) -> None:
        room = self.rooms.get(plan.where) if plan.where else self.common
        author = self.dice.choice(self.authors)
        written = self.scene.moment(
            min(days[0], self.scene.until) - timedelta(days=self.dice.randint(9, 16)),
            self.dice.randint(9, 17),
        )
        if plan.branch or (not plan.where and max(plan.places or 0, plan.come[1]) > room.seats):
            room = None
        poster = plan.poster or ("meeting" if plan.kind == "meeting" else "")
        event = Event(
            unit=compound or self.place["unit"], organiser=organiser, kind=plan.kind, title=title, title_pinyin=spelled(title), summary=plan.summary, body=plan.body,
            audience=plan.audience, room=None if compound else room, place=self.place_in_words(plan, room, compound, organiser),
            contact=author.name, contact_phone=self.phone, needs_registration=plan.signup, is_internal=plan.internal,
            open_to_unconfirmed=plan.audience == "everyone", poster=self.posters.get(poster, ""),
            poster_alt=ALTS[poster] if poster in self.posters else "",
            created_at=written, changed_at=written, created_by=author, published_at=written + timedelta(hours=1), published_by=author,
        )  # fmt: skip
        self.made.append(
            (
                event,
                plan,
                [
                    session
                    for day in days
                    for slot in range(plan.slots or 1)
                    if (session := self.session(event, plan, day, slot))
                ],
            )
        )
        event.one_session_each = bool(plan.slots)

    def place_in_words(self, plan: Plan, room: Room | None, compound, organiser) -> str:
        if compound:
            return f"{compound.name}院内"
        if plan.branch:
            return f"{self.homes[organiser.pk]}{'党员活动室' if plan.kind == 'party' else '院内'}"
        if room:
            return ""
        return plan.where or f"{self.plan['name']}文化广场"

    def session(self, event: Event, plan: Plan, day: date, slot: int = 0) -> Session | None:
        hour, minute = map(int, plan.at.split(":"))
        start = self.scene.moment(day, hour, minute) + slot * timedelta(minutes=plan.minutes)
        end = start + timedelta(minutes=plan.minutes)
        if event.room_id and any(
            start < other_end and other_start < end for other_start, other_end in self.taken[event.room_id]
        ):
            return None  # somebody else has the room
        if event.room_id:
            self.taken[event.room_id].append((start, end))
        session = Session(
            event=event,
            community=self.place["unit"],
            starts_at=start,
            ends_at=end,
            places=plan.places,
            changed_at=event.created_at,
        )
        if plan.signup:
            session.registration_opens_at = max(event.published_at, start - timedelta(days=16))
            session.registration_closes_at = start - timedelta(hours=1)
        if self.dice.random() < 0.015 and not plan.slots and not plan.branch:
            session.cancelled_at = min(self.scene.now, start) - timedelta(hours=self.dice.randint(18, 40))
            session.cancelled_by, session.cancel_reason = event.created_by, self.dice.choice(REASONS)
            session.changed_at = session.cancelled_at
        return session
