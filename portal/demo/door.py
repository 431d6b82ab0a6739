"""What is left behind at the doors: codes, hours of leaving, a sheet keyed in, somebody from outside, a late line, leave asked."""

from collections import defaultdict
from datetime import timedelta

from accounts.models import User
from community.models import Unit
from events.codes import new_number
from events.models import Attendance, DoorCode, Event, EventKind, Excuse, SheetLine
from events.operations.expected import absent
from residents.models import Resident

from .guests import Guests
from .people import Group
from .scene import BATCH, Scene

CODES = 12  # people with a code besides those to sign in as
DAYS = 60  # before that nobody remembers how somebody was checked in
EMPTY_LINES = 8
REASONS = ("外出看病，会前已向支部书记请假", "回老家照顾老人", "单位加班，已报备")


class Door:
    def __init__(self, scene: Scene, unit: Unit, group: Group, guests: Guests, by: User):
        self.scene, self.unit, self.group, self.guests, self.by = scene, unit, group, guests, by
        self.dice = scene.dice(unit.slug, "door")
        self.changed: dict[int, Attendance] = {}

    def run(self, made, written: list[Attendance]) -> None:
        there = defaultdict(list)
        for one in written:
            there[one.session_id].append(one)
        self.codes()
        self.check_outs(made, there)
        over = [
            (event, plan, one)
            for event, plan, sessions in made
            for one in sessions
            if self.scene.moment(self.scene.ago(DAYS), 0) < one.ends_at < self.scene.now and there[one.pk]
        ]
        over.sort(key=lambda row: (row[2].starts_at, row[2].pk))
        signed = [session for event, plan, session in over if plan.signup and not event.is_course]
        if signed:
            self.paper(signed[-1], there[signed[-1].pk], written)
        long_ago = [one for one in signed[:-1] if one.ends_at < self.scene.now - timedelta(days=9)]
        if long_ago:
            self.late(long_ago[-1], there[long_ago[-1].pk])
        self.scanned(over, there)
        self.leave([session for event, _plan, session in over if event.kind == EventKind.PARTY][-3:])
        Attendance.objects.bulk_update(
            self.changed.values(), ["at", "by", "left_at", "how", "late_reason"], batch_size=BATCH
        )

    def codes(self) -> None:
        """The people to sign in as have a code, and some others with an account; a card that was lost is void."""
        others = sorted(pk for pk in self.group.users if pk not in self.group.cast.values())
        people = [*self.group.cast.values(), *self.dice.sample(others, min(CODES, len(others)))]
        DoorCode.objects.bulk_create(
            DoorCode(
                resident_id=pk, number=self.number(), version=2 if place == 1 else 1,
                changed_at=self.scene.moment(self.scene.ago(30), 10), changed_by=self.by,
            )
            for place, pk in enumerate(people)
        )  # fmt: skip

    def number(self) -> str:
        return self.scene.once(lambda: new_number(self.dice.randrange(10**7)))

    def check_outs(self, made, there) -> None:
        """One kind of volunteer service counts by the clock: when each one left is noted."""
        served = [event for event, plan, _s in made if plan.audience == "volunteers" and event.published_at]
        if not served:
            return
        chosen = [row for row in made if row[0].title == served[-1].title]
        Event.objects.filter(pk__in=[event.pk for event, _plan, _s in chosen]).update(needs_check_out=True)
        for event, _plan, sessions in chosen:
            event.needs_check_out = True
            for session in sessions:
                session.event.needs_check_out = True
                for one in there[session.pk]:
                    one.session = session
                    early = self.dice.choice((0, 0, 0, 5, 10, 35))
                    one.left_at = max(
                        session.ends_at - timedelta(minutes=early), one.at + timedelta(minutes=30)
                    )
                    self.changed[one.pk] = one

    def paper(self, session, came: list[Attendance], written: list[Attendance]) -> None:
        """A printed sheet: everybody has a line, those who signed are keyed in, one name nobody knew."""
        guest = self.guests.row(30, 66, state="outside", phone="")
        guest.created_at = session.ends_at
        guest.save()
        at = session.ends_at + timedelta(minutes=25)
        for one in came:
            one.how, one.at = Attendance.How.PAPER, at
            self.changed[one.pk] = one
        written.append(
            Attendance.objects.create(
                session=session, resident=guest, at=at, by=self.by, how=Attendance.How.PAPER
            )
        )
        listed = {one.resident_id for one in came} | set(
            session.registrations.live().values_list("resident", flat=True)
        )
        people = (
            Resident.objects.filter(pk__in=listed).order_by("name_pinyin", "pk").values_list("pk", flat=True)
        )
        lines = [*people, guest.pk, *[None] * (EMPTY_LINES - 1)]
        SheetLine.objects.bulk_create(
            SheetLine(session=session, number=number, resident_id=pk) for number, pk in enumerate(lines, 1)
        )

    def late(self, session, came: list[Attendance]) -> None:
        """Somebody was forgotten and entered more than a week later."""
        one = came[0]
        one.at, one.by = self.scene.now - timedelta(hours=20), self.by
        one.late_reason = "纸质签到表漏抄一行，核对照片后补录"
        self.changed[one.pk] = one

    def scanned(self, over, there) -> None:
        """In the last weeks some came by the code on the wall, some by their own."""
        ways = (Attendance.How.ROLL, Attendance.How.ROLL, Attendance.How.WALL, Attendance.How.CODE)
        for _event, _plan, session in over[-12:]:
            for one in there[session.pk]:
                if (
                    one.how == Attendance.How.ROLL
                    and not one.late_reason
                    and one.resident_id in self.group.users
                ):
                    one.how = self.dice.choice(ways)
                    self.changed[one.pk] = one

    def leave(self, sessions) -> None:
        """Of the members who did not come to the last party days, some had asked for leave."""
        rows = []
        for session in sessions:
            missing = list(absent(session).order_by("pk").values_list("pk", flat=True)[: len(REASONS)])
            rows += [
                Excuse(session=session, resident_id=pk, reason=reason, by=self.by, at=session.starts_at - timedelta(hours=20))
                for pk, reason in zip(missing, REASONS, strict=False)
            ]  # fmt: skip
        Excuse.objects.bulk_create(rows)
