from .counts import Sheet, SheetLine
from .fairs import Fair, FairGood, FairSlot, Ticket
from .goods import Category, Cycle, Item, MoveKind, Shop, StockMove
from .orders import STEPS, Consent, How, Order, OrderLine, OrderShare, OrderState

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
    "Sheet",
    "SheetLine",
    "Shop",
    "StockMove",
    "Ticket",
]
