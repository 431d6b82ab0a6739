"""What people are told of their orders and fairs. Rows only; sending is the clock's."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.operations import label
from notifications.operations import Message, language_of, tell_all
from residents.models import Resident

from .models import Fair, How, Order, Ticket

AT_ONCE = 1000


def remind_due() -> str:
    """For the clock, in the morning: whoever has an order that waits until today or tomorrow is told once."""
    today = timezone.localdate()
    rows = Order.objects.waiting().filter(until__date__lte=today + timedelta(days=1), made_at__date__lt=today)
    rows = (
        rows.filter(until__gte=timezone.now())
        .exclude(resident__left_why=Resident.Left.DIED)
        .select_related("resident__user", "community", "made_by")
    )
    count = tell_all([_runs_out(one) for one in rows.order_by("pk")[:AT_ONCE]])
    return _("%(n)d people told") % {"n": count}


def ordered_for(order: Order) -> None:
    """To somebody with an account for whom another one has just ordered by mandate."""
    person = order.resident
    if person.user is None:
        return
    with language_of(person.user):
        subject = _("Ordered for you")
        goods = "、".join(
            f"{line.item}×{line.count}" for line in order.lines.select_related("item").order_by("pk")
        )
        text = _(
            "%(name)s: %(who)s, who acts for you by mandate, has ordered %(goods)s for %(points)d points. Code %(code)s. If you "
            "do not want that, cancel the order and take the mandate back."
        ) % {"name": person.name, "who": order.made_by.name, "goods": goods, "points": order.points,
             "code": order.spoken}  # fmt: skip
    tell_all([
        Message(
            kind="order", to=person.user, community=order.community, subject=subject, text=text,
            cause=f"order:{order.pk}", key=f"order_for:{order.pk}", url=reverse("shop:my_order", args=[order.pk]),
            phone=person.phone, name=person.name, path=person.path, about=label(person), not_after=order.until,
        )
    ])  # fmt: skip


def _runs_out(order: Order) -> Message:
    """To the person, or to whoever ordered for somebody without an account."""
    person = order.resident
    to = person.user or (order.made_by if order.how == How.MANDATE else None)
    with language_of(to):
        said = {
            "name": person.name,
            "day": date_format(timezone.localdate(order.until)),
            "code": order.spoken,
        }
        subject = _("Goods are waiting for you")
        text = (
            _(
                "%(name)s: the goods you ordered wait until %(day)s, code %(code)s. After that the order lapses and the points "
                "are free again."
            )
            % said
        )
    return Message(
        kind="order", to=to, community=order.community, subject=subject, text=text, cause=f"order:{order.pk}",
        key=f"order_runs_out:{order.pk}", url=reverse("shop:my_order", args=[order.pk]), phone=person.phone,
        name=person.name, path=person.path, about=label(person), not_after=order.until,
    )  # fmt: skip


def fair_changed(fair: Fair) -> None:
    """Everybody who holds a number hears when and where it is now."""
    tickets = (
        Ticket.objects.live()
        .filter(fair=fair, resident__left_on=None)
        .select_related("resident__user", "slot")
        .order_by("pk")
    )
    tell_all([_changed(fair, one) for one in tickets])


def _changed(fair: Fair, ticket: Ticket) -> Message:
    person = ticket.resident
    with language_of(person.user):
        subject = _("“%(fair)s” has changed") % {"fair": fair.title}
        text = _("%(name)s: come on %(day)s, %(time)s, to %(place)s. Your number %(number)s stays.") % {
            "name": person.name, "day": date_format(timezone.localtime(ticket.slot.starts_at), "DATE_FORMAT"),
            "time": ticket.slot, "place": fair.place, "number": ticket,
        }  # fmt: skip
    return Message(
        kind="moved", to=person.user, community=fair.community, subject=subject, text=text, cause=f"fair:{fair.pk}",
        key=f"fair:{fair.pk}:{fair.version}:{ticket.pk}", url=reverse("shop:number", args=[fair.community.slug, fair.pk]),
        phone=person.phone, name=person.name, path=person.path, about=label(person), not_after=fair.ends_at,
    )  # fmt: skip
