from datetime import datetime, timedelta

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access import NOTHING, organisations_of, scope
from community.models import Kind, Organisation, Unit, here_and_below
from config.fields import EARLIEST, LATEST, DayInput, HourInput, TidyMixin, check_year
from points.models import Rule
from venues.models import Room

from .forms_parts import InParts
from .forms_sign_up import SETTINGS, MoreSettings
from .models import Event, EventKind


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self):
        super().__init__(format="%Y-%m-%dT%H:%M")


class FilterForm(forms.Form):
    """What the list of events can be narrowed by; it comes in the query string."""

    kind = forms.ChoiceField(choices=EventKind.choices, required=False)
    audience = forms.ChoiceField(choices=Event.Audience.choices, required=False)
    unit = forms.IntegerField(required=False)
    free = forms.BooleanField(required=False)
    since = forms.DateField(required=False, validators=[check_year])
    until = forms.DateField(required=False, validators=[check_year])
    q = forms.CharField(required=False, max_length=40)
    after = forms.RegexField(r"^\d{1,17}-\d{1,18}$", required=False)  # a key of paging


LONGEST_NIGHT = timedelta(hours=12)
OF_A_COURSE = ("places", "registration_opens_at", "registration_closes_at")


class EventForm(InParts, MoreSettings, TidyMixin, forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Event
        fields = [
            "title", "kind", "summary", "body", "unit", "organiser", "room", "place", "audience", "bring", "contact",
            "contact_phone", "teacher", "poster", "poster_alt", "needs_registration", "open_to_unconfirmed", "is_internal",
            "gives_points", "rule", "is_course", "places", "registration_opens_at", "registration_closes_at",
            *SETTINGS,
        ]  # fmt: skip
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 2}),
            "body": forms.Textarea(attrs={"rows": 6}),
            "registration_opens_at": MomentInput,
            "registration_closes_at": MomentInput,
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        units = places_of_work(user)
        self.fields["unit"].queryset = units
        self.fields["unit"].empty_label = None
        near = [unit.path for unit in units if unit.kind == Kind.COMMUNITY] or [
            unit.community.path for unit in units[:1]
        ]
        self.asks_unit_first = len(near) > 1
        self.fields["room"].queryset = _near(
            Room.objects.public(), near, "facility__unit__path"
        ).select_related("facility")
        self.fields["organiser"].queryset = _near(Organisation.objects.living(), near, "unit__path")
        self.keep_to_own_organisations(user)
        self.fields["rule"].queryset = _near(Rule.objects.living().giving(), near, "community__path")
        self.narrow_settings(_near(Event.objects.all(), near, "unit__path"))
        self.fields["version"].initial = self.instance.version
        for name in OF_A_COURSE:
            if self.instance.pk:
                self.fields[name].help_text = _("Of a course as a whole; otherwise each session has its own.")
            else:  # asked once, beside the day
                del self.fields[name]

    def keep_to_own_organisations(self, user) -> None:
        """Who holds no post over a unit puts on events of their own organisation only."""
        own = organisations_of(user, "events.manage")
        if own and not Unit.objects.filter(scope(user, "events.manage", "path")).exists():
            field = self.fields["organiser"]
            field.queryset = Organisation.objects.living().filter(pk__in=own)
            field.required, field.empty_label, self.initial["organiser"] = True, None, own[0]

    def clean(self):
        data = super().clean()
        for name in OF_A_COURSE[1:]:
            if data.get(name) and not EARLIEST <= data[name].year <= LATEST:
                self.add_error(name, _("Please enter a year between 2000 and 2100."))
        if not data.get("room") and not data.get("place"):
            self.add_error("place", _("Say where it is: choose a room or write the place."))
        if data.get("poster") and not data.get("poster_alt"):
            self.add_error(
                "poster_alt", _("Say in a few words what the poster shows, for those who cannot see it.")
            )
        return data


def places_of_work(user):
    """The units where `user` may put on events: communities, groups and compounds, and where their organisation is."""
    by_post = scope(user, "events.manage", "path") & Q(kind__range=(Kind.COMMUNITY, Kind.COMPOUND))
    by_organisation = Q(organisations__in=organisations_of(user, "events.manage"))
    return Unit.objects.living().filter(by_post | by_organisation).distinct().order_by("path")


def _near(rows, paths, field):
    """Rows of the communities with these paths."""
    wanted = NOTHING
    for path in paths[:20]:
        wanted = wanted | here_and_below(path, field)
    return rows.filter(wanted)


class SessionForm(TidyMixin, forms.Form):
    on = forms.DateField(label=_("Day"), widget=DayInput, validators=[check_year])
    start = forms.TimeField(label=_("From"), widget=HourInput)
    end = forms.TimeField(label=_("Until"), widget=HourInput)
    places = forms.IntegerField(
        label=_("Places"), required=False, min_value=1, max_value=100_000,
        help_text=_("Empty: as many as the room holds, or no limit."),
    )  # fmt: skip
    registration_opens_at = forms.DateTimeField(label=_("Sign-up opens"), required=False, widget=MomentInput, validators=[check_year])  # fmt: skip
    registration_closes_at = forms.DateTimeField(
        label=_("Sign-up closes"), required=False, widget=MomentInput, validators=[check_year],
        help_text=_("Empty: when the session starts."),
    )  # fmt: skip
    note = forms.CharField(label=_("Remarks"), required=False, max_length=120)

    def clean(self):
        data = super().clean()
        if not {"on", "start", "end"} <= data.keys():
            return data
        data["starts_at"] = timezone.make_aware(datetime.combine(data["on"], data["start"]))
        data["ends_at"] = timezone.make_aware(datetime.combine(data["on"], data["end"]))
        if data["end"] == data["start"]:
            self.add_error("end", _("A session ends after it starts."))
        elif data["end"] < data["start"]:  # past midnight
            data["ends_at"] += timedelta(days=1)
            if data["ends_at"] - data["starts_at"] > LONGEST_NIGHT:
                self.add_error(
                    "end", _("A session ends after it starts; past midnight, within twelve hours.")
                )
        closes_at, opens_at = data.get("registration_closes_at"), data.get("registration_opens_at")
        if closes_at and closes_at > data["ends_at"]:
            self.add_error("registration_closes_at", _("Sign-up closes before the session ends."))
        if opens_at and opens_at >= (closes_at or data["starts_at"]):
            self.add_error("registration_opens_at", _("Sign-up opens before it closes."))
        return data

    def session(self) -> dict:
        names = ["starts_at", "ends_at", "places", "registration_opens_at", "registration_closes_at", "note"]
        return {name: self.cleaned_data.get(name) for name in names}


class ReasonForm(TidyMixin, forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Everyone who signed up will read it.")
    )


class WalkInForm(TidyMixin, forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    as_helper = forms.BooleanField(label=_("Came to help"), required=False)
    is_another = forms.BooleanField(  # asked when somebody of this name is known
        label=_("I have asked: this is another person."), required=False, widget=forms.HiddenInput
    )
