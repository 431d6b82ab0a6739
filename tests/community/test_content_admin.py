"""The back office of notices, guide, honours and rosters, through its real addresses."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from community.models import Duty, Honour, Notice, ServiceItem

from .notices import draft, published, with_a_second_person

CHANGE, ADD = "admin:community_notice_change", "admin:community_notice_add"


def fields(town, **more):
    start = timezone.localtime() - timedelta(hours=1)
    return {
        "unit": town.community.pk,
        "title": "停水通知",
        "category": "notice",
        "body": "周三停水。",
        "picture_alt": "",
        "publish_from_0": start.strftime("%Y-%m-%d"),
        "publish_from_1": start.strftime("%H:%M"),
    } | more


def test_staff_write_with_files_and_targets(signed_in, town):
    file = SimpleUploadedFile("报名表.pdf", b"%PDF-1.7 x")
    answer = signed_in(town.staff).post(reverse(ADD), fields(town, attach=[file], targets=[town.east.pk]))
    assert answer.status_code == 302
    notice = Notice.objects.get()
    assert (notice.state, notice.written_by, list(notice.targets.all())) == ("draft", town.staff, [town.east])
    assert notice.attachments.get().name == "报名表.pdf"


def test_a_bad_file_or_a_wrong_target_is_said_beside_the_field(signed_in, town):
    client = signed_in(town.staff)
    for more in (
        {"attach": [SimpleUploadedFile("x.pdf", b"MZ")]},
        {"targets": [town.community.pk]},
        {"title": ""},
        {"publish_until_0": "2020-01-01", "publish_until_1": "08:00"},
        {"unit": town.neighbour.pk},
    ):
        assert client.post(reverse(ADD), fields(town, **more)).status_code == 422, more
    assert not Notice.objects.exists()
    again = client.post(
        reverse(ADD), fields(town, title="", attach=[SimpleUploadedFile("x.txt", "好".encode())])
    )
    assert "请重新选择" in again.content.decode()


def test_a_notice_for_later_is_not_called_public(signed_in, client, town):
    notice = published(town, publish_from=timezone.now() + timedelta(days=1))
    staff = signed_in(town.staff)
    assert "定时公开" in staff.get(reverse("admin:community_notice_changelist")).content.decode()
    assert client.get(notice.get_absolute_url()).status_code == 404
    Notice.objects.update(publish_from=timezone.now() - timedelta(minutes=1))
    assert "定时公开" not in staff.get(reverse("admin:community_notice_changelist")).content.decode()
    assert client.get(notice.get_absolute_url()).status_code == 200


def test_a_stale_form_overwrites_nothing(signed_in, town):
    notice = draft(town)
    client = signed_in(town.staff)
    address = reverse(CHANGE, args=[notice.pk])
    assert client.post(address, fields(town, body="新稿", seen=1)).status_code == 302
    again = client.post(address, fields(town, body="旧稿", seen=1))
    assert (again.status_code, Notice.objects.get().body) == (422, "新稿")
    assert "新稿" in [
        words for _label, words in again.context["kept"]
    ]  # the other's text stands beside one's own
    assert "旧稿" in again.text
    assert client.post(address, again.wsgi_request.POST.dict()).status_code == 302
    assert Notice.objects.get().body == "旧稿"


def test_a_public_notice_keeps_its_text(signed_in, town):
    notice = published(town)
    answer = signed_in(town.staff).post(
        reverse(CHANGE, args=[notice.pk]), fields(town, body="改了", pinned="on")
    )
    assert answer.status_code == 302
    notice.refresh_from_db()
    assert (notice.body, notice.pinned) == ("周三**停水**。", True)


def step(client, notice, name, **more):
    data = {"version": notice.version} | more
    return client.post(reverse("admin:community_notice_step", args=[notice.pk, name]), data)


def test_submit_check_publish_recall(signed_in, client, town):
    with_a_second_person(town)
    notice, writer, checker = draft(town), signed_in(town.staff), signed_in(town.secretary)
    preview = writer.get(reverse("admin:community_notice_preview", args=[notice.pk]))
    assert "<strong>停水</strong>" in preview.text
    assert step(writer, notice, "publish").status_code == 422
    assert step(writer, notice, "submit").status_code == 302
    assert step(writer, notice, "publish").status_code == 422
    assert step(writer, notice, "give_back", words="请改").status_code == 403
    assert step(checker, notice, "give_back", words="").status_code == 422
    assert step(checker, notice, "give_back", words="请写明时间").status_code == 302
    assert "请写明时间" in writer.get(reverse(CHANGE, args=[notice.pk])).text
    assert step(writer, notice, "submit").status_code == 302
    assert step(checker, notice, "publish").status_code == 302
    assert step(checker, notice, "publish").status_code == 422  # a second click changes nothing
    assert client.get(f"/wenfeng/notices/{notice.pk}/").status_code == 200
    assert step(checker, notice, "recall", words="日期写错").status_code == 302
    assert client.get(f"/wenfeng/notices/{notice.pk}/").status_code == 410


def test_a_draft_is_discarded_after_asking(signed_in, town):
    notice, staff = draft(town), signed_in(town.staff)
    address = reverse("admin:community_notice_step", args=[notice.pk, "discard"])
    assert address in staff.get(reverse(CHANGE, args=[notice.pk])).text
    assert staff.get(address).status_code == 200
    assert Notice.objects.exists()
    answer = step(staff, notice, "discard")
    assert (answer.status_code, answer["Location"]) == (302, reverse("admin:community_notice_changelist"))
    assert not Notice.objects.exists()
    assert step(staff, notice, "discard").status_code == 404


def test_what_was_public_is_not_discarded(signed_in, town):
    notice, staff = published(town), signed_in(town.staff)
    assert "/discard/" not in staff.get(reverse(CHANGE, args=[notice.pk])).text
    assert step(staff, notice, "discard").status_code == 422
    assert Notice.objects.exists()


def test_the_next_community_finds_nothing(signed_in, town):
    notice, client = draft(town), signed_in(town.neighbour_staff)
    for address in (
        reverse("admin:community_notice_preview", args=[notice.pk]),
        reverse("admin:community_notice_step", args=[notice.pk, "publish"]),
        reverse("admin:community_notice_anew", args=[notice.pk]),
    ):
        assert client.get(address).status_code == 404
    assert client.get(reverse(CHANGE, args=[notice.pk])).status_code in (302, 404)
    assert notice.title not in client.get(reverse("admin:community_notice_changelist")).text


def test_a_grid_worker_reads_and_does_not_write(signed_in, town):
    notice = draft(town)
    client = signed_in(town.east_worker)
    assert client.get(reverse(ADD)).status_code == 403
    assert client.post(reverse(ADD), fields(town)).status_code == 403
    assert step(client, notice, "publish").status_code in (403, 404)


def test_written_anew_asks_first(signed_in, town):
    old, client = published(town), signed_in(town.staff)
    address = reverse("admin:community_notice_anew", args=[old.pk])
    assert client.get(address).status_code == 200
    assert Notice.objects.count() == 1
    assert client.post(address).status_code == 302
    assert Notice.objects.in_state("draft").get().title == old.title


def test_a_barred_certificate_is_refused_by_the_form(signed_in, town):
    client, address = signed_in(town.staff), reverse("admin:community_serviceitem_add")
    data = {"unit": town.community.pk, "category": "civil", "name": "开具死亡证明", "order": 0}
    answer = client.post(address, data)
    assert answer.status_code == 422
    assert "六部门" in answer.text
    assert client.post(address, data | {"name": "志愿服务记录证明"}).status_code == 302
    assert ServiceItem.objects.get().name == "志愿服务记录证明"


def test_a_form_to_download_is_checked_and_served(signed_in, client, town):
    staff, address = signed_in(town.staff), reverse("admin:community_serviceitem_add")
    data = {"unit": town.community.pk, "category": "civil", "name": "高龄津贴", "order": 0}
    assert staff.post(address, data | {"form": SimpleUploadedFile("x.pdf", b"MZ")}).status_code == 422
    assert staff.post(address, data | {"form": SimpleUploadedFile("x.pdf", b"%PDF-1")}).status_code == 302
    item = ServiceItem.objects.get()
    assert b"".join(client.get(f"/wenfeng/guide/{item.pk}/form/").streaming_content) == b"%PDF-1"


def test_items_leave_the_guide_and_come_back(signed_in, client, town):
    item = ServiceItem.objects.create(unit=town.community, category="civil", name="高龄津贴")
    staff, address = signed_in(town.staff), reverse("admin:community_serviceitem_changelist")
    for action, status in (("withdraw", 404), ("restore", 200)):
        staff.post(address, {"action": action, "_selected_action": [item.pk]})
        assert client.get(f"/wenfeng/guide/{item.pk}/").status_code == status


def test_a_duty_is_entered_for_every_week(signed_in, town):
    data = {
        "unit": town.community.pk, "holder": town.staff.pk, "starts_at_0": "2026-11-16", "starts_at_1": "08:30",
        "ends_at_0": "2026-11-16", "ends_at_1": "12:00", "phone": "0722-3000009", "place": "服务大厅", "repeat_until": "2026-12-14",
    }  # fmt: skip
    client, address = signed_in(town.staff), reverse("admin:community_duty_add")
    assert client.post(address, data | {"repeat_until": "2026-11-17"}).status_code == 422
    assert client.post(address, data | {"ends_at_1": "08:00"}).status_code == 422
    assert client.post(address, data | {"holder": town.neighbour_staff.pk}).status_code == 422
    assert not Duty.objects.exists()
    assert client.post(address, data).status_code == 302
    assert Duty.objects.count() == 5


@pytest.mark.parametrize("model", ["notice", "serviceitem", "honour", "duty"])
def test_lists_and_forms_open_for_staff_alone(signed_in, town, model):
    Honour.objects.create(unit=town.neighbour, name="邻居的荣誉", level=1)
    for name in ("changelist", "add"):
        address = reverse(f"admin:community_{model}_{name}")
        assert signed_in(town.staff).get(address).status_code == 200
        assert signed_in(town.lin_user).get(address).status_code in (302, 403)
    assert "邻居的" not in signed_in(town.staff).get(reverse(f"admin:community_{model}_changelist")).text
