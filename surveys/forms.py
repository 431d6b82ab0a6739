"""From a set of questions to a Django form. Sign-up and surveys use it alike.

    form = form_for(survey, request.POST, request.FILES)     # unbound: form_for(survey)
    if form.is_valid():
        operations.answer(survey=survey, cause=f"signup:{sign_up.pk}", form=form, resident=…, by=request.user)

The form of a page that uploads files needs `enctype="multipart/form-data"`. Its fields are named `ask-q<number>`, so
it may stand in one `<form>` with others: `{{ asked|crispy }}`; several people on one page take a `prefix` each.
`form_for(None)` is an empty form that is always valid.
"""

import io
import secrets
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.models import Unit
from config.errors import DomainError
from config.fields import DayInput, TidyMixin, check_year
from config.images import LARGE, Picture, open_image
from residents.identity import refuse_numbers

from .models import Answer, Question, Response, Survey

LONGEST = 500
LARGEST_PDF = 10 * 2**20
SCALE = [
    ("5", _("5 · very satisfied")),
    ("4", _("4 · satisfied")),
    ("3", _("3 · so-so")),
    ("2", _("2 · dissatisfied")),
    ("1", _("1 · very dissatisfied")),
]
_REQUIRED = {"required": _("Please answer this question.")}
_NOT_OFFERED = _("Please choose from the answers offered.")


class AnswerFileField(forms.FileField):
    """A picture, written anew without its metadata, or a PDF. Neither keeps its name."""

    default_error_messages = {"empty": _("The file is empty."), "invalid": _("Please choose a file.")}

    def to_python(self, data):
        upload = super().to_python(data)
        if upload is None:
            return None
        upload.seek(0)
        if upload.read(5) == b"%PDF-":
            return self._pdf(upload)
        try:
            written = Picture(open_image(upload)).sizes[LARGE]
        except DomainError as refusal:
            raise ValidationError(f"{refusal} {_('A PDF is taken as well.')}") from None
        return ContentFile(written, name=f"{secrets.token_hex(16)}.jpg")

    def _pdf(self, upload):
        if upload.size > LARGEST_PDF:
            raise ValidationError(_("The file is larger than %(most)d MB.") % {"most": LARGEST_PDF // 2**20})
        upload.seek(max(0, upload.size - 2048), io.SEEK_SET)
        if b"%%EOF" not in upload.read():
            raise ValidationError(_("The PDF is damaged or only half arrived. Please send it again."))
        upload.seek(0)
        return ContentFile(upload.read(), name=f"{secrets.token_hex(16)}.pdf")


def _words(question, **common):
    return forms.CharField(
        max_length=LONGEST,
        validators=[refuse_numbers],
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=_REQUIRED
        | {
            "max_length": _("Please write no more than %(limit_value)d characters; these are %(show_value)d.")
        },
        **common,
    )


def _choice(question, **common):
    return forms.ChoiceField(
        choices=[(option, option) for option in question.options],
        widget=forms.RadioSelect,
        error_messages=_REQUIRED | {"invalid_choice": _NOT_OFFERED},
        **common,
    )


def _choices(question, **common):
    return forms.MultipleChoiceField(
        choices=[(option, option) for option in question.options],
        widget=forms.CheckboxSelectMultiple,
        error_messages=_REQUIRED | {"invalid_choice": _NOT_OFFERED, "invalid_list": _NOT_OFFERED},
        **common,
    )


def _number(question, **common):
    return forms.DecimalField(
        max_digits=12,
        decimal_places=2,
        min_value=Decimal(-999_999_999),
        error_messages=_REQUIRED
        | {
            "invalid": _("Please enter a number."),
            "max_digits": _("This number is too long."),
            "max_whole_digits": _("This number is too long."),
            "max_decimal_places": _("No more than two digits after the point, please."),
        },
        **common,
    )


def _scale(question, **common):
    return forms.TypedChoiceField(
        choices=SCALE,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages=_REQUIRED | {"invalid_choice": _NOT_OFFERED},
        **common,
    )


def _file(question, **common):
    accept = forms.FileInput(attrs={"accept": "image/*,application/pdf"})
    return AnswerFileField(max_length=200, widget=accept, error_messages=_REQUIRED, **common)


_FIELDS = {
    Question.Kind.WORDS: _words,
    Question.Kind.CHOICE: _choice,
    Question.Kind.CHOICES: _choices,
    Question.Kind.NUMBER: _number,
    Question.Kind.SCALE: _scale,
    Question.Kind.FILE: _file,
}


class AnswersForm(TidyMixin, forms.Form):
    def __init__(self, *args, questions, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[f"q{question.pk}"] = _FIELDS[question.kind](
                question, label=question.text, help_text=question.hint, required=question.required
            )

    def anew(self, auto_id: str) -> "AnswersForm":
        """The same questions for somebody else on the same page, unanswered."""
        return AnswersForm(prefix=self.prefix, questions=self.questions, auto_id=auto_id)

    @property
    def takes_files(self) -> bool:
        return self.is_multipart()

    def answers(self) -> list[tuple[Question, Any]]:
        """What was answered, in order; questions left open are not in it."""
        found = [(question, self.cleaned_data.get(f"q{question.pk}")) for question in self.questions]
        return [(question, value) for question, value in found if value not in (None, "", [])]


def form_for(survey: Survey | None, data=None, files=None, *, prefix: str = "ask") -> AnswersForm:
    """A form with a field for each living question of `survey`; see the top of this file."""
    questions = list(survey.living_questions()) if survey else []
    return AnswersForm(data, files, prefix=prefix, questions=questions)


def _said(answer: Answer):
    """What a form shows as answered so far."""
    if answer.file:
        return answer.file
    if answer.number is not None:
        whole = answer.number.to_integral_value()
        return whole if answer.number == whole else answer.number.normalize()
    return answer.text.splitlines() if answer.question.kind == Question.Kind.CHOICES else answer.text


class ChangeForm(AnswersForm):
    """The same questions with what was answered. A file stays unless another is sent or its box is ticked."""

    def __init__(self, *args, given: dict[int, Answer], **kwargs):
        initial = {f"q{pk}": _said(answer) for pk, answer in given.items()}
        super().__init__(*args, initial=initial, **kwargs)
        order = []
        for question in self.questions:
            name, box = f"q{question.pk}", f"remove{question.pk}"
            order += [name, box]
            if isinstance(initial.get(name), FieldFile):
                stays = _("A file has been handed in. It stays unless you choose another one.")
                self.fields[name].help_text = f"{question.hint} {stays}".strip()
                if not question.required:
                    words = _("Remove the file: %(question)s") % {"question": question.text}
                    self.fields[box] = forms.BooleanField(label=words, required=False)
        self.order_fields(order)

    def answers(self) -> list[tuple[Question, Any]]:
        def is_removed(question, value):
            return isinstance(value, FieldFile) and self.cleaned_data.get(f"remove{question.pk}")

        return [(question, value) for question, value in super().answers() if not is_removed(question, value)]


def change_form_for(
    survey: Survey | None, response: Response | None, data=None, files=None, *, prefix: str = "ask"
) -> ChangeForm:
    """As `form_for`, to change what stands in `response`; None: nothing has been answered so far."""
    questions = list(survey.living_questions()) if survey else []
    given = {one.question_id: one for one in response.answers.all()} if response else {}
    return ChangeForm(data, files, prefix=prefix, questions=questions, given=given)


class QuestionForm(TidyMixin, forms.ModelForm):
    class Meta:
        model = Question
        fields = ["text", "kind", "choices", "required", "hint", "seen_by"]
        widgets = {"choices": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, survey: Survey, **kwargs):
        super().__init__(*args, **kwargs)
        if survey.purpose != Survey.Purpose.SIGN_UP:
            del self.fields["seen_by"]
        if survey.is_anonymous:  # a picture or a paper would give the name away
            kinds = [choice for choice in Question.Kind.choices if choice[0] != Question.Kind.FILE]
            self.fields["kind"].choices = kinds

    def clean(self):
        data = super().clean()
        kind = data.get("kind")
        options = list(dict.fromkeys(line.strip() for line in data.get("choices", "").splitlines()))
        options = [option for option in options if option]
        if kind not in (Question.Kind.CHOICE, Question.Kind.CHOICES):
            data["choices"] = ""
        elif len(options) < 2:
            self.add_error("choices", _("Give at least two answers to choose from, one a line."))
        elif len(options) > 30 or any(len(option) > 80 for option in options):
            self.add_error("choices", _("At most 30 answers of at most 80 characters each."))
        else:
            data["choices"] = "\n".join(options)
        return data


class SurveyForm(TidyMixin, forms.ModelForm):
    """What a set of questions is called; a yearly one has its days, too."""

    closes_on = forms.DateField(
        label=_("Until (including that day)"), required=False, widget=DayInput, validators=[check_year]
    )

    class Meta:
        model = Survey
        fields = ["title", "intro", "is_anonymous"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.purpose == Survey.Purpose.SIGN_UP:
            del self.fields["is_anonymous"]
        if self.instance.purpose != Survey.Purpose.YEARLY:
            del self.fields["closes_on"]
        elif self.instance.closes_at:
            last = timezone.localtime(self.instance.closes_at) - timedelta(minutes=1)
            self.fields["closes_on"].initial = last.date()

    def clean_closes_on(self):
        day = self.cleaned_data["closes_on"]
        if day and day < timezone.localdate(self.instance.opens_at):
            raise ValidationError(_("The last day lies before the first."))
        return day

    @property
    def changed_fields(self) -> list[str]:
        """The columns that change; the row is made ready for them."""
        changed = list(self.changed_data)
        if "closes_on" in changed:
            changed[changed.index("closes_on")] = "closes_at"
            self.instance.closes_at = end_of_day(self.cleaned_data["closes_on"])
        return changed


def end_of_day(day):
    """The moment after the last of `day`; None stays None."""
    return day and timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


class NewSurveyForm(TidyMixin, forms.Form):
    """A template of questions, or the survey of a year."""

    purpose = forms.ChoiceField(label=_("What for"), choices=Survey.Purpose.choices, widget=forms.RadioSelect)
    unit = forms.ModelChoiceField(label=_("Community"), queryset=Unit.objects.none(), empty_label=None)
    title = forms.CharField(label=_("Title"), max_length=80)
    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        min_value=2000,
        max_value=2100,
        help_text=_("Only for the satisfaction of the year."),
    )
    closes_on = forms.DateField(
        label=_("Until (including that day)"), required=False, widget=DayInput, validators=[check_year],
        help_text=_("Only for the satisfaction of the year."),
    )  # fmt: skip

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        units = Unit.objects.communities().where(user, "events.manage")
        self.fields["unit"].queryset = units.order_by("path")
        self.fields["year"].initial = timezone.localdate().year

    def clean(self):
        data = super().clean()
        if data.get("purpose") == Survey.Purpose.YEARLY:
            if not data.get("year"):
                self.add_error("year", _("Say which year it is about."))
            if data.get("closes_on") and data["closes_on"] < timezone.localdate():
                self.add_error("closes_on", _("This day is over."))
        return data
