"""Questions at the desk and the yearly survey, through their addresses."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from surveys import operations, results
from surveys.forms import form_for
from surveys.models import Question, Response, Survey
from tests.town import resident


@pytest.fixture
def yearly(town):
    return operations.create_set(
        purpose="yearly", unit=town.community, title="2026年满意度", year=2026, closes_on=None, by=town.staff
    )


def marks(survey, mark=5, words=""):
    data = {}
    for question in survey.living_questions():
        data[f"ask-q{question.pk}"] = str(mark) if question.kind == "scale" else words
    return data


def fill(survey, town, count, mark=4):
    for number in range(count):
        person = resident(f"居民{'甲乙丙丁戊己庚辛壬癸子丑'[number]}", town.east_building, town.community)
        form = form_for(survey, marks(survey, mark))
        assert form.is_valid()
        operations.answer(survey=survey, form=form, resident=person, by=town.staff)


def test_staff_put_a_set_together(town, signed_in):
    client = signed_in(town.staff)
    answer = client.post(
        "/desk/surveys/new/", {"purpose": "sign_up", "unit": town.community.pk, "title": "运动会"}
    )
    survey = Survey.objects.get()
    assert answer.url == f"/desk/surveys/{survey.pk}/"
    assert survey.is_template
    page = f"/desk/surveys/{survey.pk}/questions/?next=/desk/events/"
    sent = {"text": "尺码", "kind": "choice", "choices": "大\n小", "seen_by": "events.check_in"}
    assert client.post(page, sent).url == f"/desk/surveys/{survey.pk}/?next=/desk/events/"
    assert client.post(page, sent | {"choices": ""}).status_code == 422
    assert client.post(page, sent | {"text": "身高", "kind": "number"}).status_code == 302
    second = survey.living_questions().last()
    client.post(f"/desk/questions/{second.pk}/move/", {"to": "up"})
    assert [one.text for one in survey.living_questions()] == ["身高", "尺码"]
    client.post(f"/desk/questions/{second.pk}/remove/")
    assert [one.text for one in survey.living_questions()] == ["尺码"]
    shown = client.get(f"/desk/surveys/{survey.pk}/?next=//evil.example/").content.decode()
    assert "尺码" in shown
    assert 'href="//evil' not in shown


def test_the_next_community_finds_nothing(town, yearly, signed_in):
    client = signed_in(town.neighbour_staff)
    question = yearly.living_questions().first()
    assert client.get(f"/desk/surveys/{yearly.pk}/").status_code == 404
    assert client.post(f"/desk/questions/{question.pk}/remove/").status_code == 404
    assert client.get(f"/shunjing/surveys/{yearly.pk}/").status_code == 404


def test_a_resident_answers_once(town, yearly, signed_in):
    client, page = signed_in(town.lin_user), f"/wenfeng/surveys/{yearly.pk}/"
    assert "2026年满意度" in client.get("/my/").content.decode()
    assert client.post(page, {"person": town.lin.pk}).status_code == 422
    sent = marks(yearly, 5, "多种树") | {"person": town.lin.pk}
    assert client.post(page, sent).status_code == 302
    assert client.post(page, sent).status_code == 422
    assert Response.objects.count() == 1
    assert "2026年满意度" not in client.get("/my/").content.decode()


def test_only_residents_are_asked(town, yearly, signed_in):
    client, page = signed_in(town.stranger), f"/wenfeng/surveys/{yearly.pk}/"
    assert "/my/claim" in client.get(page).content.decode()
    assert client.post(page, marks(yearly)).status_code == 422
    assert not Response.objects.exists()


def test_of_four_unnamed_answers_nothing_is_told_of_five_all(town, yearly, signed_in):
    client = signed_in(town.secretary)
    fill(yearly, town, 4)
    page = f"/desk/surveys/{yearly.pk}/results/"
    assert '<svg class="bar"' not in client.get(page).content.decode()
    assert results.trend(town.community)[2][0].marks == ["—"]
    fill(yearly, town, 1, mark=5)
    shown = client.get(page).content.decode()
    assert "4.20" in shown
    assert '<svg class="bar"' in shown


def test_the_trend_joins_the_years_by_question(town, yearly):
    fill(yearly, town, 5)
    before = operations.create_survey(
        unit=town.community, title="2025年满意度", purpose="yearly", year=2025, is_anonymous=True,
        source=yearly, by=town.staff,
    )  # fmt: skip
    fill(before, town, 6, mark=3)
    question = yearly.living_questions().first()
    question.text = "换个问法"
    operations.change_question(question=question, by=town.staff, changed=["text"])
    years, counts, lines = results.trend(town.community)
    assert (years, counts) == ([2025, 2026], [6, 5])
    assert len(lines) == 5
    assert {tuple(line.marks) for line in lines} == {("3.00", "4.00")}


def test_a_year_is_asked_once(town, yearly, signed_in):
    sent = {"purpose": "yearly", "unit": town.community.pk, "title": "又一次", "year": 2026}
    assert signed_in(town.staff).post("/desk/surveys/new/", sent).status_code == 422


def test_results_take_the_same_queries_however_many_answered(town, yearly, signed_in):
    client, counts = signed_in(town.secretary), []
    client.get(f"/desk/surveys/{yearly.pk}/results/")
    for more in (6, 12):
        fill(yearly, town, more)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/desk/surveys/{yearly.pk}/results/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_rate_says_how_many_could_answer(town, yearly):
    fill(yearly, town, 5)
    summary = results.summary(yearly, asked=8)
    assert (summary.count, summary.rate) == (5, "62.5 %")
    assert results.summary(yearly, asked=0).rate == "—"


def test_a_shut_survey_is_no_longer_offered(town, yearly, signed_in):
    Survey.objects.filter(pk=yearly.pk).update(
        opens_at=timezone.now() - timedelta(days=3), closes_at=timezone.now() - timedelta(days=1)
    )
    client = signed_in(town.lin_user)
    assert "2026年满意度" not in client.get("/my/").content.decode()
    assert client.post(f"/wenfeng/surveys/{yearly.pk}/", marks(yearly)).status_code == 422


def test_a_file_is_for_those_who_may_see_the_answer(town, signed_in):
    survey = operations.create_survey(unit=town.community, title="报名", purpose="sign_up", by=town.staff)
    question = Question(text="照片", kind="file")
    operations.add_question(survey=survey, question=question, by=town.staff)
    pdf = SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF\n")
    form = form_for(survey, {}, {f"ask-q{question.pk}": pdf})
    assert form.is_valid()
    row = operations.answer(survey=survey, form=form, resident=town.lin, by=town.lin_user).answers.get()
    page = f"/desk/answers/{row.pk}/file/"
    assert signed_in(town.staff).post(page).headers["Content-Type"] == "application/pdf"
    assert signed_in(town.neighbour_staff).post(page).status_code == 404
    assert signed_in(town.officer).post(page).status_code == 403
    assert signed_in(town.lin_user).post(page).status_code == 404
