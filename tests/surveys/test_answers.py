import io
import random
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import Activity
from config.errors import DomainError
from surveys import operations
from surveys.forms import QuestionForm, form_for
from surveys.models import Answer, Answered, Question, Response, Survey

Kind = Question.Kind


def make(town, purpose="sign_up", **fields):
    return operations.create_survey(
        unit=town.community, title="问题", purpose=purpose, by=town.staff, **fields
    )


def ask(survey, kind, text="问", by=None, **fields):
    question = Question(text=text, kind=kind, **fields)
    return operations.add_question(survey=survey, question=question, by=by or survey.created_by)


def answered(survey, resident, by, data=None, files=None, **extra):
    form = form_for(survey, data or {}, files or {})
    assert form.is_valid(), form.errors
    return operations.answer(survey=survey, form=form, resident=resident, by=by, **extra)


def picture(kind="JPEG", **more):
    written = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(written, kind, **more)
    return written.getvalue()


def test_every_kind_of_answer_is_kept(town):
    survey = make(town)
    words, choice = ask(survey, Kind.WORDS), ask(survey, Kind.CHOICE, choices="大\n小")
    choices, number = ask(survey, Kind.CHOICES, choices="甲\n乙\n丙"), ask(survey, Kind.NUMBER)
    scale, file = ask(survey, Kind.SCALE), ask(survey, Kind.FILE)
    data = {
        f"ask-q{words.pk}": "花生过敏",
        f"ask-q{choice.pk}": "大",
        f"ask-q{choices.pk}": ["甲", "丙"],
        f"ask-q{number.pk}": "2.50",
        f"ask-q{scale.pk}": "4",
    }
    files = {f"ask-q{file.pk}": SimpleUploadedFile("我的身份证.jpg", picture())}
    response = answered(survey, town.lin, town.lin_user, data, files, cause="signup:1")
    kept = {row.question_id: row for row in response.answers.all()}
    said = [str(kept[one.pk]) for one in (words, choice, choices, number, scale)]
    assert said == ["花生过敏", "大", "甲, 丙", "2.5", "4"]
    assert kept[file.pk].file.name.startswith("answers/")
    assert "身份证" not in kept[file.pk].file.name


@pytest.mark.parametrize(
    ("kind", "value", "choices"),
    [
        ("words", "好" * 501, ""),
        ("words", "13812345678", ""),
        ("choice", "没有的", "大\n小"),
        ("choices", ["甲", "没有的"], "甲\n乙"),
        ("number", "三", ""),
        ("number", "NaN", ""),
        ("number", "1e400", ""),
        ("scale", "6", ""),
        ("scale", "0", ""),
        ("words", "", ""),
        ("choice", "", "大\n小"),
    ],
)
def test_a_wrong_entry_is_answered_with_a_sentence(town, kind, value, choices):
    survey = make(town)
    question = ask(survey, kind, choices=choices, required=True)
    form = form_for(survey, {f"ask-q{question.pk}": value})
    assert not form.is_valid()
    sentences = form.errors[f"q{question.pk}"]
    assert all(len(text) > 4 for text in sentences)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bad.jpg", b"no picture"),
        ("bad.pdf", b"%PDF-1.7 half"),
        ("page.html", b"<script>alert(1)</script>"),
        ("empty.jpg", b""),
        ("bomb.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(town, name, content):
    survey = make(town)
    question = ask(survey, Kind.FILE)
    form = form_for(survey, {}, {f"ask-q{question.pk}": SimpleUploadedFile(name, content)})
    assert not form.is_valid()
    assert len(form.errors[f"q{question.pk}"]) == 1


def test_a_picture_loses_what_it_carries_and_a_pdf_stays_as_it_is(town):
    survey = make(town)
    first, second = ask(survey, Kind.FILE), ask(survey, Kind.FILE)
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    pdf = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"
    response = answered(
        survey,
        town.lin,
        town.lin_user,
        files={
            f"ask-q{first.pk}": SimpleUploadedFile("a.jpg", picture(exif=exif)),
            f"ask-q{second.pk}": SimpleUploadedFile("b.pdf", pdf),
        },
    )
    kept = {row.question_id: row.file.read() for row in response.answers.all()}
    assert b"secret place" not in kept[first.pk]
    assert kept[second.pk] == pdf


def test_a_file_is_not_served_to_the_public(town, client):
    survey = make(town)
    question = ask(survey, Kind.FILE)
    files = {f"ask-q{question.pk}": SimpleUploadedFile("a.jpg", picture())}
    row = answered(survey, town.lin, town.lin_user, files=files).answers.get()
    assert client.get(f"/media/{row.file.name}").status_code == 404


def test_somebody_answers_once(town):
    survey = make(town)
    ask(survey, Kind.WORDS)
    answered(survey, town.lin, town.lin_user, cause="event:1")
    with pytest.raises(DomainError):
        answered(survey, town.lin, town.lin_user, cause="event:1")
    answered(survey, town.lin, town.lin_user, cause="event:2")
    assert Response.objects.count() == 2


def test_nothing_leads_from_an_anonymous_answer_to_a_person(town):
    survey = make(town, "event", is_anonymous=True)
    mark = ask(survey, Kind.SCALE, code="overall")
    people = [(town.lin, town.lin_user), (town.wang, town.wang_user)]
    for person, user in people:
        answered(survey, person, user, {f"ask-q{mark.pk}": "5"}, cause="event:1")
    for response in Response.objects.all():
        assert response.resident is None
        assert response.at is None
    dated = [field.name for field in Answered._meta.fields if "Date" in field.get_internal_type()]
    assert dated == []
    assert set(Activity.objects.filter(act="surveys.answer").values_list("by", flat=True)) == {None}
    links = {field.related_model for field in Response._meta.get_fields() if field.is_relation}
    assert Answered not in links


def test_keys_tell_nothing_of_the_order(town):
    survey = make(town, "event", is_anonymous=True)
    mark = ask(survey, Kind.SCALE)
    random.seed(1)  # keys do not come from these dice
    for number in range(12):
        answered(survey, town.lin, town.lin_user, {f"ask-q{mark.pk}": "5"}, cause=f"event:{number}")
    for model in (Response, Answered, Answer):
        written = list(model.objects.values_list("pk", flat=True))
        assert len(set(written)) == 12
        assert max(written) > 10**9


def test_a_closed_survey_takes_no_answer(town):
    survey = make(town, closes_at=timezone.now() + timedelta(hours=1))
    form = form_for(survey, {})
    assert form.is_valid()
    Survey.objects.filter(pk=survey.pk).update(
        opens_at=timezone.now() - timedelta(hours=2), closes_at=timezone.now() - timedelta(hours=1)
    )
    survey.refresh_from_db()
    with pytest.raises(DomainError):
        operations.answer(survey=survey, form=form, resident=town.lin, by=town.lin_user)


def test_a_question_once_answered_keeps_its_words(town):
    survey = make(town)
    question = ask(survey, Kind.CHOICE, "尺码", choices="大\n小")
    response = answered(survey, town.lin, town.lin_user, {f"ask-q{question.pk}": "大"})
    changed = Question.objects.get(pk=question.pk)
    changed.choices = "大\n中\n小"
    new = operations.change_question(question=changed, by=town.staff, changed=["choices"])
    assert new.pk != question.pk
    assert new.replaces_id == question.pk
    assert list(survey.living_questions()) == [new]
    assert response.answers.get().question.options == ["大", "小"]


def test_a_question_nobody_answered_is_simply_changed_or_removed(town):
    survey = make(town)
    question = ask(survey, Kind.WORDS)
    question.text = "新的问法"
    same = operations.change_question(question=question, by=town.staff, changed=["text"])
    assert same.pk == question.pk
    operations.remove_question(question=question, by=town.staff)
    assert not Question.objects.exists()


def test_questions_move_up_and_down(town):
    survey = make(town)
    first, second = ask(survey, Kind.WORDS, "一"), ask(survey, Kind.WORDS, "二")
    operations.move_question(question=second, up=True, by=town.staff)
    assert list(survey.living_questions()) == [second, first]
    operations.move_question(question=second, up=True, by=town.staff)
    assert list(survey.living_questions()) == [second, first]


def test_names_cannot_be_taken_back_or_given_after_an_answer(town):
    survey = make(town, "event", is_anonymous=True)
    answered(survey, town.lin, town.lin_user)
    survey.is_anonymous = False
    with pytest.raises(DomainError):
        operations.change_survey(survey=survey, by=town.staff, changed=["is_anonymous"])


def test_an_anonymous_survey_asks_for_no_file(town):
    survey = make(town, "event", is_anonymous=True)
    form = QuestionForm({"text": "照片", "kind": "file"}, survey=survey)
    assert not form.is_valid()
    assert "kind" in form.errors


def test_a_choice_needs_something_to_choose_from(town):
    form = QuestionForm({"text": "哪个", "kind": "choice", "choices": "一个\n\n一个"}, survey=make(town))
    assert not form.is_valid()
    assert "choices" in form.errors


def test_a_copy_has_the_same_questions(town):
    source = make(town, is_template=True)
    ask(source, Kind.CHOICE, "尺码", choices="大\n小", required=True)
    copy = make(town, source=source)
    question = copy.living_questions().get()
    assert (question.text, question.required, question.survey) == ("尺码", True, copy)


def test_a_merge_keeps_one_answer_of_one_person(town):
    survey = make(town)
    ask(survey, Kind.WORDS)
    for person, cause in ((town.lin, "event:1"), (town.wang, "event:1"), (town.wang, "event:2")):
        answered(survey, person, town.staff, cause=cause)
    operations.follow_merge(source=town.wang, target=town.lin, by=town.staff)
    assert sorted(Response.objects.values_list("cause", "resident")) == [
        ("event:1", town.lin.pk),
        ("event:2", town.lin.pk),
    ]
    assert Answered.objects.filter(resident=town.lin).count() == 2
