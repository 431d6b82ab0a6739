"""How allauth reads and writes our accounts."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from config.crypto import decrypt, encrypt
from config.factors import PLACE
from config.middleware import ELDER_COOKIE, LANGUAGE_COOKIE

from . import locks, operations, sms
from .fields import PhoneField
from .models import Activity, User
from .phones import find_mobile

YEAR = 365 * 24 * 3600


def display_name(user) -> str:
    return user.name


def _login_in(credentials) -> str:
    return str(credentials.get("phone") or credentials.get("username") or "")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is deactivated. Please ask at the community counter."),
        "phone_password_mismatch": _("The phone number or user name and the password do not fit together."),
        "username_password_mismatch": _(
            "The phone number or user name and the password do not fit together."
        ),
        "incorrect_code": _("This code is not right. Please look at the newest SMS."),
        "incorrect_password": _("This password is not right."),
        "enter_current_password": _("This is not your present password."),
        "phone_taken": _("This number already has an account."),
        "rate_limited": _("That was quick: please wait a minute before you ask again."),
        "same_as_current": _("This already is your number."),
    }

    # --- the five that switch sign-in by phone on ---

    def get_phone(self, user):
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone(self, user, phone, verified):
        if verified:
            operations.prove_phone(user, phone)

    def set_phone_verified(self, user, phone):
        operations.prove_phone(user, phone)

    def get_user_by_phone(self, phone):
        normal = find_mobile(phone)
        return User.objects.with_phone(normal).first() if normal else None

    def send_verification_code_sms(self, user, phone, code, **kwargs):
        sms.send(phone, "code", code=code, address=self.get_client_ip(self.request))

    def send_unknown_account_sms(self, phone, **kwargs):
        sms.send(phone, "unknown", address=self.get_client_ip(self.request))

    def send_account_already_exists_sms(self, phone):
        sms.send(phone, "exists", address=self.get_client_ip(self.request))

    def phone_form_field(self, **kwargs):
        return PhoneField(**kwargs)

    # --- signing in and out ---

    def get_login_stages(self):
        """A number is proven by its code, not by a stage of its own that would need an SMS on a closed network."""
        return [stage for stage in super().get_login_stages() if not stage.endswith("VerificationStage")]

    def _get_login_attempts_cache_key(self, request, **credentials):
        return locks.key_of(_login_in(credentials))

    def pre_authenticate(self, request, **credentials):
        try:
            if locks.is_locked(self._get_login_attempts_cache_key(request, **credentials)):
                raise self.validation_error("locked")
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._record_refusal(credentials, "locked")
            raise self.validation_error("locked") from None

    def authentication_failed(self, request, **credentials):
        self._record_refusal(credentials, "password")
        locks.lock_after_last_try(request, self._get_login_attempts_cache_key(request, **credentials))

    def validation_error(self, code, *args):
        if code == "too_many_login_attempts":  # of asking for codes: those of passwords are `locked`
            return ValidationError(
                _(
                    "You have asked for several codes. Please wait a minute; later today sign in with your password, or come to the counter."
                ),
                code=code,
            )
        if code == "locked":
            minutes = {"minutes": settings.LOGIN_LOCK_MINUTES}
            return ValidationError(
                _("Too many tries. For your safety please wait %(minutes)s minutes, or come to the counter.")
                % minutes,
                code=code,
            )
        return super().validation_error(code, *args)

    def _record_refusal(self, credentials, reason):
        user = User.objects.with_login(_login_in(credentials)).first()
        operations.record(
            "accounts.sign_in",
            by=None,
            on=user,
            path=operations.home_of(user),
            result=Activity.REFUSED,
            reason=reason,
            address=self.get_client_ip(self.request),
        )

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        methods = [step["method"] for step in request.session.get("account_authentication_methods", [])]
        operations.record_own("accounts.sign_in", user, methods=methods, address=self.get_client_ip(request))
        return remember_display(request, user, response)

    def logout(self, request):
        operations.record_own("accounts.sign_out", request.user)
        super().logout(request)

    def set_password(self, user, password):
        operations.set_password(user, password, by=user)

    def get_password_change_redirect_url(self, request):
        return "/accounts/"

    def is_open_for_signup(self, request):
        return sms.is_available()


def remember_display(request, user, response):
    """Language and elder mode chosen on this device go to the account; on a new device they come from there."""
    chosen = {}
    if LANGUAGE_COOKIE in request.COOKIES:
        chosen["language"] = request.LANGUAGE_CODE
    elif user.language in dict(settings.LANGUAGES):
        _set_cookie(response, LANGUAGE_COOKIE, user.language)
    if ELDER_COOKIE in request.COOKIES:
        chosen["elder"] = request.elder
    elif user.elder:
        _set_cookie(response, ELDER_COOKIE, "1")
    changed = [name for name, value in chosen.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, chosen[name])
    if changed:
        user.save(update_fields=changed)
    return response


def _set_cookie(response, name, value):
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.HTTPS, httponly=True)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right. A new one appears in the app every 30 seconds."),
    }

    def encrypt(self, text):
        return encrypt(text, PLACE)

    def decrypt(self, encrypted_text):
        return decrypt(encrypted_text, PLACE)

    def send_notification_mail(self, template_prefix, user, **kwargs):
        """Nobody has e-mail here; what allauth would tell by mail goes to the activity log."""
        operations.record_own("accounts.factor", user, change=template_prefix.rsplit("/", 1)[-1])

    def get_totp_issuer(self):
        return str(_("Community portal"))
