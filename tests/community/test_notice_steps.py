"""The states of a notice: every legal step, every illegal one, the second person, stale forms."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image

from accounts.models import Activity
from community import content_operations as operations
from community.content_operations import STEPS
from community.models import Notice
from config.errors import DomainError
from config.images import Picture
from notifications.models import InboxMessage

from .notices import draft, published, with_a_second_person

WORDS = {"recall": {"reason": "日期写错"}, "give_back": {"remark": "请写明时间"}}


def take(name, notice, by, **more):
    return getattr(operations, name)(
        notice=notice, version=notice.version, by=by, **WORDS.get(name, {}) | more
    )


def in_state(town, state):
    """A notice that got into `state` step by step, in a community that wants a second person."""
    with_a_second_person(town)
    notice = draft(town)
    for name in {"draft": [], "submitted": ["submit"], "published": ["submit", "publish"],
                 "recalled": ["submit", "publish", "recall"]}[state]:  # fmt: skip
        take(name, notice, town.staff if name == "submit" else town.secretary)
    assert notice.state == state
    return notice


@pytest.mark.parametrize("state", ["draft", "submitted", "published", "recalled"])
@pytest.mark.parametrize("name", list(STEPS))
def test_every_step_from_every_state(town, state, name):
    notice, step = in_state(town, state), STEPS[name]
    legal = state in step.before and (name, state) != ("publish", "draft")
    if legal and not step.after:
        take(name, notice, town.secretary)
        assert not Notice.objects.exists()
        assert Activity.objects.filter(act=f"notices.{name}", by=town.secretary).exists()
    elif legal:
        assert take(name, notice, town.secretary).state == step.after
        assert Activity.objects.filter(act=f"notices.{name}", by=town.secretary).exists()
    else:
        with pytest.raises(DomainError):
            take(name, notice, town.secretary)
        assert Notice.objects.get().state == state


def test_without_a_second_check_the_writer_publishes(town):
    notice = draft(town)
    assert [step.name for step in operations.steps_for(notice, town.staff)] == ["publish", "discard"]
    assert take("publish", notice, town.staff).state == "published"


def test_the_writer_is_not_the_checker(town):
    with_a_second_person(town)
    notice = draft(town, by=town.secretary)
    take("submit", notice, town.secretary)
    with pytest.raises(DomainError):
        take("publish", notice, town.secretary)
    assert not Notice.objects.public().exists()


def test_whoever_changes_the_text_becomes_its_writer(town):
    with_a_second_person(town)
    notice = in_state(town, "submitted")
    notice.body = "周四停水。"
    operations.write(notice=notice, by=town.secretary)
    assert notice.state == "draft"
    take("submit", notice, town.secretary)
    with pytest.raises(DomainError):
        take("publish", notice, town.secretary)


def test_the_database_refuses_a_writer_who_checks(town):
    notice = in_state(town, "submitted")
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(
            published_at=timezone.now(), published_by=notice.written_by, needs_second=True
        )


@pytest.mark.parametrize(
    "who", ["staff", "east_worker", "neighbour_secretary", "operator", "branch_secretary"]
)
def test_only_a_checker_of_the_community_publishes(town, who):
    notice = in_state(town, "submitted")
    with pytest.raises(DomainError):
        take("publish", notice, getattr(town, who))


def test_what_was_not_read_is_not_published(town):
    notice = in_state(town, "submitted")
    seen = notice.version
    operations.write(notice=Notice.objects.get(), by=town.staff)
    take("submit", Notice.objects.get(), town.staff)
    with pytest.raises(DomainError):
        operations.publish(notice=Notice.objects.get(), version=seen, by=town.secretary)


def test_two_writers_do_not_overwrite_each_other(town):
    notice = draft(town)
    other = Notice.objects.get()
    operations.write(notice=notice, by=town.staff)
    other.body = "另一稿"
    with pytest.raises(DomainError):
        operations.write(notice=other, by=town.secretary)
    assert Notice.objects.get().body == notice.body


def test_a_published_text_is_not_changed(town):
    notice = published(town)
    notice.body = "改了"
    with pytest.raises(DomainError):
        operations.write(notice=notice, by=town.staff)
    assert Notice.objects.get().body != "改了"


def test_a_remark_goes_back_with_the_notice(town):
    notice = take("give_back", in_state(town, "submitted"), town.secretary)
    assert (notice.state, notice.return_remark) == ("draft", "请写明时间")
    assert take("submit", notice, town.staff).return_remark == ""


@pytest.mark.parametrize(
    ("name", "word", "state"), [("recall", "reason", "published"), ("give_back", "remark", "submitted")]
)
def test_some_steps_need_words(town, name, word, state):
    with pytest.raises(DomainError):
        take(name, in_state(town, state), town.secretary, **{word: "  "})


def test_what_is_over_is_not_published(town):
    notice = draft(town, publish_until=timezone.now() - timedelta(minutes=1))
    with pytest.raises(DomainError):
        take("publish", notice, town.staff)


def test_how_it_is_shown_may_change_later(town):
    notice = published(town)
    operations.display(notice=notice, pinned=True, urgent_until=None, publish_until=None, by=town.staff)
    assert Notice.objects.public().get().pinned


def test_written_anew_is_a_draft_of_its_own(town):
    old = take("recall", published(town, targets=[town.east]), town.staff)
    new = operations.write_anew(notice=old, by=town.staff)
    assert (new.state, new.title, list(new.targets.all())) == ("draft", old.title, [town.east])


def test_a_draft_that_was_changed_is_not_discarded_unread(town):
    notice = draft(town)
    seen = notice.version
    operations.write(notice=Notice.objects.get(), by=town.secretary)
    with pytest.raises(DomainError):
        operations.discard(notice=notice, version=seen, by=town.staff)
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("who", ["east_worker", "neighbour_secretary", "branch_secretary"])
def test_only_writers_of_the_community_discard(town, who):
    notice = draft(town)
    with pytest.raises(DomainError):
        take("discard", notice, getattr(town, who))
    assert Notice.objects.exists()


def test_files_of_a_discarded_draft_leave_the_disk(town, django_capture_on_commit_callbacks):
    notice = draft(town, picture=Picture(Image.new("RGB", (900, 600))))
    operations.write(notice=notice, by=town.staff, attach=[ContentFile(b"%PDF-1.7 x", name="a.pdf")])
    names = [notice.picture.name, f"{notice.picture.name[:-4]}-400.jpg", notice.attachments.get().file.name]
    assert all(default_storage.exists(name) for name in names)
    with django_capture_on_commit_callbacks(execute=True):
        take("discard", notice, town.staff)
    assert not any(default_storage.exists(name) for name in names)


def test_a_picture_two_notices_show_stays_until_both_let_go(town, django_capture_on_commit_callbacks):
    first = draft(town, picture=Picture(Image.new("RGB", (900, 600))))
    second, name = operations.write_anew(notice=first, by=town.staff), first.picture.name
    for notice, stays in ((first, True), (second, False)):
        notice.picture = ""
        with django_capture_on_commit_callbacks(execute=True):
            operations.write(notice=notice, by=town.staff)
        assert default_storage.exists(name) == stays


def test_files_come_and_go_with_the_draft(town, django_capture_on_commit_callbacks):
    notice = draft(town)
    operations.write(notice=notice, by=town.staff, attach=[ContentFile(b"%PDF-1.7 x", name="表.pdf")])
    attachment = notice.attachments.get()
    assert (attachment.name, attachment.size) == ("表.pdf", 10)
    with django_capture_on_commit_callbacks(execute=True):
        operations.write(notice=notice, by=town.staff, detach=[attachment])
    assert not notice.attachments.exists()
    assert not attachment.file.storage.exists(attachment.file.name)


def test_who_may_publish_it_hears_that_it_waits(town):
    with_a_second_person(town)
    notice = draft(town)
    operations.submit(notice=notice, version=notice.version, by=town.staff)
    (told,) = InboxMessage.objects.filter(cause=f"notice:{notice.pk}/")
    assert (told.account, told.subject) == (town.secretary, "待审核：停水通知")
    assert str(notice.pk) in told.url
