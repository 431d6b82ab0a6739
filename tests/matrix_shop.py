"""Pages of the shop."""

from .matrix_page import EVERYBODY, MINE, Page, at_home, of

SHOP = {
    "shop:my_orders": Page(EVERYBODY),
    "shop:order": Page(EVERYBODY, of("community")),
    "shop:my_order": Page(MINE, of("order")),
    "shop:my_cancel": Page(MINE, of("order"), post=True),
    "shop:my_consent": Page(MINE, of("resident"), post=True),
    "shop:desk": Page("shop.serve"),
    "shop:desk_order": Page("shop.serve", of("order")),
    "shop:hand_over": Page("shop.serve", of("order"), post=True),
    "shop:desk_cancel": Page("shop.serve", of("order"), post=True),
    "shop:code": Page(EVERYBODY, lambda side: ["no-code"]),
    "shop:desk_for": Page("residents.view", of("resident"), at_home),
    "shop:desk_consent": Page("residents.view", of("resident"), at_home, post=True),
    "shop:slip": Page("shop.serve", of("order")),
    "shop:store": Page("shop.manage"),
    "shop:stock": Page("shop.manage", of("good")),
    "shop:number": Page(EVERYBODY, lambda side: [side.community, side.fair.pk]),
    "shop:give_back": Page(MINE, of("ticket"), post=True),
    "shop:fairs": Page("shop.serve"),
    "shop:new_fair": Page("shop.manage"),
    "shop:fair_desk": Page("shop.serve", of("fair")),
    "shop:fair_goods": Page("shop.manage", of("fair")),
    "shop:fair_publish": Page("shop.manage", of("fair"), post=True),
    "shop:fair_close": Page("shop.manage", of("fair"), post=True),
    "shop:fair_serve": Page("shop.serve", lambda side: [side.fair.pk, side.resident.pk]),
    "shop:fair_list": Page("shop.serve", of("fair")),
    "shop:fair_key_in": Page("shop.serve", of("fair")),
}
