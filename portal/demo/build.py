"""Building the demo: the order in which its parts are made."""

from contextlib import nullcontext
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Post, Role, Unit
from config import installation, triggers
from config.errors import DomainError
from config.models import Installation
from reports.ranking import make_rankings
from reports.statements import make_statements
from residents.models import Resident
from residents.operations import rebuild_grams

from . import albums, cast, looks, months, posters, samples, tree
from .cast import line
from .changes import Changes
from .claiming import Claiming
from .communities import COMMUNITIES
from .conduct import Conduct
from .content import Content
from .coverage import amenities
from .door import Door
from .guests import Guests
from .history import History
from .ledger import Given, Ledger, adopt_rules
from .officers import STARTED, Officers
from .opinions import Opinions
from .papers import papers
from .people import Census, Group
from .programme import Programme
from .queues import Queues
from .rooms import Rooms
from .scene import Scene
from .scheme import found_scheme, revise_scheme
from .service import record_hours
from .shopping import Shopping
from .stage import Stage
from .told import messages
from .turnout import Turnout
from .writing import weigh

TOWN = {plan["slug"]: plan["share"] for plan in COMMUNITIES}
SCALES = ("small", "town", "city")
MOST = 30_000  # people of one community
MANY_PEOPLE = 200_000
MANY = 100_000  # transfers: for more, the books do without their triggers meanwhile, and `check_ledger` looks afterwards


def wanted(scale: str, residents: int | None) -> dict[str, int]:
    """How many people of the register each community gets."""
    if scale == "small":
        return {"niying": residents or 60}
    if scale == "town" and not residents:
        return TOWN
    total = residents or 200_000
    if scale == "town":
        return {slug: total * share // sum(TOWN.values()) for slug, share in TOWN.items()}
    slugs = [plan["slug"] for plan in city_plans(total)]
    return dict.fromkeys(slugs, total // len(slugs))


def city_plans(total: int) -> list[dict]:
    """The seven, and as many invented ones of their like that none gets more than `MOST` people."""
    more = max(0, -(-total // MOST) - len(COMMUNITIES))
    model = next(plan for plan in COMMUNITIES if plan["slug"] == "wenfeng")
    return COMMUNITIES + [
        model
        | {
            "slug": f"sample{n:02d}",
            "like": "wenfeng",
            "name": f"示范第{n}社区",
            "code": f"421303002{100 + n}",
        }
        for n in range(1, more + 1)
    ]


@transaction.atomic
def build(
    *, scale: str, until: date, seed: int, password: str, residents: int | None = None, transfers: int = 0,
    tell=lambda text: None,
) -> list[dict]:  # fmt: skip
    """Fill an empty database; gives the people to sign in as.

    Raises DomainError when anything is in it already.
    """
    if Unit.objects.exists() or User.objects.exists():
        raise DomainError(_("This database already holds data. The demo is only built in an empty one."))
    installation.mark(Installation.DEMO)
    counts = wanted(scale, residents)
    scene = Scene(until=until, seed=seed, password=password, people_wanted=counts, full=scale != "small",
                  transfers_wanted=transfers // len(counts))  # fmt: skip
    plans = [
        plan | {"order": order}
        for order, plan in enumerate(city_plans(sum(counts.values())), 1)
        if plan["slug"] in counts
    ]
    if sum(counts.values()) > MANY_PEOPLE and connection.vendor == "sqlite":
        with (
            connection.cursor() as cursor
        ):  # a small cache would write every page of the indexes again and again
            cursor.execute("PRAGMA cache_size = -524288")  # KiB
    upper = tree.upper_units(plans)
    people = [*upper_officers(scene, upper)]
    drawn = posters.make_all() if scene.full else {}
    if drawn:
        drawn["photos"] = albums.pieces(drawn["posters"] | drawn["facilities"])
    with triggers.lifted(connection, "points") if transfers > MANY else nullcontext():
        for plan in plans:
            tell(f"{timezone.localtime():%H:%M:%S} {plan['name']}")
            people += community(scene, plan, upper, drawn)
            triggers.settle(connection)  # what waits to be looked at does not pile up
    if gone := triggers.missing(connection):
        raise RuntimeError(f"Triggers are missing: {gone}")
    record("demo.build", by=None, scale=scale, seed=seed, until=until.isoformat())
    return people


def upper_officers(scene: Scene, upper: dict):
    """The operator at the root and an officer in every street."""
    operator = scene.account("演示运维", "15400000001", username="operator")
    operator.save()
    Post.objects.create(
        holder=operator, role=Role.OPERATOR, unit=upper["root"], title="系统运维", started_on=STARTED
    )
    yield line(operator, Role.OPERATOR, upper["root"])
    for number, (key, street) in enumerate(((k, u) for k, u in upper.items() if k != "root"), 1):
        officer = Officers(scene, {"slug": key}, {}).somebody(
            30, 50, phone=f"154000001{number:02d}", username=f"street-{key}"
        )
        officer.save()
        Post.objects.create(holder=officer, role=Role.STREET_OFFICER, unit=street, title="街道社区建设办公室", started_on=STARTED,
                            public_phone=scene.phone(), primary=True)  # fmt: skip
        yield line(officer, Role.STREET_OFFICER, street)


def community(scene: Scene, plan: dict, upper: dict, drawn: dict) -> list[dict]:
    place = tree.community_units(scene, plan, upper[plan["street"]])
    unit = place["unit"]
    phone = scene.phone()
    tree.profile_and_honours(plan, unit, phone)
    officers = Officers(scene, plan, place)
    officers.hire()
    bodies = tree.organisations(scene, plan, place)
    rooms = tree.facilities(scene, plan, place)
    amenities(scene, plan, place)
    branches = [body for body in bodies.values() if body.kind == "party_branch"]
    census = Census(scene, plan, place, tree.branch_of(branches), officers.secretary)
    group = census.run(scene.people_wanted[plan["slug"]])
    officers.elect(group, branches)
    officers.save()
    guests = Guests(scene, plan, place, officers)
    guests.helpers(group)
    if drawn:
        looks.dress(plan, unit, drawn, officers)
    content = Content(scene, plan, place, officers, phone)
    content.notices(drawn)
    content.guide()
    content.duties()
    clerks = [*officers.staff, *officers.workers]
    programme = Programme(scene, plan, place, rooms, officers.staff, drawn.get("posters", {}), phone)
    turnout = Turnout(scene, plan, group, clerks)
    made = programme.run(branches)
    turnout.run(made)
    weigh()
    Door(scene, unit, group, guests, officers.staff[0]).run(made, turnout.written)
    if scene.full:
        Stage(scene, plan["slug"], unit, group, officers.staff).run(made)
        if plan["slug"] == cast.HOME:
            Queues(scene, unit, place["compounds"][0], group, officers.staff[0]).run(made)
            Changes(scene, unit, officers.staff[0]).run(made)
    Opinions(scene, plan, unit, group, officers.staff[0]).run(made, turnout.written)
    if drawn:
        albums.albums(scene, plan["slug"], made, drawn["photos"], drawn["posters"], officers.staff[0])
    Rooms(scene, plan, rooms, made, group, officers.staff[0]).run()
    papers(scene, unit, made, officers.staff[0])
    record_hours(unit, turnout.written)
    points(scene, plan, unit, group, officers, turnout, next(iter(rooms)).partition("/")[0], drawn)
    weigh()
    if scene.full:
        guests.claims()
        History(scene, plan, place, officers, group).run()
        months.reports(scene, unit, None, officers.secretary)
    messages(scene, unit)
    rebuild_grams(Resident.objects.within(unit), fresh=True)
    return to_sign_in_as(scene, place, officers, group, branches)


def points(
    scene: Scene,
    plan: dict,
    unit: Unit,
    group: Group,
    officers: Officers,
    turnout: Turnout,
    hall: str,
    drawn: dict,
) -> None:
    """Rules and scheme, then everything points were given for and spent on, and what is published of it."""
    since = scene.ago(samples.DAYS) if scene.transfers_wanted else scene.first
    adopt_rules(unit, since - timedelta(days=30), officers.secretary)
    found_scheme(scene, unit, group, since - timedelta(days=30), officers)
    shopping = Shopping(scene, plan, unit, hall, officers.staff, group.users, drawn.get("goods", {}))
    ledger = Ledger(scene, unit, shopping)
    claiming = Claiming(scene, unit, group, officers.staff, officers.workers, drawn.get("photos", {}))
    if scene.full:
        claiming.run()
    conduct = Conduct(scene, unit, claiming, officers.staff[0], group.users)
    conduct.run()
    shopping.paused = conduct.paused()
    earned = [*ledger.of(turnout.written), *(Given(*row) for row in claiming.given()), *conduct.taken()]
    ledger.fill(earned, more=scene.transfers_wanted, by=officers.secretary.pk)
    claiming.settle()
    conduct.settle()
    revise_scheme(scene, unit, officers.secretary)
    make_statements(unit)
    make_rankings(unit)


def to_sign_in_as(scene: Scene, place: dict, officers: Officers, group: Group, branches: list) -> list[dict]:
    """Three of the office, and in the first community one of each kind of person, its branch's reports with them."""
    unit = place["unit"]
    found = [
        line(officers.secretary, Role.COMMUNITY_SECRETARY, unit),
        line(officers.staff[0], Role.STAFF, unit),
        line(officers.workers[0], Role.GRID_WORKER, unit),
    ]
    if unit.slug == cast.HOME:
        users = User.objects.in_bulk(group.users[pk] for pk in group.cast.values())
        if scene.full:
            months.reports(scene, unit, branches[0], users[group.users[group.cast["branch_secretary"]]])
        found += [line(users[group.users[pk]], key, unit) for key, pk in group.cast.items()]
        found.append(cast.unconfirmed(scene, place))
    return found
