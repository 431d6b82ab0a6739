"""What the roles matrix is run over: every page that is not public, and every screen of the back office.

`tests/community/test_matrix.py` walks all addresses and all registered models. One that is missing here fails the
test: add its row, saying which act it needs and with which objects of a community it is opened.
"""

from datetime import date, timedelta
from types import SimpleNamespace

from django.utils import timezone

from accounts.models import SmsMessage
from accounts.operations import look, record
from community.models import Duty, Honour, Notice, Organisation, ServiceItem, Unit
from config.models import DueRun
from events.models import Attendance, Excuse
from reports.models import Report
from residents.models import Claim, Dwelling, Household, ResidentTag
from venues.models import Amenity, Facility, Room
from volunteers.operations import record_by_hand

from . import matrix_door, sides
from .matrix_page import EVERYBODY, MINE, Page
from .matrix_stage import STAGE


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
    sides.event(s, writer)
    s.attendance = Attendance.objects.create(session=s.session, resident=resident, by=writer)
    sides.stage(s, writer)
    s.excuse = Excuse.objects.create(session=s.session, resident=resident, reason="住院", by=writer)
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
    sides.asked(s, writer)
    sides.album(s, writer)
    s.message, s.call = sides.in_the_inbox(s), sides.to_telephone(s)
    s.room = Room.objects.create(facility=s.facility, name="大厅", lent_to="residents")
    sides.bookings(s, writer)
    sides.books(s, writer)
    return s


def _report(side):
    return [side.report.pk]


def _submitted(side):
    return [side.submitted.pk]


def _event(side):
    return [side.event.pk]


def _session(side):
    return [side.session.pk]


def _sign_up(side):
    return [side.community, side.sign_up.pk]


def _unit(side):
    return [side.building.pk]


def _post(side):
    return [side.post.pk]


def _account(side):
    return [side.account.pk]


def _resident(side):
    return [side.resident.pk]


def _household(side):
    return [side.household.pk]


def _claim(side):
    return [side.claim.pk]


def _notice(side):
    return [side.notice.pk]


def _survey(side):
    return [side.survey.pk]


def _question(side):
    return [side.question.pk]


def _service(side):
    return [side.service.pk]


def _booking(side):
    return [side.booking.pk]


def _series(side):
    return [side.series.pk]


def _in_building(side):
    return side.building


def _at_home(side):
    return side.resident.unit


PAGES = matrix_door.pages(Page, EVERYBODY, _at_home) | {
    # accounts: one's own
    "accounts:index": Page(EVERYBODY),
    "accounts:end_other_sessions": Page(EVERYBODY, post=True),
    "accounts:new_password": Page(EVERYBODY),
    # reports
    "reports:list": Page("reports.view"),
    "reports:compare": Page("reports.view"),
    "reports:start": Page("reports.write", post=True),
    "reports:report": Page("reports.view", _report),
    "reports:print": Page("reports.view", _report),
    "reports:figure": Page("reports.view", lambda side: [side.report.pk, "groups"]),
    "reports:write": Page("reports.write", _report),
    "reports:submit": Page("reports.write", _report, post=True),
    "reports:send_back": Page("reports.seal", _submitted, post=True, data=lambda side: {"remark": "再看看"}),
    "reports:seal": Page("reports.seal", _submitted, post=True),
    # accounts at the counter: they lie where the person lives
    "community:accounts": Page("accounts.view"),
    "community:account_open": Page("accounts.help"),
    "community:account": Page("accounts.view", _account, _at_home),
    "community:account_code": Page("accounts.help", _account, _at_home, post=True),
    "community:account_password": Page("accounts.help", _account, _at_home, post=True),
    "community:account_slip": Page("accounts.help", _account, _at_home),
    "community:account_phone": Page("accounts.help", _account, _at_home),
    "community:account_act": Page(
        "accounts.deactivate", lambda side: [side.account.pk, "deactivate"], _at_home
    ),
    # the register
    "residents:my_claim": Page(EVERYBODY),
    "residents:my_household": Page(EVERYBODY),
    "residents:my_looks": Page(EVERYBODY),
    "community:telephone": Page("messages.view"),
    "community:call": Page("messages.view", lambda side: [side.call.pk], _in_building),
    "community:call_number": Page("residents.reveal", lambda side: [side.call.pk], _in_building),
    "notifications:inbox": Page(EVERYBODY),
    "notifications:told": Page(EVERYBODY),
    "notifications:address": Page(EVERYBODY, post=True),
    "notifications:read_all": Page(EVERYBODY, post=True),
    "notifications:message": Page(MINE, lambda side: [side.message.pk]),
    "notifications:open": Page(MINE, lambda side: [side.message.pk], post=True),
    "residents:my_withdraw": Page(MINE, _claim, post=True),
    "residents:my_reveal": Page(MINE, _resident, post=True),
    "residents:desk_claims": Page("claims.review"),
    "residents:desk_claim": Page("claims.review", _claim, _in_building),
    "residents:desk_confirm": Page(
        "claims.review", _claim, _in_building, True, lambda s: {"resident": s.resident.pk}
    ),
    "residents:desk_newcomer": Page("residents.edit", _claim, _in_building),
    "residents:desk_refuse": Page("claims.review", _claim, _in_building),
    "residents:desk_list": Page("residents.view"),
    "residents:desk_add": Page("residents.edit"),
    "residents:desk_resident": Page("residents.view", _resident, _at_home),
    "residents:desk_edit": Page("residents.edit", _resident, _at_home),
    "residents:desk_reveal": Page("residents.reveal", _resident, _at_home),
    "residents:desk_add_tag": Page("residents.edit", _resident, _at_home),
    "residents:desk_end_tag": Page(
        "residents.edit", lambda s: [s.resident.pk, s.tag.pk], _at_home, post=True
    ),
    "residents:desk_leave": Page("residents.edit", _resident, _at_home),
    "residents:desk_join": Page("residents.edit", _resident, _at_home),
    "residents:desk_add_member": Page("residents.edit", _household, _in_building),
    "residents:desk_move": Page("residents.edit", _household, _in_building),
    "residents:desk_head": Page("residents.edit", _household, _in_building),
    # what waits for a person
    "portal:my": Page(EVERYBODY),
    "portal:my_hours": Page(EVERYBODY),
    "portal:my_hours_print": Page(EVERYBODY),
    "portal:my_points": Page(EVERYBODY),
    "portal:my_points_print": Page(EVERYBODY),
    "portal:desk": Page("desk.enter"),
    "venues:desk_coverage": Page("venues.view"),
    # rooms and their bookings
    "venues:book": Page(EVERYBODY, lambda s: [s.community, s.room.pk]),
    "venues:my_bookings": Page(EVERYBODY),
    "venues:my_cancel": Page(MINE, _booking),
    "venues:my_confirm": Page(MINE, _series, post=True),
    "venues:my_cancel_all": Page(MINE, _series, post=True),
    "venues:desk_bookings": Page("venues.view"),
    "venues:desk_usage": Page("venues.view"),
    "venues:desk_close": Page("venues.manage"),
    "venues:desk_lift": Page("venues.manage", lambda s: [s.closed.pk], post=True),
    "venues:desk_week": Page("venues.view", lambda s: [s.facility.pk]),
    "venues:desk_book": Page("venues.manage", lambda s: [s.room.pk]),
    "venues:desk_booking": Page("venues.view", _booking),
    "venues:desk_accept": Page("venues.manage", _booking, post=True),
    "venues:desk_reject": Page("venues.manage", _booking),
    "venues:desk_cancel": Page("venues.manage", _booking),
    "venues:desk_move": Page("venues.manage", _booking),
    "venues:desk_no_show": Page("venues.manage", _booking, post=True),
    # notices in the back office
    "admin:community_notice_preview": Page("content.view", _notice),
    "admin:community_notice_anew": Page("content.write", _notice),
    "admin:community_notice_step": Page("content.write", lambda side: [side.notice.pk, "submit"]),
    # events
    "events:register": Page(EVERYBODY, lambda side: [side.community, side.event.pk, side.session.pk]),
    "events:withdraw": Page(
        EVERYBODY, lambda side: [side.community, side.event.pk, side.session.pk], post=True
    ),
    "events:enrol": Page(EVERYBODY, lambda side: [side.community, side.course.pk]),
    "events:sign_up": Page(MINE, _sign_up),
    "events:accept": Page(MINE, _sign_up, post=True),
    "events:decline": Page(MINE, _sign_up, post=True),
    "events:leave": Page(MINE, _sign_up, post=True),
    "events:line": Page("events.manage", _session),
    "events:course_line": Page("events.manage", _event),
    "events:move": Page("events.manage", lambda side: [side.sign_up.pk]),
    "events:remove": Page("events.manage", lambda side: [side.sign_up.pk], post=True),
    "events:goes_ahead": Page("events.manage", _session, post=True),
    "events:course_goes_ahead": Page("events.manage", _event, post=True),
    "events:my_calendar": Page(EVERYBODY),
    "events:desk": Page("events.view"),
    "events:create": Page("events.manage"),
    "events:desk_event": Page("events.view", _event),
    "events:edit": Page("events.manage", _event),
    "events:publish": Page("events.manage", _event, post=True),
    "events:cancel": Page("events.manage", _event),
    "events:discard": Page("events.manage", _event),
    "events:add_sessions": Page("events.manage", _event),
    "events:change_session": Page("events.manage", _session),
    "events:cancel_session": Page("events.manage", _session),
    **STAGE,
    "events:make_up": Page("events.manage", _session),
    "events:count_heads": Page("events.check_in", _session),
    "events:numbers": Page("events.view", _event),
    "events:history": Page("events.view", _event),
    "events:people": Page("events.check_in", _session),
    "events:course_people": Page("events.check_in", lambda side: [side.course.pk]),
    "events:spreadsheets": Page("events.manage", _event),
    "events:registrations_file": Page("events.manage", _event, post=True),
    "events:attendance_file": Page("events.manage", _event, post=True),
    "events:door_list": Page("events.check_in", _session),
    "events:badges": Page("events.check_in", _session),
    # questions and what was answered
    "events:survey": Page(EVERYBODY, lambda side: [side.community, side.event.pk]),
    "events:questions": Page("events.view", _event),
    "events:feedback": Page("events.view", _event),
    "surveys:answer": Page(EVERYBODY, lambda side: [side.community, side.survey.pk]),
    "surveys:list": Page("events.view"),
    "surveys:create": Page("events.manage"),
    "surveys:survey": Page("events.view", _survey),
    "surveys:results": Page("events.view", _survey),
    "surveys:settings": Page("events.manage", _survey),
    "surveys:add_question": Page("events.manage", _survey),
    "surveys:change_question": Page("events.manage", _question),
    "surveys:move_question": Page("events.manage", _question, post=True),
    "surveys:remove_question": Page("events.manage", _question, post=True),
    "surveys:answer_file": Page("events.manage", lambda side: [side.answer.pk], post=True),
    "events:photo_hide": Page(EVERYBODY, lambda side: [side.community, side.photo.pk]),
    "events:photos": Page("events.view", _event),
    "events:photos_add": Page("events.manage", _event, post=True),
    "events:captions": Page("events.manage", _event, post=True),
    "events:photo_act": Page("events.manage", lambda side: [side.photo.pk, "up"], post=True),
    "events:poster": Page("events.view", _event),
    "events:certificates": Page("events.check_in", _event),
    "events:certificates_issue": Page("events.manage", _event, post=True),
    "events:certificates_print": Page("events.check_in", _event),
    # the tree
    "portal:unit_move": Page("units.manage", _unit, _in_building),
    "portal:unit_close": Page("units.manage", _unit, _in_building),
    "portal:organisation_close": Page("organisations.manage", lambda side: [side.branch.pk]),
    "portal:unit_reopen": Page("units.manage", _unit, _in_building),
    # the back office's own pages
    "admin:roles": Page("admin.enter"),
    "admin:points_rule_end": Page("points.manage", lambda side: [side.rule.pk]),
    "admin:community_post_end": Page("posts.manage", _post),
    "admin:community_post_primary": Page("posts.manage", _post),
    "admin:community_post_withdraw": Page("posts.manage", _post),
    "admin:community_calendarday_import": Page("calendar.manage"),
    "admin:volunteers_volunteer_end": Page(
        "volunteers.manage", lambda side: [side.service.volunteer_id], _at_home
    ),
    "admin:volunteers_servicerecord_verify": Page("volunteers.manage", _service, _at_home),
    "admin:volunteers_servicerecord_withdraw": Page("volunteers.manage", _service, _at_home),
}

# A row of each registered model: where it lies decides. `None`: closed to everybody.
ADMIN_ROWS = {
    "auth.Group": None,
    "account.EmailAddress": None,
    "mfa.Authenticator": None,
    "config.DueRun": lambda side: (side.job, Unit.objects.get(parent=None)),
    "community.CalendarDay": EVERYBODY,
    "community.Unit": lambda side: (side.building, side.building),
    "community.Profile": lambda side: (side.community.profile, side.community),
    "community.Organisation": lambda side: (side.branch, side.branch),
    "community.Post": lambda side: (side.post, side.community),
    "community.Notice": lambda side: (side.notice, side.community),
    "community.ServiceItem": lambda side: (side.item, side.community),
    "community.Honour": lambda side: (side.honour, side.community),
    "community.Duty": lambda side: (side.duty, side.community),
    "accounts.User": lambda side: (side.account, side.resident.unit),
    "accounts.Activity": lambda side: (side.activity, side.community),
    "accounts.Look": lambda side: (side.look, side.community),
    "accounts.SmsMessage": lambda side: (side.sms, Unit.objects.get(parent=None)),
    "residents.Resident": lambda side: (side.resident, side.resident.unit),
    "residents.Household": lambda side: (side.household, side.building),
    "residents.Dwelling": lambda side: (side.dwelling, side.building),
    "residents.Claim": lambda side: (side.claim, side.building),
    "venues.Facility": lambda side: (side.facility, side.community),
    "venues.Amenity": lambda side: (side.amenity, side.building.parent),
    "venues.Room": lambda side: (side.room, side.community),
    "venues.Booking": lambda side: (side.booking, side.community),
    "venues.ClosedPeriod": lambda side: (side.closed, side.community),
    "venues.Booker": lambda side: (side.booker, side.community),
    "volunteers.Volunteer": lambda side: (side.service.volunteer, side.resident.unit),
    "volunteers.ServiceRecord": lambda side: (side.service, side.resident.unit),
    "events.Event": lambda side: (side.event, side.community),
    "events.Registration": lambda side: (side.registration, side.community),
    "events.ProgrammeItem": lambda side: (side.act, side.community),
    "events.Discipline": lambda side: (side.discipline, side.community),
    "events.Entry": lambda side: (side.entry, side.community),
    "events.Result": lambda side: (side.result, side.community),
    "events.Spending": lambda side: (side.spending, side.community),
    "events.Wish": lambda side: (side.wish, side.community),
    "events.Attendance": lambda side: (side.attendance, side.community),
    "points.Account": lambda side: (side.points, side.community),
    "points.Transfer": lambda side: (side.transfer, side.community),
    "points.Rule": lambda side: (side.rule, side.community),
    "points.Budget": lambda side: (side.budget, side.community),
    "points.Owed": lambda side: (side.owed, side.community),
    "points.Seal": lambda side: (side.seal, side.community),
    "points.LedgerCheck": lambda side: (side.check, Unit.objects.get(parent=None)),
    "notifications.Outgoing": lambda side: (side.call, side.building),
    "reports.Report": lambda side: (side.report, side.community),
}
