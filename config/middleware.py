from django.conf import settings
from django.middleware.gzip import GZipMiddleware
from django.utils import translation

from . import installation

LANGUAGE_COOKIE = "language"
ELDER_COOKIE = "elder"


class DisplayMiddleware:
    """Language and elder mode come from two cookies that plain links set; Chinese unless chosen."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        language = request.COOKIES.get(LANGUAGE_COOKIE)
        if language not in dict(settings.LANGUAGES):
            language = settings.LANGUAGE_CODE
        request.elder = request.COOKIES.get(ELDER_COOKIE) == "1"
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
        return response


def display(request):
    """Context processor: what every page has to know about how it is shown."""
    return {
        "elder": getattr(request, "elder", False),
        "language": getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        "staff_side": request.path.startswith(("/desk/", "/reports/")),
        "is_demo": installation.is_demo,  # asked only where a page shows it
    }


class CompressText(GZipMiddleware):
    """Pictures are small already; compressing them again costs time and hides their length."""

    def process_response(self, request, response):
        if response.get("Content-Type", "").startswith(("image/", "application/pdf", "application/zip")):
            return response
        return super().process_response(request, response)
