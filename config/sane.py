import logging

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import DataError
from django.http import Http404
from django.urls import get_resolver

LARGEST_ID = 2**63 - 1
LARGEST_BODY = 32 * 2**20  # with room for a form of several photos
logger = logging.getLogger(__name__)


class SaneAddressMiddleware:
    """An id no table can hold is a page that does not exist; a NUL byte is nothing anybody typed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            raise RequestDataTooBig("more than the portal takes")  # before any of it is read
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if any(isinstance(value, int) and value > LARGEST_ID for value in kwargs.values()):
            raise Http404
        typed = [
            request.path_info,
            *request.GET,
            *(one for values in request.GET.lists() for one in values[1]),
        ]
        if any("\x00" in value for value in typed):
            raise BadRequest("NUL")

    def process_exception(self, request, exception):
        """A number in a query or form that no column can hold: the sender's mistake, on both databases."""
        if isinstance(exception, (OverflowError, DataError)):
            logger.warning("A value no column can hold", exc_info=exception)
            return get_resolver().resolve_error_handler(400)(request, exception=exception)
        return None
