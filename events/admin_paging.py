"""Pages of the lists that grow without end: who signed up, and who was there."""

from collections.abc import Iterator

from community.admin_base import CappedPaginator


class BySession(CappedPaginator):
    """The rows of the newest session first, read session by session as far as the page needs.

    Rows of many communities lie in one table in any order: whoever walks along it meets those of all the others, and
    whoever sorts what is in care has to read all of it.
    """

    FIRST, MOST = 64, 4096  # of so many sessions at once: few to begin with, then twice as many each time

    def __init__(self, rows, per_page, *, sessions, **options):
        super().__init__(rows, per_page, **options)
        self.sessions = sessions

    def page(self, number):
        number = self.validate_number(number)
        top = number * self.per_page
        return self._get_page(
            self.object_list.filter(pk__in=self._first(top)[top - self.per_page :]), number, self
        )

    def _first(self, count: int) -> list[int]:
        """The keys of so many rows, of the newest session first."""
        found = []
        for sessions in self._sessions():
            place = {pk: number for number, pk in enumerate(sessions)}
            rows = self.object_list.filter(session__in=sessions).order_by().values_list("session", "pk")
            found += [pk for _place, pk in sorted((place[session], -pk) for session, pk in rows)]
            if len(found) >= count:
                break
        return [-pk for pk in found[:count]]

    def _sessions(self) -> Iterator[list[int]]:
        keys = self.sessions.order_by("-starts_at", "-pk").values_list("pk", flat=True)
        size, rest, is_all = self.FIRST, list(keys[: self.MOST]), False
        while rest:
            yield rest[:size]
            rest, size = rest[size:], min(2 * size, self.MOST)
            if not rest and not is_all:
                rest, is_all = list(keys[self.MOST :]), True
