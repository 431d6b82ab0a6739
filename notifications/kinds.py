"""What people are told: the one table of kinds, and the groups in which everybody chooses channels for them."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Group:
    """Kinds for which one choice is made. `sms`: sent by SMS unless somebody chose otherwise."""

    words: object
    sms: bool = False


@dataclass(frozen=True)
class Kind:
    """`must_reach`: whoever no message reaches is telephoned."""

    words: object
    group: str
    must_reach: bool = False


GROUPS = {
    "sign_up": Group(_("my sign-up is received, I have a place, I wait")),
    "offer": Group(_("a place has become free for me"), sms=True),
    "changes": Group(_("something I signed up for is moved or cancelled"), sms=True),
    "day_before": Group(_("a reminder the day before"), sms=True),
    "hours_before": Group(_("a reminder two hours before")),
    "afterwards": Group(_("thanks, and questions afterwards")),
    "answers": Group(_("answers to what I asked for")),
    "points": Group(_("my points")),
    "work": Group(_("what waits for me at work")),
}

KINDS = {
    "received": Kind(_("sign-up received"), "sign_up"),
    "placed": Kind(_("place given"), "sign_up"),
    "waiting": Kind(_("on the waiting list"), "sign_up"),
    "withdrawn": Kind(_("sign-up ended"), "sign_up"),
    "offer": Kind(_("place offered"), "offer", must_reach=True),
    "lapsed": Kind(_("offer lapsed"), "offer"),
    "moved": Kind(_("moved"), "changes", must_reach=True),
    "cancelled": Kind(_("cancelled"), "changes", must_reach=True),
    "word": Kind(_("word from the community"), "changes", must_reach=True),
    "day_before": Kind(_("reminder the day before"), "day_before"),
    "hours_before": Kind(_("reminder two hours before"), "hours_before"),
    "thanks": Kind(_("thanks"), "afterwards"),
    "answer": Kind(_("answer to a request"), "answers"),
    "points_lapse": Kind(_("points that expire"), "points"),
    "claim": Kind(_("claim of points"), "points"),
    "order": Kind(_("order that waits at the counter"), "points"),
    "terms": Kind(_("new terms of the points scheme"), "points"),
    "deduction": Kind(_("deduction of points"), "points", must_reach=True),
    "work": Kind(_("work to do"), "work"),
}


def words_of(kind: str) -> str:
    """What people call `kind`; one nobody knows any more is shown as it is written."""
    return str(KINDS[kind].words) if kind in KINDS else kind
