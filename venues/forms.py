from datetime import datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.fields import DayInput, TidyMixin, check_year
from residents.identity import refuse_numbers

from .models import QUARTER, Facility, Room, Series
from .repeats import MONTHLY, MOST, ONCE, WEEKLY, days_of
from .terms import organisations_for, residents_for


def quarter_hours(room: Room) -> list[tuple[str, str]]:
    """`08:00`, `08:15` …: the times of a day between which the room is open, at least once a week."""
    hours = list(room.hours.all())
    first = min((row.opens for row in hours), default=time(6))
    last = max((row.closes for row in hours), default=time(22))
    at, end, found = datetime.combine(datetime.min, first), datetime.combine(datetime.min, last), []
    while at <= end:
        found.append((f"{at:%H:%M}", f"{at:%H:%M}"))
        at += QUARTER
    return found


class TimeForm(TidyMixin, forms.Form):
    """A day, from and until."""

    on = forms.DateField(label=_("Day"), widget=DayInput, validators=[check_year])
    start = forms.ChoiceField(label=_("From"))
    end = forms.ChoiceField(label=_("Until"))

    def __init__(self, *args, room: Room, **kwargs):
        super().__init__(*args, **kwargs)
        self.room = room
        choices = quarter_hours(room)
        self.fields["start"].choices, self.fields["end"].choices = choices[:-1], choices[1:]
        self.fields["end"].initial = choices[min(4, len(choices) - 1)][0]  # an hour, as most ask for

    def clean(self):
        data = super().clean()
        if data.get("start") and data.get("end") and data["end"] <= data["start"]:
            self.add_error("end", _("It has to end after it starts."))
        return data

    def time_on(self, day) -> tuple[datetime, datetime]:
        hours = (time.fromisoformat(self.cleaned_data[name]) for name in ("start", "end"))
        start, end = (timezone.make_aware(datetime.combine(day, hour)) for hour in hours)
        return start, end


OF_REPEATING = ("repeat", "weekdays", "last", "count")


class BookingForm(TimeForm):
    whose = forms.ChoiceField(label=pgettext_lazy("booking", "For whom"))
    people = forms.IntegerField(label=_("How many people"), min_value=1, max_value=100_000)
    what = forms.CharField(label=_("What for"), max_length=80, validators=[refuse_numbers])
    waits = forms.BooleanField(
        label=_("If somebody else has the room, I wait in case it becomes free"), required=False
    )
    repeat = forms.ChoiceField(
        label=_("Repeat"),
        choices=[(ONCE, _("just once")), (WEEKLY, _("every week")), (MONTHLY, _("every month on this day"))],
        initial=ONCE,
        required=False,
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which weekdays"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only when it repeats every week. None: on the weekday of the first day."),
    )
    last = forms.DateField(
        label=_("Up to which day"), widget=DayInput, required=False, validators=[check_year]
    )
    count = forms.IntegerField(label=_("Or how many times"), required=False, min_value=1, max_value=MOST)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    field_order = ["on", "start", "end", "whose", "people", "what", "waits", "repeat"]

    def __init__(self, *args, user, resident=None, is_staff=False, **kwargs):
        super().__init__(*args, **kwargs)
        community = self.room.facility.unit.community
        self.people_by_key = {f"r{one.pk}": one for one in [resident] if one}
        if not is_staff:
            self.people_by_key = {f"r{one.pk}": one for one in residents_for(user, community)}
        teams = organisations_for(user, community)
        if is_staff and not resident:
            teams = teams.model.objects.living().within(community).order_by("kind", "name")
        if not (is_staff and resident):
            self.teams_by_key = {f"o{one.pk}": one for one in teams[:300]}
        else:
            self.teams_by_key = {}
        named = [(key, str(one)) for key, one in (self.people_by_key | self.teams_by_key).items()]
        if self.room.lent_to == Room.LentTo.ORGANISATIONS and not is_staff:
            named = [(key, name) for key, name in named if key in self.teams_by_key]
        if is_staff and not resident:
            named = [("staff", _("the community itself")), *named]
        self.fields["whose"].choices = named
        if len(named) == 1:
            self.fields["whose"].initial = named[0][0]
            self.fields["whose"].widget = forms.HiddenInput()
        if self.room.seats:
            self.fields["people"].help_text = _("%(n)d at the most.") % {"n": self.room.seats}
        if is_staff:
            del self.fields["waits"]

    @property
    def of_one_day(self) -> list:
        return [field for field in self if field.name not in OF_REPEATING]

    @property
    def of_repeating(self) -> list:
        return [field for field in self if field.name in OF_REPEATING]

    @property
    def repeats(self) -> bool:
        """Whether what is asked about repeating was used, or has something wrong."""
        typed = any(self[name].value() for name in OF_REPEATING if name != "repeat")
        return (
            typed
            or self["repeat"].value() not in (None, "", ONCE)
            or any(self[name].errors for name in OF_REPEATING)
        )

    @property
    def has_somebody(self) -> bool:
        return bool(self.fields["whose"].choices)

    def clean(self):
        data = super().clean()
        if data.get("repeat") in (WEEKLY, MONTHLY) and not (
            data.get("last") or data.get("count") or {"last", "count"} & self.errors.keys()
        ):
            self.add_error("last", _("Say up to which day, or how many times."))
        if data.get("last") and data.get("on") and data["last"] < data["on"]:
            self.add_error("last", _("The last day comes after the first."))
        return data

    def times(self) -> list[tuple[datetime, datetime]]:
        data = self.cleaned_data
        how = data["repeat"] or ONCE
        days = days_of(how, data["on"], data["weekdays"], until=data["last"], count=data["count"])
        return [self.time_on(day) for day in days]

    def what_is_asked(self) -> dict:
        data = self.cleaned_data
        return {
            "what": data["what"],
            "people": data["people"],
            "waits": data.get("waits", False),
            "resident": self._resident(),
            "organisation": self.teams_by_key.get(data["whose"]),
        }

    def _resident(self):
        """Who asks for an organisation is named with it, unless staff enter it."""
        found = self.people_by_key.get(self.cleaned_data["whose"])
        if found is None and "waits" in self.fields:
            return next(iter(self.people_by_key.values()), None)
        return found


def reason_field(**more):
    help_text = _("Whoever booked the room will read it.")
    return forms.CharField(
        label=_("Why"), max_length=200, help_text=help_text, validators=[refuse_numbers], **more
    )


class MoveForm(TimeForm):
    to = forms.ModelChoiceField(label=_("Room"), queryset=Room.objects.none(), empty_label=None)
    reason = reason_field()
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Room.objects.public().filter(facility=self.room.facility_id)
        self.fields["to"].label_from_instance = lambda room: room.name


class ReasonForm(TidyMixin, forms.Form):
    reason = reason_field()


class DatesForm(TidyMixin, forms.Form):
    """Which dates of a series are given; why the others are not."""

    dates = forms.TypedMultipleChoiceField(coerce=int, required=False)
    reason = forms.CharField(
        label=_("Why the other dates are refused"),
        max_length=200,
        required=False,
        help_text=_("Needed only when a date is refused. Whoever booked the room will read it."),
        validators=[refuse_numbers],
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, series: Series, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["dates"].choices = [(pk, pk) for pk in series.bookings.values_list("pk", flat=True)]


class MayReasonForm(TidyMixin, forms.Form):
    reason = reason_field(required=False)


class ClosingForm(TidyMixin, forms.Form):
    place = forms.ChoiceField(label=_("What is closed"))
    first = forms.DateField(label=_("From which day"), widget=DayInput, validators=[check_year])
    last = forms.DateField(label=_("Up to and with"), widget=DayInput, validators=[check_year])
    reason = forms.CharField(
        label=_("Why"), max_length=100, help_text=_("Everybody may read it."), validators=[refuse_numbers]
    )
    seen = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, *args, facilities: list[Facility], **kwargs):
        super().__init__(*args, **kwargs)
        self.places = {}
        for facility in facilities:
            self.places[f"f{facility.pk}"] = (facility, None)
            self.places |= {f"r{room.pk}": (facility, room) for room in facility.rooms.all()}
        self.fields["place"].choices = [
            (
                key,
                f"{facility.name} · {room.name}"
                if room
                else _("%(name)s, all rooms") % {"name": facility.name},
            )
            for key, (facility, room) in self.places.items()
        ]

    def clean(self):
        data = super().clean()
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("The last day comes after the first."))
        return data

    def clean_seen(self):
        try:
            return [int(one) for one in self.cleaned_data["seen"].split(",") if one]
        except ValueError as error:
            raise ValidationError(_("Please look again.")) from error

    def closing(self) -> dict:
        data = self.cleaned_data
        facility, room = self.places[data["place"]]
        start, end = (
            datetime.combine(day, time.min) for day in (data["first"], data["last"] + timedelta(days=1))
        )
        return {
            "facility": facility,
            "room": room,
            "starts_at": timezone.make_aware(start),
            "ends_at": timezone.make_aware(end),
        }
