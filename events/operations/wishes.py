"""居民点单: wishes, their support, and what staff make of them."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import record
from community.models import Post, Unit
from config.errors import DomainError
from notifications.operations import Message, language_of, tell_all
from residents.models import Resident

from ..messages import when
from ..models import Event, Session, Wish, WishSupport

MOST_A_DAY = 3


@transaction.atomic
def make_wish(*, wish: Wish, community: Unit, resident: Resident | None, by: User) -> Wish:
    """Put a wish on the list. Raises DomainError for the fourth within a day, or for the same once more."""
    User.objects.select_for_update().get(pk=by.pk)  # one after the other
    own = Wish.objects.filter(by=by, community=community)
    if same := own.filter(title=wish.title, kind=wish.kind, state=Wish.State.OPEN, hidden_at=None).first():
        return same
    if own.filter(at__gte=timezone.now() - timedelta(days=1)).count() >= MOST_A_DAY:
        raise DomainError(_("Three wishes a day are enough. Please come back tomorrow."))
    wish.community, wish.resident, wish.by = community, resident, by
    wish.save()
    record("wishes.make", by=by, on=wish, path=community.path)
    return wish


@transaction.atomic
def support(*, wish: Wish, by: User) -> bool:
    """Once an account; whether it is new."""
    if wish.hidden_at or wish.state == Wish.State.DECLINED:
        raise DomainError(_("This wish is closed."))
    try:
        with transaction.atomic():
            WishSupport.objects.create(wish=wish, by=by)
    except IntegrityError:
        return False
    Wish.objects.filter(pk=wish.pk).update(supporters=F("supporters") + 1)
    return True


@transaction.atomic
def end_support(*, wish: Wish, by: User) -> bool:
    """Take one's support back; whether there was any."""
    if not WishSupport.objects.filter(wish=wish, by=by).delete()[0]:
        return False
    Wish.objects.filter(pk=wish.pk).update(supporters=F("supporters") - 1)
    return True


def title_of(user: User, community: Unit) -> str:
    """By which post `user` answers: its name stands in public beside the answer."""
    posts = Post.objects.current().filter(holder=user).select_related("unit", "organisation")
    near = [post for post in posts if post.unit_id and community.path.startswith(post.unit.path)]
    own = next(iter(near), None) or posts.first()
    return (own.title or own.get_role_display())[:60] if own else ""


def _step(wish: Wish, act: str, by: User, answer: str, state: str, event: Event | None = None) -> Wish:
    wish = Wish.objects.select_for_update(of=("self",)).select_related("community").get(pk=wish.pk)
    if not wish.allows(act):
        raise DomainError(_("This wish is closed."))
    if not (answer := answer.strip()):
        raise DomainError(_("Write an answer: everybody can read it."))
    wish.state, wish.answer, wish.event = state, answer[:500], event
    wish.answered_at, wish.answered_by = timezone.now(), by
    wish.answered_as = title_of(by, wish.community)
    wish.save(update_fields=["state", "answer", "event", "answered_at", "answered_by", "answered_as"])
    record(f"wishes.{act}", by=by, on=wish, path=wish.community.path)
    if event is None or event.published_at:  # of a draft there is nothing to see yet: `tell_of_public`
        _tell(wish)
    return wish


def _wanted_by(wish: Wish):
    """Who made the wish and who supports it."""
    users = User.objects.filter(Q(pk=wish.by_id) | Q(pk__in=wish.supports.values("by")))
    return users.order_by("pk")


def _tell(wish: Wish) -> None:
    """Each once for each answer."""
    url = reverse("events:wish", args=[wish.community.slug, wish.pk])
    tell_all(_message(wish, user, url) for user in _wanted_by(wish))


def tell_of_public(event: Event) -> None:
    """The draft that came out of wishes is public now: whoever wanted it reads when it is and can sign up."""
    first = event.sessions.filter(cancelled_at=None).order_by("starts_at", "pk").first()
    for wish in event.wishes.filter(hidden_at=None).select_related("community").order_by("pk"):
        if not event.is_internal and first is not None:
            tell_all(_public_message(wish, event, first, user) for user in _wanted_by(wish))


def _public_message(wish: Wish, event: Event, first: Session, user: User) -> Message:
    with language_of(user):
        said = {"title": wish.title, "event": event.title, "when": when(first.starts_at)}
        subject = _("Your wish takes place: %(event)s") % said
        text = _("“%(event)s” came out of the wish “%(title)s” and begins on %(when)s. See its page.") % said
    return Message(
        kind="answer", to=user, name=user.name, community=wish.community, subject=subject, text=text,
        url=reverse("events:event", args=[wish.community.slug, event.pk]),
        cause=f"wish:{wish.pk}/", key=f"wish:{wish.pk}:public:{event.pk}:{user.pk}",
    )  # fmt: skip


def _message(wish: Wish, user: User, url: str) -> Message:
    with language_of(user):
        subject = _("Answer to the wish “%(title)s”") % {"title": wish.title}
        text = wish.answer
        if wish.event:
            text += " " + _("It becomes “%(event)s”.") % {"event": wish.event.title}
    return Message(
        kind="answer", to=user, name=user.name, community=wish.community, subject=subject, text=text, url=url,
        cause=f"wish:{wish.pk}/", key=f"wish:{wish.pk}:{wish.answered_at:%Y%m%d%H%M%S%f}:{user.pk}",
    )  # fmt: skip


@transaction.atomic
def answer_wish(*, wish: Wish, answer: str, by: User) -> Wish:
    return _step(wish, "answer", by, answer, Wish.State.ANSWERED)


@transaction.atomic
def decline_wish(*, wish: Wish, answer: str, by: User) -> Wish:
    return _step(wish, "decline", by, answer, Wish.State.DECLINED)


@transaction.atomic
def plan_wish(*, wish: Wish, event: Event, answer: str, by: User) -> Wish:
    """An event of the same community comes out of it; who supported it hears of it, of a draft when it is public."""
    if not event.unit.path.startswith(wish.community.path):
        raise DomainError(_("This event is in another community."))
    return _step(wish, "plan", by, answer, Wish.State.PLANNED, event)


@transaction.atomic
def hide_wish(*, wish: Wish, reason: str, by: User) -> Wish:
    """Take a wish off the public page; the row stays. Hiding again changes nothing."""
    wish = Wish.objects.select_for_update(of=("self",)).select_related("community").get(pk=wish.pk)
    if wish.hidden_at:
        return wish
    if not reason.strip():
        raise DomainError(_("Say why it is hidden."))
    wish.hidden_at, wish.hidden_by, wish.hide_reason = timezone.now(), by, reason.strip()[:200]
    wish.save(update_fields=["hidden_at", "hidden_by", "hide_reason"])
    record("wishes.hide", by=by, on=wish, path=wish.community.path)
    return wish
