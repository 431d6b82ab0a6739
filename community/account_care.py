"""Whose accounts staff look after, and whom they may help: never somebody with more rights than they have."""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import home_of
from config.errors import DomainError

from .access import may, paths, scope
from .models import WIDTH, Kind, Post, Unit
from .roles import MATRIX


def accounts_in_care(user, act: str = "accounts.view"):
    """Accounts of the people with a post or a row in the register where `user` may do `act`.

    One that began there (at the counter, or by a sign-up on its pages) belongs to it while it has neither.
    Whoever may do it at the root sees all.
    """
    if any(len(path) == WIDTH for path in paths(user, act)):
        return User.objects.all()
    holders = Post.objects.filter(
        scope(user, act, "unit__path") | scope(user, act, "organisation__unit__path")
    )
    people = User.objects.filter(scope(user, act, "residents__path"), residents__left_on=None)
    known = User.objects.filter(residents__isnull=False, residents__left_on=None)
    begun = User.objects.filter(scope(user, act, "home"), posts=None).exclude(pk__in=known.values("pk"))
    return User.objects.filter(
        Q(pk__in=holders.values("holder")) | Q(pk__in=people.values("pk")) | Q(pk__in=begun.values("pk"))
    )


def unit_of_address(address: str) -> str:
    """The path of the community on whose pages `address` lies, or of the only one there is; else nothing."""
    communities = Unit.objects.living().filter(kind=Kind.COMMUNITY)
    slug = address.strip("/").partition("/")[0]
    found = communities.filter(slug=slug).first() if slug else None
    if found is None and len(few := communities[:2]) == 1:
        found = few[0]
    return found.path if found else ""


def find_accounts(accounts, query: str):
    """Those of `accounts` whose name begins with `query`, or who sign in with it."""
    query = query.strip()
    found = User.objects.with_login(query).values("pk")
    return accounts.filter(Q(name__startswith=query) | Q(pk__in=found))


def may_help(by, user, act: str = "accounts.help") -> bool:
    """Whether `by` may act on the account of `user`.

    Who can reset a password can sign in with it. So at each place where `user` has a post, now or later, `by` has
    to be able to do all that the post can, or to appoint people there.
    """
    if by == user:
        return False
    for post in (
        Post.objects.current_or_future().filter(holder=user).select_related("unit", "organisation__unit")
    ):
        place = post.unit or post.organisation.unit
        if not may(by, act, place):
            return False
        if not may(by, "posts.manage", place) and not all(may(by, gift, place) for gift in MATRIX[post.role]):
            return False
    return may(by, act)


def require_may_help(by, user, act: str = "accounts.help") -> None:
    """Raises DomainError unless `may_help`."""
    if by == user:
        raise DomainError(_("This is your own account: use “My account”."))
    if not may_help(by, user, act):
        raise DomainError(_("This person has a post with more rights than yours. Ask whoever appoints them."))


def place_of(by, user) -> str:
    """The unit path under which an act of `by` on the account of `user` is logged."""
    return home_of(user) or next(iter(paths(by, "accounts.help") or paths(by, "accounts.view")), "")
