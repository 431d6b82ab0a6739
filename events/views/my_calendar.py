"""One's own calendar for other software, behind a secret address."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from config.wechat import in_wechat

from .. import feeds
from ..models import CalendarFeed
from ..operations.feed import close_feed, open_feed
from .feeds import instead_of_a_file

KEPT = "calendar_token"  # in the session, encrypted: the address can be copied until one signs out


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request):
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act not in ("open", "close"):
            raise Http404
        if act == "open":
            request.session[KEPT] = open_feed(by=request.user)
        else:
            close_feed(by=request.user)
            request.session.pop(KEPT, None)
        return redirect("events:my_calendar")
    feed = CalendarFeed.objects.filter(account=request.user).first()
    token = request.session.get(KEPT, "") if feed else ""
    if token and not CalendarFeed.objects.with_token(token).filter(pk=feed.pk).exists():
        token = ""  # renewed elsewhere
    address = request.build_absolute_uri(reverse("events:my_feed", args=[token])) if token else ""
    return render(request, "events/my_calendar.html", {"nav": "my", "feed": feed, "address": address})


@login_not_required
@require_safe
def feed(request, token):
    found = get_object_or_404(CalendarFeed.objects.with_token(token).select_related("account"))
    if not found.account.is_active:
        raise Http404
    response = _in_wechat(request, found.account) if in_wechat(request) else _file(request, found.account)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _file(request, account):
    calendar = feeds.my_ics(account, request.build_absolute_uri)
    response = HttpResponse(calendar, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=300"
    patch_vary_headers(response, ["User-Agent"])
    return response


def _in_wechat(request, account):
    sessions, sure = feeds.my_sessions(account)
    return instead_of_a_file(request, sessions.from_now_on(), secret=True, sure=sure, nav="my")
