"""Signing up: a name and a number are kept in the session until the code is read; only then is there an account.

A number that already has an account gets an SMS that says so instead of a code, and the pages look the same.
"""

import time

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from config.errors import DomainError

from . import operations, sms
from .models import User

KEY = "signup"


def begin(request, *, name: str, phone: str, password: str) -> None:
    """Send the code and remember what was typed. Raises DomainError when no SMS can go out."""
    state = {"name": name, "phone": phone, "password": make_password(password or None)}
    _send(request, state)


def again(request) -> None:
    _send(request, pending(request))


def _send(request, state: dict) -> None:
    phone = state["phone"]
    if not ratelimit.consume(request, action="verify_phone", key=phone):
        raise DomainError(get_adapter().error_messages["rate_limited"])
    has_account = User.objects.with_phone(phone).exists()
    code = get_adapter().generate_login_code()
    address = get_adapter().get_client_ip(request)
    sms.send(phone, "exists" if has_account else "code", code="" if has_account else code, address=address)
    request.session[KEY] = state | {"code": "" if has_account else code, "at": time.time(), "tries": 0}


def pending(request) -> dict | None:
    state = request.session.get(KEY)
    if state and time.time() - state["at"] <= settings.ACCOUNT_PHONE_VERIFICATION_TIMEOUT:
        return state
    request.session.pop(KEY, None)
    return None


def finish(request, code: str) -> User | None:
    """The new account when `code` is right, else None. After five wrong ones the sign-up starts anew.

    Raises DomainError when somebody signed up with the number in the meantime.
    """
    state = pending(request)
    state["tries"] += 1
    request.session[KEY] = state
    if state["tries"] > settings.ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS:
        request.session.pop(KEY)
        raise DomainError(_("Too many wrong codes. Please sign up once more."))
    if not state["code"] or not constant_time_compare(code.replace(" ", ""), state["code"]):
        return None
    request.session.pop(KEY)
    address = request.session.get("signup_next", "")
    return operations.sign_up(
        name=state["name"],
        phone=state["phone"],
        password_hash=state["password"],
        path=import_string(settings.UNIT_OF_ADDRESS)(address),
    )
