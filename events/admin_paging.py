"""Pages of the lists that grow without end: who signed up, who has a place, and who was there."""

from collections.abc import Iterator

from community.admin_base import CappedPaginator


class ByParent(CappedPaginator):
    """The rows of the newest parent first, read parent by parent as far as the page needs.

    Rows of many communities lie in one table in any order: whoever walks along it meets those of all the others, and
    whoever sorts what is in care has to read all of it.
    """

    FIRST, MOST = 64, 4096  # of so many parents at once: few to begin with, then twice as many each time
    field = ""
    newest: tuple[str, ...] = ("-pk",)

    def __init__(self, rows, per_page, *, parents, **options):
        super().__init__(rows, per_page, **options)
        self.parents = parents

    def page(self, number):
        number = self.validate_number(number)
        top = number * self.per_page
        return self._get_page(
            self.object_list.filter(pk__in=self._first(top)[top - self.per_page :]), number, self
        )

    def _first(self, count: int) -> list[int]:
        """The keys of so many rows, of the newest parent first."""
        found = []
        for parents in self._parents():
            place = {pk: number for number, pk in enumerate(parents)}
            rows = self.object_list.filter(**{f"{self.field}__in": parents}).order_by()
            found += [
                pk for _place, pk in sorted((place[of], -pk) for of, pk in rows.values_list(self.field, "pk"))
            ]
            if len(found) >= count:
                break
        return [-pk for pk in found[:count]]

    def _parents(self) -> Iterator[list[int]]:
        keys = self.parents.order_by(*self.newest).values_list("pk", flat=True)
        size, rest, is_all = self.FIRST, list(keys[: self.MOST]), False
        while rest:
            yield rest[:size]
            rest, size = rest[size:], min(2 * size, self.MOST)
            if not rest and not is_all:
                rest, is_all = list(keys[self.MOST :]), True


class BySession(ByParent):
    field, newest = "session", ("-starts_at", "-pk")


class ByEvent(ByParent):
    FIRST, field = 16, "event"
