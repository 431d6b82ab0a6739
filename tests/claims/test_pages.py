"""Through the real addresses."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from claims import operations
from claims.models import Batch, Claim, ClaimPhoto, Objection, Procedure, State
from points.models import Account

from ..town import resident
from .conftest import agreed, checked, let_time_pass, listed, made, rejected

MINE, REVIEW, DESK, LISTS = (
    "/my/points/claims/",
    "/my/points/review/",
    "/desk/points/claims/",
    "/desk/points/lists/",
)
PUBLIC = "/wenfeng/points/publicity/"


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def photo(colour="red", name="a.jpg"):
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Phone maker"
    Image.new("RGB", (60, 40), colour).save(file, "JPEG", exif=exif)
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def form(town, **fields):
    return {
        "rule": town.open.pk,
        "day": town.day.isoformat(),
        "words": "扶起摔倒的老人。",
        "photos": [photo()],
    } | fields


def test_a_resident_claims_with_a_photo(scheme, signed_in):
    client = signed_in(scheme.lin_user)
    assert "好人好事" in client.get(f"{MINE}new/").text
    answer = client.post(f"{MINE}new/", form(scheme))
    claim = Claim.objects.get()
    assert answer.headers["Location"] == f"{MINE}{claim.pk}/"
    kept = claim.photos.get()
    assert len(kept.digest) == 64
    with Image.open(kept.picture.open()) as image:
        assert not image.getexif()
    page = client.get(f"{MINE}{claim.pk}/").text
    assert kept.picture.small["url"] in page
    assert "好人好事" in client.get(MINE).text
    assert client.post(f"{MINE}new/", form(scheme)).status_code == 422  # a second click


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "x"}, {"rule": "999999"}, {"day": ""}, {"day": "2099-01-01"}, {"words": ""}, {"amount": "-1"},
        {"words": "电话13800000000"}, {"photos": [SimpleUploadedFile("a.jpg", b"no picture")]},
        {"photos": [photo(colour, f"{n}.jpg") for n, colour in enumerate(["red", "blue", "green", "black", "white", "grey", "pink"])]},
    ],
)  # fmt: skip
def test_bad_input_is_said(scheme, signed_in, wrong):
    answer = signed_in(scheme.lin_user).post(f"{MINE}new/", form(scheme, **wrong))
    assert answer.status_code == 422
    assert not Claim.objects.exists()


def test_what_counts_by_the_hour_asks_for_the_hours(scheme, signed_in):
    client, by_the_hour = signed_in(scheme.lin_user), {"rule": str(scheme.helping.pk)}
    answer = client.post(f"{MINE}new/", form(scheme, **by_the_hour))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["amount"]
    client.post(f"{MINE}new/", form(scheme, **by_the_hour, amount="1.5"))
    claim = Claim.objects.get()
    assert claim.amount == Decimal("1.5")
    assert "<dt>时长</dt><dd>1.5 小时</dd>" in client.get(f"{MINE}{claim.pk}/").text


def test_whoever_is_not_confirmed_is_sent_to_say_where_they_live(scheme, signed_in):
    assert "/my/claim/" in signed_in(scheme.stranger).get(f"{MINE}new/").headers["Location"]


def test_another_persons_claim_does_not_exist(scheme, signed_in):
    claim = made(scheme)
    client = signed_in(scheme.wang_user)
    assert client.get(f"{MINE}{claim.pk}/").status_code == 404
    assert client.post(f"{MINE}{claim.pk}/withdraw/").status_code == 404


def test_taken_back(scheme, signed_in):
    claim = made(scheme)
    client = signed_in(scheme.lin_user)
    client.post(f"{MINE}{claim.pk}/withdraw/")
    client.post(f"{MINE}{claim.pk}/withdraw/")
    claim.refresh_from_db()
    assert claim.state == State.WITHDRAWN


def test_the_grid_worker_checks(scheme, signed_in):
    claim = made(scheme)
    client = signed_in(scheme.east_worker)
    assert "林秀英" in client.get(DESK).text
    assert client.post(f"{DESK}{claim.pk}/", {"found": "no"}).status_code == 422
    assert client.post(f"{DESK}{claim.pk}/", {"found": "yes", "finding": "邻居都看见了。"}).status_code == 302
    claim.refresh_from_db()
    assert claim.state == State.CHECKED
    assert signed_in(scheme.west_worker).get(f"{DESK}{claim.pk}/").status_code == 404
    assert signed_in(scheme.leader).get(DESK).status_code == 403


def test_the_group_decides(scheme, signed_in):
    claim = checked(scheme)
    for judge in (scheme.judge1, scheme.judge2, scheme.judge3):
        client = signed_in(judge)
        assert "林秀英" in client.get(REVIEW).text
        assert client.post(f"{REVIEW}{claim.pk}/", {"agrees": "no"}).status_code == 422
        client.post(f"{REVIEW}{claim.pk}/", {"agrees": "yes"})
    claim.refresh_from_db()
    assert claim.state == State.ACCEPTED
    assert signed_in(scheme.judge4).get(f"{REVIEW}{claim.pk}/").status_code == 404
    assert signed_in(scheme.staff).get(f"{REVIEW}{claim.pk}/").status_code == 404


def test_who_is_close_reads_why_they_do_not_decide(scheme, signed_in):
    own = resident("评议员甲", scheme.east_building, scheme.community, user=scheme.judge1)
    claim = checked(scheme, resident=own, by=scheme.judge1)
    client = signed_in(scheme.judge1)
    assert "回避" in client.get(f"{REVIEW}{claim.pk}/").text
    assert client.post(f"{REVIEW}{claim.pk}/", {"agrees": "yes"}).status_code == 422


def test_the_same_photo_used_twice_is_seen(scheme, signed_in):
    for person, rule in ((scheme.lin_user, scheme.open), (scheme.wang_user, scheme.joining)):
        signed_in(person).post(f"{MINE}new/", form(scheme, rule=rule.pk))
    first, second = Claim.objects.order_by("pk")
    assert ClaimPhoto.objects.values("digest").distinct().count() == 1
    page = signed_in(scheme.staff).get(f"{DESK}{second.pk}/").text
    assert "重复使用" in page
    assert str(first.resident) in page


def test_staff_publish_and_post(scheme, signed_in):
    agreed(scheme)
    client = signed_in(scheme.staff)
    assert "1条申报" in client.get(LISTS).text
    seen = {"seen": Claim.objects.get().pk}
    client.post(f"{LISTS}{scheme.community.pk}/publish/", seen)
    assert client.post(f"{LISTS}{scheme.community.pk}/publish/", seen).status_code == 422
    batch = Batch.objects.get()
    client.post(f"{LISTS}{batch.pk}/post/")  # too early
    assert Claim.objects.get().state == State.LISTED
    let_time_pass(batch)
    client.post(f"{LISTS}{batch.pk}/post/")
    assert Account.objects.get(resident=scheme.lin).posted == 5
    assert signed_in(scheme.neighbour_staff).post(f"{LISTS}{batch.pk}/post/").status_code == 404


def test_the_procedure_is_set(scheme, signed_in):
    url = f"{LISTS}{scheme.community.pk}/procedure/"
    assert (
        signed_in(scheme.staff).post(url, {"every": "month", "days": "4", "answer_days": "5"}).status_code
        == 422
    )
    signed_in(scheme.staff).post(url, {"every": "month", "days": "7", "answer_days": "10"})
    row = Procedure.objects.get()
    assert (row.every, row.days, row.answer_days) == ("month", 7, 10)
    assert signed_in(scheme.neighbour_staff).get(url).status_code == 404


def test_the_public_list_names_nobody_in_full(scheme, client):
    batch = listed(scheme).batch
    page = client.get(f"{PUBLIC}{batch.number}/").text
    assert "林*英" in page
    assert "东苑" in page
    assert "林秀英" not in page
    assert "1幢" not in page
    assert client.get(f"/shunjing/points/publicity/{batch.number}/").status_code == 404
    assert f"{PUBLIC}{batch.number}/" in client.get(PUBLIC).text
    assert client.get("/shunjing/points/publicity/").status_code == 200


def test_a_list_of_any_length_asks_as_often(scheme, client):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"{PUBLIC}1/").status_code == 200
        return len(found)

    batch = listed(scheme).batch
    few = queries()
    for number in range(12):
        Claim.objects.create(
            community=scheme.community, resident=scheme.wang, rule=scheme.open, state="listed", batch=batch, words="。",
            day=timezone.localdate() - timedelta(days=number), made_by=scheme.staff,
        )  # fmt: skip
    assert queries() == few <= 12


def test_anybody_signed_in_objects(scheme, signed_in, client):
    claim = listed(scheme)
    url = f"{PUBLIC}claims/{claim.pk}/object/"
    assert "login" in client.get(url).headers["Location"]
    other = signed_in(scheme.wang_user)
    assert other.post(url, {"words": ""}).status_code == 422
    other.post(url, {"words": "那天他不在。"})
    objection = Objection.objects.get()
    staff = signed_in(scheme.staff)
    assert "那天他不在" in staff.get(DESK).text
    assert "王建国" not in signed_in(scheme.lin_user).get(f"{MINE}{claim.pk}/").text
    answer = f"/desk/points/objections/{objection.pk}/"
    assert staff.post(answer, {"upheld": "yes", "answer": ""}).status_code == 422
    staff.post(answer, {"upheld": "yes", "answer": "情况不属实。"})
    claim.refresh_from_db()
    assert claim.state == State.STRUCK
    assert other.get(url).status_code == 404
    assert signed_in(scheme.east_worker).get(answer).status_code == 403


def test_staff_take_down_an_objection(scheme, signed_in):
    claim = listed(scheme)
    url = f"{DESK}{claim.pk}/object/"
    assert signed_in(scheme.staff).post(url, {"words": "不对"}).status_code == 422
    signed_in(scheme.staff).post(url, {"words": "不对", "name": "张大爷"})
    assert Objection.objects.get().name == "张大爷"
    assert signed_in(scheme.east_worker).get(url).status_code == 403


def test_an_appeal(scheme, signed_in):
    claim = rejected(scheme)
    client = signed_in(scheme.lin_user)
    assert "appeal" in client.get(f"{MINE}{claim.pk}/").text
    client.post(f"{MINE}{claim.pk}/appeal/", {"words": "有照片。"})
    assert client.post(f"{MINE}{claim.pk}/appeal/", {"words": "再来。"}).status_code == 422
    page = signed_in(scheme.overseer1).get(f"{REVIEW}{claim.pk}/").text
    assert all(words in page for words in ("有照片", "申诉成立，申报予以通过", "维持原决定"))
    assert signed_in(scheme.judge4).get(f"{REVIEW}{claim.pk}/").status_code == 404


def test_the_secretary_appoints_and_ends_in_the_back_office(scheme, signed_in):
    url = "/admin/claims/reviewer/"
    data = {
        "community": scheme.community.pk,
        "holder": scheme.head.pk,
        "body": "group",
        "since": str(timezone.localdate()),
    }
    assert signed_in(scheme.staff).post(f"{url}add/", data).status_code == 403
    client = signed_in(scheme.secretary)
    client.post(f"{url}add/", data)
    seat = scheme.head.reviews.get()
    assert seat.appointed_by == scheme.secretary
    assert client.post(f"{url}add/", data | {"body": "supervision"}).status_code == 422
    client.post(url, {"action": "end", "_selected_action": [seat.pk]})
    seat.refresh_from_db()
    assert seat.until is not None
    assert signed_in(scheme.neighbour_secretary).get(url).status_code == 200


def test_the_desk_counts_what_waits(scheme, signed_in):
    made(scheme)
    assert "待核实的积分申报" in signed_in(scheme.east_worker).get("/desk/").text
    operations.object_to(claim=listed(scheme, rule=scheme.joining), words="不对。", by=scheme.wang_user)
    assert "待答复的积分异议" in signed_in(scheme.staff).get("/desk/").text
