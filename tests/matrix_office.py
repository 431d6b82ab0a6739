"""Pages of reports, of the tree and of the back office's own."""

from .matrix_page import EVERYBODY, MINE, Page, at_home, in_building, of

OFFICE = {
    # reports
    "statements:unusual": Page("points.claims"),
    "statements:thanks": Page("points.claims", lambda side: [side.community.slug]),
    "reports:list": Page("reports.view"),
    "reports:compare": Page("reports.view"),
    "reports:start": Page("reports.write", post=True),
    "reports:report": Page("reports.view", of("report")),
    "reports:print": Page("reports.view", of("report")),
    "reports:figure": Page("reports.view", lambda side: [side.report.pk, "groups"]),
    "reports:write": Page("reports.write", of("report")),
    "reports:submit": Page("reports.write", of("report"), post=True),
    "reports:send_back": Page(
        "reports.seal", of("submitted"), post=True, data=lambda side: {"remark": "再看看"}
    ),
    "reports:seal": Page("reports.seal", of("submitted"), post=True),
    # notices in the back office
    "admin:community_notice_preview": Page("content.view", of("notice")),
    "admin:community_notice_anew": Page("content.write", of("notice")),
    "admin:community_notice_step": Page("content.write", lambda side: [side.notice.pk, "submit"]),
    # the tree
    "portal:unit_move": Page("units.manage", of("building"), in_building),
    "portal:unit_close": Page("units.manage", of("building"), in_building),
    "portal:organisation_close": Page("organisations.manage", of("branch")),
    "portal:unit_reopen": Page("units.manage", of("building"), in_building),
    # the back office's own pages
    "admin:roles": Page("admin.enter"),
    "admin:points_rule_end": Page("points.manage", of("rule")),
    "points:scheme": Page(EVERYBODY),
    "points:leave": Page(MINE, of("resident")),
    "admin:points_member_leave": Page("points.enrol", of("member")),
    "admin:points_rule_ready": Page("points.manage"),
    "admin:community_post_end": Page("posts.manage", of("post")),
    "admin:community_post_primary": Page("posts.manage", of("post")),
    "admin:community_post_withdraw": Page("posts.manage", of("post")),
    "admin:community_calendarday_import": Page("calendar.manage"),
    "admin:volunteers_volunteer_end": Page(
        "volunteers.manage", lambda side: [side.service.volunteer_id], at_home
    ),
    "admin:volunteers_servicerecord_verify": Page("volunteers.manage", of("service"), at_home),
    "admin:volunteers_servicerecord_withdraw": Page("volunteers.manage", of("service"), at_home),
}
