"""The stock's ledger is only added to, and an order keeps what was ordered."""

from config.triggers import append_only, never_deleted, refused_when

TRIGGERS = [
    *append_only("shop_stockmove"),
    *append_only("shop_orderline"),
    *append_only("shop_ordershare"),
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
