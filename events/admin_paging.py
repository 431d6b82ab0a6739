"""Pages of the lists that grow without end: who signed up, who has a place, and who was there."""

from collections.abc import Iterator

from django.contrib.admin.views.main import ORDER_VAR, SEARCH_VAR
from django.db.models import Q
from django.utils.functional import cached_property

from community.access import organisations_of, scope
from community.admin_base import FoundList, KeysFirst
from community.models import Unit

from .models import Event, Session


class ByParent(KeysFirst):
    """The rows of the newest parent first, read parent by parent until there are as many as are counted.

    Rows of many communities lie in one table in any order: whoever walks along it meets those of all the others, and
    whoever sorts what is in care has to read all of it.
    """

    FIRST, MOST = 64, 4096  # of so many parents at once: few to begin with, then four times as many
    field = ""
    newest: tuple[str, ...] = ("-pk",)

    def __init__(self, rows, per_page, *, bare, parents, **options):
        """Pages show `rows`, which are in scope; `bare` are the same rows unscoped, read of `parents` in care alone."""
        super().__init__(rows, per_page, **options)
        self.bare, self.parents = bare, parents

    @cached_property
    def keys(self):
        return self._first(self.CAP)

    def _first(self, count: int) -> list[int]:
        """The keys of so many rows, of the newest parent first."""
        found = []
        for parents in self._parents():
            place = {pk: number for number, pk in enumerate(parents)}
            rows = self.bare.filter(**{f"{self.field}__in": parents}).order_by()
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


class ByEvent(ByParent):
    FIRST, field = 16, "event"

    @staticmethod
    def in_care(user, act: str):
        """By the index of units, which are few beside all events."""
        units = Unit.objects.filter(scope(user, act, "path")).order_by()
        here = Q(unit__in=units.values("pk")) | Q(organiser__in=organisations_of(user, act))
        return Event.objects.filter(here)


class BySession(ByParent):
    field, newest = "session", ("-starts_at", "-pk")

    @staticmethod
    def in_care(user, act: str):
        """Those of the events in care: what has been keeps the community it was held in when its event moves."""
        return Session.objects.filter(event__in=ByEvent.in_care(user, act).order_by().values("pk"))


class ListByParent(FoundList):
    """Whatever it hands out is in scope, as everywhere. Only its paginator gets the rows bare as well."""

    def get_queryset(self, request, **kwargs):
        rows = super().get_queryset(request, **kwargs)
        if {SEARCH_VAR, ORDER_VAR} & request.GET.keys():
            return rows
        scoped = self.root_queryset
        self.root_queryset = self.model._default_manager.order_by(*self.model_admin.get_ordering(request))
        try:
            rows.bare = super().get_queryset(
                request, **kwargs
            )  # lost by whoever asks anything more of `rows`
        finally:
            self.root_queryset = scoped
        return rows


class PagedByParent:
    """For an admin whose list is read parent by parent; what is sought or sorted goes the usual way."""

    by: type[ByEvent | BySession]

    def get_changelist(self, request, **kwargs):
        return ListByParent

    def get_paginator(self, request, queryset, per_page, *args, **kwargs):
        """The scope is not asked once more of every row: parents in care have rows in scope alone."""
        bare = getattr(queryset, "bare", None)
        if bare is None:
            return super().get_paginator(request, queryset, per_page, *args, **kwargs)
        parents = self.by.in_care(request.user, self.view_act)
        return self.by(queryset, per_page, *args, bare=bare, parents=parents, **kwargs)
