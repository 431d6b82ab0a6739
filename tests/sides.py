"""Objects that the matrix opens pages with, by room."""

from datetime import date, timedelta
from types import SimpleNamespace

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import SmsMessage
from accounts.operations import look, record
from claims.models import Batch, DeductionCase, Objection, Reviewer, TeamAward
from claims.models import Claim as PointsClaim
from community.models import Duty, Honour, Notice, Organisation, ServiceItem, Unit
from config.models import DueRun
from events.models import (
    Attendance,
    Certificate,
    Discipline,
    DoorCode,
    Draw,
    Entry,
    Event,
    Excuse,
    Photo,
    ProgrammeItem,
    QueueMove,
    Registration,
    Result,
    Session,
    SheetLine,
    SignUp,
    Spending,
    Wish,
)
from notifications.models import InboxMessage, Outgoing
from points.models import Account, Freeze, LapseNotice, LedgerCheck, Owed, Seal, Transfer
from points.operations import Award, adopt_rule, award, join, publish_terms, set_budget
from reports.models import Report
from residents.models import Claim, Dwelling, Household, Mandate, ResidentTag
from shop.models import Category, Item, MoveKind, Shop
from shop.operations import (
    make_sheet,
    move_stock,
    plan_fair,
    publish_fair,
    put_on_shelf,
    set_goods,
    take_number,
)
from shop.operations import order as order_from_shop
from surveys.models import Answer, Question, Response
from surveys.operations import create_survey
from venues.models import Amenity, Booker, Booking, ClosedPeriod, Facility, Room, Series
from volunteers.operations import record_by_hand


def side(community: Unit, building: Unit, branch: Organisation, writer, resident) -> SimpleNamespace:
    """One object of every kind in one community."""
    now = timezone.now()
    s = SimpleNamespace(
        community=community, building=building, branch=branch, account=resident.user, resident=resident
    )
    s.post = writer.posts.get()
    s.activity = record("events.publish", by=writer, path=community.path)
    s.look = look(by=writer, on=resident, field="phone", purpose="回访", path=community.path)
    s.sms = SmsMessage.objects.create(kind="code")
    s.job, _is_new = DueRun.objects.get_or_create(job="work.nightly", defaults={"slot": now})
    s.dwelling = Dwelling.objects.create(unit=building, path=building.path, number="909")
    s.household = Household.objects.create(community=community, dwelling=s.dwelling, path=building.path)
    s.claim = Claim.objects.create(
        community=community, user=s.account, path=building.path, name="路人", place="1-101"
    )
    s.tag = ResidentTag.objects.create(resident=resident, path=resident.path, tag="alone", by=writer)
    s.mandate = Mandate.objects.create(
        principal=resident, holder=s.account, starts_on=date(2026, 1, 1), ends_on=date(2099, 1, 1), paper="授-1",
        made_by=writer,
    )  # fmt: skip
    event(s, writer)
    s.attendance = Attendance.objects.create(session=s.session, resident=resident, by=writer)
    s.certificate = Certificate.objects.create(
        event=s.event, resident=resident, community=community, year=2026, number=1, attended=1, held=1, hours=2, by=writer,
    )  # fmt: skip
    stage(s, writer)
    s.excuse = Excuse.objects.create(session=s.session, resident=resident, reason="住院", by=writer)
    s.line = SheetLine.objects.create(session=s.session, resident=resident, number=1)
    s.code = DoorCode.objects.create(resident=resident, number=f"{resident.pk:08d}", changed_by=writer)
    s.report = Report.objects.create(unit=community, month=date(2026, 9, 1), created_by=writer)
    s.submitted = Report.objects.create(
        unit=community,
        month=date(2026, 8, 1),
        created_by=writer,
        state="submitted",
        submitted_at=now,
        submitted_by=writer,
    )
    s.branch_report = Report.objects.create(
        unit=community, organisation=branch, month=date(2026, 9, 1), created_by=writer
    )
    s.notice = Notice.objects.create(unit=community, title="停水", body="今晚。", written_by=writer)
    s.item = ServiceItem.objects.create(unit=community, category="civil", name="低保")
    s.honour = Honour.objects.create(unit=community, name="文明社区", level=1)
    s.duty = Duty.objects.create(
        unit=community, holder=writer, starts_at=now, ends_at=now + timedelta(hours=8)
    )
    s.amenity = Amenity.objects.create(unit=building.parent, kind="lighting", number=12)
    s.facility = Facility.objects.create(unit=community, kind="hall", name="礼堂")
    s.service = record_by_hand(
        resident=resident, starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1), what="清扫楼道", place="楼下",
        reason="登记表", by=resident.user,
    )  # fmt: skip
    asked(s, writer)
    album(s, writer)
    s.message, s.call = in_the_inbox(s), to_telephone(s)
    s.room = Room.objects.create(facility=s.facility, name="大厅", lent_to="residents")
    bookings(s, writer)
    books(s, writer)
    claims_of_points(s, writer)
    shop(s, writer)
    return s


def event(s, writer) -> None:
    """An event with a session somebody has a place in, and a course somebody waits for."""
    now = timezone.now()
    s.event = Event.objects.create(
        unit=s.community,
        kind="culture",
        title="晚会",
        place="广场",
        created_by=writer,
        published_at=now,
        published_by=writer,
    )
    s.session = Session.objects.create(
        event=s.event,
        places_taken=1,
        community=s.community,
        starts_at=now + timedelta(days=3),
        ends_at=now + timedelta(days=3, hours=1),
    )
    s.registration = Registration.objects.create(session=s.session, resident=s.resident, by=writer)
    s.course = Event.objects.create(
        unit=s.community, kind="course", title="书法班", place="教室", is_course=True, created_by=writer,
        published_at=now, published_by=writer,
    )  # fmt: skip
    s.sign_up = SignUp.objects.create(
        event=s.course, resident=s.resident, by=s.resident.user or writer, state="waiting", rank=1
    )
    s.queue_move = QueueMove.objects.create(
        sign_up=s.sign_up, event=s.course, was=2, now=1, reason="行动不便", by=writer
    )
    s.draw = Draw.objects.create(event=s.course, seed="5eed", seed_digest="0" * 64)


def asked(s, writer) -> None:
    """A survey of the year and a question at sign-up that was answered with a file."""
    s.survey = create_survey(
        unit=s.community, title="满意度", purpose="yearly", year=2025, is_anonymous=True, by=writer
    )
    s.asked = create_survey(unit=s.community, title="报名", purpose="sign_up", by=writer)
    s.question = Question.objects.create(survey=s.asked, text="照片", kind="file")
    response = Response.objects.create(
        survey=s.asked, resident=s.resident, cause=f"signup:{s.sign_up.pk}", about_on=timezone.localdate()
    )
    s.course.questions = s.asked
    s.course.save(update_fields=["questions"])
    s.answer = Answer.objects.create(response=response, question=s.question)
    s.answer.file.save(f"{'a' * 32}.pdf", ContentFile(b"%PDF-1.4 %%EOF"))
    s.event.feedback = create_survey(
        unit=s.community, title="晚会", purpose="event", is_anonymous=True, by=writer
    )
    s.event.save(update_fields=["feedback"])


def album(s, writer) -> None:
    s.photo = Photo.objects.create(
        event=s.event, picture=f"photos/{'b' * 32}-400x300.jpg", digest="b" * 64, taken_on=timezone.localdate(), by=writer
    )  # fmt: skip


def bookings(s, writer) -> None:
    """A request for a room, somebody who books for the branch, a room closed for a while."""
    start = timezone.now() + timedelta(days=2)
    s.series = Series.objects.create(room=s.room, by=writer)
    s.booking = Booking.objects.create(
        room=s.room, what="排练", resident=s.resident, series=s.series, starts_at=start, ends_at=start + timedelta(hours=1), asked_by=writer
    )  # fmt: skip
    s.booker = Booker.objects.create(organisation=s.branch, resident=s.resident)
    s.closed = ClosedPeriod.objects.create(
        facility=s.facility, starts_at=start + timedelta(days=9), ends_at=start + timedelta(days=10), reason="刷墙", by=writer
    )  # fmt: skip


def in_the_inbox(side) -> InboxMessage:
    return InboxMessage.objects.create(
        key=f"thanks:{side.community.pk}", account=side.account, kind="thanks", path=side.building.path,
        cause="event:1/", subject="谢谢", text="谢谢参加。",
    )  # fmt: skip


def to_telephone(side) -> Outgoing:
    return Outgoing.objects.create(
        key=f"moved:{side.community.pk}/phone", channel="phone", kind="moved", path=side.building.path,
        cause="event:1/", subject="改期", text="合唱改到周二。", name=side.resident.name, phone="+8615400000021",
        about=f"residents.resident:{side.resident.pk}",
    )  # fmt: skip


def books(s, writer) -> None:
    """Points given, spent and taken back, a sealed day long ago and a recount."""
    today = timezone.localdate()
    s.budget = set_budget(community=s.community, year=today.year, points=100, by=writer)
    s.rule = adopt_rule(
        community=s.community,
        code="Q9",
        category="culture",
        name="参加活动",
        by=writer,
        since=today,
        points=2,
    )
    key = f"attendance:{s.attendance.pk}"
    award([Award(s.resident.pk, s.rule.pk, today, key)], community=s.community, by=writer)
    s.transfer = Transfer.objects.get(key=key)
    s.points = Account.objects.get(resident=s.resident)
    s.owed = Owed.objects.create(account=s.points, award=s.transfer, amount=1, left=0)
    day = date(2020, 1, 1)
    s.lapse_notice = LapseNotice.objects.create(account=s.points, on=date(2020, 12, 31), points=1)
    s.seal = Seal.objects.create(
        community=s.community, day=day, first_number=1, count=0, amount=0, digest="0" * 64
    )
    tomorrow = today + timedelta(days=1)
    s.terms = publish_terms(community=s.community, text="自愿参加，随时可以退出。", since=tomorrow, by=writer)
    s.member = join(resident=s.resident, terms=s.terms, by=writer)
    s.check = LedgerCheck.objects.create(seconds=0.1, transfers=1, found=0)


def shop(s, writer) -> None:
    """A shelf with one thing on it, and somebody who ordered it."""
    s.shop = Shop.objects.create(community=s.community, place="便民大厅")
    s.category = Category.objects.create(community=s.community, name="日用品")
    s.good = Item.objects.create(
        community=s.community, category=s.category, name="肥皂", unit_word="块", points=1, fen=300
    )
    s.stock_move = move_stock(item=s.good, kind=MoveKind.RECEIVED, count=5, by=writer)
    put_on_shelf(item=s.good, by=writer)
    s.order = order_from_shop(
        resident=s.resident, wanted={s.good.pk: 1}, by=writer, token=f"side{s.resident.pk}"
    )
    s.sheet = make_sheet(community=s.community, by=writer)
    start = timezone.now()
    s.fair = plan_fair(
        community=s.community, title="年终兑换", place="小广场", starts_at=start, ends_at=start + timedelta(hours=1),
        minutes=60, places=9, by=writer,
    )  # fmt: skip
    set_goods(fair=s.fair, quotas={s.good.pk: 1}, by=writer)
    publish_fair(fair=s.fair, by=writer)
    s.ticket = take_number(fair=s.fair, slot=s.fair.slots.get(), resident=s.resident, by=writer)


def claims_of_points(s, writer) -> None:
    """A claim on a public list that somebody objects to, and one that the person's own group decides about."""
    today = timezone.localdate()
    s.seat = Reviewer.objects.create(community=s.community, holder=s.account or writer, body="group")
    s.points_list = Batch.objects.create(community=s.community, number=1, until=today + timedelta(days=9))
    mine = {"community": s.community, "resident": s.resident, "rule": s.rule, "made_by": s.account or writer}
    s.points_claim = PointsClaim.objects.create(
        **mine, day=today, words="扶起老人。", state="listed", batch=s.points_list
    )
    s.to_decide = PointsClaim.objects.create(
        **mine, day=today - timedelta(days=1), words="清扫楼道。", state="checked"
    )
    s.team_award = TeamAward.objects.create(
        community=s.community,
        rule=s.rule,
        day=today,
        words="防汛。",
        token=f"side{s.community.pk}",
        made_by=writer,
    )
    s.conduct = adopt_rule(
        community=s.community, code="Q8", category="conduct", ground="no_show", name="缺席", by=writer, since=today,
        points=1,
    )  # fmt: skip
    for day, name in ((today, "case"), (today - timedelta(days=1), "case_to_decide")):
        case = DeductionCase.objects.create(
            community=s.community, resident=s.resident, rule=s.conduct, day=day, words="报名后未到。",
            opened_by=writer, answer_until=today - timedelta(days=1),
        )  # fmt: skip
        setattr(s, name, case)
    DeductionCase.objects.filter(pk=s.case_to_decide.pk).update(state="silent", time_up_on=today)
    s.freeze = Freeze.objects.create(
        resident=s.resident, community=s.community, since=date(2020, 1, 1), until=date(2020, 4, 1), cause=f"side:{s.resident.pk}",
        made_by=writer,
    )  # fmt: skip
    s.objection = Objection.objects.create(
        claim=s.points_claim, words="当天不在。", name="邻居", taken_down_by=writer, due_on=today
    )


def stage(s, writer) -> None:
    """A programme, a sports meet, a wish and some spending."""
    s.act = ProgrammeItem.objects.create(session=s.session, order=1, title="合唱")
    s.discipline = Discipline.objects.create(event=s.event, name="跳绳", places=9, places_taken=1)
    s.entry = Entry.objects.create(discipline=s.discipline, resident=s.resident, by=writer)
    s.result = Result.objects.create(entry=s.entry, rank=1, by=writer)
    s.wish = Wish.objects.create(community=s.community, kind="ask", title="评书", by=writer)
    s.spending = Spending.objects.create(
        event=s.event, what="月饼", fen=12_000, spent_on=timezone.localdate(), by=writer
    )
