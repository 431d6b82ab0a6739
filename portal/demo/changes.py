"""What staff do with events that go on and on, in the community of the cast: a day of the month that everybody may come
to and is counted at the door, a session made up for, one moved, a template."""

from datetime import date, datetime, time, timedelta

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from community.models import Unit
from events.models import Event, Registration, Session
from events.operations.programme import spelled
from events.recurrence import Rule

from .scene import Scene
from .texts import changes as texts
from .texts.programme import Plan

BEFORE, SESSIONS = 3, 7  # of the monthly day: so many have been, of so many


class Changes:
    def __init__(self, scene: Scene, unit: Unit, staff: User):
        self.scene, self.unit, self.staff = scene, unit, staff
        self.dice = scene.dice("changes")
        self.yesterday = scene.now - timedelta(days=1)

    def run(self, made: list[tuple[Event, Plan, list[Session]]]) -> None:
        self.monthly()
        self.template()
        courses = [
            (event, ahead)
            for event, _plan, sessions in made
            if event.is_course and (ahead := self.ahead(sessions))
        ]
        for act, (event, ahead) in zip((self.made_up, self.moved), courses, strict=False):
            act(event, ahead)

    def ahead(self, sessions: list[Session]) -> list[Session]:
        soon = self.scene.now + timedelta(days=1)
        return [one for one in sessions if one.starts_at > soon and not one.cancelled_at]

    def event(self, days: int, **what) -> Event:
        since = self.scene.now - timedelta(days=days)
        return Event.objects.create(
            unit=self.unit, title_pinyin=spelled(what["title"]), contact=self.staff.name, created_by=self.staff,
            created_at=since, changed_at=since, **what,
        )  # fmt: skip

    def first_day(self) -> date:
        """The day of the month, so many months ago."""
        until = self.scene.until
        months = until.year * 12 + until.month - 1 - BEFORE + (until.day > texts.MONTH_DAY)
        return date(months // 12, months % 12 + 1, texts.MONTH_DAY)

    def monthly(self) -> None:
        rule = Rule(
            "monthly", self.first_day(), time(19), time(20, 30), month_day=texts.MONTH_DAY, count=SESSIONS
        )
        event = self.event(
            120, **texts.MONTHLY, needs_registration=False, gives_points=False, repeats=rule.kept()
        )
        Event.objects.filter(pk=event.pk).update(published_at=event.created_at, published_by=self.staff)
        for one in rule.days():
            starts_at, ends_at = rule.moments(one.day)
            counted = {}
            if ends_at < self.scene.now:
                counted = {
                    "counted": self.dice.randint(24, 46),
                    "counted_at": ends_at,
                    "counted_by": self.staff,
                }
            Session.objects.create(
                event=event, community=self.unit, starts_at=starts_at, ends_at=ends_at, changed_at=event.created_at,
                **counted,
            )  # fmt: skip

    def template(self) -> None:
        event = self.event(60, **texts.TEMPLATE, is_template=True)
        starts_at = self.noon(-50).replace(hour=9)
        Session.objects.create(event=event, community=self.unit, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3),
                               places=40, changed_at=event.created_at)  # fmt: skip

    def noon(self, days: int) -> datetime:
        day = self.scene.until + timedelta(days=days)
        return timezone.make_aware(datetime.combine(day, time(12)))

    def made_up(self, event: Event, ahead: list[Session]) -> None:
        """Called off yesterday, and two days later somewhere else; whoever is in the course is on that list, too."""
        off = ahead[0]
        off.cancelled_at = off.changed_at = self.yesterday
        off.cancelled_by, off.cancel_reason, off.version = self.staff, texts.CALLED_OFF, off.version + 1
        off.save(update_fields=["cancelled_at", "changed_at", "cancelled_by", "cancel_reason", "version"])
        later = timedelta(days=2)
        new = Session.objects.create(
            event=event, community=self.unit, starts_at=off.starts_at + later, ends_at=off.ends_at + later, makes_up=off,
            place=texts.ELSEWHERE, changed_at=self.yesterday,
        )  # fmt: skip
        rows = Registration.objects.live().filter(session=off)
        Registration.objects.bulk_create(
            Registration(session=new, sign_up_id=row.sign_up_id, resident_id=row.resident_id, at=row.at, by_id=row.by_id)
            for row in rows
        )  # fmt: skip
        Session.objects.filter(pk=new.pk).update(places_taken=rows.count())

    def moved(self, event: Event, ahead: list[Session]) -> None:
        one = ahead[0]
        one.room, one.place, one.move_reason = None, texts.ELSEWHERE, texts.MOVED
        one.changed_at, one.version = self.yesterday, F("version") + 1
        one.save(update_fields=["room", "place", "move_reason", "changed_at", "version"])
        one.refresh_from_db(fields=["version"])
