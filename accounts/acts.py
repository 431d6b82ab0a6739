"""What the acts of the activity log are called. Rooms further down add their own: `NAMES.update({...})`."""

from django.utils.translation import gettext_lazy as _

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


def name_of(act: str):
    return NAMES.get(act, act)
