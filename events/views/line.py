"""The waiting list as staff see it, and the public page of a draw."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views import sent
from community.pages import public_page
from config.errors import DomainError

from .. import operations
from ..forms_sign_up import MoveForm, RemoveForm
from ..models import Draw, Event, QueueMove, SignUp, SignUpState
from ..operations.draw import draw_of, order_of, outcome, written
from .desk import event_or_404, require_on, session_or_404

MOST = 500
# Printed on the page of a draw exactly so; a test runs it.
RECOMPUTE = """\
from hashlib import sha256
digest = lambda text: sha256(text.encode()).hexdigest()
print(digest(seed) == seed_digest, digest(entrants) == entrants_digest)
numbers = [number for number, seats, missed in eval(entrants)]
print(sorted(numbers, key=lambda number: digest(f"{seed}:{number}")))"""


@require_safe
def of_session(request, pk):
    return line(request, session_or_404(request, pk))


@require_safe
def of_course(request, pk):
    return line(request, event_or_404(request, pk))


def line(request, pool, status=200, **more):
    require_on(request.user, "events.manage", pool.programme)
    rows = SignUp.objects.live().of_pool(pool).exclude(state=SignUpState.PLACED)
    rows = list(
        rows.select_related("resident", "by")
        .prefetch_related("members")
        .order_by("rank", "number", "pk")[:MOST]
    )
    drawn = draw_of(pool) if pool.programme.collects else None
    context = {
        "pool": pool,
        "event": pool.programme,
        "draw": drawn,
        "outcome": outcome(drawn),
        "is_course": isinstance(pool, Event),
        "offered": [row for row in rows if row.state == SignUpState.OFFERED],
        "waiting": [row for row in rows if row.state == SignUpState.WAITING],
        "entered": [row for row in rows if row.state == SignUpState.ENTERED],
        "moves": QueueMove.objects.filter(sign_up__in=SignUp.objects.of_pool(pool).values("pk")).select_related("sign_up__resident", "by")[:100],
        "decide_by": operations.decide_by(pool),
    }  # fmt: skip
    return render(request, "events/line.html", context | more, status=status)


def sign_up_or_404(request, pk) -> SignUp:
    found = get_object_or_404(
        SignUp.objects.visible_to(request.user).select_related(
            "resident", "event__unit", "event__organiser", "session__event__unit", "session__community"
        ),
        pk=pk,
    )
    require_on(request.user, "events.manage", found.event)
    return found


def back(sign_up: SignUp):
    """To the list they were found on."""
    if sign_up.state == SignUpState.PLACED:
        page = "events:people" if sign_up.session_id else "events:course_people"
        return redirect(page, sign_up.session_id or sign_up.event_id)
    if sign_up.session_id:
        return redirect("events:line", sign_up.session_id)
    return redirect("events:course_line", sign_up.event_id)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request, pk):
    """Further ahead in the line, with the reason that stays."""
    found = sign_up_or_404(request, pk)

    def act(form):
        operations.move_up(sign_up=found, by=request.user, **form.cleaned_data)
        return _("%(name)s was moved up.") % {"name": found.resident}

    form = MoveForm(sent(request), initial={"to": 1})
    return acted(request, found, form, act, title=_("Move up the line"), button=_("Move up"))


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, pk):
    """Take somebody out of the line, or off the list; the person is told why."""
    found = sign_up_or_404(request, pk)

    has_a_place = found.state == SignUpState.PLACED
    gone = (
        _("%(name)s is not on the list any more.")
        if has_a_place
        else _("%(name)s is not in the line any more.")
    )

    def act(form):
        operations.leave(sign_up=found, by=request.user, at_the_desk=True, reason=form.cleaned_data["reason"])
        return gone % {"name": found.resident}

    title = _("Take off the list") if has_a_place else _("Take out of the line")
    return acted(request, found, RemoveForm(sent(request)), act, title=title, button=_("Take out"))


def acted(request, found: SignUp, form, act, **words):
    """A form about one sign-up; when it is right, what it asks for is done."""
    way = back(found)
    if form.is_valid():
        try:
            said = act(form)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return way
    lead = f"{found.resident} · {found.pool}"
    if found.state == SignUpState.WAITING:
        lead = _("%(who)s, now number %(position)d in the line") % {"who": lead, "position": found.position()}
    context = {"nav": "events", "form": form, "lead": lead, "back_url": way.url, **words}
    return render(request, "events/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def session_goes_ahead(request, pk):
    return _goes_ahead(request, session_or_404(request, pk), "events:line")


@require_POST
def course_goes_ahead(request, pk):
    return _goes_ahead(request, event_or_404(request, pk), "events:course_line")


def _goes_ahead(request, pool, page):
    require_on(request.user, "events.manage", pool.programme)
    try:
        operations.goes_ahead(pool=pool, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is certain now that this takes place."))
    return redirect(page, pool.pk)


@public_page
def draw(request, community, event, pk):
    """All that is needed to compute the order again; numbers, no names."""
    events = Event.objects.public().within(community)
    found = get_object_or_404(
        Draw.objects.filter(event__in=events).select_related("event", "session"), pk=pk, event=event
    )
    entrants = found.entrants or []
    context = {
        "nav": "events",
        "draw": found,
        "event": found.event,
        "pool": found.session or found.event,
        "by_lot": bool(found.seed_digest),
        "entrants": entrants,
        "written": written(entrants),
        "seed": found.seed if found.drawn_at else "",
        "order": order_of(found) if found.drawn_at else [],
        "recompute": RECOMPUTE,
    }
    return render(request, "events/draw.html", context)
