"""Pages of rooms and their bookings."""

from .matrix_page import EVERYBODY, MINE, Page, of

VENUES = {
    "venues:book": Page(EVERYBODY, of("community", "room")),
    "venues:my_bookings": Page(EVERYBODY),
    "venues:my_cancel": Page(MINE, of("booking")),
    "venues:my_confirm": Page(MINE, of("series"), post=True),
    "venues:my_cancel_all": Page(MINE, of("series")),
    "venues:desk_bookings": Page("venues.view"),
    "venues:desk_usage": Page("venues.view"),
    "venues:desk_close": Page("venues.manage"),
    "venues:desk_lift": Page("venues.manage", of("closed")),
    "venues:desk_week": Page("venues.view", of("facility")),
    "venues:desk_book": Page("venues.manage", of("room")),
    "venues:desk_series": Page("venues.view", of("series")),
    "venues:desk_series_decide": Page("venues.manage", of("series"), post=True),
    "venues:desk_series_reject": Page("venues.manage", of("series")),
    "venues:desk_booking": Page("venues.view", of("booking")),
    "venues:desk_accept": Page("venues.manage", of("booking"), post=True),
    "venues:desk_reject": Page("venues.manage", of("booking")),
    "venues:desk_cancel": Page("venues.manage", of("booking")),
    "venues:desk_move": Page("venues.manage", of("booking")),
    "venues:desk_no_show": Page("venues.manage", of("booking"), post=True),
}
