"""What workers do in `test_crash.py` until they are killed. Each word is said when the thing is done."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

import claims.operations
import shop.operations
from accounts.models import User
from claims.models import Batch, Claim, Reviewer, State
from config.errors import DomainError
from points.models import Rule
from residents.models import Resident
from shop.models import Item, Order


def _people():
    return Resident.objects.living().filter(community__slug="wenfeng").select_related("community", "unit")


def _holder(role):
    return User.objects.filter(
        posts__role=role, posts__unit__path__startswith=_people()[0].community.path
    ).first()


def _orders(random, person, clerk):
    """The newest order goes on: fetched or cancelled, brought back; or another one is made."""
    newest = Order.objects.filter(resident=person).order_by("-pk").first()
    if newest and newest.is_waiting:
        act = random.choice(["hand_over", "hand_over", "cancel"])
        getattr(shop.operations, act)(order=newest, by=clerk)
        return f"{act}:{newest.pk}"
    if newest and newest.state == "handed" and random.random() < 0.5:
        line = newest.lines.get()
        token = f"r{random.getrandbits(60)}"
        shop.operations.bring_back(order=newest, counts={line.pk: 1}, by=clerk, reason="破损", token=token,
                                   unusable=frozenset(random.sample([line.pk], random.randint(0, 1))))  # fmt: skip
        return f"bring_back:{token}"
    item = random.choice(list(Item.objects.order_by("pk")))
    made = shop.operations.order(
        resident=person, wanted={item.pk: 1}, by=clerk, token=f"t{random.getrandbits(60)}"
    )
    return f"order:{made.pk}"


def _claims(random, person, clerk):
    """What is agreed to goes on a list, a list is posted; or another claim is made and agreed to."""
    batch = Batch.objects.filter(claims__state=State.LISTED).select_related("community").first()
    if batch:
        Batch.objects.filter(pk=batch.pk).update(until=timezone.localdate() - timedelta(days=1))
        batch.refresh_from_db()
        claims.operations.post_batch(batch=batch, by=None)
        return f"posted:{batch.pk}"
    if Claim.objects.filter(state=State.ACCEPTED).count() > 1:
        made = claims.operations.publish(community=person.community, by=clerk)
        return f"listed:{made.pk}"
    claim = claims.operations.make_claim(
        resident=person, rule=Rule.objects.get(code="M02"), words="扶起摔倒的老人。", by=clerk,
        day=timezone.localdate() - timedelta(days=random.randint(0, 20)),
    )  # fmt: skip
    claim = claims.operations.check_claim(claim=claim, found=True, finding="", by=_holder("grid_worker"))
    for one in Reviewer.objects.filter(body="group").order_by("pk")[:3]:
        claim = claims.operations.give_voice(claim=claim, agrees=True, by=one.holder)
    return f"agreed:{claim.pk}"


def work(random):
    """At the counter of the shop, and over the lists of claims."""
    people, clerk = list(_people().order_by("pk")), _holder("staff")
    while True:
        person = random.choice(people)
        try:
            yield (_orders if random.random() < 0.7 else _claims)(random, person, clerk)
        except DomainError:
            yield "no"


def work_in_pieces(random):
    """The twin: an order is made and handed over, every statement on its own."""
    transaction.Atomic.__enter__ = lambda self: None
    transaction.Atomic.__exit__ = lambda self, *error: None
    QuerySet.select_for_update = lambda self, **options: self
    clerk = _holder("staff")
    for person in _people():
        yield _orders(random, person, clerk)
