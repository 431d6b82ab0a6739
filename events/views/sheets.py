"""The roll-call on paper: the sheet to sign, and keying it in afterwards."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.errors import DomainError
from residents.models import Resident

from .. import operations, rows
from .. import sheets as written
from ..roll import roll_rows
from .desk import require_on, session_or_404
from .door import heading, in_care

MOST_NAMED, MOST_LINES = 5, 600


@require_safe
def sheet(request, pk):
    """The list on paper, to be signed at the door; empty lines for those who just come along."""
    session = session_or_404(request, pk)
    require_on(request.user, "events.check_in", session.event)
    starts_at, ends_at = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    when = f"{date_format(starts_at, 'DATE_FORMAT')} {date_format(starts_at, 'l')} {rows.hours(starts_at, ends_at)}"
    context = heading(session) | {"when": when}  # paper keeps no "today"
    return render(request, "events/sheet.html", context | sheet_lines(session))


def sheet_lines(session) -> dict:
    """The numbered lines, and whether somebody on the roll (by pinyin) has no number yet."""
    people = {person["pk"]: person for person in roll_rows(session)}
    lines = [
        {
            "number": number,
            "code": written.code_of(session, number),
            "person": people.get(resident),
            "open": resident is None,
        }
        for number, resident in session.sheet_lines.order_by("number").values_list("number", "resident")
        if resident is None or resident in people
    ]
    numbered = {line["person"]["pk"] for line in lines if line["person"]}
    waiting = [person for pk, person in people.items() if pk not in numbered]
    return {"lines": lines, "waiting": waiting, "unnumbered": bool(waiting) or not lines}


@require_POST
def number_lines(request, pk):
    """Give numbers to who has none yet: before the sheet is printed, so that they never change afterwards."""
    session = session_or_404(request, pk)
    require_on(request.user, "events.check_in", session.event)
    operations.number_lines(session=session, residents=[person["pk"] for person in roll_rows(session)])
    return redirect("events:key_in" if request.POST.get("then") == "key_in" else "events:sheet", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def key_in(request, pk):
    """Type or tick the lines that are signed, look at the names, save all in one act."""
    session = session_or_404(request, pk)
    require_on(request.user, "events.check_in", session.event)
    context = heading(session) | sheet_lines(session)
    lines = {line["number"]: line for line in context["lines"]}
    context |= {
        "late": session.check_in_window() == "late",
        "early": session.check_in_window() == "early" or bool(session.cancelled_at),
        "typed": request.POST.get("typed", "")[:4000],
        "reason": request.POST.get("reason", "")[:200],
    }
    if request.method != "POST":
        return render(request, "events/key_in.html", context)
    numbers, unknown = read_lines(request, session, lines)
    context |= {"unknown": unknown, "ticked": numbers}
    if not numbers:
        context["unknown"] = unknown or [_("Type or tick at least one line.")]
        return render(request, "events/key_in.html", context, status=422)
    chosen = [lines[number] for number in sorted(numbers)]
    named = [_named(request, session, line) for line in chosen if line["open"]]
    context |= {"known": [line for line in chosen if line["person"]], "named": named}
    saves, asks = request.POST.get("act") == "save", any(row["asks"] for row in named)
    if saves and asks:
        context["refusal"] = _("Write whose name stands on each line; of several of that name choose one.")
    if asks or not saves:
        status = 422 if unknown or context.get("refusal") else 200
        return render(request, "events/key_in_preview.html", context, status=status)
    return _save(request, session, context)


def read_lines(request, session, lines) -> tuple[set[int], list[str]]:
    """The numbers that were typed or ticked and stand on the sheet, and a sentence for everything else."""
    numbers, unknown = written.read(request.POST.get("typed", "")[:4000], session)
    ticked = request.POST.getlist("line")[:MOST_LINES]
    if not all(value.isascii() and value.isdecimal() and len(value) < 6 for value in ticked):
        raise Http404
    numbers |= {int(value) for value in ticked}
    for number in sorted(numbers - lines.keys()):
        unknown.append(_("There is no line %(line)s on this sheet.") % {"line": number})
    return numbers & lines.keys(), unknown


def _named(request, session, line) -> dict:
    """An empty line that was signed: the name on it, and who that may be."""
    number = line["number"]
    name = request.POST.get(f"name{number}", "").strip()[:60]
    who = request.POST.get(f"who{number}", "")
    people = []
    if name:
        found = Resident.objects.living().filter(in_care(request.user, session), name=name)
        people = list(found.select_related("unit__parent").order_by("pk")[:MOST_NAMED])
    if who not in {"", "new", *(str(one.pk) for one in people)}:
        who = ""
    if not people and name:
        who = "new"
    return {"line": line, "name": name, "people": people, "who": who, "asks": not (name and who)}


def _save(request, session, context):
    signed = [(line["number"], line["person"]["pk"]) for line in context["known"]]
    signed += [(row["line"]["number"], int(row["who"])) for row in context["named"] if row["who"] != "new"]
    names = [(row["line"]["number"], row["name"]) for row in context["named"] if row["who"] == "new"]
    try:
        count = operations.key_in(
            session=session, signed=signed, names=names, by=request.user, reason=context["reason"]
        )
    except DomainError as refusal:
        context["refusal"] = refusal
        return render(request, "events/key_in_preview.html", context, status=422)
    words = ngettext("%(n)d person is noted from the sheet.", "%(n)d people are noted from the sheet.", count)
    nobody_new = _("All of them were noted already; nothing has changed.")
    messages.success(request, words % {"n": count} if count else nobody_new)
    return redirect(reverse("events:roll", args=[session.pk]))
