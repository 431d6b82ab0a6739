from django import template
from django.conf import settings

from .. import phones, sms

register = template.Library()


@register.simple_tag
def sms_is_available():
    return sms.is_available()


@register.simple_tag
def passkeys_work(request):
    """Browsers offer passkeys on https and on localhost, and never for a bare address of digits."""
    host = request.get_host().rsplit(":", 1)[0]
    return settings.PASSKEYS and (request.is_secure() or host == "localhost")


@register.filter
def masked_phone(phone):
    return phones.masked(phone or "")
