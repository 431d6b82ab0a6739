"""/my/: what concerns the signed-in person, gathered from the rooms."""

from django.db.models import Exists, OuterRef, Q
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from claims.models import CaseState, DeductionCase, Reviewer
from claims.models import Claim as PointsClaim
from community.access import may
from community.models import Unit
from events import explain
from events.models import Attendance, Entry, Registration, SignUp, SignUpState
from events.operations.asking import waiting_for
from events.operations.draw import missed_out
from points.models import still_to_join
from residents.models import Claim, ResidenceState, Resident
from surveys.models import Answered, Survey

from .my_hours import hours_of
from .my_points import people_with_points

SHOWN = 20


@require_safe
def my(request):
    people = list(
        Resident.objects.of(request.user)
        .select_related("community__profile", "unit")
        .annotate(
            decides=Exists(Reviewer.objects.current().filter(holder=OuterRef("user"))),
            outside=still_to_join(),
            others=Exists(Unit.objects.communities().exclude(pk=OuterRef("community"))),
            may_lose=Exists(DeductionCase.objects.filter(resident=OuterRef("pk"), state=CaseState.NOTICED)),
        )
    )
    request.community = people[0].community if people else None
    upcoming = Registration.objects.by_hand_of(request.user).upcoming().for_pages()[:SHOWN]
    entered = list(Entry.objects.of(request.user).upcoming()[:SHOWN])
    been = (
        Attendance.objects.of(request.user)
        .live()
        .select_related("resident", "session__event", "session__community")
        .order_by("-session__starts_at", "-pk")[:SHOWN]
    )
    in_line = list(
        SignUp.objects.of(request.user)
        .filter(Q(state__in=[SignUpState.OFFERED, SignUpState.WAITING, SignUpState.ENTERED]) | missed_out())
        .select_related("resident", "event__unit", "session__community")
        .order_by("offer_until", "pk")[:SHOWN]
    )
    in_line.sort(key=lambda row: row.state == SignUpState.ENDED)
    for row in in_line:
        row.without_place = explain.missed(row)
    latest = Claim.objects.filter(user=request.user).order_by("-pk").first()
    return render(request, "portal/my.html", {
        "nav": "my", "people": people, "unconfirmed": [one for one in people if one.state == "unconfirmed"],
        "claim": latest if latest and latest.state == "open" else None,
        "refused": latest if latest and latest.state == "refused" else None,
        "points": people_with_points(people), "outside": bool(people) and all(one.outside for one in people), "hours": hours_of(request.user), "upcoming": upcoming, "in_line": in_line, "entered": entered, "been": been, "to_answer": to_answer(request.user) if any(one.may_lose for one in people) else [], "opinions": opinions(request.user, people), "to_decide": to_decide(request.user) if any(one.decides for one in people) else 0, "at_work": may(request.user, "desk.enter"),
        "back_office": may(request.user, "admin.enter"), "now": timezone.now(),
        "others": not people or people[0].others,
    })  # fmt: skip


def to_decide(user) -> int:
    """Claims and deductions of points that wait for the person's voice in the review group or the supervision committee."""
    claims = PointsClaim.objects.before(user).exclude(voices__by=user).exclude(resident__user=user)
    cases = DeductionCase.objects.before(user).exclude(voices__by=user).exclude(resident__user=user)
    return claims.count() + cases.exclude(Q(opened_by=user) | Q(answered_by=user)).count()


def to_answer(user) -> list[DeductionCase]:
    """What the person may lose points for and has not answered yet."""
    rows = DeductionCase.objects.of(user).filter(state=CaseState.NOTICED)
    return list(rows.select_related("rule").order_by("answer_until")[:SHOWN])


def opinions(user, people) -> dict:
    """What the person is asked: how events were, and whether the community's year was good. Four queries at most."""
    of_the_register = [one for one in people if one.state in ResidenceState.of_the_register()]
    open_now = {
        one.unit_id: one
        for one in Survey.objects.yearly().open().filter(unit__in={one.community_id for one in of_the_register})
    } if of_the_register else {}  # fmt: skip
    done = set(
        Answered.objects.filter(survey__in=open_now.values(), resident__in=of_the_register).values_list(
            "survey", "resident"
        )
    ) if open_now else set()  # fmt: skip
    yearly = {
        survey.pk: {"survey": survey, "community": one.community}
        for one in of_the_register
        if (survey := open_now.get(one.community_id)) and (survey.pk, one.pk) not in done
    }
    return {"events": waiting_for(user) if people else [], "yearly": list(yearly.values())}
