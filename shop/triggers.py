"""The stock's ledger is only added to, and an order keeps what was ordered."""

from config.triggers import append_only, never_deleted, refused_when

_FROM_ITS_ORDER = (
    "NOT EXISTS (SELECT 1 FROM shop_orderline l JOIN shop_return b ON b.order_id = l.order_id"
    " WHERE l.id = NEW.line_id AND b.id = NEW.back_id AND NEW.count <= l.count - (SELECT coalesce(sum(r.count), 0)"
    " FROM shop_returnline r WHERE r.line_id = l.id))"
)

TRIGGERS = [
    *append_only("shop_stockmove"),
    *append_only("shop_orderline"),
    *append_only("shop_ordershare"),
    *append_only("shop_return"),
    *append_only("shop_returnline"),
    refused_when(
        "shop_returnline_of_its_order", "shop_returnline", "INSERT", _FROM_ITS_ORDER,
        "What was handed over with the order is brought back, and no more than that.",
    ),
    *never_deleted("shop_order"),
    *never_deleted("shop_ticket"),
    refused_when(
        "shop_order_stays", "shop_order", "UPDATE OF id, community_id, code, points, token, made_at, made_by_id", "1 = 1",
        "An order keeps what was ordered, when and by whom.",
    ),
    refused_when(
        "shop_item_at_home", "shop_item", "UPDATE OF id, community_id",
        "NEW.id <> OLD.id OR NEW.community_id <> OLD.community_id", "An item stays in its community.",
    ),
]  # fmt: skip
