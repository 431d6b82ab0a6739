from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import PhoneField
from accounts.names import clean_name, clean_username

PHONE_REASONS = [
    ("new_number", _("has a new number")),
    ("lost", _("lost the phone or the card")),
    ("wrong_entry", _("the number was entered wrongly")),
    ("shared", _("shares a phone with somebody else")),
]


class OpenAccountForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("As on the ID card you have been shown.")
    )
    phone = PhoneField()
    username = forms.CharField(
        label=_("User name"),
        required=False,
        max_length=30,
        help_text=_("Only for staff: 3 to 30 small letters and digits."),
    )

    def clean_name(self):
        return clean_name(self.cleaned_data["name"])

    def clean_username(self):
        written = self.cleaned_data["username"]
        return clean_username(written) if written else ""


class ChangePhoneForm(forms.Form):
    phone = PhoneField(label=_("New mobile number"))
    reason = forms.ChoiceField(label=_("Why"), choices=PHONE_REASONS, widget=forms.RadioSelect)
