"""Sets of questions, and what people answered: at sign-up, after an event, once a year."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.access import may, organisations_of, scope
from community.models import Organisation, Unit
from residents.models import Resident

FEWEST = 5  # below so many anonymous answers nothing is told of them
OVERALL = "overall"  # the code of the question that says how it was, all in all


def any_id() -> int:
    """A key that tells nothing of the order in which rows were written."""
    return secrets.randbelow(2**52) + 1


class SurveyQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(
            scope(user, "events.view", "unit__path")
            | Q(organisation__in=organisations_of(user, "events.view"))
        )

    def yearly(self):
        return self.filter(purpose=Survey.Purpose.YEARLY, is_template=False)

    def open(self, now=None):
        now = now or timezone.now()
        return self.filter(Q(opens_at__lte=now), Q(closes_at=None) | Q(closes_at__gt=now), is_template=False)


class Survey(models.Model):
    """A set of questions. One that is a template is only copied, never answered.

    `is_anonymous` holds for every answer: with some names among them, the others could be told by elimination.
    """

    class Purpose(models.TextChoices):
        SIGN_UP = "sign_up", _("at sign-up")
        EVENT = "event", _("after an event")
        YEARLY = "yearly", _("satisfaction of the year")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="surveys", verbose_name=_("unit"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    title = models.CharField(_("title"), max_length=80)
    intro = models.CharField(_("what it is for"), max_length=200, blank=True)
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose.choices)
    is_template = models.BooleanField(_("a template to copy"), default=False)
    is_anonymous = models.BooleanField(_("answered without names"), default=False)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    opens_at = models.DateTimeField(_("opens at"), default=timezone.now)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("by")
    )

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year"],
                condition=Q(purpose="yearly", is_template=False),
                name="one_survey_a_year",
            ),
            models.CheckConstraint(
                condition=~Q(purpose="yearly") | Q(is_template=True) | Q(year__isnull=False),
                name="a_yearly_survey_has_its_year",
            ),
            models.CheckConstraint(
                condition=~Q(purpose="sign_up") | Q(is_anonymous=False), name="a_sign_up_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="survey_closes_after_it_opens",
            ),
        ]

    def __str__(self):
        return self.title

    def is_open(self, now=None) -> bool:
        now = now or timezone.now()
        return (
            not self.is_template and self.opens_at <= now and (self.closes_at is None or now < self.closes_at)
        )

    def may(self, user, act: str) -> bool:
        """By a post at or above the unit, or at the organisation whose survey it is."""
        return may(user, act, self.unit) or bool(
            self.organisation_id and self.organisation_id in organisations_of(user, act)
        )

    def living_questions(self):
        return self.questions.filter(retired_at=None).order_by("order", "pk")


class Question(models.Model):
    """One question. Once answered its words stay: a change retires it and puts a new one in its place."""

    class Kind(models.TextChoices):
        WORDS = "words", _("words")
        CHOICE = "choice", _("one of several")
        CHOICES = "choices", _("several of several")
        NUMBER = "number", _("a number")
        SCALE = "scale", _("a mark from 1 to 5")
        FILE = "file", _("a picture or PDF")

    class SeenBy(models.TextChoices):
        """The right of the roles matrix it takes to see the answers."""

        DOOR = "events.check_in", _("who checks people in, too")
        MANAGERS = "events.manage", _("only who puts the event on")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions", verbose_name=_("survey"))
    text = models.CharField(_("question"), max_length=120)
    hint = models.CharField(_("hint"), max_length=120, blank=True)
    kind = models.CharField(_("kind of answer"), max_length=8, choices=Kind.choices)
    required = models.BooleanField(_("has to be answered"), default=False)
    choices = models.TextField(_("answers to choose from"), blank=True, help_text=_("One a line."))
    order = models.PositiveIntegerField(_("order"), default=0, editable=False)
    seen_by = models.CharField(
        _("who sees the answers"), max_length=20, choices=SeenBy.choices, default=SeenBy.MANAGERS
    )
    code = models.CharField(max_length=20, blank=True, editable=False)  # the same question, year after year
    replaces = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="replaced_by",
        verbose_name=_("in place of"),
    )
    retired_at = models.DateTimeField(_("no longer asked since"), null=True, editable=False)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.text

    @property
    def options(self) -> list[str]:
        return [line.strip() for line in self.choices.splitlines() if line.strip()]


class Answered(models.Model):
    """Somebody has answered, and nothing else: no moment, and no way from here to what was said."""

    id = models.BigAutoField(primary_key=True, default=any_id)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="answered", verbose_name=_("survey"))
    cause = models.CharField(_("cause"), max_length=40)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="+", verbose_name=_("resident"))

    class Meta:
        verbose_name = _("has answered")
        verbose_name_plural = _("have answered")
        constraints = [
            models.UniqueConstraint(fields=["survey", "cause", "resident"], name="one_answer_each")
        ]

    def __str__(self):
        return f"{self.resident} · {self.survey}"


class ResponseQuerySet(models.QuerySet):
    def of_causes(self, survey, causes):
        return self.filter(survey=survey, cause__in=causes)


class Response(models.Model):
    """One set of answers to a survey. `cause` names what it is about: `signup:42`, `event:7`, empty for a year's.

    Without a name `resident` is empty and so is `at`. `about_on` is the day of what is judged, not of the answer.
    """

    id = models.BigAutoField(primary_key=True, default=any_id)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="responses", verbose_name=_("survey"))
    cause = models.CharField(_("cause"), max_length=40, blank=True)
    resident = models.ForeignKey(
        Resident, models.PROTECT, null=True, related_name="+", verbose_name=_("resident")
    )
    about_on = models.DateField(_("about the day"))
    score = models.PositiveSmallIntegerField(_("mark"), null=True)  # of the question with the code `overall`
    at = models.DateTimeField(_("at"), null=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        indexes = [
            models.Index(fields=["survey", "cause"], name="responses_by_cause"),
            models.Index(fields=["about_on", "survey"], name="responses_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "cause", "resident"],
                condition=Q(resident__isnull=False),
                name="one_response_with_a_name",
            ),
            models.CheckConstraint(
                condition=Q(resident__isnull=False) | Q(at=None), name="without_a_name_no_moment"
            ),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__range=(1, 5)), name="response_mark_from_1_to_5"
            ),
        ]

    def __str__(self):
        return f"{self.survey} · {self.pk}"


class Answer(models.Model):
    id = models.BigAutoField(primary_key=True, default=any_id)
    response = models.ForeignKey(Response, models.CASCADE, related_name="answers", verbose_name=_("response"))
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers", verbose_name=_("question"))
    text = models.TextField(_("answer"), blank=True)  # several choices: one a line
    number = models.DecimalField(_("number"), max_digits=14, decimal_places=2, null=True)
    file = models.FileField(_("file"), upload_to="answers", blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(fields=["response", "question"], name="one_answer_to_a_question")
        ]

    def __str__(self):
        if self.number is not None:
            return f"{self.number.normalize():f}"
        return ", ".join(self.text.splitlines())
