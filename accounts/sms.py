"""The one way out to the SMS gateway. Which gateway: SMS_GATEWAY is console, file, http or none (a closed network)."""

import json
import logging
import os
import re
import urllib.error
import urllib.request
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.translation import gettext as _

from config.crypto import fingerprint, fingerprints
from config.errors import DomainError

from .models import SmsMessage
from .phones import national

logger = logging.getLogger(__name__)
NOTICE = "notice"  # a text of our own; the other kinds are about signing in


class SmsFailed(DomainError):
    """Nothing was sent; the sentence says what to do instead, `reason` what went wrong."""

    def __init__(self, sentence, reason=""):
        super().__init__(sentence)
        self.reason = reason


class GatewayError(Exception):
    """What went wrong at the gateway, for the log; never holds the text or the number."""


def is_available() -> bool:
    return settings.SMS_GATEWAY != "none"


def sends_notices() -> bool:
    """Whether other things than codes can be sent: a provider with templates has to have one for them."""
    names = {pair.partition("=")[0] for pair in settings.SMS_TEMPLATES}
    return is_available() and (settings.SMS_GATEWAY != "http" or not names or NOTICE in names)


def text_of(kind: str, code: str) -> str:
    texts = {
        "code": _("Your code is %(code)s. It is valid for 10 minutes. Give it to nobody."),
        "unknown": _("This number has no account here yet. You can sign up on the sign-in page."),
        "exists": _("This number already has an account. Choose “sign in by code”."),
    }
    return settings.SMS_SIGN + texts[kind] % {"code": code}


def send(phone: str, kind: str, *, code: str = "", address: str = "", text: str = "") -> SmsMessage:
    """Send the text of `kind` (of a notice: `text`) to `phone` (normal form) within the daily caps.

    Raises SmsFailed with a sentence for the person; the reason goes to the log and to the message's row.
    """
    if not is_available():
        raise SmsFailed(
            _("This site sends no SMS. The community counter will help you: please bring your ID card."),
            "none",
        )
    message = SmsMessage.objects.create(
        phone_print=fingerprint(phone), address_print=fingerprint(address) if address else "", kind=kind
    )
    cap = _cap_reached(message, phone, address)
    if cap:
        return _fail(message, f"cap: {cap}")
    try:
        words = settings.SMS_SIGN + text if kind == NOTICE else text_of(kind, code)
        GATEWAYS[settings.SMS_GATEWAY](phone, kind, words, code)
    except GatewayError as error:
        return _fail(message, str(error))
    message.sent_at = timezone.now()
    message.save(update_fields=["sent_at"])
    return message


def _cap_reached(message: SmsMessage, phone: str, address: str) -> str:
    """The name of the cap this message would break. Rows are counted up to its own, so that of two at once one passes.

    Notices have caps of their own: a day with many leaves codes to sign in with, and the other way round.
    """
    day = SmsMessage.objects.filter(at__gt=timezone.now() - timedelta(days=1), error="", pk__lte=message.pk)
    if message.kind == NOTICE:
        per_number, per_day = settings.SMS_NOTICES_PER_NUMBER, settings.SMS_NOTICES_PER_DAY
        day = day.filter(kind=NOTICE)
    else:
        per_number, per_day = settings.SMS_PER_NUMBER, settings.SMS_PER_DAY
        day = day.exclude(kind=NOTICE)
    if day.filter(phone_print__in=fingerprints(phone)).count() > per_number:
        return "number"
    if address and day.filter(address_print__in=fingerprints(address)).count() > settings.SMS_PER_ADDRESS:
        return "address"
    return "day" if day.count() > per_day else ""


def in_words(error: str) -> str:
    """The cause of a failure, kept as a short code or the name of an exception, as a sentence for staff."""
    if status := re.fullmatch(r"http: status (\d{3})", error):
        return _("The provider answered with error %(status)s.") % {"status": status[1]}
    for start, words in (
        ("cap:", _("The daily cap is reached.")),
        ("none", _("This site sends no SMS.")),
        ("file:", _("The file for SMS could not be written.")),
        ("http: the answer", _("The provider did not say that it took the message.")),
        ("http:", _("The provider could not be reached.")),
    ):
        if error.startswith(start):
            return words
    if error.isidentifier() and error.isascii():
        return _("The mail server did not take the message (%(name)s).") % {"name": error}
    return error


def _fail(message: SmsMessage, error: str):
    message.error = error[:200]
    message.save(update_fields=["error"])
    logger.error("SMS %s was not sent: %s", message.pk, error)
    if error == "cap: number":
        raise SmsFailed(
            _("This number has had its codes for today. Sign in with your password, or come to the counter."),
            error,
        )
    raise SmsFailed(
        _(
            "The SMS could not be sent just now. Try again later, sign in with your password, or come to the counter."
        ),
        error,
    )


def _console(phone, kind, text, code):
    print(f"SMS to {national(phone)}: {text}", flush=True)


def _file(phone, kind, text, code):
    line = {
        "at": timezone.localtime().isoformat(timespec="seconds"),
        "phone": national(phone),
        "kind": kind,
        "text": text,
    }
    try:
        settings.SMS_FILE.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(settings.SMS_FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as error:
        raise GatewayError(f"file: {error.strerror}") from error


def _http(phone, kind, text, code):
    """POST to SMS_URL. SMS_BODY is a template: JSON when it starts with a brace, else a form, with {phone} {code} {text} {template}."""
    templates = dict(pair.split("=", 1) for pair in settings.SMS_TEMPLATES)
    values = {"phone": national(phone), "code": code, "text": text, "template": templates.get(kind, "")}
    body, content_type = _body(settings.SMS_BODY, values)
    headers = {"Content-Type": content_type, **json.loads(settings.SMS_HEADERS)}
    try:
        request = urllib.request.Request(settings.SMS_URL, data=body, headers=headers, method="POST")
        if request.type not in {"http", "https"}:
            raise ValueError(request.type)
        with urllib.request.urlopen(request, timeout=settings.SMS_TIMEOUT) as response:
            answer = response.read(65536).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        raise GatewayError(f"http: status {error.code}") from error
    except (OSError, ValueError) as error:  # refused, timed out, not HTTP
        raise GatewayError(f"http: {type(error).__name__}") from error
    if settings.SMS_SUCCESS and not re.search(settings.SMS_SUCCESS, answer):
        raise GatewayError("http: the answer does not look like success")


def _body(template: str, values: dict) -> tuple[bytes, str]:
    def fill(part):
        if isinstance(part, dict):
            return {key: fill(value) for key, value in part.items()}
        if isinstance(part, list):
            return [fill(value) for value in part]
        if isinstance(part, str):
            return re.sub(r"\{(phone|code|text|template)\}", lambda found: values[found[1]], part)
        return part

    if template.lstrip().startswith(("{", "[")) and not template.lstrip().startswith("{phone}"):
        return json.dumps(fill(json.loads(template)), ensure_ascii=False).encode(), "application/json"
    return urlencode(
        fill(dict(parse_qsl(template, keep_blank_values=True)))
    ).encode(), "application/x-www-form-urlencoded"


GATEWAYS = {"console": _console, "file": _file, "http": _http}


def check_settings() -> None:
    """Called at start. Raises ImproperlyConfigured with the name of the setting that cannot work."""
    if settings.SMS_GATEWAY != "http":
        return
    if not settings.SMS_URL.startswith(("http://", "https://")):
        raise ImproperlyConfigured(
            _("SMS_URL should be the provider's address, because SMS_GATEWAY is http.")
        )
    for name, test in (("SMS_HEADERS", json.loads), ("SMS_SUCCESS", re.compile), ("SMS_BODY", _try_body)):
        try:
            test(getattr(settings, name))
        except (ValueError, re.error) as error:
            said = _("%(name)s cannot be read: %(error)s.") % {"name": name, "error": error}
            raise ImproperlyConfigured(said) from error
    if any("=" not in pair for pair in settings.SMS_TEMPLATES):
        raise ImproperlyConfigured(_("SMS_TEMPLATES should look like code=… unknown=… exists=… notice=…."))


def _try_body(template):
    return _body(template, dict.fromkeys(("phone", "code", "text", "template"), ""))
