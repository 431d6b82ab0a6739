"""The first steps of a real installation: its operator and its first community."""

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import open_account, record, set_password
from community.models import Kind, Post, Profile, Role, Unit
from community.operations import add_unit
from community.post_operations import appoint
from config import installation
from config.errors import DomainError
from config.models import Installation


def is_empty() -> bool:
    return not installation.kind() and not Unit.objects.exists()


def root() -> Unit:
    """The one unit above all others; made when it is missing."""
    found = Unit.objects.filter(kind=Kind.ROOT).first()
    with translation.override(settings.LANGUAGE_CODE):  # whatever the terminal speaks
        return found or add_unit(kind=Kind.ROOT, name=_("Whole installation"), parent=None, by=None)


def refuse_first_operator() -> None:
    """Raise DomainError for demo data, and when there is an operator already: before anything is asked."""
    if installation.is_demo():
        installation.mark(Installation.REAL)
    _refuse_second_operator()


def _refuse_second_operator() -> None:
    if Post.objects.current().filter(role=Role.OPERATOR).exists():
        raise DomainError(_("There is an operator already, who can appoint others in the back office."))


@transaction.atomic
def make_first_operator(*, name: str, username: str, password: str, phone: str = "") -> User:
    """The person who runs the site, with a post at the root.

    Raises DomainError for demo data, a weak password, a name taken, or when there is an operator already.
    """
    installation.mark(Installation.REAL)
    _refuse_second_operator()
    user = open_account(name=name, phone=phone, username=username, by=None)
    appoint(holder=user, role=Role.OPERATOR, place=root(), by=None)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error
    set_password(user, password, by=user)
    record("installation.first_operator", by=user, on=user)
    return user


@transaction.atomic
def make_first_community(*, district: str, street: str, name: str, slug: str, by: User) -> Unit:
    """A community with what stands above it. Raises DomainError for a slug or name that cannot be."""
    unit = root()
    for kind, title in ((Kind.DISTRICT, district), (Kind.STREET, street)):
        unit = add_unit(kind=kind, name=title, parent=unit, by=by)
    community = add_unit(kind=Kind.COMMUNITY, name=name, slug=slug, parent=unit, by=by)
    Profile.objects.get_or_create(unit=community)
    return community


@transaction.atomic
def make_real(*, operator: dict, community: dict) -> Unit:
    """Both at once: an installation is set up whole or not at all."""
    return make_first_community(**community, by=make_first_operator(**operator))
