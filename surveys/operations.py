"""What may be done with sets of questions and answers."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Organisation, Unit
from config.errors import DomainError
from config.ordering import swapped
from residents.models import Resident

from .forms import AnswersForm, ChangeForm, end_of_day
from .models import OVERALL, Answer, Answered, Question, Response, Survey
from .results import standard_after_event, standard_yearly

MOST_QUESTIONS = 30


@transaction.atomic
def create_survey(
    *,
    unit: Unit,
    title: str,
    purpose: str,
    by: User,
    organisation: Organisation | None = None,
    source: Survey | None = None,
    **fields,
) -> Survey:
    """A new set of questions; with `source`, one that begins with a copy of its questions."""
    survey = Survey.objects.create(
        unit=unit, organisation=organisation, title=title, purpose=purpose, created_by=by, **fields
    )
    if source:
        _copy_questions(source, survey)
    record("surveys.create", by=by, on=survey, path=unit.path, purpose=purpose)
    return survey


def _copy_questions(source: Survey, survey: Survey) -> None:
    names = ["text", "hint", "kind", "required", "choices", "seen_by", "code"]
    Question.objects.bulk_create(
        Question(survey=survey, order=order, **{name: getattr(question, name) for name in names})
        for order, question in enumerate(source.living_questions(), 1)
        if not (survey.is_anonymous and question.kind == Question.Kind.FILE)
    )


def create_set(
    *, purpose: str, unit: Unit, title: str, year: int | None, closes_on: date | None, by: User
) -> Survey:
    """A template of questions, or the survey of `year` with the five feelings.

    Raises DomainError when the community has a survey of that year.
    """
    if purpose != Survey.Purpose.YEARLY:
        questions = standard_after_event() if purpose == Survey.Purpose.EVENT else []
        anonymous = purpose == Survey.Purpose.EVENT
        return _with_questions(
            questions,
            unit=unit,
            title=title,
            purpose=purpose,
            is_template=True,
            is_anonymous=anonymous,
            by=by,
        )
    try:
        return _with_questions(
            standard_yearly(), unit=unit, title=title, purpose=purpose, year=year, is_anonymous=True,
            closes_at=end_of_day(closes_on), by=by,
        )  # fmt: skip
    except IntegrityError:
        raise DomainError(_("There is a survey of this year already.")) from None


@transaction.atomic
def _with_questions(questions: list[dict], **fields) -> Survey:
    survey = create_survey(**fields)
    add_standard_questions(survey, questions)
    return survey


def add_standard_questions(survey: Survey, questions: list[dict]) -> None:
    """The questions a new survey begins with, when there is no template."""
    Question.objects.bulk_create(
        Question(survey=survey, order=order, **fields) for order, fields in enumerate(questions, 1)
    )


def _hold(survey: Survey) -> Survey:
    """The survey's row, held: its questions change one person after the other."""
    return Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)


def _has_answers(survey: Survey) -> bool:
    return survey.responses.exists()


@transaction.atomic
def change_survey(*, survey: Survey, by: User, changed: list[str]) -> Survey:
    """Keep the fields `changed` of the row. Raises DomainError when names were promised away or would be."""
    stored = _hold(survey)
    if "is_anonymous" in changed and stored.is_anonymous != survey.is_anonymous and _has_answers(stored):
        raise DomainError(_("Some have answered already: whether names are kept can no longer be changed."))
    if changed:
        survey.save(update_fields=changed)
        record("surveys.change", by=by, on=survey, path=survey.unit.path)
    return survey


@transaction.atomic
def add_question(*, survey: Survey, question: Question, by: User) -> Question:
    _hold(survey)
    living = survey.living_questions()
    if living.count() >= MOST_QUESTIONS:
        raise DomainError(
            _("There are %(most)d questions already; that is enough.") % {"most": MOST_QUESTIONS}
        )
    question.survey = survey
    question.order = (living.aggregate(last=Max("order"))["last"] or 0) + 1
    question.save()
    record("surveys.question", by=by, on=question, path=survey.unit.path, step="add")
    return question


@transaction.atomic
def change_question(*, question: Question, by: User, changed: list[str]) -> Question:
    """Keep the fields `changed`. Once answered, the question that was asked stays and a new one takes its place."""
    survey = _hold(question.survey)
    stored = Question.objects.get(pk=question.pk)
    if stored.retired_at:
        raise DomainError(_("Somebody else has changed this question meanwhile. Please look again."))
    if not changed:
        return question
    if stored.kind != question.kind:  # what is compared year after year is a mark
        question.code, changed = "", [*changed, "code"]
    if stored.answers.exists():
        question.pk, question._state.adding = None, True
        question.replaces = stored
        question.save()
        _retire(stored, by)
    else:
        question.save(update_fields=changed)
    record("surveys.question", by=by, on=question, path=survey.unit.path, step="change")
    return question


def _retire(question: Question, by: User) -> None:
    question.retired_at, question.retired_by = timezone.now(), by
    question.save(update_fields=["retired_at", "retired_by"])


@transaction.atomic
def remove_question(*, question: Question, by: User) -> None:
    """Ask it no longer. Answers given to it stay."""
    survey = _hold(question.survey)
    question.refresh_from_db()
    if question.retired_at:
        return
    record("surveys.question", by=by, on=question, path=survey.unit.path, step="remove")
    if question.answers.exists():
        _retire(question, by)
    else:
        question.delete()


@transaction.atomic
def move_question(*, question: Question, up: bool, by: User) -> None:
    """One place up or down; at the end it stays where it is."""
    survey = _hold(question.survey)
    living = swapped(survey.living_questions(), question.pk, up=up)
    if not living:
        return
    Question.objects.bulk_update(living, ["order"])
    record("surveys.question", by=by, on=question, path=survey.unit.path, step="move")


@transaction.atomic
def answer(
    *,
    survey: Survey,
    form: AnswersForm,
    resident: Resident,
    by: User,
    cause: str = "",
    about_on: date | None = None,
) -> Response:
    """Keep what a valid `form` of `survey` says, once for each resident and `cause`.

    Nothing leads from an anonymous answer to whom it is of: that somebody answered is a row of its own, both have
    keys by chance and no moment, and the line in the log names nobody.
    Raises DomainError when the survey is closed or `resident` has answered already.
    """
    if not survey.is_open():
        raise DomainError(_("This survey is closed."))
    try:
        with transaction.atomic():
            Answered.objects.create(survey=survey, cause=cause, resident=resident)
    except IntegrityError:
        raise DomainError(_("You have answered already. Thank you.")) from None
    answers = form.answers()
    named = not survey.is_anonymous
    response = Response.objects.create(
        survey=survey,
        cause=cause,
        resident=resident if named else None,
        at=timezone.now() if named else None,
        about_on=about_on or timezone.localdate(),
        score=next((value for question, value in answers if question.code == OVERALL), None),
    )
    for question, value in answers:
        _keep(response, question, value)
    record("surveys.answer", by=by if named else None, on=survey, path=survey.unit.path)
    return response


def version_of(response: Response | None) -> str:
    """Another one with every change of answers with a name, against stale forms; empty for none."""
    return f"{response.at.timestamp():.6f}" if response and response.at else ""


@transaction.atomic
def change_answers(
    *, survey: Survey, cause: str, form: ChangeForm, resident: Resident, seen: str, by: User
) -> Response:
    """Put what a valid `form` says in the place of what was answered with a name for `cause`; what is no longer asked
    stays as it was said. Where nothing has been answered so far it is `resident`'s answer.

    `seen`: the `version_of` the response the form was filled from. Raises DomainError when the answers
    have changed since, or the survey is closed.
    """
    rows = Response.objects.of_causes(survey, [cause]).exclude(resident=None).order_by("pk")
    response = rows.select_for_update(of=("self",)).first()
    if version_of(response) != seen:
        raise DomainError(_("These answers have been changed in the meantime. Please look at them again."))
    if response is None:
        return answer(survey=survey, form=form, resident=resident, by=by, cause=cause)
    if not survey.is_open():
        raise DomainError(_("This survey is closed."))
    given = form.answers()
    stays = [question for question, value in given if isinstance(value, FieldFile)]
    response.answers.filter(question__in=form.questions).exclude(question__in=stays).delete()
    for question, value in given:
        if question not in stays:
            _keep(response, question, value)
    response.at = timezone.now()
    response.save(update_fields=["at"])
    record("surveys.change_answers", by=by, on=survey, path=survey.unit.path)
    return response


def _keep(response: Response, question: Question, value) -> None:
    row = Answer(response=response, question=question)
    if question.kind in (Question.Kind.SCALE, Question.Kind.NUMBER):
        row.number = value
    elif question.kind == Question.Kind.FILE:
        row.file.save(value.name, value, save=False)
    else:
        row.text = "\n".join(value) if isinstance(value, list) else value
    row.save(force_insert=True)


@transaction.atomic
def copy_answers(*, survey: Survey, causes: dict[str, tuple[str, Resident]]) -> int:
    """What was said with a name for a cause holds for another one, too: of whom, by the old cause. How many.

    An uploaded file is named by both; the sweep removes it with the last one.
    """
    made, answers = {}, []
    for old in Response.objects.of_causes(survey, causes).exclude(resident=None).prefetch_related("answers"):
        cause, resident = causes[old.cause]
        made[old.pk] = Response(
            survey=survey, cause=cause, resident=resident, about_on=old.about_on, score=old.score, at=old.at
        )
        answers += [
            Answer(response=made[old.pk], question_id=one.question_id, text=one.text, number=one.number, file=one.file.name)
            for one in old.answers.all()
        ]  # fmt: skip
    Answered.objects.bulk_create(
        Answered(survey=survey, cause=one.cause, resident=one.resident) for one in made.values()
    )
    Response.objects.bulk_create(made.values())
    Answer.objects.bulk_create(answers)
    return len(made)


def has_answered(survey: Survey, resident: Resident, cause: str = "") -> bool:
    return Answered.objects.filter(survey=survey, cause=cause, resident=resident).exists()


def follow_merge(*, source: Resident, target: Resident, by: User) -> None:
    """What `source` answered is of `target`; where both did with a name, the answer of `target` stands."""
    twice = set(Answered.objects.filter(resident=target).values_list("survey", "cause"))
    for row in Answered.objects.filter(resident=source):
        if (row.survey_id, row.cause) in twice:
            Response.objects.filter(survey=row.survey_id, cause=row.cause, resident=source).delete()
            row.delete()
    Answered.objects.filter(resident=source).update(resident=target)
    Response.objects.filter(resident=source).update(resident=target)
