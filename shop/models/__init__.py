from .counts import Sheet, SheetLine
from .fairs import Fair, FairGood, FairSlot, Ticket
from .goods import Category, Cycle, Item, MoveKind, Shop, StockMove
from .orders import STEPS, Consent, How, Order, OrderLine, OrderShare, OrderState
from .returns import Return, ReturnLine

__all__ = [
    "STEPS",
    "Category",
    "Consent",
    "Cycle",
    "Fair",
    "FairGood",
    "FairSlot",
    "How",
    "Item",
    "MoveKind",
    "Order",
    "OrderLine",
    "OrderShare",
    "OrderState",
    "Return",
    "ReturnLine",
    "Sheet",
    "SheetLine",
    "Shop",
    "StockMove",
    "Ticket",
]
