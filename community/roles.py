"""The declared matrix: which role may do what, and where. The admin shows it as a page and the tests run it.

A post at a unit reaches that unit and everything below it (BELOW), for some acts the whole community it lies in
(COMMUNITY). A post at an organisation reaches that organisation's own rows only (OWN). Rooms further down add their acts here when they are built.
"""

from django.utils.translation import gettext_lazy as _

from .models import Kind, Role

BELOW, COMMUNITY, OWN = "below", "community", "own"

ACTS = {
    "admin.enter": _("enter the back office"),
    "desk.enter": _("work at the desk"),
    "accounts.view": _("see accounts"),
    "accounts.help": _("hand out activation codes, reset, change a phone"),
    "accounts.deactivate": _("deactivate an account"),
    "log.view": _("read the activity log and who looked"),
    "units.view": _("see units"),
    "units.manage": _("add, change, move and close units"),
    "posts.view": _("see posts"),
    "posts.manage": _("appoint and end posts"),
    "organisations.view": _("see organisations"),
    "organisations.manage": _("keep organisations"),
    "content.view": _("see notices, guide, honours and duty rosters before they are public"),
    "content.write": _("write notices, guide, honours and duty rosters"),
    "notices.approve": _("check and publish another person's notice"),
    "calendar.manage": _("keep the working-day calendar"),
    "venues.view": _("see facilities and rooms"),
    "venues.manage": _("keep facilities and rooms"),
    "residents.view": _("see residents, masked"),
    "residents.edit": _("keep dwellings, households and residents"),
    "residents.reveal": _("see a full number, with a purpose"),
    "claims.review": _("decide who lives here"),
    "events.view": _("see events and sign-ups"),
    "events.manage": _("put on, change and cancel events"),
    "events.register": _("sign up and withdraw somebody else"),
    "events.check_in": _("check people in"),
    "points.view": _("see the points ledger"),
    "points.enrol": _("enter who joins or leaves the points scheme on paper"),
    "points.manage": _("keep points rules and the budget"),
    "points.check": _("check claims of points"),
    "points.claims": _("see claims of points through, answer objections"),
    "shop.view": _("see orders and stock of the shop"),
    "shop.serve": _("hand over what was ordered, order for somebody"),
    "shop.manage": _("keep the shop: items, stock, fairs"),
    "volunteers.view": _("see volunteers and their hours"),
    "volunteers.manage": _("keep volunteers and their hours"),
    "messages.view": _("see messages going out, telephone people"),
    "messages.manage": _("send messages again, call them off"),
    "reports.view": _("read monthly reports"),
    "reports.write": _("write the monthly report"),
    "reports.seal": _("sign and seal the monthly report"),
}

_LOOK = [
    "desk.enter",
    "units.view",
    "posts.view",
    "organisations.view",
    "content.view",
    "venues.view",
    "residents.view",
    "events.view",
]
_STAFF = [
    "admin.enter",
    *_LOOK,
    "accounts.view",
    "accounts.help",
    "organisations.manage",
    "content.write",
    "venues.manage",
    "residents.edit",
    "residents.reveal",
    "claims.review",
    "events.manage",
    "events.register",
    "events.check_in",
    "points.view",
    "points.enrol",
    "points.check",
    "points.claims",
    "shop.view",
    "shop.serve",
    "shop.manage",
    "volunteers.view",
    "volunteers.manage",
    "messages.view",
    "messages.manage",
    "reports.view",
    "reports.write",
]
_SECRETARY = [
    *_STAFF,
    "accounts.deactivate",
    "log.view",
    "units.manage",
    "posts.manage",
    "notices.approve",
    "points.manage",
    "reports.seal",
]

_TABLE = {
    # whoever installs and runs the site: the tree, posts, accounts and logs, but nobody's personal data
    Role.OPERATOR: (
        BELOW,
        [
            "admin.enter",
            "desk.enter",
            "accounts.view",
            "accounts.help",
            "accounts.deactivate",
            "log.view",
            "units.view",
            "units.manage",
            "posts.view",
            "posts.manage",
            "organisations.view",
            "organisations.manage",
            "content.view",
            "content.write",
            "calendar.manage",
            "venues.view",
            "venues.manage",
            "events.view",
        ],
    ),
    Role.STREET_OFFICER: (
        BELOW,
        [
            "admin.enter",
            "desk.enter",
            "units.view",
            "posts.view",
            "posts.manage",
            "organisations.view",
            "content.view",
            "venues.view",
            "events.view",
            "reports.view",
            "log.view",
            "calendar.manage",
        ],
    ),
    Role.COMMUNITY_SECRETARY: (BELOW, _SECRETARY),
    Role.BRANCH_SECRETARY: (
        OWN,
        [
            "admin.enter",
            "desk.enter",
            "organisations.view",
            "posts.view",
            "residents.view",
            "events.view",
            "events.manage",
            "events.register",
            "events.check_in",
            "reports.view",
            "reports.write",
            "reports.seal",
        ],
    ),
    Role.STAFF: (BELOW, _STAFF),
    Role.GRID_WORKER: (
        BELOW,
        [
            *_LOOK,
            "admin.enter",
            "residents.edit",
            "residents.reveal",
            "claims.review",
            "points.check",
            "events.register",
            "events.check_in",
            "shop.view",
            "shop.serve",
            "volunteers.view",
            "messages.view",
        ],
    ),
    Role.GROUP_LEADER: (
        BELOW,
        [*_LOOK, "events.register", "events.check_in", "shop.view", "shop.serve", "volunteers.view"],
    ),
    Role.BUILDING_HEAD: (
        BELOW,
        ["desk.enter", "units.view", "posts.view", "content.view", "events.view", "events.check_in"],
    ),
}

# A hand at the door helps in the whole community, not only in the own grid.
_IN_THE_COMMUNITY = {
    (role, act)
    for role in (Role.GRID_WORKER, Role.GROUP_LEADER, Role.BUILDING_HEAD)
    for act in ("events.view", "events.register", "events.check_in", "shop.view", "shop.serve", "venues.view")
}

MATRIX: dict[str, dict[str, str]] = {
    role.value: {act: COMMUNITY if (role, act) in _IN_THE_COMMUNITY else where for act in acts}
    for role, (where, acts) in _TABLE.items()
}

# From the highest down; nobody appoints above their own rank.
RANK: dict[str, int] = {role: number for number, role in enumerate(Role.values)}

# The kinds of unit a post is at. A branch secretary's is at a party organisation instead.
PLACES: dict[str, list[Kind]] = {
    Role.OPERATOR: [Kind.ROOT],
    Role.STREET_OFFICER: [Kind.DISTRICT, Kind.STREET],
    Role.COMMUNITY_SECRETARY: [Kind.COMMUNITY],
    Role.BRANCH_SECRETARY: [],
    Role.STAFF: [Kind.COMMUNITY],
    Role.GRID_WORKER: [Kind.COMMUNITY, Kind.GROUP, Kind.COMPOUND, Kind.BUILDING],
    Role.GROUP_LEADER: [Kind.GROUP, Kind.COMPOUND],
    Role.BUILDING_HEAD: [Kind.COMPOUND, Kind.BUILDING],
}
