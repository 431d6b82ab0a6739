from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from . import passwords

OPEN = {"accounts:new_password", "account_change_password", "account_logout"}


def is_public(view) -> bool:
    return not getattr(view, "login_required", True)


class AccountPagesMiddleware:
    """Whoever has a one-time password chooses a new one first; and allauth's pages behave like ours."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if is_public(view) or request.resolver_match.view_name in OPEN:
            return None
        if not request.user.is_authenticated:
            return None
        if request.user.must_change_password:
            return redirect("accounts:new_password")
        if passwords.is_too_old(request.user):
            messages.warning(
                request,
                _("Your password is more than %(days)s days old. Please choose a new one to go on.")
                % {"days": settings.PASSWORD_DAYS},
            )
            return redirect("accounts:new_password")
        return None

    def process_template_response(self, request, response):
        """A form of allauth that renders again was refused; its pages are among the person's own."""
        if _is_allauth(request):
            if request.method == "POST" and response.status_code == 200:
                response.status_code = 422
            if response.context_data is not None:
                response.context_data.setdefault("nav", "my")
        return response


def _is_allauth(request) -> bool:
    match = request.resolver_match
    return match is not None and match.view_name.startswith(("account_", "mfa_"))
