from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.fields import PhoneField
from accounts.names import clean_name

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
    username = forms.RegexField(
        r"^[a-z][-_.a-z0-9]{2,29}$",
        label=_("User name"),
        required=False,
        help_text=_("Only for staff: 3 to 30 small letters and digits."),
        error_messages={"invalid": _("3 to 30 small letters and digits, beginning with a letter.")},
    )

    def clean_name(self):
        return clean_name(self.cleaned_data["name"])


class ChangePhoneForm(forms.Form):
    phone = PhoneField(label=_("New mobile number"))
    reason = forms.ChoiceField(label=_("Why"), choices=PHONE_REASONS, widget=forms.RadioSelect)
