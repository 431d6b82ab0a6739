"""Notices for tests, made by the operations."""

from datetime import timedelta

from django.utils import timezone

from community import content_operations as operations
from community.models import Notice, Profile


def draft(town, *, unit=None, by=None, targets=None, **fields):
    fields.setdefault("title", "停水通知")
    fields.setdefault("body", "周三**停水**。")
    fields.setdefault("publish_from", timezone.now() - timedelta(hours=1))
    notice = Notice(unit=unit or town.community, **fields)
    return operations.write(notice=notice, by=by or town.staff, targets=targets)


def published(town, **fields):
    notice = draft(town, **fields)
    return operations.publish(notice=notice, version=notice.version, by=fields.get("by") or town.staff)


def with_a_second_person(town):
    Profile.objects.filter(unit=town.community).update(notices_need_second=True)
