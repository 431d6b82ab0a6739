from django import forms
from django.utils.translation import gettext_lazy as _


class AddressForm(forms.Form):
    address = forms.EmailField(
        label=_("e-mail address"), max_length=120,
        error_messages={"invalid": _("Enter a whole e-mail address, such as name@example.com.")},
    )  # fmt: skip


class CodeForm(forms.Form):
    code = forms.RegexField(
        r"^[0-9]{6}$", label=_("code of six digits"), error_messages={"invalid": _("Enter the six digits.")}
    )
