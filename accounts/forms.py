from allauth.account.forms import (
    ChangePasswordForm,
    ConfirmLoginCodeForm,
    RequestLoginCodeForm,
    SetPasswordForm,
    VerifyPhoneForm,
)
from allauth.account.forms import (
    LoginForm as AllauthLoginForm,
)
from allauth.account.forms import (
    ReauthenticateForm as AllauthReauthenticateForm,
)
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from . import operations, passwords
from .fields import PhoneField
from .models import Activity, User
from .names import clean_name

CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "pattern": "[0-9 ]*"}


def without_placeholders(form):
    """Labels stand above the fields; grey text inside them only looks like an answer."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


def _say_the_rule(form):
    form.fields["password1"].help_text = passwords.rule(with_post=form.user.has_post())


def _not_the_present_one(form):
    password = form.cleaned_data["password1"]
    if form.user.check_password(password):
        raise forms.ValidationError(_("Choose a password other than the one you had."))
    return password


class LoginForm(AllauthLoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Mobile number or user name")
        self.fields["login"].max_length = 60
        self.fields["login"].widget.attrs = {"autocomplete": "username", "maxlength": 60}
        self.fields["password"].help_text = ""  # the page says it
        self.fields["password"].max_length = 200
        without_placeholders(self)


class LoginCodeForm(RequestLoginCodeForm):
    """Ask for a code. A deactivated account and a phone reported lost are treated like an unknown number."""

    def clean_phone(self):
        phone = super().clean_phone()
        if self._user and (self._user.phone_lost_at or not self._user.is_active):
            self._user = None
        return phone


class NewPasswordForm(SetPasswordForm):
    """A new password without the old one: after a code, or in place of a one-time password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password2"].label = _("New password again")
        _say_the_rule(self)
        without_placeholders(self)

    def clean_password1(self):
        return _not_the_present_one(self)


class OwnPasswordForm(ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""
        _say_the_rule(self)
        without_placeholders(self)

    def clean_password1(self):
        return _not_the_present_one(self)


class ReauthenticateForm(AllauthReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        without_placeholders(self)


class SignUpForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=60,
        help_text=_("As on your ID card."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    phone = PhoneField()
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _(
            "May stay empty: you then sign in with a code by SMS. Else: %(rule)s"
        ) % {"rule": passwords.rule(with_post=False)}

    def clean_name(self):
        return clean_name(self.cleaned_data["name"])

    def clean(self):
        data = super().clean()
        if data.get("password"):
            try:
                validate_password(
                    data["password"], User(name=data.get("name", ""), phone=data.get("phone", ""))
                )
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class CodeForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=20, widget=forms.TextInput(CODE))


class _BareCode:
    """allauth's field for a code, as our own."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs = dict(CODE)
        self.fields["code"].max_length = 20


class LoginCodeConfirmForm(_BareCode, ConfirmLoginCodeForm):
    pass


class PhoneConfirmForm(_BareCode, VerifyPhoneForm):
    pass


class TotpForm(_BareCode, ActivateTOTPForm):
    pass


class _NamedKey:
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of this device")
        self.fields["name"].max_length = 60


class AddKeyForm(_NamedKey, AddWebAuthnForm):
    pass


class EditKeyForm(_NamedKey, EditWebAuthnForm):
    pass


class ActivationForm(forms.Form):
    login = forms.CharField(
        label=_("Mobile number or user name"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "username"}),
    )
    code = forms.CharField(
        label=_("Activation code on the paper"),
        max_length=30,
        help_text=_("Twelve digits; spaces and dashes do not matter."),
        widget=forms.TextInput(CODE | {"pattern": "[0-9 \\-]*"}),
    )


class AuthenticateForm(AllauthAuthenticateForm):
    """A wrong second factor leaves its line in the log."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        without_placeholders(self)

    def clean_code(self):
        try:
            return super().clean_code()
        except forms.ValidationError:
            operations.record(
                "accounts.sign_in",
                by=None,
                on=self.user,
                path=operations.home_of(self.user),
                result=Activity.REFUSED,
                reason="factor",
            )
            raise
