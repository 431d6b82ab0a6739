"""Acts that touch many rooms, one ordered list each: every room offers its own step, the list is read here."""

from datetime import time, timedelta
from functools import partial

from django.utils.translation import gettext_lazy as _

import accounts.logs
import claims.operations
import community.operations
import community.organisation_operations
import events.award_source
import events.operations
import events.operations.certificates
import events.operations.draw
import events.operations.queue
import events.operations.rewards
import events.operations.tree
import events.reminders
import notifications.operations
import notifications.outbox
import points.books
import points.lapsing
import points.operations
import points.recount
import reports.statements
import residents.operations
import shop.messages
import shop.operations
import shop.recount
import surveys.operations
import venues.operations
import volunteers.operations
from config import leftovers
from config.due import Job
from config.sessions import SessionStore

# What is recounted together with the points ledger: name → check, as `points.recount.CHECKS`.
CHECKS = shop.recount.CHECKS

# What the clock does, in this order when several fall due together.
DUE = [
    Job(
        "events.draws",
        events.operations.draw.run_draws,
        every=timedelta(minutes=1),
        words=_("give the places of closed sign-ups"),
    ),
    Job(
        "events.offers",
        events.operations.queue.run_offers,
        every=timedelta(minutes=1),
        words=_("offer places on"),
    ),
    Job(
        "events.reminders",
        events.reminders.tell_reminders,
        every=timedelta(minutes=5),
        words=_("remind of events"),
    ),
    Job(
        "events.thanks",
        events.reminders.tell_thanks,
        every=timedelta(hours=1),
        words=_("thank those who came"),
    ),
    Job(
        "events.too_few",
        events.reminders.tell_too_few,
        at=time(8, 0),
        words=_("tell of events with too few people"),
    ),
    Job("messages.send", notifications.outbox.send_due, every=timedelta(minutes=1), words=_("send messages")),
    Job("points.lapse", points.lapsing.lapse, at=time(0, 10), words=_("let old points expire")),
    Job("points.tell", points.lapsing.tell, at=time(9, 0), words=_("tell of points that expire")),
    Job("points.seal", points.books.seal_days, at=time(0, 20), words=_("seal the books of points")),
    Job(
        "points.statements",
        reports.statements.make_due,
        at=time(0, 30),
        words=_("publish the month's points"),
    ),
    Job(
        "volunteers.outstanding",
        events.operations.rewards.record_outstanding,
        at=time(0, 50),
        words=_("hours not yet recorded"),
    ),
    Job(
        "points.outstanding",
        events.operations.rewards.award_outstanding,
        at=time(1, 0),
        words=_("points not yet given"),
    ),
    Job(
        "claims.publish",
        claims.operations.publish_due,
        at=time(0, 30),
        words=_("make publicity lists of claims"),
    ),
    Job(
        "claims.post",
        claims.operations.post_due,
        at=time(0, 40),
        words=_("give points of lists that are over"),
    ),
    Job(
        "claims.time_up",
        claims.operations.time_up,
        at=time(0, 42),
        words=_("deduction cases nobody answered"),
    ),
    Job(
        "claims.take_effect",
        claims.operations.take_effect,
        at=time(0, 45),
        words=_("deductions that people decided"),
    ),
    Job(
        "points.recount",
        partial(points.recount.nightly, CHECKS),
        at=time(2, 40),
        words=_("check the points ledger and the stock of the shop"),
    ),
    Job("shop.remind", shop.messages.remind_due, at=time(9, 0), words=_("tell of orders that run out")),
    Job(
        "shop.lapse", shop.operations.lapse_due, every=timedelta(minutes=15), words=_("orders nobody fetched")
    ),
    Job("sessions.clear", SessionStore.clear_expired, at=time(3, 10), words=_("clear away ended sign-ins")),
    Job("logs.forget", accounts.logs.forget_old_lines, at=time(3, 15), words=_("let go of old log lines")),
    Job(
        "venues.expire",
        venues.operations.expire,
        every=timedelta(minutes=15),
        words=_("requests for rooms that lapse"),
    ),
    Job(
        "venues.free_unconfirmed",
        venues.operations.free_unconfirmed,
        at=time(3, 5),
        words=_("bookings nobody confirmed"),
    ),
    Job(
        "events.recount_places",
        events.operations.recount_places,
        at=time(3, 20),
        words=_("recount the places of events"),
    ),
    Job("uploads.sweep", leftovers.sweep, at=time(3, 40), words=_("clear away files nobody uses")),
]

# A person is merged into another: `step(source=…, target=…, by=…)`.
MERGE = [
    events.operations.follow_merge,
    events.operations.certificates.follow_merge,
    claims.operations.follow_merge,
    shop.operations.follow_merge,
    points.operations.follow_merge,
    points.operations.follow_merged_member,
    surveys.operations.follow_merge,
    volunteers.operations.follow_merge,
    venues.operations.follow_merge,
]

# A unit has moved with everything below it: `step(old_path, new_path)` lets a room's rows follow, or refuses.
FOLLOW_MOVED_UNIT = [
    accounts.logs.follow_moved_unit,
    notifications.operations.follow_moved_unit,
    residents.operations.follow_moved_unit,
    events.operations.tree.follow_moved_unit,
]

# A unit is to be closed: `step(unit)` raises DomainError while something of the room lives at or below it.
REFUSE_CLOSING = [
    community.operations.refuse_closing_over_units,
    community.operations.refuse_closing_with_posts,
    community.operations.refuse_closing_with_organisations,
    residents.operations.refuse_closing,
    shop.operations.refuse_closing,
    events.operations.tree.refuse_closing,
    venues.operations.refuse_closing,
]

# An organisation is to be closed: `step(organisation)` raises DomainError while somebody still belongs to it.
REFUSE_CLOSING_ORGANISATION = [
    community.organisation_operations.refuse_closing_with_posts,
    community.organisation_operations.refuse_closing_over_organisations,
    residents.operations.refuse_closing_organisation,
]

# A person dies or moves away: `step(resident=…, by=…)` does the room's part in the same act and says what it did.
LEAVING = [events.operations.give_up, claims.operations.end_seats]

# A person has died or moved away: `step(resident)` gives a sentence of what becomes of the room's part, or nothing.
SAID_AFTER_LEAVING = [points.operations.after_leaving]

# Points are given to many by a list that a room keeps: kind → `find(number, community, user)`, see claims/sources.py.
AWARD_SOURCES = {"session": events.award_source.find}
