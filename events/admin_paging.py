"""Pages of the lists that grow without end: who signed up, who has a place, and who was there."""

from collections.abc import Iterator

from django.contrib.admin.views.main import ORDER_VAR, SEARCH_VAR
from django.db.models import Q
from django.utils.functional import cached_property

from community.access import organisations_of, paths, scope
from community.admin_base import KeysFirst
from community.models import Kind, Unit

from .models import Event, Session


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
        size, rest = self.FIRST, list(keys[: self.MOST])
        is_all = len(rest) < self.MOST
        while rest:
            yield rest[:size]
            rest, size = rest[size:], min(4 * size, self.MOST)
            if not rest and not is_all:
                rest, is_all = list(keys[self.MOST :]), True


class BySession(ByParent):
    field, newest = "session", ("-starts_at", "-pk")

    @staticmethod
    def in_care(user, act: str):
        """By the index of the community's sessions where whole communities are in care, as nearly always."""
        tops = paths(user, act)
        homes = dict(Unit.objects.filter(kind=Kind.COMMUNITY, path__in=tops).values_list("path", "pk"))
        here = Q(community__in=homes.values())
        if len(homes) < len(tops):
            here = scope(user, act, "event__unit__path")
        return Session.objects.filter(here | Q(event__organiser__in=organisations_of(user, act)))


class ByEvent(ByParent):
    FIRST, field = 16, "event"
    MOST_UNITS = 2000

    @classmethod
    def in_care(cls, user, act: str):
        """By the index of units while they are not too many to name: the path alone would read all events."""
        units = Unit.objects.filter(scope(user, act, "path")).order_by().values_list("pk", flat=True)
        units = list(units[: cls.MOST_UNITS + 1])
        here = Q(unit__in=units) if len(units) <= cls.MOST_UNITS else scope(user, act, "unit__path")
        return Event.objects.filter(here | Q(organiser__in=organisations_of(user, act)))


class PagedByParent:
    """For an admin whose list is read parent by parent; what is sought or sorted goes the usual way."""

    by: type[ByParent]

    def _is_by_parent(self, request) -> bool:
        match = request.resolver_match
        is_list = match is not None and (match.url_name or "").endswith("_changelist")
        return (
            is_list and request.method in ("GET", "HEAD") and not {SEARCH_VAR, ORDER_VAR} & request.GET.keys()
        )

    def get_queryset(self, request):
        """The list shows rows of parents in care alone: the scope is not asked once more of every row."""
        rows = super().get_queryset(request)
        if not self._is_by_parent(request):
            return rows
        return self.model._default_manager.order_by(*self.get_ordering(request))

    def get_paginator(self, request, queryset, per_page, *args, **kwargs):
        if not self._is_by_parent(request):
            return super().get_paginator(request, queryset, per_page, *args, **kwargs)
        parents = self.by.in_care(request.user, self.view_act)
        return self.by(queryset, per_page, *args, parents=parents, **kwargs)
