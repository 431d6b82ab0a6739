from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.access import may, require
from community.models import Unit
from config.errors import DomainError

from . import comparing, listing, operations, text
from . import figures as fig
from .forms import RemarkForm, StartForm, TextForm
from .models import Report
from .periods import month_of

ROWS = 50


def _find(request, pk) -> Report:
    rows = Report.objects.visible_to(request.user).select_related(
        "unit__profile", "organisation", "sealed_by", "submitted_by"
    )
    report = get_object_or_404(rows, pk=pk)
    request.community = report.unit
    return report


@require_safe
def reports(request):
    require(request.user, "reports.view")
    rows = (
        Report.objects.visible_to(request.user)
        .select_related("unit", "organisation")
        .order_by("-month", "unit__path", "organisation_id")
    )
    page = Paginator(rows, 24).get_page(request.GET.get("page"))
    form = StartForm(user=request.user)
    return render(
        request,
        "reports/list.html",
        {
            "page": page,
            "form": form,
            "may_start": bool(form.fields["body"].choices),
            "may_compare": Unit.objects.communities().where(request.user, "reports.view")[1:2].exists(),
        },
    )


@require_safe
def compare(request):
    """`?month=2026-10`, else the newest that somebody has signed; for whoever reads the reports of more than one community."""
    require(request.user, "reports.view")
    months = comparing.months(request.user)
    asked = request.GET.get("month", "")
    month = next((one for one in months if f"{one:%Y-%m}" == asked), None)
    if asked and month is None:
        raise Http404
    signed = comparing.last_signed(request.user)
    month = month or signed or next(iter(months), month_of(timezone.localdate()))
    opened_earlier = not asked and months and month != months[0]
    context = {"months": months, "month": month, "opened_earlier": opened_earlier}
    context |= comparing.compared(request.user, month)
    return render(request, "reports/compare.html", context)


@require_POST
def start(request):
    require(request.user, "reports.write")
    form = StartForm(request.POST, user=request.user)
    if not form.is_valid():
        page = Paginator(Report.objects.visible_to(request.user), 24).get_page(1)
        return render(
            request, "reports/list.html", {"page": page, "form": form, "may_start": True}, status=422
        )
    unit, organisation = form.cleaned_data["body"]
    try:
        report = operations.start(
            unit=unit, organisation=organisation, month=form.cleaned_data["month"], by=request.user
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:list")
    return redirect(report)


def _line(one, figures: dict) -> dict:
    """A month sealed before the figure existed has none: a dash, and no rows to open."""
    behind = one.part if isinstance(one, fig.Ratio) else one.key  # a share opens to its part's rows
    values = figures.get(one.key, {"now": None, "before": None, "year_ago": None})
    return {
        "key": one.key,
        "label": one.label,
        "unit": one.unit if one.key in figures else "",
        "opens": values["now"] is not None and behind in figures,
        "behind": behind,
        **values,
        "on_month": fig.change(values["now"], values["before"]),
        "on_year": fig.change(values["now"], values["year_ago"]),
    }


def _has_moved(report, content) -> bool:
    """Whether what a sealed month says is no longer what is recorded; figures that came later say nothing."""
    if report.state != Report.State.SEALED:
        return False
    live = fig.compute(report.period)
    return any(live.get(key) != value for key, value in content["figures"].items() if key in live)


def _parts(report, content) -> list[dict]:
    """The sections with their sentence, figures and written text, ready to show."""
    declared = fig.figures(report.period)
    parts = []
    for key, title in fig.sections(report.period).items():
        lines = [_line(one, content["figures"]) for one in declared if one.section == key and one.is_listed]
        parts.append({
            "key": key, "title": title, "lines": lines,
            "sentence": text.sentence(key, content["figures"]),
            "words": report.sections.get(key, ""),
            "paragraphs": [line for line in report.sections.get(key, "").splitlines() if line.strip()],
        })  # fmt: skip
    return parts


@require_safe
def report(request, pk):
    report = _find(request, pk)
    content = operations.shown(report)
    moved = _has_moved(report, content)
    return render(request, "reports/report.html", {
        "report": report, "period": report.period, "content": content, "parts": _parts(report, content), "moved": moved,
        "may_write": may(request.user, "reports.write", report.body), "may_send_back": may(request.user, "reports.seal", report.body),
        "may_seal": report.state == Report.State.SUBMITTED and report.is_signed_by(request.user),
        "remark_form": RemarkForm(),
    })  # fmt: skip


@require_safe
def paper(request, pk):
    report = _find(request, pk)
    content = operations.shown(report)
    return render(request, "reports/print.html", {
        "report": report, "period": report.period, "content": content, "parts": _parts(report, content),
        "signed_on": report.sealed_at or report.submitted_at,
    })  # fmt: skip


@require_safe
def figure(request, pk, key):
    report = _find(request, pk)
    one = fig.find(report.period, key)
    if one is None:
        raise Http404
    page = Paginator(one.rows(report.period), ROWS).get_page(request.GET.get("page"))
    return render(request, "reports/figure.html", {
        "report": report, "figure": one, "page": page, "table": listing.table(one.family.key, page),
        "value": fig.compute(report.period)[key]["now"],
    })  # fmt: skip


def _with_what_was_typed(request, report, refusal, **kwargs):
    """The form as sent, but on top of the version that is stored now: sending it again overwrites knowingly."""
    data = request.POST.copy()
    data["version"] = report.version
    form = TextForm(data, report=report, **kwargs)
    form.add_error(None, refusal)
    return form


def write(request, pk):
    report = _find(request, pk)
    require(request.user, "reports.write", report.body)
    sections = fig.sections(report.period)
    figures = fig.compute(report.period)
    about = {"sections": sections, "sentences": {key: text.sentence(key, figures) for key in sections}}
    form = TextForm(request.POST or None, report=report, **about)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            words = {key: form.cleaned_data[key] for key in sections}
            try:
                operations.write(
                    report=report, words=words, version=form.cleaned_data["version"], by=request.user
                )
            except DomainError as refusal:
                report.refresh_from_db()
                form = _with_what_was_typed(request, report, str(refusal), **about)
            else:
                messages.success(request, _("The text is kept."))
                return redirect(report)
    return render(request, "reports/write.html", {
        "report": report, "form": form,
        "theirs": [(sections[key], words) for key, words in report.sections.items() if status == 422 and words and key in sections],
    }, status=status)  # fmt: skip


def _act(request, pk, act, said, **fields):
    report = _find(request, pk)
    try:
        act(report=report, by=request.user, **fields)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(report)


@require_POST
def submit(request, pk):
    return _act(request, pk, operations.submit, _("The report is submitted."))


@require_POST
def send_back(request, pk):
    form = RemarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a few words what should be changed."))
        return redirect(_find(request, pk))
    return _act(
        request,
        pk,
        operations.send_back,
        _("The report is a draft again."),
        remark=form.cleaned_data["remark"],
    )


@require_POST
def seal(request, pk):
    return _act(request, pk, operations.seal, _("The report is sealed. Its figures stay as they are."))
