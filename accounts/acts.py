"""What the acts of the activity log are called."""

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NAMES = {
    "accounts.sign_in": _("signing in"),
    "accounts.sign_out": _("signing out"),
    "accounts.sign_up": _("signing up"),
    "accounts.session_ended": _("session ended"),
    "accounts.end_sessions": _("signed out all devices"),
    "accounts.password": _("password chosen"),
    "accounts.phone": _("number proven"),
    "accounts.factor": _("second factor changed"),
    "accounts.open": _("account opened"),
    "accounts.activation_code": _("code on paper made"),
    "accounts.activate": _("code on paper used"),
    "accounts.reset_password": _("one-time password given"),
    "accounts.change_phone": _("number changed at the counter"),
    "accounts.lost_phone": _("phone reported lost"),
    "accounts.deactivate": _("account deactivated"),
    "accounts.reactivate": _("account reactivated"),
}

# The acts of other rooms are put together: what it was about, and what was done.
THINGS = {
    "calendar": _("calendar"),
    "claims": _("claims to live here"),
    "demo": _("demo data"),
    "duty": _("duty roster"),
    "dwellings": _("dwellings"),
    "events": _("events"),
    "guide": _("service guide"),
    "households": _("households"),
    "installation": _("installation of the portal"),
    "notices": _("notices"),
    "organisations": _("organisations"),
    "points": _("Points"),
    "posts": _("posts"),
    "reports": _("reports"),
    "residents": _("residents"),
    "surveys": _("surveys"),
    "units": _("units"),
    "venues": _("facilities"),
    "volunteers": _("volunteers"),
}
DONE = {
    "add": _("added"),
    "adopt_rule": _("rule adopted"),
    "add_sessions": _("sessions added"),
    "answer": _("answered"),
    "ask": _("questions chosen"),
    "appoint": _("appointed"),
    "approve": _("approved"),
    "award": _("given"),
    "build": _("built"),
    "cancel": _("cancelled"),
    "cancel_session": _("session cancelled"),
    "change": _("changed"),
    "change_rule": _("rule changed"),
    "change_session": _("session changed"),
    "check_in": _("checked in"),
    "close": pgettext_lazy("act", "closed"),
    "confirm": pgettext_lazy("act", "confirmed"),
    "create": _("created"),
    "delete": _("deleted"),
    "describe": _("described"),
    "display": _("display changed"),
    "died": _("death entered"),
    "edit": _("edited"),
    "discard": _("draft discarded"),
    "end": _("ended"),
    "end_rule": _("rule ended"),
    "end_tag": _("tag ended"),
    "enrol": _("enrolled"),
    "expire": _("expired"),
    "first_operator": _("first operator appointed"),
    "follow_merge": _("account followed a merge"),
    "give_back": _("given back"),
    "import": _("imported"),
    "join": _("joined"),
    "link": _("linked to an account"),
    "make": _("made"),
    "make_head": _("head chosen"),
    "make_primary": _("made primary"),
    "merge": _("merged into one"),
    "move": pgettext_lazy("act", "moved"),
    "move_out": _("moved out"),
    "moved": _("moved away"),
    "photos": _("photos changed"),
    "publish": pgettext_lazy("act", "published"),
    "question": _("question changed"),
    "recall": pgettext_lazy("act", "recalled"),
    "recount": _("recounted"),
    "relations": _("relations written"),
    "refuse": _("declined"),
    "register": _("signed up"),
    "reopen": _("reopened"),
    "repeat": _("repeated weekly"),
    "restore": _("restored"),
    "resume": _("taken up again"),
    "save": _("saved"),
    "seal": pgettext_lazy("act", "sealed"),
    "send_back": _("sent back"),
    "set_budget": _("budget set"),
    "start": _("begun"),
    "submit": _("handed in"),
    "take_back": pgettext_lazy("act", "taken back"),
    "tag": _("tag given"),
    "undo_check_in": _("check-in undone"),
    "verify": _("verified"),
    "withdraw": pgettext_lazy("act", "withdrawn"),
    "write": _("written"),
}


def name_of(act: str) -> str:
    """What people call `act`; an act nobody has named is shown as it is written."""
    if act in NAMES:
        return str(NAMES[act])
    thing, _dot, done = act.partition(".")
    model, _dot, plainly = done.partition(".")
    if plainly:  # a row kept in the back office: `venues.facility.change`
        return f"{apps.get_model(thing, model)._meta.verbose_name} · {DONE.get(plainly, plainly)}"
    return f"{THINGS[thing]} · {DONE.get(done, done)}" if thing in THINGS else act
