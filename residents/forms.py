from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.phones import find_mobile
from community.models import Kind, Organisation, Unit

from . import identity
from .addresses import parse
from .fields import building_field
from .models import Claim, Relation, ResidenceState, Resident, Tag
from .operations import households_at

REGISTER_STATES = [
    (state.value, state.label) for state in ResidenceState if state in ResidenceState.of_the_register()
]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


def reason_field(label, **more):
    return forms.CharField(label=label, max_length=200, validators=[identity.refuse_numbers], **more)


class ClaimForm(forms.ModelForm):
    class Meta:
        model = Claim
        fields = ["community", "place", "standing", "note"]
        help_texts = {"place": _("For example: compound, building 3, staircase 2, room 501.")}

    def __init__(self, *args, home="", **kwargs):
        """`home`: the path of the community where the account began."""
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = communities = Unit.objects.communities().order_by("path")
        first = list(communities[:2])
        self.fields["community"].initial = (
            first[0] if len(first) == 1 else communities.filter(path=home).first()
        )


class RefuseForm(forms.Form):
    reason = reason_field(_("reason"), help_text=_("The person reads it. Say what to bring or whom to ask."))


class DoorForm(forms.Form):
    """Building and room. An address typed as the building may bring the room along."""

    room = forms.CharField(
        label=_("room"),
        max_length=20,
        required=False,
        help_text=_("Staircase and room, for example 2-501 or 1504."),
    )

    def clean_room(self):
        room = self.cleaned_data["room"]
        if not room:
            return getattr(self.fields["unit"], "door", None) or ("", "")
        address = parse(f"1-{room}" if room[0].isdigit() else room)
        if not address or not address.number or address.compound:
            raise ValidationError(_("Please write staircase and room like 2-501, or the room alone."))
        return (address.staircase, address.number)


class NewcomerForm(DoorForm):
    """The claimant is in no household of the register yet."""

    state = forms.ChoiceField(label=_("residence state"), choices=REGISTER_STATES)

    field_order = ["unit", "room", "state"]

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"] = building_field(units)
        self.order_fields(self.field_order)

    def values(self) -> dict:
        data = self.cleaned_data
        return {"unit": data["unit"], "state": data["state"], "door": data["room"]}


def buildings(user, act, community):
    """Buildings and compounds of the community where `user` may do `act`."""
    units = Unit.objects.living().where(user, act).below(community).filter(kind__gte=Kind.COMPOUND)
    return units.select_related("parent").order_by("path")


class PersonForm(forms.ModelForm):
    """What may be written about a person. The numbers are asked for, never shown."""

    new_number = forms.CharField(
        label=_("document number"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    new_phone = forms.CharField(
        label=_("phone"), max_length=40, required=False,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "tel"}),
    )  # fmt: skip

    class Meta:
        model = Resident
        fields = ["name", "name_pinyin", "id_kind", "new_number", "sex", "born_on", "new_phone", "state", "registered_address",
                  "nation", "moved_in_on", "is_party_member", "party_branch", "party_joined_on"]  # fmt: skip
        widgets = {"born_on": DayInput(), "moved_in_on": DayInput(), "party_joined_on": DayInput()}
        help_texts = {"name_pinyin": _("Empty: read from the name.")}

    field_order = Meta.fields

    def __init__(self, *args, community, **kwargs):
        super().__init__(*args, **kwargs)
        self.community = community
        if "state" in self.fields:
            self.fields["state"].choices = REGISTER_STATES
        if community is not None:
            branches = Organisation.objects.living().party().within(community).order_by("name")
            self.fields["party_branch"].queryset = branches

    def clean_name(self):
        return identity.clean_name(self.cleaned_data["name"])

    def clean_new_number(self):
        number = self.cleaned_data["new_number"]
        kind = self.data.get(self.add_prefix("id_kind"))
        return identity.clean_document(kind, number, timezone.localdate()) if number else ""

    def clean_new_phone(self):
        phone = self.cleaned_data["new_phone"]
        return identity.clean_phone(phone) if phone else ""

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | {"name_pinyin"}

    def values(self) -> dict:
        """What was typed, by the names operations use."""
        data = {field: self.cleaned_data[field] for field in self.changed_data if field in self.cleaned_data}
        for typed, field in (("new_number", "id_number"), ("new_phone", "phone")):
            if value := data.pop(typed, ""):
                data[field] = value
        if data.get("name_pinyin") == "" and "name" in data:
            data.pop("name_pinyin")
        return data


class FirstValue(forms.HiddenInput):
    """What a field showed when the form was opened: nothing for anybody to hear."""

    def get_context(self, name, value, attrs):
        silent = {name: said for name, said in (attrs or {}).items() if not name.startswith("aria-")}
        return super().get_context(name, value, silent)


class EditForm(PersonForm):
    """Only what was changed on this very form is changed: each field brings along what it showed when opened."""

    why = reason_field(_("reason of the change"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    field_order = [*PersonForm.field_order, "why", "version"]
    PLAIN = {"new_number", "new_phone", "why", "version"}

    def __init__(self, *args, instance, **kwargs):
        super().__init__(*args, instance=instance, community=instance.community, **kwargs)
        for name, field in self.fields.items():
            field.show_hidden_initial, field.hidden_widget = name not in self.PLAIN, FirstValue
        self.fields["version"].initial = instance.version
        if instance.id_number:
            self.fields["new_number"].help_text = _("Empty: it stays %(masked)s.") % {
                "masked": instance.masked_number
            }
        if instance.phone:
            self.fields["new_phone"].help_text = _("Empty: it stays %(masked)s.") % {
                "masked": instance.masked_phone
            }
        if instance.state not in ResidenceState.of_the_register():
            self.fields["state"].choices = ResidenceState.choices

    def values(self):
        return {field: value for field, value in super().values().items() if field not in {"why", "version"}}


class AddForm(DoorForm, PersonForm):
    """A new person, into a household or into a dwelling of which no household is known."""

    relation = forms.ChoiceField(label=_("relation to the head"), choices=Relation.choices)
    is_another = forms.BooleanField(  # asked when somebody alike is found
        label=_("I have checked: this is another person."), required=False, widget=forms.HiddenInput
    )

    field_order = ["unit", "room", "relation", *PersonForm.field_order, "is_another"]

    def __init__(self, *args, user, community, household=None, **kwargs):
        super().__init__(*args, community=community, **kwargs)
        self.user, self.household = user, household
        if household:
            del self.fields["room"]
            if household.head_id:
                self.fields["relation"].choices = [
                    choice for choice in Relation.choices if choice[0] != Relation.HEAD
                ]
        else:
            del self.fields["relation"]
            self.fields["unit"] = building_field(buildings(user, "residents.edit", community))
            self.order_fields(self.field_order)

    def values(self):
        own = {"relation", "unit", "room", "is_another"}
        return {field: value for field, value in super().values().items() if field not in own} | {
            "name": self.cleaned_data["name"], "state": self.cleaned_data["state"],
        }  # fmt: skip


class TagForm(forms.Form):
    tag = forms.ChoiceField(label=_("tag"), choices=Tag.choices)
    since = forms.DateField(label=_("since"), widget=DayInput(), initial=timezone.localdate)
    evidence = forms.CharField(
        label=_("evidence"), max_length=120, required=False, validators=[identity.refuse_numbers],
        help_text=_("Which paper or visit shows it."),
    )  # fmt: skip


# What a full number may be needed for.
PURPOSES = [
    ("visit", _("visit or phone call")),
    ("service", _("handling a service for the person")),
    ("check", _("checking the register")),
    ("emergency", _("emergency")),
    ("other", _("other")),
]


class RevealForm(forms.Form):
    field = forms.ChoiceField(
        label=_("what to show"), choices=[("phone", _("phone")), ("id_number", _("document number"))]
    )
    purpose = forms.ChoiceField(label=_("purpose"), choices=PURPOSES)
    words = reason_field(_("in your words"), help_text=_("The resident can read who looked and what for."))

    def __init__(self, *args, resident, **kwargs):
        super().__init__(*args, **kwargs)
        known = [choice for choice in self.fields["field"].choices if getattr(resident, choice[0])]
        self.fields["field"].choices = known

    def stated(self) -> str:
        """The purpose as it is logged and read by the resident."""
        purpose = dict(PURPOSES)[self.cleaned_data["purpose"]]
        return str(_("%(purpose)s: %(words)s") % {"purpose": purpose, "words": self.cleaned_data["words"]})


class MandateForm(forms.Form):
    """From a paper with the signature: who may act, from when to when."""

    phone = forms.CharField(
        label=_("phone of the account that may act"), max_length=30,
        help_text=_("A relative's, a neighbour's or a grid worker's. Whoever has no account opens one first."),
    )  # fmt: skip
    starts_on = forms.DateField(label=_("from"), widget=DayInput(), initial=timezone.localdate)
    ends_on = forms.DateField(label=_("until"), widget=DayInput())
    paper = forms.CharField(
        label=_("number of the paper"), max_length=40, validators=[identity.refuse_numbers],
        help_text=_("As written on the signed paper that is kept, for example M-2026-07."),
    )  # fmt: skip

    def clean_phone(self):
        phone = find_mobile(self.cleaned_data["phone"])
        found = User.objects.with_phone(phone).exclude(phone_verified_at=None).first() if phone else None
        if found is None:
            raise ValidationError(_("No account with this number. Please check it."))
        return found

    def values(self) -> dict:
        data = self.cleaned_data
        return {"holder": data["phone"]} | {name: data[name] for name in ("starts_on", "ends_on", "paper")}


class EndMandateForm(forms.Form):
    reason = reason_field(_("reason"), help_text=_("For example: the person said so at the counter."))


class LeaveForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("what happened"),
        choices=[("", "---------"), (Resident.Left.MOVED, _("moved away")), (Resident.Left.DIED, _("died"))],
    )
    whole_household = forms.BooleanField(label=_("the whole household moves away"), required=False)
    left_on = forms.DateField(label=_("on which day"), widget=DayInput(), initial=timezone.localdate)
    why = reason_field(_("remarks"), required=False)


def needed_door(room, cleaned):
    if not room[1] and "unit" in cleaned:
        raise ValidationError(_("Please write staircase and room like 2-501, or the room alone."))
    return room


class MoveForm(DoorForm):
    """A household to another dwelling."""

    field_order = ["unit", "room"]
    why = reason_field(_("reason"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, user, household, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"] = building_field(buildings(user, "residents.edit", household.community))
        self.fields["version"].initial = household.version
        self.order_fields(self.field_order)

    def clean_room(self):
        return needed_door(super().clean_room(), self.cleaned_data)


class JoinForm(DoorForm):
    """One person into another household, or as the head of a new one."""

    relation = forms.ChoiceField(
        label=_("relation to the head there"),
        choices=[("", "---------"), *Relation.choices],
        help_text=_("“Head” opens a new household at this door."),
    )
    which = forms.IntegerField(label=_("household"), required=False, widget=forms.HiddenInput)
    why = reason_field(_("reason"))

    field_order = ["unit", "room", "relation", "which"]

    def __init__(self, *args, user, community, **kwargs):
        super().__init__(*args, **kwargs)
        self.household = None
        self.fields["unit"] = building_field(buildings(user, "residents.edit", community))
        self.order_fields(self.field_order)

    def clean_room(self):
        return needed_door(super().clean_room(), self.cleaned_data)

    def clean(self):
        """Where several households live behind the door, one of them has to be chosen."""
        cleaned = super().clean()
        if not {"unit", "room", "relation"} <= cleaned.keys() or cleaned["relation"] == Relation.HEAD:
            return cleaned
        there = {
            row.pk: row
            for row in households_at(cleaned["unit"], cleaned["room"]).select_related(
                "head", "community", "dwelling__unit__parent"
            )
        }
        self.household = there.get(cleaned.get("which"))
        if len(there) > 1:
            widget = forms.Select(choices=[("", "---------"), *((pk, str(row)) for pk, row in there.items())])
            self.fields["which"].widget = widget
            if not self.household:
                self.add_error("which", _("Several households live there: please choose one."))
        return cleaned


class RelationsForm(forms.Form):
    """Who is who in a household: one choice for each member, one of them the head."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, household, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = household.version
        for member in household.members.living().order_by("born_on", "pk"):
            self.fields[f"relation_{member.pk}"] = forms.ChoiceField(
                label=member.name, choices=Relation.choices, initial=member.relation
            )

    def relations(self) -> dict[int, str]:
        said = self.cleaned_data
        return {int(name.removeprefix("relation_")): said[name] for name in said if name != "version"}


class ListForm(forms.Form):
    """How the list of residents is narrowed; comes in the query string."""

    AGES = [("", _("every age")), ("80", _("80 and over")), ("60", _("60 and over")), ("14", _("under 14"))]
    q = forms.CharField(label=_("Name, pinyin, number or address"), max_length=100, required=False)
    tag = forms.ChoiceField(label=_("tag"), choices=[("", _("every tag")), *Tag.choices], required=False)
    age = forms.ChoiceField(label=_("age"), choices=AGES, required=False)
    unit = forms.IntegerField(required=False, widget=forms.HiddenInput)
    after = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
