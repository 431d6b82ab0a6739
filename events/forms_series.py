"""Forms about sessions that repeat, and about one of them."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.models import Kind, Unit
from config.fields import DayInput, TidyMixin, check_year
from venues.models import Room

from .forms import OF_A_COURSE, SessionForm
from .operations.making_up import may_be_carried
from .operations.series import ALL, FOLLOWING, MOST_COUNTED, THIS
from .recurrence import HOW, MOST, NTH, WEEKDAYS, Rule

WHICH = [
    (THIS, _("this session only")),
    (FOLLOWING, _("this and all following")),
    (ALL, _("all still to come")),
]


class RepeatForm(SessionForm):
    """A session and how it repeats."""

    how = forms.ChoiceField(label=_("How often"), choices=HOW, initial="once")
    every = forms.IntegerField(
        label=_("Every how many weeks or months"), required=False, initial=1, min_value=1, max_value=12
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"), required=False, choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=_("None: the weekday of the first day."),
    )  # fmt: skip
    month_day = forms.IntegerField(
        label=_("Day of the month"), required=False, min_value=1, max_value=31,
        help_text=_("31: the last day of every month. Empty: as the first day."),
    )  # fmt: skip
    nth = forms.TypedChoiceField(
        label=_("Which weekday of the month"),
        required=False,
        choices=[("", "—"), *NTH],
        coerce=int,
        empty_value=None,
    )
    nth_weekday = forms.TypedChoiceField(
        label=_("Weekday"), required=False, choices=[("", "—"), *WEEKDAYS], coerce=int, empty_value=None
    )
    until = forms.DateField(
        label=_("Until which day"), required=False, widget=DayInput, validators=[check_year]
    )
    count = forms.IntegerField(
        label=_("Or so many sessions"), required=False, min_value=1, max_value=MOST,
        help_text=_("Those skipped are not counted."),
    )  # fmt: skip
    skips_holidays = forms.BooleanField(label=_("Not on public holidays"), required=False)
    skips_worked = forms.BooleanField(label=_("Not on weekend days that are worked"), required=False)

    OF_THE_RULE = [
        "how", "every", "weekdays", "month_day", "nth", "nth_weekday", "until", "count", "skips_holidays", "skips_worked",
    ]  # fmt: skip

    def once(self):
        return [self[name] for name in self.fields if name not in self.OF_THE_RULE]

    def repeating(self):
        return [self[name] for name in self.OF_THE_RULE]

    def rule_has_errors(self) -> bool:
        return any(name in self.errors for name in self.OF_THE_RULE)

    @property
    def repeats(self) -> bool:
        return self["how"].value() != "once"

    def clean(self):
        data = super().clean()
        if data.get("how", "once") == "once" or self.errors:
            return data
        if not data.get("until") and not data.get("count"):
            self.add_error("until", _("Say until when, or how many sessions."))
        if data.get("until") and data["until"] < data["on"]:
            self.add_error("until", _("It ends after it begins."))
        return data

    def rule(self) -> Rule:
        data = self.cleaned_data
        names = ["how", "month_day", "nth", "nth_weekday", "until", "count", "skips_holidays", "skips_worked"]
        return Rule(
            first=data["on"], start=data["start"], end=data["end"], every=data["every"] or 1,
            weekdays=tuple(data["weekdays"]), **{name: data[name] for name in names},
        )  # fmt: skip

    @classmethod
    def further(cls, event, last):
        """To be filled in when a series goes on after its session `last`."""
        rule = Rule.read(event.repeats)
        after = timezone.localdate(last.starts_at) if last else rule.first
        names = [
            "how",
            "every",
            "weekdays",
            "month_day",
            "nth",
            "nth_weekday",
            "skips_holidays",
            "skips_worked",
        ]
        start = {"on": after + timedelta(days=1), "start": rule.start, "end": rule.end}
        own = {"places": last.places} if last else {}
        return cls(initial=start | own | {name: getattr(rule, name) for name in names})


class OnePlaceMixin(forms.Form):
    """Where one session is when it is not where the event is, and who leads it."""

    room = forms.ModelChoiceField(label=_("Another room"), queryset=Room.objects.none(), required=False)
    place = forms.CharField(label=_("Another place"), required=False, max_length=80)
    unit = forms.ModelChoiceField(
        label=_("In the compound"), queryset=Unit.objects.none(), required=False,
        help_text=_("For a service day that goes round the compounds."),
    )  # fmt: skip
    teacher = forms.CharField(label=_("Another teacher or leader"), required=False, max_length=60)

    def narrow(self, session):
        """To rooms and compounds of its community; places and sign-up of a course are those of the event."""
        community = session.community
        if session.event.is_course:
            for name in OF_A_COURSE:
                del self.fields[name]
        rooms = Room.objects.public().filter(facility__unit__path__startswith=community.path)
        self.fields["room"].queryset = rooms.select_related("facility")
        units = Unit.objects.living().below(community, itself=False)
        self.fields["unit"].queryset = units.filter(kind__range=(Kind.GROUP, Kind.COMPOUND)).order_by("path")

    def where(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("room", "place", "unit", "teacher")}


def to_the_minute(moment: datetime | None) -> datetime | None:
    """As a form shows it."""
    return moment and moment.replace(second=0, microsecond=0)


class ChangeSessionForm(OnePlaceMixin, SessionForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    which = forms.ChoiceField(
        label=_("What the change is for"),
        choices=WHICH,
        initial=THIS,
        required=False,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why it is moved"), required=False, max_length=200,
        help_text=_("Only when day, time or place change: everyone who signed up will read it."),
    )  # fmt: skip

    field_order = ["which", "on", "start", "end"]

    def __init__(self, *args, session, **kwargs):
        super().__init__(*args, **kwargs)
        self.changed_session = session
        self.narrow(session)

    def clean(self):
        """Why it is moved is asked before the page that shows what changes."""
        data, now = super().clean(), self.changed_session
        if {"starts_at", "ends_at"} <= data.keys() and now.event.published_at and not data.get("reason"):
            moved = (data["starts_at"], data["ends_at"]) != (now.starts_at, now.ends_at)
            if moved or any(data.get(name, "") != getattr(now, name) for name in ("room", "place", "unit")):
                self.add_error(
                    "reason", _("Say why the session is moved: everyone who signed up will read it.")
                )
        return data

    def clean_registration_closes_at(self):
        """Left as it was, it moves with the session, as those of the sessions after it do."""
        closes_at, data, now = (
            self.cleaned_data["registration_closes_at"],
            self.cleaned_data,
            self.changed_session,
        )
        if (
            closes_at
            and {"on", "start"} <= data.keys()
            and closes_at == to_the_minute(now.registration_closes_at)
        ):
            begins = timezone.make_aware(datetime.combine(data["on"], data["start"]))
            return closes_at + (begins - to_the_minute(now.starts_at))
        return closes_at

    @classmethod
    def stored(cls, session) -> dict:
        """The session as it is now, in the fields of this form."""
        starts_at, ends_at = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        names = [
            "places",
            "registration_opens_at",
            "registration_closes_at",
            "note",
            "place",
            "teacher",
            "version",
        ]
        times = {"on": starts_at.date(), "start": starts_at.time(), "end": ends_at.time()}
        where = {"room": session.room_id, "unit": session.unit_id}
        return times | where | {name: getattr(session, name) for name in names}

    @classmethod
    def of(cls, session):
        return cls(initial=cls.stored(session), session=session)

    def clean_which(self):
        return self.cleaned_data["which"] or THIS

    def session(self) -> dict:
        return super().session() | self.where()


class MakeUpForm(OnePlaceMixin, SessionForm):
    carry = forms.BooleanField(
        label=_("Whoever had a place has one there, too"),
        required=False,
        initial=True,
        help_text=_("They are told, and give it back when they cannot come."),
    )

    def __init__(self, *args, session, **kwargs):
        super().__init__(*args, **kwargs)
        self.narrow(session)
        if not may_be_carried(session).exists():
            del self.fields["carry"]

    def session(self) -> dict:
        return super().session() | self.where()


class CancelForm(TidyMixin, forms.Form):
    which = forms.ChoiceField(
        label=_("What is cancelled"), choices=WHICH, initial=THIS, required=False, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Everyone who signed up will read it.")
    )

    def clean_which(self):
        return self.cleaned_data["which"] or THIS


class HeadsForm(forms.Form):
    number = forms.IntegerField(
        label=_("Counted at the door"), required=False, min_value=0, max_value=MOST_COUNTED,
        help_text=_("Without those checked in by name. Empty takes the count back."),
    )  # fmt: skip


def differences(form, stored: dict) -> list[dict]:
    """Where what was typed differs from what is stored by now: each field with both, for a page to show."""
    found = []
    for name, field in form.fields.items():
        if name not in stored or isinstance(field.widget, forms.HiddenInput):
            continue
        typed = form.cleaned_data.get(name)
        typed = getattr(typed, "pk", typed)
        if (typed or None) != (stored[name] or None):
            found.append(
                {"label": field.label, "theirs": shown(field, stored[name]), "mine": shown(field, typed)}
            )
    return found


def shown(field, value) -> str:
    """A value of a field as a page says it."""
    if value in (None, "", []):
        return "—"
    if isinstance(field, forms.ModelChoiceField):
        row = field.queryset.filter(pk=value).first()
        return str(row) if row else "—"
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))
    if isinstance(field, forms.BooleanField):
        return str(_("yes"))
    return field.widget.format_value(field.prepare_value(value)) or "—"
