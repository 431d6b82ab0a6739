"""Who has joined the points scheme: nearly everybody who takes part, most of the older ones on paper."""

from datetime import date, timedelta

from community.models import Unit
from points.models import Member, Terms

from .scene import BATCH, Scene
from .texts.scheme import TERMS

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
