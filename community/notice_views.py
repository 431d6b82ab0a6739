from datetime import UTC, datetime

from django.db.models import Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from .feeds import NoticeFeed
from .models import Notice, NoticeAttachment, Unit
from .pages import public_page
from .uploads import TYPES, extension

PAGE = 20
FIRST = 10  # of the pinned, and of those for the place asked for, stand first; the rest in their turn


def _after(rows, key):
    """The rows after `key` (`20261008T143000.000000-42`); a key nobody gave out is a 404."""
    try:
        moment, pk = key.rsplit("-", 1)
        at = datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
        pk = int(pk) if len(pk) < 18 else None
    except (ValueError, OverflowError):
        raise Http404 from None
    if pk is None:
        raise Http404
    return rows.filter(Q(publish_from__lt=at) | Q(publish_from=at, pk__lt=pk))


def _key(notice):
    return f"{notice.publish_from.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{notice.pk}"


def _unit(request, community):
    """The place the list is asked for, so that its own notices come first."""
    asked = request.GET.get("unit", "")
    if not asked:
        return None
    if not (asked.isdecimal() and asked.isascii() and len(asked) < 18):
        raise Http404
    return get_object_or_404(
        Unit.objects.public().select_related("parent").below(community, itself=False), pk=int(asked)
    )


def _first(rows, unit):
    """What stands before the order of days: what concerns the place asked for, then what is pinned for all."""
    rows = rows.order_by("-publish_from", "-pk")
    near = list(rows.filter(targets__in=Unit.objects.above(unit)).distinct()[:FIRST]) if unit else []
    return near + list(rows.filter(pinned=True).exclude(pk__in=[notice.pk for notice in near])[:FIRST])


@public_page
def notices(request, community):
    category, before, unit = (
        request.GET.get("category", ""),
        request.GET.get("before", ""),
        _unit(request, community),
    )
    categories = dict(Notice._meta.get_field("category").choices)
    if category and category not in categories:
        raise Http404
    rows = Notice.objects.of(community).public().prefetch_related("targets")
    if category:
        rows = rows.filter(category=category)
    first = _first(rows, unit)
    shown = rows.exclude(pk__in=[notice.pk for notice in first])
    page = list((_after(shown, before) if before else shown).order_by("-publish_from", "-pk")[: PAGE + 1])
    query = request.GET.copy()
    query["before"] = _key(page[PAGE - 1]) if len(page) > PAGE else ""
    query.pop("page", None)
    address = reverse("community:notices", args=[community])
    newest = request.GET.copy()
    newest.pop("before", None)
    return render(
        request,
        "community/notices.html",
        {
            "nav": "notices",
            "first": [] if before else first,
            "notices": page[:PAGE],
            "categories": categories,
            "category": category,
            "category_name": categories.get(category, ""),
            "unit": unit,
            "older_url": f"{address}?{query.urlencode()}" if query["before"] else "",
            "newer_url": f"{address}?{newest.urlencode()}" if before else "",
        },
    )


def _published(community):
    """What has been public at some time; the rest has no address."""
    return Notice.objects.of(community).filter(published_at__isnull=False, publish_from__lte=timezone.now())


@public_page
def notice(request, community, pk):
    row = get_object_or_404(_published(community).select_related("published_by"), pk=pk)
    if row.recalled_at or row.is_over():
        return render(request, "community/notice_gone.html", {"nav": "notices", "notice": row}, status=410)
    return render(
        request,
        "community/notice.html",
        {
            "nav": "notices",
            "notice": row,
            "targets": row.targets.all(),
            "attachments": row.attachments.all(),
        },
    )


def download(file, name):
    """A stored file as a download: never shown inside our own pages' origin, never guessed at by the browser."""
    try:
        opened = file.open("rb")
    except OSError:
        raise Http404 from None
    response = FileResponse(
        opened,
        as_attachment=True,
        filename=name,
        content_type=TYPES.get(extension(file.name), "application/octet-stream"),
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@public_page
def attachment(request, community, pk, file):
    row = get_object_or_404(
        NoticeAttachment.objects.filter(notice__in=Notice.objects.of(community).public()), notice=pk, pk=file
    )
    return download(row.file, row.name)


@public_page
def feed(request, community):
    return NoticeFeed()(request, community=community)
