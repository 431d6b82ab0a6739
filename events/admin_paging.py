"""Pages of the lists that grow without end: who signed up, who has a place, and who was there."""

from collections.abc import Iterator

from django.utils.functional import cached_property

from community.admin_base import KeysFirst


class ByParent(KeysFirst):
    """The rows of the newest parent first, read parent by parent until there are as many as are counted.

    Rows of many communities lie in one table in any order: whoever walks along it meets those of all the others, and
    whoever sorts what is in care has to read all of it.
    """

    FIRST, MOST = 64, 4096  # of so many parents at once: few to begin with, then four times as many
    field = ""
    newest: tuple[str, ...] = ("-pk",)

    def __init__(self, rows, per_page, *, parents, **options):
        super().__init__(rows, per_page, **options)
        self.parents = parents

    @cached_property
    def keys(self):
        return self._first(self.CAP)

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
            rest, size = rest[size:], min(4 * size, self.MOST)
            if not rest and not is_all:
                rest, is_all = list(keys[self.MOST :]), True


class BySession(ByParent):
    field, newest = "session", ("-starts_at", "-pk")


class ByEvent(ByParent):
    FIRST, field = 16, "event"
