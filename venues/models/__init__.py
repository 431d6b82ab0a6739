from .amenities import Amenity
from .bookings import QUARTER, BookedQuarter, Booking, Series, quarters
from .hours import Booker, ClosedPeriod, OpeningHours, RoomPhoto
from .places import Facility, Room

__all__ = [
    "QUARTER",
    "Amenity",
    "BookedQuarter",
    "Booker",
    "Booking",
    "ClosedPeriod",
    "Facility",
    "OpeningHours",
    "Room",
    "RoomPhoto",
    "Series",
    "quarters",
]
