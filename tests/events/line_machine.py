"""A small model of the waiting list, and a machine that does things to both in any order and compares."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from config.errors import DomainError
from events import operations
from events.models import Event, QueueMove, Registration, Session, SignUp
from events.operations import draw, queue

from .. import town as town_module

PEOPLE, PLACES, MOST = 14, 3, 4
LONG = 17  # so much is done before it ends
ANY = st.integers(0, 59)
STATES = ["placed", "waiting", "offered", "entered"]
# Those named more than once are done more often.
ACTS = [
    "sign_up", "sign_up", "leave", "leave", "leave", "accept", "accept", "decline", "decline", "lapse", "move_up",
    "move_up", "change_places", "move_session",
]  # fmt: skip


@dataclass
class Unit:
    people: list  # numbers, the first one signed up
    companions: int
    split: bool
    state: str
    offered: int = 0
    how: str = field(default="")

    @property
    def seats(self):
        return len(self.people) + self.companions


class Line(RuleBasedStateMachine):
    """A session of three places, people and groups of up to four."""

    policy, open_for, room = "first", timedelta(days=1), PLACES
    seen: Counter = Counter()

    @initialize(
        policy=st.sampled_from(["first", "first", "draw"]), size=st.integers(0, 2), split=st.booleans()
    )
    def open(self, policy, size, split):
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.t = town_module.build()
        self.clock = time_machine.travel(timezone.now(), tick=False)
        self.time = self.clock.start()
        now = timezone.now()
        Event.objects.filter(pk=self.t.choir.pk).update(most_seats=MOST, policy=self.policy)
        Session.objects.filter(pk=self.t.choir_monday.pk).update(
            places=self.room, starts_at=now + timedelta(days=9), ends_at=now + timedelta(days=9, hours=2),
            registration_closes_at=now + self.open_for,
        )  # fmt: skip
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(draw.secrets, "token_hex", lambda length: f"{size}{split}" * length)
        draw.prepare_all(Event.objects.get(pk=self.t.choir.pk))
        self.people = [
            town_module.resident(f"甲{chr(0x4E00 + n)}", self.t.east, self.t.community) for n in range(PEOPLE)
        ]
        self.units, self.line, self.places, self.moves = {}, [], self.room, 0
        self.collecting, self.over, self.steps = self.policy == "draw", "", 0
        for others in [0, 0, 0, size]:  # three places are taken, one group waits
            self.sign_up(others, 0, split)

    def teardown(self):
        if hasattr(self, "outer"):
            self.patch.undo()
            self.clock.stop()
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    # --- the model ---

    def of_state(self, *states):
        return [pk for pk, unit in self.units.items() if unit.state in states]

    @property
    def left(self):
        taken = sum(unit.seats for unit in self.units.values() if unit.state == "placed")
        return self.places - taken - sum(unit.offered for unit in self.units.values())

    def fits(self, pk):
        unit = self.units[pk]
        return self.left > 0 and (unit.seats <= self.left or unit.split)

    def fill(self):
        for pk in self.line:
            unit, was = self.units[pk], self.units[pk].state
            if self.fits(pk) and unit.offered < unit.seats:
                more = min(unit.seats - unit.offered, self.left)
                unit.state, unit.offered = "offered", unit.offered + more
                self.saw("more" if was == "offered" else "part" if more < unit.seats else "offer")

    def end(self, pk, how):
        unit = self.units[pk]
        unit.state, unit.how, unit.offered = "ended", how, 0
        if pk in self.line:
            self.line.remove(pk)

    def saw(self, what):
        type(self).seen[what] += 1

    def pick(self, number, *states):
        found = self.of_state(*states)
        return found[number % len(found)]

    def parts(self):
        """Groups that are offered less than they want."""
        return [pk for pk in self.of_state("offered") if self.units[pk].offered < self.units[pk].seats]

    def row(self, pk):
        return SignUp.objects.select_related("event", "session").get(pk=pk)

    def session(self):
        return Session.objects.select_related("event__unit", "community").get(pk=self.t.choir_monday.pk)

    # --- what is done ---

    def may(self, what):
        """Whether there is anything to do it with."""
        return {
            "sign_up": True,
            "leave": self.of_state(*STATES),
            "accept": self.of_state("offered"),
            "decline": self.of_state("offered"),
            "lapse": self.of_state("offered"),
            "move_up": len(self.of_state("waiting")) > 1,
        }.get(what, True)

    @rule(what=st.sampled_from(ACTS), number=ANY, other=ANY, yes=st.booleans())
    def act(self, what, number, other, yes):
        self.steps += 1
        if self.over:
            what = "come_too_late"
        elif self.steps > LONG:
            what = "finish"
        elif self.collecting and self.steps > 4:
            what = "draw"
        elif not self.may(what):
            what = "leave" if self.of_state("waiting") and self.of_state("placed") else "sign_up"
        getattr(self, what)(number, other, yes)

    # --- what people do ---

    def sign_up(self, number, companions, split):
        others, companions = number % 3, max(0, companions % 4 - 1)
        busy = {one for unit in self.units.values() if unit.state != "ended" for one in unit.people}
        free = [one for one in range(PEOPLE) if one not in busy][: 1 + others]
        if not free:
            return
        unit = Unit(free, companions, split and len(free) + companions > 1, "")
        people = [self.people[one] for one in free]
        overtakes = any(self.fits(pk) for pk in self.of_state("waiting"))
        try:
            made = operations.sign_up(
                pool=self.session(), resident=people[0], members=people[1:], companions=companions, may_split=split,
                by=self.t.staff, at_the_desk=True, wait=True,
            )  # fmt: skip
        except DomainError:
            assert unit.seats > min(MOST, self.places)
            return
        assert unit.seats <= min(MOST, self.places)
        self.units[made.pk] = unit
        if self.collecting:
            unit.state = "entered"
        elif not overtakes and unit.seats <= self.left:
            unit.state = "placed"
        else:
            unit.state = "waiting"
            self.line.append(made.pk)
            self.fill()

    def leave(self, number, other, one):
        """Whole groups, or one of them; rather those with a place, so that something becomes free."""
        with_a_place = other % 4 and self.of_state("placed")
        pk = self.pick(number, *(["placed"] if with_a_place else STATES))
        unit, was = self.units[pk], self.units[pk].state
        how = {"placed": "withdrew", "offered": "declined"}.get(was, "left")
        member = unit.people[number % len(unit.people)] if one else None
        operations.leave(
            sign_up=self.row(pk), member=self.people[member] if one else None, by=self.t.staff
        )  # fmt: skip
        if one and member == unit.people[0]:
            unit.companions = 0 if len(unit.people) > 1 else unit.companions
        if not one or len(unit.people) == 1:
            self.end(pk, how)
        else:
            unit.people.remove(member)
            unit.offered = min(unit.offered, unit.seats)
            self.saw("one left")
        self.fill()

    def accept(self, number, other, yes):
        parts = self.parts()
        pk = parts[0] if parts and other % 3 else self.pick(number, "offered")
        unit = self.units[pk]
        operations.accept(sign_up=self.row(pk), by=self.t.staff)
        rest = unit.people[unit.offered :]
        if rest:
            made = SignUp.objects.get(resident=self.people[rest[0]], state="waiting").pk
            self.units[made] = Unit(rest, 0, len(rest) > 1, "waiting")
            self.line.insert(self.line.index(pk), made)
            self.saw("split")
        unit.people = unit.people[: unit.offered]
        unit.companions = unit.offered - len(unit.people)
        unit.state, unit.offered = "placed", 0
        self.line.remove(pk)
        self.fill()
        self.saw("accepted")

    def decline(self, number, other, yes):
        parts = self.parts()
        wait_on = bool(parts) and other % 3 > 0
        pk = parts[0] if wait_on else self.pick(number, "offered")
        unit = self.units[pk]
        operations.decline(sign_up=self.row(pk), by=self.t.staff, wait_on=wait_on)
        if wait_on:
            unit.state, unit.offered, unit.split = "waiting", 0, False
            self.saw("waits on")
        else:
            self.end(pk, "declined")
        self.fill()

    # --- what time and staff do ---

    def lapse(self, number, other, yes):
        until = SignUp.objects.filter(state="offered").order_by("offer_until").first().offer_until
        self.time.move_to(until)
        late = set(
            SignUp.objects.filter(state="offered", offer_until__lte=until).values_list("pk", flat=True)
        )
        queue.run_offers()
        for pk in late:
            self.end(pk, "expired")
        self.fill()
        self.saw("lapsed")

    def move_up(self, number, to, yes):
        waiting = [pk for pk in self.line if self.units[pk].state == "waiting"]
        was = 1 + number % (len(waiting) - 1)
        to %= was
        with pytest.raises(DomainError):
            operations.move_up(sign_up=self.row(waiting[was]), to=to + 1, reason=" ", by=self.t.staff)
        operations.move_up(sign_up=self.row(waiting[was]), to=to + 1, reason="行动不便", by=self.t.staff)
        self.line.remove(waiting[was])
        self.line.insert(self.line.index(waiting[to]), waiting[was])
        self.moves += 1
        self.fill()
        self.saw("moved up")

    def change_places(self, number, other, yes):
        number = 1 + number % 6
        session, taken = self.session(), self.places - self.left
        try:
            operations.change_session(
                session=session, version=session.version, places=number, by=self.t.staff
            )
        except DomainError:
            assert number < taken
            return
        assert number >= taken
        self.places = number
        self.fill()

    def move_session(self, number, other, yes):
        """Nearer or further away: who has what stays, and no offer outlasts the beginning."""
        session, starts_at = self.session(), timezone.now() + timedelta(days=2 + number % 10)
        operations.change_session(
            session=session, version=session.version, by=self.t.staff, reason="老师有事",
            starts_at=starts_at, ends_at=starts_at + timedelta(hours=2),
        )  # fmt: skip
        self.fill()

    def draw(self, number, other, yes):
        closes_at = self.session().registration_closes_at
        self.time.move_to(max(timezone.now(), closes_at))
        draw.run_draws()
        self.time.move_to(timezone.now() + draw.PAUSE)
        draw.run_draws()
        drawn = draw.draw_of(self.session())
        entered = {SignUp.objects.get(pk=pk).number: pk for pk in self.of_state("entered")}
        self.collecting = False
        for number in sorted(entered, key=lambda n: sha256(f"{drawn.seed}:{n}".encode()).hexdigest()):
            unit = self.units[entered[number]]
            unit.state = "placed" if unit.seats <= self.left else "waiting"
            self.line += [entered[number]] if unit.state == "waiting" else []
        self.fill()
        self.saw("drawn")

    def finish(self, number, other, cancelled):
        """It is cancelled or begins: nobody waits any more, and who has a place keeps it."""
        how = "cancelled" if cancelled or self.collecting else "closed"
        if how == "cancelled":
            operations.cancel_event(event=self.t.choir, reason="停办", by=self.t.staff)
        else:
            self.time.move_to(self.session().starts_at)
            queue.run_offers()
        self.over = how
        for pk in self.of_state("entered", "waiting", "offered"):
            late = how == "closed" and self.units[pk].state == "offered"
            self.end(pk, "expired" if late else how)
        self.saw(how)

    def come_too_late(self, number, other, yes):
        """The clock and second clicks change nothing any more."""
        queue.run_offers()
        if not (ended := self.of_state("ended")):
            return
        found = self.row(ended[number % len(ended)])
        operations.leave(sign_up=found, by=self.t.staff)
        operations.decline(sign_up=found, by=self.t.staff)
        with pytest.raises(DomainError):
            operations.accept(sign_up=found, by=self.t.staff)

    # --- what always holds ---

    @invariant()
    def agrees(self):
        if not hasattr(self, "units"):
            return
        rows = {row.pk: row for row in SignUp.objects.prefetch_related("members")}
        assert set(rows) == set(self.units)
        for pk, unit in self.units.items():
            row = rows[pk]
            found = [row.state, row.end, row.offered_seats]
            assert found == [unit.state, unit.how, unit.offered]
            if unit.state != "ended":
                assert [row.resident_id, *(one.resident_id for one in row.members.all())] == [
                    self.people[one].pk for one in unit.people
                ]
                assert (row.seats, row.companions) == (unit.seats, unit.companions)
        in_line = list(SignUp.objects.of_pool(self.t.choir_monday).in_line().values_list("pk", flat=True))
        assert in_line == [pk for pk in self.line if self.units[pk].state == "waiting"]
        assert QueueMove.objects.count() == self.moves

    @invariant()
    def every_seat_is_counted_once(self):
        if not hasattr(self, "units"):
            return
        session = self.session()
        places_of = Registration.objects.live().filter(session=session)
        placed = sum(places_of.values_list("seats", flat=True))
        offers = SignUp.objects.filter(state="offered")
        assert session.places_taken == placed + sum(offers.values_list("offered_seats", flat=True))
        assert session.places_taken <= session.places
        live = [one for unit in self.units.values() if unit.state != "ended" for one in unit.people]
        assert len(live) == len(set(live))
        assert all(offer.offer_until <= session.starts_at for offer in offers)

    @invariant()
    def nobody_waits_for_what_is_free(self):
        if hasattr(self, "units") and not self.over:
            assert not any(self.fits(pk) for pk in self.of_state("waiting"))
