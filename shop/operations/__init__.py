from .changing import call_next, change_fair, number_after
from .consents import agree, withdraw_consent
from .counts import close_sheet, key_in_count, make_sheet
from .fairs import (
    close_fair,
    give_number_back,
    had_by_household,
    plan_fair,
    publish_fair,
    serve,
    set_goods,
    take_number,
)
from .orders import cancel, family_of, hand_over, lapse_due, left_of, open_shop, order, taken_in_cycle
from .returns import bring_back, left_with
from .stock import move_stock, put_on_shelf, take_off_shelf
from .tree import follow_merge, refuse_closing

__all__ = [
    "agree",
    "bring_back",
    "call_next",
    "cancel",
    "change_fair",
    "close_fair",
    "close_sheet",
    "family_of",
    "follow_merge",
    "give_number_back",
    "had_by_household",
    "hand_over",
    "key_in_count",
    "lapse_due",
    "left_of",
    "left_with",
    "make_sheet",
    "move_stock",
    "number_after",
    "open_shop",
    "order",
    "plan_fair",
    "publish_fair",
    "put_on_shelf",
    "refuse_closing",
    "serve",
    "set_goods",
    "take_number",
    "take_off_shelf",
    "taken_in_cycle",
    "withdraw_consent",
]
