"""How pages are shown: language and elder mode, chosen by plain links and kept in cookies."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from config.middleware import ELDER_COOKIE, LANGUAGE_COOKIE

YEAR = 365 * 24 * 3600


def back_to(request) -> str:
    """The page to return to: a path of this site, never another host and never this page."""
    target = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe and target.startswith("/") and not target.startswith("/display/") else "/"


@login_not_required
@require_safe
def choose(request):
    """`/display/?language=en|zh-hans&elder=1|0&next=/…`: an unknown value changes nothing."""
    response = HttpResponseRedirect(back_to(request))
    language, elder = request.GET.get("language"), request.GET.get("elder")
    if language in dict(settings.LANGUAGES):
        keep(response, LANGUAGE_COOKIE, language)
    if elder in {"0", "1"}:
        keep(response, ELDER_COOKIE, elder)
    response.headers["Cache-Control"] = "no-store"
    return response


def keep(response, cookie: str, value: str) -> None:
    response.set_cookie(
        cookie, value, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
