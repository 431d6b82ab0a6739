"""Machines like `Line` in which people also change their minds, or everybody enters a draw first."""

from datetime import timedelta

from django.utils import timezone

from config.errors import DomainError
from events import operations

from .line_machine import MOST, PLACES, STATES, Line


class ChangingLine(Line):
    """Not staff change something, but people how many come along."""

    open_for, room = timedelta(days=8), PLACES + 2

    def amend(self, number, other, fewer):
        """More come along while there is room, fewer always; until sign-up closes."""
        if not self.of_state(*STATES):
            return
        pk = self.pick(number, *STATES)
        unit, row = self.units[pk], self.row(pk)
        companions = unit.companions - 1 if fewer and unit.companions else unit.companions + 1 + other % 2
        more, was = companions - unit.companions, unit.state
        is_open = timezone.now() < self.session().registration_closes_at
        has_room = was == "entered" or was == "placed" and more <= self.left
        may = is_open and (more <= 0 or has_room and unit.seats + more <= min(MOST, self.places))
        try:
            operations.amend(sign_up=row, companions=companions, by=self.t.staff)
        except DomainError:
            assert not may
            return
        assert may
        unit.companions = companions
        unit.offered = min(unit.offered, unit.seats)
        self.fill()
        self.saw("more come" if more > 0 else "fewer come")

    change_places = move_session = move_up = amend


class DrawnLine(ChangingLine):
    """Everybody enters first; then the places are drawn."""

    policy, open_for, room = "draw", timedelta(days=1), PLACES
