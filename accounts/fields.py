from django import forms
from django.utils.translation import gettext_lazy as _

from .phones import mobile, national


class PhoneField(forms.CharField):
    """A mainland mobile number however it is typed; cleaned to `+86…`, shown as the 11 digits."""

    def __init__(self, *, label=None, required=True, **kwargs):
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})
        super().__init__(
            label=label or _("Mobile number"), required=required, max_length=30, **{"widget": widget} | kwargs
        )

    def clean(self, value):
        value = super().clean(value)
        return mobile(value) if value else value

    def prepare_value(self, value):
        return national(value) if isinstance(value, str) else value
