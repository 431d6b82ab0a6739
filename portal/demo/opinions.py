"""What people thought: surveys after events, and the satisfaction of two years."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import User
from community.models import Unit
from events.models import Event, Session, SignUp
from surveys.models import OVERALL, Answer, Answered, Question, Response, Survey

from .people import Group
from .scene import Scene
from .texts.opinions import CHOICES, GOOD, LIFTS, YEAR
from .writing import write

AFTER = (
    ("总的来说，您对这次活动满意吗？", OVERALL),
    ("您对活动内容满意吗？", "content"),
    ("您对组织和服务满意吗？", "organised"),
)
FEELINGS = (
    ("获得感：社区的工作让我的生活得到了实惠", "gain"), ("幸福感：住在这里我感到幸福", "happiness"), ("安全感：住在这里我感到安全", "safety"),
    ("归属感：我把这里当作自己的家", "belonging"), ("认同感：我认同社区的工作和决定", "identity"),
)  # fmt: skip
EVENTS = 10  # of a community were asked about
DAYS = 75
FEWEST_THERE = 9


class Opinions:
    def __init__(self, scene: Scene, plan: dict, unit: Unit, group: Group, by: User):
        self.scene, self.unit, self.group, self.by = scene, unit, group, by
        self.dice = scene.dice(plan["slug"], "opinions")
        self.responses: list[Response] = []
        self.answers: list[Answer] = []
        self.answered: list[Answered] = []

    def run(self, made, attendances) -> None:
        self.templates()
        self.at_sign_up(made)
        self.after_events(made, attendances)
        for year in (self.scene.until.year - 1, self.scene.until.year):
            self.year(year)
        write(self.responses)
        write(self.answers)
        write(self.answered)

    def survey(self, title: str, purpose: str, marks, words: str, **fields) -> tuple[Survey, list[Question]]:
        survey = Survey.objects.create(
            unit=fields.pop("unit", self.unit), title=title, purpose=purpose, is_anonymous=True, created_by=self.by, **fields
        )  # fmt: skip
        questions = [
            Question(survey=survey, text=text, kind="scale", code=code, required=order < 2, order=order)
            for order, (text, code) in enumerate(marks, 1)
        ]
        questions.append(Question(survey=survey, text=words, kind="words", order=len(questions) + 1))
        return survey, Question.objects.bulk_create(questions)

    def templates(self) -> None:
        """One set of each kind to copy, and a question asked at sign-up for something to come."""
        self.survey("常用活动问卷", "event", AFTER, "您还有什么建议？", is_template=True)
        shirt = Survey.objects.create(
            unit=self.unit, title="运动会报名", purpose="sign_up", is_template=True, created_by=self.by
        )
        Question.objects.create(
            survey=shirt, text="衣服尺码", kind="choice", choices="\n".join(CHOICES), required=True, order=1, seen_by="events.check_in"
        )  # fmt: skip
        Question.objects.create(survey=shirt, text="有没有不能参加的项目？", kind="words", order=2)

    def at_sign_up(self, made) -> None:
        """Two events to come ask something of whoever signs up; those who have, have answered."""
        ahead = [event for event, plan, sessions in made if plan.signup and not plan.internal and event.published_at
                 and event.cancelled_at is None and sessions and sessions[0].starts_at > self.scene.now]  # fmt: skip
        for event in self.dice.sample(ahead, min(2, len(ahead))):
            survey = Survey.objects.create(
                unit=event.unit, organisation=event.organiser, title=event.title, purpose="sign_up", created_by=self.by,
                opens_at=event.created_at,
            )  # fmt: skip
            need = Question.objects.create(
                survey=survey, text="是否需要接送？", kind="choice", choices="\n".join(LIFTS), required=True, order=1,
                seen_by="events.check_in",
            )  # fmt: skip
            Question.objects.create(survey=survey, text="有什么要提前告诉我们？", kind="words", order=2)
            Event.objects.filter(pk=event.pk).update(questions=survey)
            for row in SignUp.objects.live().filter(event=event):
                response = Response(
                    survey=survey, cause=f"signup:{row.pk}", resident_id=row.resident_id, at=row.at,
                    about_on=timezone.localdate(row.at),
                )  # fmt: skip
                self.responses.append(response)
                lift = LIFTS[0] if self.dice.random() < 0.8 else LIFTS[1]
                self.answers.append(Answer(response=response, question=need, text=lift))
                self.answered.append(
                    Answered(survey=survey, cause=response.cause, resident_id=row.resident_id)
                )

    def after_events(self, made, attendances) -> None:
        there: dict[int, dict[int, datetime]] = defaultdict(dict)
        last: dict[int, Session] = {}
        since = self.scene.now - timedelta(days=DAYS)
        for row in attendances:
            if not row.as_helper and since < row.session.ends_at < self.scene.now:
                there[row.session.event_id][row.resident_id] = row.session.ends_at
        events = []
        for event, _plan, sessions in made:
            last[event.pk] = max((one.ends_at for one in sessions), default=self.scene.now)
            if (
                len(there[event.pk]) >= FEWEST_THERE
                and last[event.pk] < self.scene.now
                and not event.is_internal
            ):
                events.append(event)
        events.sort(key=lambda event: last[event.pk])
        recent, earlier = events[-3:], events[:-3]
        for event in [*recent, *self.dice.sample(earlier, min(len(earlier), EVENTS - 3))]:
            self.about(event, there[event.pk])

    def about(self, event: Event, there: dict[int, datetime]) -> None:
        survey, questions = self.survey(
            event.title, "event", AFTER, "哪些地方好，哪些地方可以更好？", unit=event.unit, organisation=event.organiser,
            opens_at=event.created_at,
        )  # fmt: skip
        event.feedback = survey
        Event.objects.filter(pk=event.pk).update(feedback=survey)
        others = [pk for pk in there if pk not in self.group.cast.values()]
        said = self.dice.sample(others, round(len(others) * self.dice.uniform(0.45, 0.8)))
        good = self.dice.uniform(0.45, 0.85)
        cause = f"event:{event.pk}"
        for pk in said:
            self.response(survey, questions, GOOD, good, timezone.localdate(there[pk]), cause)
            self.answered.append(Answered(survey=survey, cause=cause, resident_id=pk))

    def response(self, survey, questions, phrases, good: float, about_on: date, cause: str = "") -> None:
        response = Response(survey=survey, cause=cause, about_on=about_on)
        for question in questions:
            if question.kind == "words":
                if self.dice.random() < 0.18:
                    self.answers.append(
                        Answer(response=response, question=question, text=self.dice.choice(phrases))
                    )
                continue
            mark = 5 if self.dice.random() < good else self.dice.choices((4, 3, 2, 1), (70, 22, 6, 2))[0]
            self.answers.append(Answer(response=response, question=question, number=mark))
            if question.code == OVERALL:
                response.score = mark
        self.responses.append(response)

    def year(self, year: int) -> None:
        """Last year's is closed; this year's is open until the end of the year."""
        opens = date(year, 11, 1) if date(year, 11, 1) <= self.scene.until else date(year, 1, 1)
        closes = timezone.make_aware(datetime.combine(date(year + 1, 1, 1), time.min))
        survey, questions = self.survey(
            f"{self.unit.name}{year}年居民满意度调查", "yearly", FEELINGS, "明年我们哪些方面应该做得更好？", year=year,
            opens_at=self.scene.moment(opens, 9), closes_at=closes, intro="五个问题，一分钟答完，不记名。",
        )  # fmt: skip
        adults = [
            pk for pk, age in self.group.ages.items() if age >= 18 and pk not in self.group.cast.values()
        ]
        good = self.dice.uniform(0.42, 0.55) + (0.1 if year == self.scene.until.year else 0)
        for pk in self.dice.sample(adults, min(len(adults), self.dice.randint(60, 130))):
            self.response(survey, questions, YEAR, good, opens)
            self.answered.append(Answered(survey=survey, resident_id=pk))
