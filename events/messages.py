"""Who is told what when something happens to a sign-up. Called inside the operation's transaction; rows only."""

from .models import SignUp


def tell_received(sign_up: SignUp) -> None:
    """The sign-up is in the draw."""


def tell_placed(sign_up: SignUp) -> None:
    """Everybody of the sign-up has a place."""


def tell_waiting(sign_up: SignUp) -> None:
    """The sign-up is on the waiting list now."""


def tell_offer(sign_up: SignUp) -> None:
    """`offered_seats` places are offered until `offer_until`."""


def tell_offer_lapsed(sign_up: SignUp) -> None:
    """The offer was not taken in time; the place went on."""
