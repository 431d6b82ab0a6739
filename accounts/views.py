import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import (
    get_authentication_records,
    perform_login,
    record_authentication,
)
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.core import ratelimit
from allauth.decorators import rate_limit
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from config.errors import DomainError

from . import operations, signup, sms
from .forms import ActivationForm, CodeForm, LoginCodeForm, NewPasswordForm, SignUpForm
from .models import Activity
from .phones import masked
from .templatetags.accounts import passkeys_work

CODE_COUNTS_FOR = 15 * 60  # seconds in which a sign-in by code stands in for the old password


def sent(request):
    """What a form is bound to: an empty POST is one too."""
    return request.POST if request.method == "POST" else None


@login_not_required
def gone(request, **kwargs):
    """Pages of allauth that this portal has no use for: nobody has an e-mail address here."""
    raise Http404


@never_cache
def index(request):
    """My account and its safety."""
    factors = list(Authenticator.objects.filter(user=request.user))
    context = {
        "nav": "my",
        "totp": any(factor.type == Authenticator.Type.TOTP for factor in factors),
        "passkeys": sum(factor.type == Authenticator.Type.WEBAUTHN for factor in factors),
        "passkeys_work": settings.PASSKEYS,
        "has_password": request.user.has_usable_password(),
        "sms": sms.is_available(),
        "sign_ins": Activity.objects.filter(object=operations.label(request.user), act="accounts.sign_in")[
            :5
        ],
    }
    return render(request, "accounts/index.html", context)


@require_POST
def end_other_sessions(request):
    operations.end_sessions(user=request.user, by=request.user)
    update_session_auth_hash(request, request.user)
    messages.success(request, _("Every other device is signed out."))
    return redirect("accounts:index")


def _answer(request, template, form, status=None, **context):
    status = status or (422 if form.is_bound and form.errors else 200)
    return render(request, template, {"form": form, "nav": "my", **context}, status=status)


# --- signing up -------------------------------------------------------------------------------


def _here_already(request):
    return redirect(get_next_redirect_url(request) or settings.LOGIN_REDIRECT_URL)


@rate_limit(action="signup")
@login_not_required
@sensitive_post_parameters("password")
@never_cache
def sign_up(request):
    if request.user.is_authenticated:
        return _here_already(request)
    if not sms.is_available():
        return render(request, "account/signup_closed.html", {"nav": "my"})
    form = SignUpForm(sent(request))
    if form.is_valid():
        try:
            signup.begin(request, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session["signup_next"] = get_next_redirect_url(request) or ""
            return redirect("accounts:signup_code")
    return _answer(request, "account/signup.html", form, next=get_next_redirect_url(request))


@rate_limit(action="signup")
@login_not_required
@never_cache
def sign_up_code(request):
    if request.user.is_authenticated:
        return _here_already(request)
    state = signup.pending(request)
    if not state:
        return redirect("account_signup")
    if request.POST.get("action") == "resend":
        return _resend(request, lambda: signup.again(request))
    form = CodeForm(sent(request))
    if form.is_valid():
        try:
            user = signup.finish(request, form.cleaned_data["code"])
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("account_login")
        if user:
            record_authentication(request, user, "code")
            url = request.session.pop("signup_next", "") or None
            return perform_login(request, Login(user=user, redirect_url=url, signup=True))
        form.add_error("code", get_adapter().error_messages["incorrect_code"])
    return _answer(
        request, "accounts/code.html", form, phone=masked(state["phone"]), start_url=reverse("account_signup")
    )


def _resend(request, act):
    try:
        act()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("A new code is on its way. Only the newest one counts."))
    return redirect(request.get_full_path())


# --- signing in by code -----------------------------------------------------------------------


class RequestCode(RequestLoginCodeView):
    form_class = LoginCodeForm

    def get_form_class(self):
        return self.form_class

    def form_valid(self, form):
        """Whoever gets no SMS keeps the form, with what else can be done below it."""
        try:
            return super().form_valid(form)
        except sms.SmsFailed as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"sms": sms.is_available(), "nav": "my"}


class ForgottenPassword(RequestCode):
    """Who forgot the password signs in by code and then chooses a new one: a second factor is asked as ever."""

    template_name = "account/password_reset.html"

    def get_success_url(self):
        return reverse("account_confirm_login_code") + "?next=" + reverse("accounts:new_password")


class ConfirmCode(ConfirmLoginCodeView):
    template_name = "account/confirm_login_code.html"

    def _resend_form_valid(self, form):
        """allauth's own would fail for a number without an account, and so tell the two apart."""

        def send():
            if not ratelimit.consume(
                self.request, action="request_login_code", key=self._process.state["phone"]
            ):
                raise DomainError(get_adapter().error_messages["rate_limited"])
            self._process.send()
            self._process.record_resend()
            self._process.persist()

        return _resend(self.request, send)

    def form_invalid(self, form):
        if self._action == "verify":
            user = self._process.user
            operations.record(
                "accounts.sign_in",
                by=None,
                on=user,
                path=operations.home_of(user),
                result=Activity.REFUSED,
                reason="code",
                address=get_adapter().get_client_ip(self.request),
            )
        return super().form_invalid(form)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"phone": masked(context["phone"] or ""), "nav": "my"}


class SecondFactor(AuthenticateView):
    """A passkey is offered to those who have one, where the browser would take it."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        keys = Authenticator.objects.filter(user=self.stage.login.user, type=Authenticator.Type.WEBAUTHN)
        if not keys.exists() or not passkeys_work(self.request):
            offered = [kind for kind in settings.MFA_SUPPORTED_TYPES if kind != Authenticator.Type.WEBAUTHN]
            context["MFA_SUPPORTED_TYPES"] = offered
        return context


# --- a new password without the old one -------------------------------------------------------


def _may_skip_the_old_password(request) -> bool:
    recent = time.time() - CODE_COUNTS_FOR
    records = get_authentication_records(request, request.user)
    return request.user.must_change_password or any(
        record["method"] == "code" and record["at"] > recent for record in records
    )


@sensitive_post_parameters("password1", "password2")
@never_cache
def new_password(request):
    if not _may_skip_the_old_password(request):
        return redirect("account_change_password")
    form = NewPasswordForm(request.user, sent(request))
    if form.is_valid():
        operations.set_password(request.user, form.cleaned_data["password1"], by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your new password is set."))
        return redirect(settings.LOGIN_REDIRECT_URL)
    return _answer(request, "accounts/new_password.html", form, must=request.user.must_change_password)


# --- a code on paper --------------------------------------------------------------------------


@rate_limit(action="activate")
@login_not_required
@sensitive_post_parameters("code")
@never_cache
def activate(request):
    if request.user.is_authenticated:
        return _here_already(request)
    form = ActivationForm(sent(request), initial={"login": ""})
    if form.is_valid():
        try:
            user = operations.use_activation_code(
                login=form.cleaned_data["login"], written=form.cleaned_data["code"]
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            record_authentication(request, user, "activation")
            return perform_login(request, Login(user=user, redirect_url=reverse("accounts:new_password")))
    return _answer(request, "accounts/activate.html", form)
