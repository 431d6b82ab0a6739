"""What came out of a survey: counted in the database, and nothing told of few who were promised to stay unnamed."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Avg, Count
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from .forms import SCALE
from .models import FEWEST, Answer, Question, Response, Survey

MOST_WORDS = 200


@dataclass(frozen=True)
class Bar:
    label: str
    count: int
    percent: int


@dataclass
class Result:
    question: Question
    count: int = 0
    average: str = ""
    bars: list[Bar] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


@dataclass
class Summary:
    """`asked`: how many could have answered; None when nobody counted them."""

    count: int
    asked: int | None
    is_hidden: bool  # too few to tell anything without telling of whom
    results: list[Result]

    @property
    def rate(self) -> str:
        return percent(self.count, self.asked) if self.asked else "—"


def percent(part: int, whole: int) -> str:
    """With one decimal; — when there is no whole."""
    return f"{number_format(round(Decimal(part) * 100 / whole, 1))} %" if whole else "—"


def mean(value) -> str:
    return number_format(round(Decimal(value), 2), decimal_pos=2) if value is not None else "—"


def summary(survey: Survey, *, cause: str | None = None, asked: int | None = None) -> Summary:
    """Of all responses, or those about `cause`. Two queries, however many have answered."""
    responses = Response.objects.filter(survey=survey)
    answers = Answer.objects.filter(response__survey=survey)
    if cause is not None:
        responses, answers = responses.filter(cause=cause), answers.filter(response__cause=cause)
    count = responses.count()
    hidden = survey.is_anonymous and count < FEWEST
    return Summary(count, asked, hidden, [] if hidden else _results(survey, answers))


def _results(survey: Survey, answers) -> list[Result]:
    given = defaultdict(list)
    rows = answers.order_by("question", "text", "number").values_list("question", "number", "text")
    for question, number, text, count in rows.annotate(count=Count("pk")):
        given[question].append((number, text, count))
    questions = survey.questions.order_by("order", "pk")
    return [
        _result(question, given[question.pk])
        for question in questions
        if question.retired_at is None or given[question.pk]
    ]


def _result(question: Question, given: list[tuple]) -> Result:
    kind = Question.Kind
    result = Result(question, sum(count for _number, _text, count in given))
    if question.kind in (kind.SCALE, kind.NUMBER) and result.count:
        total = sum(number * count for number, _text, count in given)
        result.average = mean(total / result.count)
    if question.kind == kind.SCALE:
        marks = {str(int(number)): count for number, _text, count in given}
        result.bars = _bars([(label, marks.get(mark, 0)) for mark, label in SCALE], result.count)
    elif question.kind in (kind.CHOICE, kind.CHOICES):
        chosen = Counter()
        for _number, text, count in given:
            for option in text.splitlines():
                chosen[option] += count
        options = dict.fromkeys([*question.options, *chosen])
        result.bars = _bars([(option, chosen[option]) for option in options], result.count)
    elif question.kind == kind.WORDS:
        result.words = [text for _number, text, _count in given][:MOST_WORDS]
    return result


def _bars(counts: list[tuple[str, int]], whole: int) -> list[Bar]:
    return [Bar(label, count, round(count * 100 / whole) if whole else 0) for label, count in counts]


# --- year after year --------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    label: str
    marks: list[str]  # by year, — where there is none


def trend(unit) -> tuple[list[int], list[int], list[Line]]:
    """(years, how many answered in each, the mean of each scale by year) of the yearly surveys of `unit`."""
    surveys = list(Survey.objects.yearly().filter(unit=unit).order_by("year")[:20])
    counts = dict(
        Response.objects.filter(survey__in=surveys).order_by().values_list("survey").annotate(n=Count("pk"))
    )
    told = [one for one in surveys if not one.is_anonymous or counts.get(one.pk, 0) >= FEWEST]
    found = (
        Answer.objects.filter(response__survey__in=told, question__kind=Question.Kind.SCALE)
        .exclude(question__code="")
        .order_by()
        .values_list("question__code", "response__survey__year")
        .annotate(mean=Avg("number"))
    )
    means = {(code, year): mark for code, year, mark in found}
    labels = {}
    for code, text in (
        Question.objects.filter(survey__in=surveys, retired_at=None)
        .exclude(code="")
        .order_by("survey__year", "order")
        .values_list("code", "text")
    ):
        labels[code] = text
    years = [one.year for one in surveys]
    lines = [Line(text, [mean(means.get((code, year))) for year in years]) for code, text in labels.items()]
    return years, [counts.get(one.pk, 0) for one in surveys], lines


def standard_yearly() -> list[dict]:
    """The five feelings a yearly survey asks for (获得感 幸福感 安全感 归属感 认同感), and a word in one's own words."""
    feelings = [
        ("gain", _("Sense of gain: does the community's work help my life?")),
        ("happiness", _("Sense of happiness: am I happy living here?")),
        ("safety", _("Sense of safety: do I feel safe here?")),
        ("belonging", _("Sense of belonging: is this my home?")),
        ("identity", _("Sense of identity: do I stand behind what the community does?")),
    ]
    asked = [
        {"text": text, "kind": Question.Kind.SCALE, "code": code, "required": True} for code, text in feelings
    ]
    return [*asked, {"text": _("What should we do better next year?"), "kind": Question.Kind.WORDS}]


def standard_after_event() -> list[dict]:
    return [
        {
            "text": _("How was it, all in all?"),
            "kind": Question.Kind.SCALE,
            "code": "overall",
            "required": True,
        },
        {"text": _("How did you like the content?"), "kind": Question.Kind.SCALE, "code": "content"},
        {"text": _("How was it organised?"), "kind": Question.Kind.SCALE, "code": "organised"},
        {"text": _("What was good, and what could be better?"), "kind": Question.Kind.WORDS},
    ]


def sheet(
    survey: Survey, causes: list[str], user=None
) -> tuple[list[Question], dict[str, dict[int, Answer]]]:
    """Who answered what at sign-up: (questions, {cause: {question id: Answer}}), with those answers alone that
    `user` may see (None: all), for lists and spreadsheets. Two queries."""
    questions = list(survey.questions.order_by("order", "pk"))
    if user is not None:
        acts = {act: survey.may(user, act) for act in Question.SeenBy.values}
        questions = [question for question in questions if acts[question.seen_by]]
    found: dict[str, dict[int, Answer]] = defaultdict(dict)
    answers = Answer.objects.filter(
        response__survey=survey, response__cause__in=causes, question__in=questions
    ).select_related("response")
    for row in answers:
        found[row.response.cause][row.question_id] = row
    used = {pk for row in found.values() for pk in row}
    return [one for one in questions if one.retired_at is None or one.pk in used], found
