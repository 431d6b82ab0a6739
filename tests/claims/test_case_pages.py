"""Deduction cases through the real addresses: the desk, the resident, those who decide."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims import operations
from claims.models import CaseState, DeductionCase

from .conftest import answered, decided, opened, points_of, voices
from .test_pages import photo

DESK, MINE, REVIEW = "/desk/points/cases/", "/my/points/cases/", "/my/points/review/"


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_from_the_desk_to_the_answer(court, signed_in):
    worker = signed_in(court.east_worker)
    form = {
        "rule": court.staying_away.pk,
        "day": court.day.isoformat(),
        "words": "未请假缺席。",
        "photos": [photo()],
    }
    url = f"{DESK}new/?resident={court.lin.pk}"
    assert "虚报" in worker.get(url).text
    for wrong in (
        {"rule": court.open.pk},
        {"words": ""},
        {"rule": court.false_claim.pk},
        {"day": "2099-01-01"},
    ):
        assert worker.post(url, form | {"photos": []} | wrong).status_code == 422
    answer = worker.post(url, form)
    case = DeductionCase.objects.get()
    assert answer.headers["Location"] == f"{DESK}{case.pk}/"
    assert case.photos.get().side == "notice"
    assert "林秀英" in worker.get(DESK).text
    assert "告知书" in worker.get(f"{DESK}{case.pk}/notice/").text
    lin = signed_in(court.lin_user)
    assert f"{MINE}{case.pk}/" in lin.get("/my/").text
    assert "未请假缺席" in lin.get(f"{MINE}{case.pk}/").text
    said = {"words": "那天住院。", "photos": [photo("blue")]}
    assert lin.post(f"{MINE}{case.pk}/answer/", {"words": ""}).status_code == 422
    assert lin.post(f"{MINE}{case.pk}/answer/", said).status_code == 302
    assert lin.post(f"{MINE}{case.pk}/answer/", {"words": "再说一次。"}).status_code == 422
    assert case.photos.filter(side="answer").count() == 1
    assert signed_in(court.wang_user).get(f"{MINE}{case.pk}/").status_code == 404
    assert signed_in(court.west_worker).get(f"{DESK}{case.pk}/").status_code == 404
    assert signed_in(court.leader).get(DESK).status_code == 403


def test_the_hearing_and_the_voices(court, signed_in):
    case = answered(court, opened(court), asks_hearing=True)
    staff, judge = signed_in(court.staff), signed_in(court.judge1)
    assert "待安排的扣分当面陈述" in staff.get("/desk/").text
    url = f"{DESK}{case.pk}/hearing/"
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert staff.post(url, {"day": tomorrow, "time": "x", "place": "大厅"}).status_code == 422
    assert staff.post(url, {"day": tomorrow, "time": "09:30", "place": "大厅"}).status_code == 302
    assert judge.get(f"{REVIEW}cases/{case.pk}/").status_code == 404  # heard first
    type(case.hearing).objects.update(at=timezone.now() - timedelta(hours=1))
    assert staff.post(f"{DESK}{case.pk}/minutes/", {"present": "", "minutes": "。"}).status_code == 422
    staff.post(f"{DESK}{case.pk}/minutes/", {"present": "林秀英", "minutes": "出示住院证明。"})
    assert f"{REVIEW}cases/{case.pk}/" in judge.get(REVIEW).text
    vote = {"agrees": "no", "reason": "确有证明。"}
    assert judge.post(f"{REVIEW}cases/{case.pk}/", vote | {"seen": "answered"}).status_code == 422
    for person in (court.judge1, court.judge2, court.judge3):
        client = signed_in(person)
        assert "出示住院证明" in client.get(f"{REVIEW}cases/{case.pk}/").text
        assert client.post(f"{REVIEW}cases/{case.pk}/", vote | {"seen": "heard"}).status_code == 302
    assert "确有证明" in signed_in(court.lin_user).get(f"{MINE}{case.pk}/").text
    assert signed_in(court.east_worker).get(url).status_code == 403


def test_the_appeal_and_what_staff_may_give_back(court, signed_in):
    case = decided(court)
    lin, staff = signed_in(court.lin_user), signed_in(court.staff)
    assert "appeal" in lin.get(f"{MINE}{case.pk}/").text
    assert lin.post(f"{MINE}{case.pk}/appeal/", {"words": "请再看看。"}).status_code == 302
    assert lin.post(f"{MINE}{case.pk}/appeal/", {"words": "再来。"}).status_code == 422
    assert "请再看看" in signed_in(court.overseer1).get(f"{REVIEW}cases/{case.pk}/").text
    voices(court, case, False, people=("overseer1", "overseer2", "overseer3"))
    operations.take_effect()
    assert f"{MINE}{case.pk}/" in lin.get("/my/points/").text
    assert staff.post(f"{DESK}{case.pk}/end/", {"reason": "弄错。"}).status_code == 422
    assert staff.post(f"{DESK}{case.pk}/lift/", {"reason": ""}).status_code == 422
    assert staff.post(f"{DESK}{case.pk}/lift/", {"reason": "名单弄错。"}).status_code == 302
    assert points_of(court) == 5
    assert "名单弄错" in lin.get(f"{MINE}{case.pk}/").text


def test_staff_write_down_what_is_said_at_the_counter(court, signed_in):
    case = opened(court)
    staff = signed_in(court.staff)
    staff.post(f"{DESK}{case.pk}/answer/", {"words": "那天在外地。"})
    case.refresh_from_db()
    assert (case.answer, case.answered_by) == ("那天在外地。", court.staff)
    voices(court, case, True)
    staff.post(f"{DESK}{case.pk}/appeal/", {"words": "有车票。"})
    case.refresh_from_db()
    assert (case.state, case.appeal.made_by) == (CaseState.APPEALED, court.staff)
    staff.post(f"{DESK}{case.pk}/end/", {"reason": "已有请假条。"})
    case.refresh_from_db()
    assert case.state == CaseState.ENDED


def test_lists_ask_as_often_for_one_as_for_many(court, signed_in):
    def queries(client, url):
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    clients = {DESK: signed_in(court.staff), MINE: signed_in(court.lin_user)}
    opened(court)
    assert [client.get(url).status_code for url, client in clients.items()] == [200, 200]
    few = {url: queries(client, url) for url, client in clients.items()}
    for days in (2, 3, 4):
        opened(court, day=court.day - timedelta(days=days))
    assert {url: queries(client, url) for url, client in clients.items()} == few
