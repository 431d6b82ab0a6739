"""Photos: shown to everybody, hidden on request, kept at the desk."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.pages import community_page, public_page
from config.errors import DomainError
from config.fields import tidy
from residents.identity import holds_a_number

from ..models import Event, Photo
from ..operations import album as operations
from .desk import event_or_404, require_on

PAGE = 24


@public_page
def albums(request, community):
    """The covers of the community's albums, the latest first."""
    covers = Photo.objects.public().filter(is_cover=True, event__in=Event.objects.within(community))
    covers = covers.select_related("event").order_by("-taken_on", "-pk")
    try:
        page = min(max(int(request.GET.get("page", "1")), 1), 40)
    except ValueError:
        page = 1
    found = list(covers[(page - 1) * PAGE : page * PAGE + 1])
    context = {
        "nav": "events",
        "covers": found[:PAGE],
        "older_url": f"?page={page + 1}" if len(found) > PAGE else "",
        "newer_url": f"?page={page - 1}" if page > 1 else "",
    }
    return render(request, "events/albums.html", context)


@public_page
def album(request, community, pk):
    event = get_object_or_404(Event.objects.public().within(community).select_related("unit"), pk=pk)
    context = {"nav": "events", "event": event, "photos": event.photos.filter(hidden_at=None)}
    return render(request, "events/album.html", context)


@never_cache
@community_page
@require_http_methods(["GET", "HEAD", "POST"])
def hide(request, community, pk):
    """I am in this photo and do not want to be."""
    photos = Photo.objects.public().filter(event__in=Event.objects.within(community))
    photo = get_object_or_404(photos.select_related("event__unit"), pk=pk)
    context = {"nav": "events", "photo": photo}
    if request.method != "POST":
        return render(request, "events/photo_hide.html", context)
    try:
        operations.ask_to_hide(photo=photo, by=request.user)
    except DomainError as refusal:
        return render(request, "events/photo_hide.html", context | {"refusal": str(refusal)}, status=422)
    messages.success(request, _("The photo is hidden. The community will look at it."))
    return redirect("events:album", community, photo.event_id)


# --- at the desk ------------------------------------------------------------------------------


@require_safe
def photos(request, pk):
    return page(request, event_or_404(request, pk), {})


def page(request, event, refused: dict[int, str], status=200):
    """`refused`: captions that were typed and not kept, to be put right."""
    rows = list(event.photos.select_related("hidden_by"))
    for photo in rows:
        photo.is_refused = photo.pk in refused
        photo.typed = refused.get(photo.pk, photo.caption)
    context = {
        "event": event,
        "photos": rows,
        "refused": [photo for photo in rows if photo.is_refused],
        "sessions": event.sessions.order_by("starts_at")[:60],
        "may_manage": event.may(request.user, "events.manage"),
        "at_once": operations.AT_ONCE,
    }
    return render(request, "events/photos.html", context, status=status)


@require_POST
def add(request, pk):
    """Every good file is kept, every other named with its reason. A script sends them one by one (`X-Each`)."""
    event = event_or_404(request, pk)
    require_on(request.user, "events.manage", event)
    session = session_of(event, request.POST.get("session", ""))
    kept, refused = 0, []
    files = request.FILES.getlist("photos")
    for upload in files[: operations.AT_ONCE]:
        try:
            operations.add_photo(event=event, upload=upload, by=request.user, session=session)
            kept += 1
        except DomainError as refusal:
            refused.append(f"{tidy(upload.name)[:60]}: {refusal}")
    if not files:
        refused.append(_("Please choose photos first."))
    if len(files) > operations.AT_ONCE:
        refused.append(
            _("Only the first %(most)d files were looked at. Please send the others after them.")
            % {"most": operations.AT_ONCE}
        )
    if request.headers.get("X-Each"):
        return HttpResponse(
            "\n".join(refused), status=422 if refused else 200, content_type="text/plain; charset=utf-8"
        )
    if kept:
        messages.success(
            request, ngettext("%(count)d photo added.", "%(count)d photos added.", kept) % {"count": kept}
        )
    for sentence in refused:
        messages.error(request, sentence)
    return redirect("events:photos", pk)


def session_of(event, chosen: str):
    if not chosen:
        return None
    if not chosen.isdecimal() or len(chosen) > 18:
        raise Http404
    return get_object_or_404(event.sessions, pk=int(chosen))


@require_POST
def captions(request, pk):
    event = event_or_404(request, pk)
    require_on(request.user, "events.manage", event)
    written = {
        int(name[8:]): tidy(value)
        for name, value in request.POST.items()
        if name.startswith("caption-") and name[8:].isdecimal() and len(name) < 26
    }
    refused = {key: text for key, text in written.items() if holds_a_number(text)}  # everybody reads them
    good = {key: text for key, text in written.items() if key not in refused}
    operations.write_captions(event=event, captions=good, by=request.user)
    if refused:
        return page(request, event, refused, status=422)
    messages.success(request, _("Saved."))
    return redirect("events:photos", pk)


ACTS = {
    "cover": operations.make_cover,
    "up": lambda **who: operations.move(up=True, **who),
    "down": lambda **who: operations.move(up=False, **who),
    "hide": operations.hide,
    "show": operations.show,
    "remove": operations.remove,
}


@require_POST
def act(request, pk, act):
    photo = get_object_or_404(
        Photo.objects.visible_to(request.user).select_related("event__unit", "event__organiser"), pk=pk
    )
    require_on(request.user, "events.manage", photo.event)
    if act not in ACTS:
        raise Http404
    try:
        ACTS[act](photo=photo, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("events:photos", photo.event_id)
