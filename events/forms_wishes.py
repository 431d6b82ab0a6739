"""Forms of 居民点单."""

from django import forms
from django.utils.translation import gettext_lazy as _

from config.fields import TidyMixin
from residents.identity import refuse_numbers

from .models import Event, Wish


class PageForm(forms.Form):
    kind = forms.ChoiceField(choices=Wish.Kind.choices, required=False)
    by = forms.ChoiceField(choices=[("new", ""), ("support", "")], required=False)
    page = forms.IntegerField(min_value=1, max_value=50, required=False)


class WishForm(TidyMixin, forms.ModelForm):
    class Meta:
        model = Wish
        fields = ["kind", "title", "words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 4}), "kind": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Wish.Kind.choices
        self.fields["title"].label = _("What you would like, or what you offer, in a few words")
        for name in ("title", "words"):
            self.fields[name].validators.append(refuse_numbers)  # it is public


class AnswerForm(TidyMixin, forms.Form):
    answer = forms.CharField(
        label=_("Answer, public with the name of your post"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PlanForm(AnswerForm):
    event = forms.ModelChoiceField(label=_("The event that comes out of it"), queryset=Event.objects.none())

    field_order = ["event", "answer"]

    def __init__(self, *args, community, **kwargs):
        super().__init__(*args, auto_id="id_plan_%s", **kwargs)  # the other answer stands on the same page
        events = Event.objects.within(community).filter(
            cancelled_at=None, is_template=False, is_internal=False
        )
        recent = list(events.order_by("-pk").values_list("pk", flat=True)[:60])
        self.fields["event"].queryset = Event.objects.filter(pk__in=recent).order_by("-pk")


class HideForm(TidyMixin, forms.Form):
    reason = forms.CharField(label=_("Why it is hidden"), max_length=200)
