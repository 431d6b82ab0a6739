"""Sessions end with the post, the password or the account they rest on; some posts need a second factor."""

import time
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.middleware import is_public
from accounts.models import User
from accounts.operations import record_own

from .access import grants, needs_second_factor

POSTS, SEEN = "posts", "seen_at"
WRITE_EVERY = 60  # seconds: how exactly "when last seen" is kept


class SessionEndMiddleware:
    """One sentence says why a session has ended. Public pages show nothing of who asks and are not looked at."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if is_public(view):
            return None
        was = request.session.get(SESSION_KEY)
        if was is None:
            return None
        if not request.user.is_authenticated:
            return self._end(request, _why_django_ended_it(was))
        now = [grant.post for grant in grants(request.user)]
        kept = request.session.get(POSTS, [])
        if not now and not kept:
            return None
        if set(kept) - set(now):
            record_own("accounts.session_ended", request.user, reason="post")
            return self._end(request, _("Your posts have changed. Please sign in again."))
        if time.time() - request.session.get(SEEN, time.time()) > settings.STAFF_IDLE_MINUTES * 60:
            record_own("accounts.session_ended", request.user, reason="idle")
            return self._end(request, _("You were away for a while. Please sign in again."))
        _keep(request.session, sorted(now))
        return None

    def _end(self, request, sentence):
        logout(request)
        messages.warning(request, sentence)
        back = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
        return redirect(reverse("account_login") + (f"?{back}" if back else ""))


def _keep(session, posts):
    if session.get(POSTS) != posts:
        session[POSTS] = posts
    if time.time() - session.get(SEEN, 0) > WRITE_EVERY:
        session[SEEN] = time.time()


def _why_django_ended_it(pk):
    if User.objects.filter(pk=pk).exclude(deactivated_at=None).exists():
        return _("This account is deactivated. Please ask at the community counter.")
    return _("Your password has changed or you were signed out from another device. Please sign in again.")


class SecondFactorMiddleware:
    """A post that sees personal data waits until its holder has set up a second factor, where that is asked for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if is_public(view) or not request.user.is_authenticated or _is_about_the_account(request):
            return None
        steps = request.session.get("account_authentication_methods", [])
        if any(step.get("method") == "mfa" for step in steps) or not needs_second_factor(request.user):
            return None
        if (
            Authenticator.objects.filter(user=request.user)
            .exclude(type=Authenticator.Type.RECOVERY_CODES)
            .exists()
        ):
            return None
        messages.warning(request, _("Your post sees personal data: please set up a second factor first."))
        return redirect("mfa_index")


def _is_about_the_account(request) -> bool:
    name = request.resolver_match.view_name
    return name.startswith(("account_", "mfa_", "accounts:"))
