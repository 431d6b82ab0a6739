"""Who signed up, and what is done for many of them at a time."""

import secrets
from collections import Counter
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_http_methods

from config.errors import DomainError
from config.fields import TidyMixin
from notifications.models import Channel
from notifications.operations import preview
from residents.models import building_name

from .. import operations
from ..forms_sign_up import RemoveForm
from ..models import Session, SignUp, SignUpState
from ..operations import moving
from ..roll import counts as roll_counts
from ..roll import roll_rows
from .desk import event_or_404, require_on, session_or_404
from .door import heading

PAGE = 100  # boxes of one form: a phone scrolls through no more
STATES = [SignUpState.PLACED, SignUpState.OFFERED, SignUpState.WAITING, SignUpState.ENTERED]
ACTS = {"accept": "events.register", "leave": "events.register", "move": "events.register", "word": "events.manage"}  # fmt: skip
form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def of_session(request, pk):
    session = session_or_404(request, pk)
    if session.event.is_course:
        return redirect("events:course_people", session.event_id)
    return people(request, session)


@form_page
def of_course(request, pk):
    event = event_or_404(request, pk)
    if not event.is_course:
        raise Http404
    return people(request, event)


def people(request, pool):
    event = pool.programme
    require_on(request.user, "events.check_in", event)
    if request.method != "POST":
        return listing(request, pool)
    act = request.POST.get("act", "")
    if act not in ACTS:
        raise Http404
    require_on(request.user, ACTS[act], event)
    chosen = ticked(request, pool)
    if not chosen:
        return listing(request, pool, refusal=_("Tick the people first."), status=422)
    return {"word": word, "leave": leave}.get(act, bulk)(request, pool, chosen)


def sign_ups(pool):
    rows = SignUp.objects.live().of_pool(pool)
    related = (
        "resident__user",
        "resident__unit__parent",
        "guardian__user",
        "session__community",
        "event__unit",
    )
    return rows.select_related(*related).prefetch_related("members").order_by("resident__name_pinyin", "pk")


def ticked(request, pool) -> list[SignUp]:
    """The living sign-ups of this pool that were ticked, or all of them."""
    if request.POST.get("all"):
        return list(sign_ups(pool))
    ids = [one for one in request.POST.getlist("sign_up")[:PAGE] if one.isdecimal() and len(one) < 19]
    return list(sign_ups(pool).filter(pk__in=ids))


def listing(request, pool, *, failed=(), refusal="", status=200, chosen=()):
    event, state = pool.programme, request.GET.get("state", "")
    counts, seats = in_states(pool)
    found, after = page_of(request, pool, state if state in STATES else "")
    kept, roll = {one.pk for one in chosen}, roll_of(pool)
    over = bool(roll) and pool.ends_at <= timezone.now()
    context = about(pool) | {
        "rows": [row(one, one.pk in kept) | came(one, roll, over) for one in found[:PAGE]],
        "turnout": roll_counts(list(roll.values())) if roll else None,
        "over": over,
        "older_url": next_page(request, found) if len(found) > PAGE else "",
        "newer_url": f"{request.path}?{urlencode({'state': state})}" if after else "",
        "states": [(code, code.label, counts[code], code == state) for code in STATES if counts[code]],
        "state": state,
        "count": counts.total(),
        "seats": seats,
        "others": others(pool),
        "may_register": event.may(request.user, "events.register"),
        "may_manage": event.may(request.user, "events.manage"),
        "offers": counts[SignUpState.OFFERED],
        "failed": failed,
        "refusal": refusal,
    }
    return render(request, "events/people.html", context, status=status)


def in_states(pool) -> tuple[Counter, int]:
    """How many sign-ups are in which state, and the seats of all of them."""
    rows = SignUp.objects.live().of_pool(pool).order_by().values_list("state")
    found = list(rows.annotate(Count("pk"), Sum("seats")))
    return Counter({state: count for state, count, _seats in found}), sum(seats for *_rest, seats in found)


def page_of(request, pool, state: str) -> tuple[list[SignUp], SignUp | None]:
    """One page by name and the first of the next, after the one the address names."""
    rows, key = sign_ups(pool), request.GET.get("after", "")
    rows = rows.filter(state=state) if state else rows
    last = None
    if key.isascii() and key.isdecimal() and len(key) < 19:
        last = SignUp.objects.of_pool(pool).select_related("resident").filter(pk=key).first()
    if last:
        name = last.resident.name_pinyin
        further = Q(resident__name_pinyin__gt=name) | Q(resident__name_pinyin=name, pk__gt=last.pk)
        rows = rows.filter(further)
    return list(rows[: PAGE + 1]), last


def next_page(request, found: list[SignUp]) -> str:
    query = request.GET.copy()
    query["after"] = found[PAGE - 1].pk
    return f"?{query.urlencode()}"


def about(pool) -> dict:
    if isinstance(pool, Session):
        return heading(pool) | {"pool": pool, "is_course": False}
    return {"pool": pool, "event": pool, "is_course": True, "when": _("All sessions of the course")}


def row(sign_up: SignUp, is_ticked: bool = False) -> dict:
    person = sign_up.resident
    with_them = [member.resident.name for member in sign_up.members.all()]
    if sign_up.companions:
        words = ngettext("%(n)d companion", "%(n)d companions", sign_up.companions)
        with_them.append(words % {"n": sign_up.companions})
    return {
        "pk": sign_up.pk,
        "resident": person.pk,
        "name": person.name,
        "unit": building_name(person.unit),
        "with": with_them,
        "phone": person.masked_phone,
        "seats": sign_up.seats,
        "state": sign_up.state,
        "words": sign_up.get_state_display(),
        "tone": {"placed": "ok", "offered": "few"}.get(sign_up.state, "info"),
        "until": sign_up.offer_until,
        "at": sign_up.at,
        "is_ticked": is_ticked,
    }


def roll_of(pool) -> dict[int, dict]:
    """{resident: their line of the roll-call} of a session that has begun."""
    if not isinstance(pool, Session) or pool.cancelled_at or not pool.has_started():
        return {}
    return {person["pk"]: person for person in roll_rows(pool)}


def came(sign_up: SignUp, roll: dict[int, dict], over: bool) -> dict:
    """Who of a sign-up came, is on leave or did not come, as the roll-call has it; nothing before it is known."""
    ids = [sign_up.resident_id, *(member.resident_id for member in sign_up.members.all())]
    lines = [roll[one] for one in ids if one in roll]
    there = sum(1 for line in lines if line["attendance"])
    if there:
        words = (
            _("There") if there == len(ids) else _("%(n)d of %(all)d there") % {"n": there, "all": len(ids)}
        )
        return {"came": words, "came_tone": "ok"}
    if any(line["excuse"] for line in lines):
        return {"came": _("On leave"), "came_tone": "few"}
    return {"came": pgettext("count", "Absent"), "came_tone": "full"} if over and lines else {}


def others(pool) -> list[Session]:
    """Where else people could go."""
    if not isinstance(pool, Session):
        return []
    rows = pool.event.sessions.filter(cancelled_at=None, starts_at__gt=timezone.now()).exclude(pk=pool.pk)
    return list(rows.order_by("starts_at", "pk")[:100])


def bulk(request, pool, chosen, reason=""):
    """One after the other, each for itself; what did not work is said by name. `reason`: why places are taken back."""
    act, to = request.POST["act"], None
    if act == "move":
        to = next((one for one in others(pool) if str(one.pk) == request.POST.get("to", "")), None)
        if to is None:
            return listing(request, pool, refusal=_("Choose the other session."), status=422, chosen=chosen)
    acts = {
        "accept": lambda one: operations.accept(sign_up=one, by=request.user),
        "leave": lambda one: operations.leave(sign_up=one, by=request.user, at_the_desk=True, reason=reason),
        "move": lambda one: moving.move_to(sign_up=one, session=to, by=request.user),
    }
    failed = []
    for one in chosen:
        try:
            acts[act](one)
        except DomainError as refusal:
            failed.append((one, str(refusal)))
    if done := len(chosen) - len(failed):
        messages.success(request, ngettext("Done for %(n)d sign-up.", "Done for %(n)d sign-ups.", done) % {"n": done})  # fmt: skip
    if failed:
        left = [one for one, _refusal in failed]
        return listing(request, pool, failed=failed, status=422, chosen=left)
    return redirect(request.get_full_path())


def leave(request, pool, chosen):
    """Ask why; the people are told, and each sign-up keeps it."""
    form = RemoveForm(request.POST if request.POST.get("sure") else None)
    if form.is_valid():
        return bulk(request, pool, chosen, reason=form.cleaned_data["reason"])
    context = about(pool) | {"form": form, "rows": [row(one) for one in chosen]}
    return render(request, "events/people_leave.html", context, status=422 if form.is_bound else 200)


class WordForm(TidyMixin, forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What shall they know?"),
        max_length=moving.LONGEST_WORD,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Up to 200 characters. Say who writes and what to do."),
    )
    token = forms.RegexField(r"^[a-z0-9]{8}$", widget=forms.HiddenInput)


def word(request, pool, chosen):
    """Write, look at whom it reaches and how, send: three steps of one form."""
    step = request.POST.get("step", "write")
    if step == "write":
        return word_page(request, pool, chosen, WordForm(initial={"token": secrets.token_hex(4)}))
    form = WordForm(request.POST)
    if not form.is_valid():
        return word_page(request, pool, chosen, form, status=422)
    event = pool.programme
    if step == "send":
        told = moving.send_word(event=event, sign_ups=chosen, by=request.user, **form.cleaned_data)
        messages.success(request, ngettext("%(n)d person is told.", "%(n)d people are told.", told) % {"n": told})  # fmt: skip
        return redirect(request.path)
    ways = preview(moving.words_to(event, chosen, **form.cleaned_data))
    return word_page(request, pool, chosen, form, ways=ways)


def word_page(request, pool, chosen, form, ways=(), status=200):
    counts = Counter(channel for _message, _inbox, channels in ways for channel in channels)
    context = about(pool) | {
        "form": form,
        "rows": chosen,
        "is_for_all": bool(request.POST.get("all")),
        "is_preview": bool(ways),
        "people": len(ways),
        "inbox": sum(1 for _message, is_inbox, _channels in ways if is_inbox),
        "channels": [(label, counts[code]) for code, label in Channel.choices if code != Channel.PHONE],
        "to_call": [message.name for message, _inbox, channels in ways if Channel.PHONE in channels],
    }
    return render(request, "events/people_word.html", context, status=status)
