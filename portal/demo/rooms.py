"""Who has which room when: what events hold, what teams rehearse, what residents ask for."""

from datetime import date, datetime, time, timedelta

from community.models import Organisation
from events.models import Event, Session
from residents.models import Resident
from venues.models import Booker, Booking, ClosedPeriod, OpeningHours, Room, Series
from venues.operations.holds import hold_in_bulk

from .people import Group
from .scene import Scene

DAYS = 52  # of bookings before the demo's today, and as long after it as events are planned
NOT_LENT = ("服务大厅", "食堂", "照料", "康复", "母婴", "心理咨询", "谈心", "超市", "绿色网吧")
FOR_TEAMS = ("会议", "实训", "议事", "讲堂", "会客", "舞台", "多功能")
TIMES = ((9, 11), (15, 17), (19, 21))
PURPOSES = ("排练新节目", "日常练习", "为重阳演出合练", "基本功训练")
WISHES = ("孙子满月聚一聚", "楼道邻里茶话会", "书画小组聚会", "广场舞姐妹练队形", "同学会老照片分享")
KEY = "服务大厅前台，凭姓名领取，用后归还"
WEEKDAYS, WHOLE_WEEK = range(5), range(7)


def terms_of(room: Room) -> dict:
    """Who may book it and for how long, by its name and where it is."""
    kind, name = room.facility.kind, room.name
    if any(word in name for word in NOT_LENT):
        return {"lent_to": "staff"}
    if (room.seats or 0) >= 200:
        return {"lent_to": "organisations", "gap_quarters": 2, "days_ahead": 90, "longest_quarters": 24}
    if kind in ("park", "sports"):
        return {"lent_to": "residents", "needs_approval": False, "longest_quarters": 8, "days_ahead": 14}
    if any(word in name for word in FOR_TEAMS):
        return {"lent_to": "organisations"}
    return {"lent_to": "residents", "longest_quarters": 12, "confirm_weeks": 8}


def hours_of(room: Room) -> list[tuple]:
    if room.facility.kind in ("park", "sports"):
        return [(day, time(6), time(22)) for day in WHOLE_WEEK]
    if room.lent_to == "staff":
        return [
            (day, *span) for day in WEEKDAYS for span in ((time(8, 30), time(12)), (time(14, 30), time(18)))
        ]
    return [(day, time(8, 30), time(21)) for day in WHOLE_WEEK]


class Rooms:
    def __init__(self, scene: Scene, plan: dict, rooms: dict[str, Room], made: list, group: Group, by):
        self.scene, self.plan, self.by = scene, plan, by
        self.rooms = list(rooms.values())
        self.made, self.users, self.cast = made, group.users, list(group.cast.values())
        self.dice = scene.dice(plan["slug"], "rooms")
        self.taken: set[tuple[int, int]] = set()
        self.bookings: list[Booking] = []

    def run(self) -> None:
        self.lend()
        self.events()
        if self.scene.full:
            self.teams()
            self.wishes()
            self.closed()
        hold_in_bulk(self.bookings)

    def lend(self) -> None:
        for room in self.rooms:
            for name, value in terms_of(room).items():
                setattr(room, name, value)
            if room.facility.kind not in ("park", "sports"):
                room.key_place = KEY
        names = [
            "lent_to",
            "needs_approval",
            "longest_quarters",
            "days_ahead",
            "gap_quarters",
            "confirm_weeks",
            "key_place",
        ]
        Room.objects.bulk_update(self.rooms, names)
        OpeningHours.objects.bulk_create(
            OpeningHours(room=room, weekday=day, opens=opens, closes=closes)
            for room in self.rooms
            for day, opens, closes in hours_of(room)
        )

    def events(self) -> None:
        """From the first of last month on: older holds interest nobody."""
        since = (self.scene.until.replace(day=1) - timedelta(days=1)).replace(day=1)
        for event, plan, sessions in self.made:
            if event.room_id and not event.cancelled_at:
                for session in sessions:
                    if session.starts_at >= self.scene.moment(since, 0) and not session.cancelled_at:
                        self.hold(event, plan, session)

    def hold(self, event: Event, plan, session: Session) -> None:
        self.add(
            room=event.room, starts_at=session.starts_at, ends_at=session.ends_at, what=event.title,
            people=session.places or max(plan.come[1], 1), cause=f"session:{session.pk}", asked_by=event.created_by,
            asked_at=event.created_at, decided_by=event.created_by, decided_at=event.created_at, state="accepted",
        )  # fmt: skip

    def add(self, **fields) -> Booking | None:
        """A booking, unless somebody has the room then and this one holds it."""
        booking = Booking(**fields)
        if booking.state in ("accepted", "no_show"):
            gap = booking.room.gap_quarters if not booking.cause else 0
            wanted = {(booking.room.pk, one) for one in booking.held_quarters(gap)}
            if wanted & self.taken:
                return None
            self.taken |= wanted
        self.bookings.append(booking)
        return booking

    def times(self, day: date, hours: tuple[int, int]) -> dict[str, datetime]:
        first, last = hours
        return {"starts_at": self.scene.moment(day, first), "ends_at": self.scene.moment(day, last)}

    def indoors(self) -> list[Room]:
        found = [
            room
            for room in self.rooms
            if room.lent_to in ("residents", "organisations") and room.facility.kind != "park"
        ]
        return sorted(found, key=lambda room: (not any(word in room.name for word in ("舞", "排练", "器乐", "电吹管")), room.pk))  # fmt: skip

    def teams(self) -> None:
        """Each team has two hours a week, or two times two, in a room of its own kind; somebody books for it."""
        names = [name for name, kind, _intro in self.plan["social"] if kind == "association"]
        teams = list(Organisation.objects.filter(unit__slug=self.plan["slug"], name__in=names).order_by("pk"))
        people = list(Resident.objects.filter(pk__in=list(self.users)[:200]).order_by("pk"))
        rooms = self.indoors()
        if not rooms or not people:
            return
        for number, team in enumerate(teams):
            booker = self.dice.choice(people)
            Booker.objects.create(organisation=team, resident=booker, since=self.scene.ago(200))
            room, hours = rooms[number % min(len(rooms), 3)], TIMES[number % 3]
            series = Series.objects.create(
                room=room, by=self.by, made_at=self.scene.moment(self.scene.ago(DAYS + 5), 10),
                confirm_by=self.scene.until + timedelta(days=5) if number == 0 else None,
            )  # fmt: skip
            self.rehearse(team, booker, room, hours, series, number)

    def rehearse(self, team, booker, room, hours, series, number) -> None:
        for ahead in range(-DAYS, 15):
            day = self.scene.until + timedelta(days=ahead)
            if day.weekday() not in (number % 5, (number + 3) % 7):
                continue
            absent = number == 1 and -7 <= ahead < 0  # nobody came one day
            self.add(
                room=room, what=self.dice.choice(PURPOSES), people=min(self.dice.randint(12, 30), room.seats or 30),
                organisation=team, resident=booker, series=series, state="no_show" if absent else "accepted",
                asked_by=self.by, asked_at=series.made_at, decided_by=self.by, decided_at=series.made_at,
                ended_at=self.times(day, hours)["starts_at"] + timedelta(minutes=20) if absent else None,
                ended_by=self.by if absent else None, **self.times(day, hours),
            )  # fmt: skip

    def wishes(self) -> None:
        """Two ask for the same evening, one for three of them, one waits behind a rehearsal, one was refused, one gave the room back, one has it."""
        others = [pk for pk in self.users if self.users[pk] and pk not in self.cast]
        rooms = [room for room in self.indoors() if room.lent_to == "residents"]
        if len(others) < 5 or not rooms:
            return
        chosen = [*self.cast, *self.dice.sample(others, 5)][:6]  # the people to sign in as first
        asking = Resident.objects.in_bulk(chosen)
        room, who = rooms[-1], [asking[pk] for pk in chosen]
        evening = self.times(self.scene.until + timedelta(days=4), (18, 20))
        self.wish(room, who[0], 0, "pending", evening)
        self.wish(room, who[1], 1, "pending", evening)
        series = Series.objects.create(
            room=room, by_id=self.users[who[2].pk], made_at=self.scene.now - timedelta(hours=28)
        )
        for week in range(3):  # the first of them those two asked for earlier
            self.wish(room, who[2], 2, "pending", self.times(self.scene.until + timedelta(days=4 + 7 * week), (18, 20)), series=series)  # fmt: skip
        held = next((one for one in self.bookings if one.state == "accepted" and one.organisation and one.starts_at > self.scene.now and one.room.lent_to == "residents"), None)  # fmt: skip
        if held:
            time = {"starts_at": held.starts_at, "ends_at": held.ends_at}
            self.wish(held.room, who[2], 2, "pending", time, waits=True)
        refused = self.times(self.scene.ago(3), (18, 20))
        self.wish(room, who[3], 3, "rejected", refused, reason="当晚检修电路，不能使用。")
        ended = {"ended_at": self.scene.now - timedelta(hours=20), "reason": "家里临时有事，改天再聚。"}
        evening = self.times(self.scene.until + timedelta(days=1), (18, 20))
        self.wish(room, who[0], 1, "cancelled", evening, ended_by_id=self.users[who[0].pk], **ended)
        self.wish(room, who[5 % len(who)], 2, "no_show", self.times(self.scene.ago(5), (15, 17)), ended_by=self.by,
                  ended_at=self.times(self.scene.ago(5), (15, 17))["starts_at"] + timedelta(minutes=20))  # fmt: skip
        self.wish(room, who[0], 4, "accepted", self.times(self.scene.until + timedelta(days=3), (9, 11)))
        self.wish(room, who[4], 4, "accepted", self.times(self.scene.until + timedelta(days=2), (15, 16)))

    def wish(self, room, resident, number, state, when, **fields) -> None:
        asked_at = self.scene.now - timedelta(hours=30 - number)
        decided = (
            {} if state == "pending" else {"decided_by": self.by, "decided_at": asked_at + timedelta(hours=3)}
        )
        self.add(
            room=room, what=WISHES[number], people=min(10 + number, room.seats or 20), resident=resident, state=state,
            asked_by_id=self.users[resident.pk], asked_at=asked_at, **when, **decided, **fields,
        )  # fmt: skip

    def closed(self) -> None:
        """A room is closed for an afternoon of this week, and for three days a good while from now."""
        room = self.indoors()[-1]
        day = self.scene.until + timedelta(days=3)
        ClosedPeriod.objects.create(
            facility=room.facility, room=room, by=self.by, reason="检修空调", starts_at=self.scene.moment(day, 13),
            ends_at=self.scene.moment(day, 17),
        )  # fmt: skip
        first = self.scene.until + timedelta(days=20)
        ClosedPeriod.objects.create(
            facility=room.facility, room=room, starts_at=self.scene.moment(first, 0),
            ends_at=self.scene.moment(first + timedelta(days=3), 0), reason="墙面粉刷，开窗通风", by=self.by,
        )  # fmt: skip
