"""Who has joined the points scheme: nearly everybody who takes part, most of the older ones on paper."""

from datetime import date, timedelta

from community.models import Unit
from points.models import CAPS, Member, Rule, RuleVersion, Terms

from .minutes import kept_paper
from .scene import BATCH, Scene
from .texts.scheme import CHANGED, DECIDED, MINUTES, TERMS

WHERE = ("wenfeng",)  # the others give to everybody who takes part


def found_scheme(scene: Scene, unit: Unit, group, since: date, officers) -> None:
    """Terms from `since` on; consents of the four weeks after it."""
    if unit.slug not in WHERE:
        return
    dice = scene.dice(unit.slug, "scheme")
    terms = Terms.objects.create(
        community=unit, number=1, text=TERMS, since=since, made_by=officers.secretary, made_at=scene.moment(since, 9)
    )  # fmt: skip
    rows = []
    for resident in sorted(group.ages):
        user, day = group.users.get(resident), since + timedelta(days=dice.randrange(1, 28))
        lot, ranking = dice.random(), dice.random()
        if user is None and lot < 0.07:
            continue
        on_paper = user is None or lot < 0.2
        rows.append(
            Member(
                resident_id=resident, terms=terms, how=Member.How.PAPER if on_paper else Member.How.SELF,
                by_id=officers.staff[0].pk if on_paper else user, in_ranking=ranking < 0.6,
                joined_at=scene.moment(day, 9 + dice.randrange(8), dice.randrange(60)),
            )
        )  # fmt: skip
    Member.objects.bulk_create(rows, batch_size=BATCH)


def revise_scheme(scene: Scene, unit: Unit, by) -> None:
    """What was decided last week: from next month on home visits give more, and the terms say more."""
    if unit.slug not in WHERE:
        return
    since = (scene.until.replace(day=1) + timedelta(days=32)).replace(day=1)
    met, made_at = scene.ago(6), scene.moment(scene.ago(2), 10)
    source = DECIDED.format(day=f"{met.year}年{met.month}月{met.day}日")
    rule = Rule.objects.get(community=unit, code="V02")
    last = rule.versions.get(until=None)
    rule.versions.filter(pk=last.pk).update(until=since - timedelta(days=1))
    same = {
        name: getattr(last, name) for name in ("per", "for_household", "evidence", "approver", *CAPS.values())
    }
    RuleVersion.objects.create(
        rule=rule, number=last.number + 1, since=since, made_by=by, made_at=made_at, source=source,
        decision=kept_paper("rules", *MINUTES), **same | {"points": last.points + 1, "cap_day": 8},
    )  # fmt: skip
    Terms.objects.create(
        community=unit, number=2, text=CHANGED, since=since, old_until=since + timedelta(days=60), made_by=by,
        made_at=made_at,
    )  # fmt: skip
