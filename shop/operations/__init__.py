from .consents import agree, withdraw_consent
from .orders import cancel, family_of, hand_over, lapse_due, left_of, open_shop, order, taken_in_cycle
from .stock import move_stock, put_on_shelf, take_off_shelf
from .tree import follow_merge, refuse_closing

__all__ = [
    "agree",
    "cancel",
    "family_of",
    "follow_merge",
    "hand_over",
    "lapse_due",
    "left_of",
    "move_stock",
    "open_shop",
    "order",
    "put_on_shelf",
    "refuse_closing",
    "take_off_shelf",
    "taken_in_cycle",
    "withdraw_consent",
]
