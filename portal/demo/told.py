"""Messages of the demo: what people were told of their sign-ups, and what went out in every state."""

from datetime import timedelta

from community.models import Unit
from events.messages import cause_of, message, when
from events.models import Registration, SignUp, SignUpState
from notifications.models import InboxMessage, Outgoing

from .scene import Scene

STATES = ["sent", "sent", "sent", "failed", "given_up", "unclear", "cancelled"]
TRIES = {"failed": 5, "given_up": 6, "cancelled": 0}
MOST = 80


def _words(event, start):
    said = (
        f"您已报名成功：课程“{event.title}”。"
        if event.is_course
        else f"您已报名成功：“{event.title}”（{when(start)}）。"
    )
    return lambda: (f"报名成功：{event.title}", said)


def _each_once(rows):
    """Of a course somebody hears once, however many lessons it has."""
    seen = set()
    for row in rows:
        key = (row.resident_id, row.session.event_id) if row.session.event.is_course else row.pk
        if key not in seen:
            seen.add(key)
            yield row


def messages(scene: Scene, unit: Unit) -> None:
    """Of the latest sign-ups of people with an account; whoever has none is on the list to be telephoned."""
    rows = Registration.objects.live().filter(
        session__community=unit, session__event__published_at__isnull=False
    )
    rows = rows.select_related("resident__user", "session__event__unit", "session__community").order_by(
        "-session__starts_at", "pk"
    )
    told = [_told(row) for row in _each_once(rows.filter(resident__user__isnull=False)[:MOST])]
    told += [_offered(row) for row in offers(unit)]
    told.sort(key=lambda one: one[1])  # an inbox shows what was told last first
    inbox = [
        InboxMessage(
            key=one.key, account=one.to, kind=one.kind, path=one.where, cause=one.cause, subject=one.subject,
            text=one.text, url=one.url, at=at, read_at=at + timedelta(hours=5) if number % 3 else None,
        )
        for number, (one, at) in enumerate(told)
    ]  # fmt: skip
    InboxMessage.objects.bulk_create(inbox, ignore_conflicts=True)
    Outgoing.objects.bulk_create(_sent(scene, told), ignore_conflicts=True)
    without = rows.filter(resident__user=None, session__starts_at__gt=scene.now)[:4]
    Outgoing.objects.bulk_create([_call(row) for row in without], ignore_conflicts=True)


def _told(row):
    session = row.session
    words = _words(session.event, session.starts_at)
    return message("placed", row.resident, session.event, session, f"demo:{row.pk}", words), row.at


def offers(unit: Unit):
    rows = SignUp.objects.filter(
        session__community=unit, state=SignUpState.OFFERED, resident__user__isnull=False
    )
    return rows.select_related("resident__user", "event__unit", "session__community").order_by("pk")


def _offered(row: SignUp):
    def words():
        return f"有名额了：{row.event.title}", "有一个名额为您保留，请在保留时间内接受或放弃。"

    return message(
        "offer", row.resident, row.event, row.session, f"demo:offer:{row.pk}", words
    ), row.offered_at


def _sent(scene, told) -> list[Outgoing]:
    return [
        Outgoing(
            key=f"{one.key}/sms", channel="sms", account=one.to, name=one.name, kind=one.kind, path=one.where,
            cause=one.cause, subject=one.subject, text=one.text, about=one.about, at=at, state=STATES[number % 7],
            tries=TRIES.get(STATES[number % 7], 1), next_try_at=scene.now + timedelta(hours=20), ended_at=None if STATES[number % 7] == "failed" else at,
            last_error="" if STATES[number % 7] in ("sent", "cancelled") else "http: status 502",
        )
        for number, (one, at) in enumerate(told[-14:])  # the latest: the desk speaks of them
    ]  # fmt: skip


def _call(row) -> Outgoing:
    session, person = row.session, row.resident
    text = f"{person.name}，您好！“{session.event.title}”（{when(session.starts_at)}）地点有变，请以现场指引为准。"
    return Outgoing(
        key=f"moved:demo:{row.pk}/phone", channel="phone", kind="moved", path=person.path,
        cause=cause_of(session.event, session), subject=f"改期：{session.event.title}", text=text, name=person.name,
        phone=person.phone, about=f"residents.resident:{person.pk}", not_after=session.starts_at,
    )  # fmt: skip
