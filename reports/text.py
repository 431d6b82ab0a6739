"""The report's words: title, addressee, one sentence of figures a section, then what the secretary wrote."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from community.models import Kind, Organisation, OrganisationKind, Unit

from . import figures as fig
from .figures import change
from .periods import Period

SENTENCES = {
    fig.PARTY: gettext_lazy(
        "There are %(party_members)s party members in the community. %(party_sessions)s party activities were held "
        "this month with %(party_attendances)s person-times%(party_attendances_change)s."
    ),
    fig.GRID: gettext_lazy(
        "The grid has %(groups)s residents' groups, %(compounds)s compounds and %(buildings)s buildings, with "
        "%(grid_workers)s grid workers and %(building_heads)s building heads. %(duties)s duty shifts were kept this month. "
        "Of the compounds %(covered_party_rate)s have a party branch, %(covered_owners_rate)s an owners' committee, "
        "%(covered_property_rate)s property management, %(covered_lighting_rate)s lighting, %(covered_fitness_rate)s "
        "fitness equipment and %(covered_red_station_rate)s a red station."
    ),
    fig.LIVING: gettext_lazy(
        "%(population)s people in %(households)s households are in the register; %(arrivals)s moved in and "
        "%(leavers)s moved away or died this month. %(aged_60)s are aged 60 and over, %(aged_80)s of them 80 and over; "
        "%(children)s are children under 14; %(alone)s elders live alone or in an empty nest; %(hardship)s people receive "
        "assistance. %(service_sessions)s convenience services were held for %(service_attendances)s person-times."
    ),
    fig.VOLUNTEERS: gettext_lazy(
        "%(volunteer_sessions)s volunteer activities were held. %(helper_people)s people helped %(helpers)s times, "
        "%(helper_hours)s hours in all%(helper_hours_change)s. %(points_people)s people were given "
        "points %(points_awards)s times, %(points_given)s points in all%(points_given_change)s; "
        "%(points_back)s points were taken back, %(points_redeemed)s redeemed and %(points_expired)s expired."
    ),
    fig.OPENNESS: gettext_lazy(
        "%(meetings)s meetings were held; %(notices)s notices were published, %(publicities)s of them public lists."
    ),
    fig.CULTURE: gettext_lazy(
        "%(sessions)s activities of all kinds were held%(sessions_change)s and "
        "%(sessions_cancelled)s cancelled. %(attendances)s person-times took part%(attendances_change)s, "
        "%(attendance_people)s different people. %(registrations)s places were signed up for, turnout %(turnout)s."
    ),
    fig.SAFETY: gettext_lazy(
        "%(lecture_sessions)s lectures and trainings were held with %(lecture_attendances)s person-times."
    ),
    fig.MEMBERS: gettext_lazy(
        "The branch has %(members)s members, %(members_female)s of them women and %(members_60)s aged 60 and over; "
        "%(members_moved_in)s moved in and %(members_left)s left this month."
    ),
    fig.THEME: gettext_lazy(
        "%(theme_days)s party activities were held this month; %(theme_attendances)s members were present in all, "
        "an attendance of %(theme_rate)s."
    ),
    fig.SERVICE: gettext_lazy(
        "The branch put on %(branch_sessions)s activities for residents with %(branch_attendances)s person-times. "
        "%(member_helper_people)s members helped %(member_helpers)s times, %(member_hours)s hours in all."
    ),
}


def _moved(percent: str | None) -> str:
    """In words, with its brackets; nothing where there is no month to compare with."""
    if percent is None:
        return ""
    share = percent.lstrip("+-")
    if not float(share):
        return _(" (as last month)")
    more = _(" (%(share)s%% more than last month)")
    return (_(" (%(share)s%% less than last month)") if percent[0] == "-" else more) % {"share": share}


def _shown(values: dict[str, dict]) -> dict[str, str]:
    shares = {one.key for one in fig.COMMUNITY_FIGURES + fig.BRANCH_FIGURES if isinstance(one, fig.Ratio)}
    # a month sealed before a figure existed has none
    keys = [one.key for one in fig.COMMUNITY_FIGURES + fig.BRANCH_FIGURES]
    shown = dict.fromkeys(keys, "—") | {f"{key}_change": "" for key in keys}
    for key, value in values.items():
        now = value["now"]
        shown[key] = "—" if now is None else f"{now}%" if key in shares else str(now)
        shown[f"{key}_change"] = _moved(change(now, value["before"]))
    return shown


def sentence(section: str, values: dict[str, dict]) -> str:
    """The section's figures in words; empty where a section is words alone."""
    return SENTENCES[section] % _shown(values) if section in SENTENCES else ""


def signer(period: Period) -> str:
    """The body that signs: the branch itself, else the community's party committee, else the community."""
    if period.organisation:
        return period.organisation.name
    bodies = Organisation.objects.living().filter(unit=period.unit)
    for kind in (
        OrganisationKind.PARTY_COMMITTEE,
        OrganisationKind.GENERAL_BRANCH,
        OrganisationKind.RESIDENTS_COMMITTEE,
    ):
        body = bodies.filter(kind=kind).order_by("pk").first()
        if body:
            return body.name
    return period.unit.name


def addressee(period: Period) -> str:
    if period.organisation:
        return signer(Period(period.unit, None, period.month))
    street = Unit.objects.above(period.unit).filter(kind=Kind.STREET).first()
    return _("the party working committee of %(street)s") % {"street": street.name} if street else ""


def title(period: Period) -> list[str]:
    """The title in the pieces it may be broken between; joined, it is the title."""
    whole = pgettext(
        "report title, | where a line may end", "Report of %(body)s |on its work in %(month)s/%(year)s"
    )
    words = {"body": signer(period), "year": period.month.year, "month": period.month.month}
    return [piece % words for piece in whole.split("|")]
