"""Every refusal is a page with a sentence and a way on. Named in config/urls.py and settings."""

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from community.models import Unit
from config.errors import DomainError

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def refuse(request, status: int, sentence: str = "", page: str = ""):
    """The page for `status` (or the named one), with `sentence` in place of its usual words."""
    if getattr(request, "community", None) is None:
        request.community = community_of(request)
    context = {"status": status, "sentence": sentence}
    response = render(request, f"errors/{page or status}.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def community_of(request):
    """The community whose address begins this one, so that the way on leads home."""
    slug = request.path_info.strip("/").split("/")[0][:60]
    return Unit.objects.communities().select_related("profile").filter(slug=slug).first() if slug else None


@requires_csrf_token
def bad_request(request, exception=None):
    return refuse(request, 413 if isinstance(exception, TOO_MUCH) else 400)


@requires_csrf_token
def not_allowed(request, exception=None):
    """The act that was refused is named when the operation names it."""
    named = isinstance(exception, PermissionDenied) and exception.args
    sentence = _("Your post does not allow you to: %(act)s.") % {"act": exception.args[0]} if named else ""
    return refuse(request, 403, sentence)


@requires_csrf_token
def not_found(request, exception=None):
    return refuse(request, 404)


def too_many(request, exception=None):
    return refuse(request, 429)


def stale_form(request, reason=""):
    """A form without a valid token: an old page, or cookies switched off. The text typed in is still in the browser."""
    return refuse(request, 403, page="stale")


def broken(request):
    """Our mistake. Asks nothing of the database, which may be what is broken."""
    try:
        return HttpResponse(
            render_to_string(
                "errors/500.html",
                {"request": request, "status": 500, "language": getattr(request, "LANGUAGE_CODE", "")},
            ),
            status=500,
        )
    except Exception:  # the last page of all has to come out whatever happens
        return HttpResponse(_("Something went wrong on our side. Please try again later."), status=500)


class RefusalMiddleware:
    """A refusal that no view has put into words is still a sentence: an operation's (422), a wrong method's (405).

    Whoever signs in again in the middle of sending a form arrives at the form's address by GET.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = refuse(request, 405)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    def process_exception(self, request, exception):
        return refuse(request, 422, str(exception)) if isinstance(exception, DomainError) else None
