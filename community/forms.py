"""What staff may type in the back office about notices, guide items and duties."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .models import Duty, Notice, NoticeAttachment, ServiceItem
from .uploads import check_file

MOST_FILES = 10


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once, each looked into."""

    widget = FilesInput

    def clean(self, data, initial=None):
        files = [super(FilesField, self).clean(file, initial) for file in data or []]
        if len(files) > MOST_FILES:
            raise ValidationError(_("At most %(most)s files at once.") % {"most": MOST_FILES})
        for file in files:
            check_file(file)
        return files


class NoticeForm(forms.ModelForm):
    """A notice being written. `seen` is the version the writer has seen."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    attach = FilesField(
        label=_("add attachments"),
        required=False,
        help_text=_("pdf, docx, xlsx, pptx, jpg, png or txt, up to 20 MB each."),
    )
    detach = forms.ModelMultipleChoiceField(
        NoticeAttachment.objects.none(),
        label=_("take off attachments"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Notice
        fields = [
            "unit",
            "title",
            "category",
            "body",
            "picture",
            "picture_alt",
            "targets",
            "pinned",
            "urgent_until",
            "publish_from",
            "publish_until",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = self.instance.version
            self.fields["detach"].queryset = self.instance.attachments.all()

    def clean(self):
        cleaned = super().clean()
        unit, targets = (
            cleaned.get("unit", self.instance.unit_id and self.instance.unit),
            cleaned.get("targets"),
        )
        if unit and targets and any(not target.is_at_or_below(unit) or target == unit for target in targets):
            self.add_error("targets", _("Choose groups, compounds or buildings of this community."))
        start, end = (
            cleaned.get(name, getattr(self.instance, name)) for name in ("publish_from", "publish_until")
        )
        if start and end and end <= start:
            self.add_error("publish_until", _("The end has to be after the beginning."))
        if cleaned.get("picture") and "picture_alt" in self.fields and not cleaned.get("picture_alt"):
            self.add_error(
                "picture_alt", _("Say in a few words what the picture shows, for those who cannot see it.")
            )
        return cleaned


class StepForm(forms.Form):
    """One step of a notice: the version that was looked at, and what has to be said with it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(max_length=200, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, step, **kwargs):
        super().__init__(*args, **kwargs)
        if step.needs:
            self.fields["words"].label = step.needs
        else:
            del self.fields["words"]


class ServiceItemForm(forms.ModelForm):
    class Meta:
        model = ServiceItem
        fields = [
            "unit",
            "category",
            "name",
            "who",
            "materials",
            "steps",
            "window",
            "hours",
            "time_limit",
            "fee",
            "phone",
            "basis",
            "form",
            "order",
        ]

    def clean_form(self):
        file = self.cleaned_data["form"]
        if file and "form" in self.changed_data:
            check_file(file)
        return file


class DutyForm(forms.ModelForm):
    repeat_until = forms.DateField(
        label=_("repeat weekly until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: only this once. A week that has the same duty already is left alone."),
    )

    class Meta:
        model = Duty
        fields = ["unit", "holder", "starts_at", "ends_at", "phone", "place"]

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", _("The end has to be after the beginning."))
        return cleaned
