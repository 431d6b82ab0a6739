from django.urls import path

from .views import booking, coverage, desk, public, series

app_name = "venues"
urlpatterns = [
    path("<community:community>/venues/", public.facilities, name="list"),
    path("<community:community>/venues/<int:pk>/", public.facility, name="facility"),
    path("<community:community>/venues/<int:pk>/week/", public.facility_week, name="facility_week"),
    path("<community:community>/venues/rooms/<int:pk>/", public.room, name="room"),
    path("<community:community>/venues/rooms/<int:pk>/book/", booking.book, name="book"),
    path("my/bookings/", booking.mine, name="my_bookings"),
    path("my/bookings/<int:pk>/cancel/", booking.cancel, name="my_cancel"),
    path("my/bookings/series/<int:pk>/confirm/", booking.confirm, name="my_confirm"),
    path("my/bookings/series/<int:pk>/cancel/", booking.cancel_all, name="my_cancel_all"),
    path("desk/bookings/", desk.bookings, name="desk_bookings"),
    path("desk/bookings/usage/", desk.usage, name="desk_usage"),
    path("desk/bookings/close/", desk.close, name="desk_close"),
    path("desk/bookings/closed/<int:pk>/lift/", desk.lift, name="desk_lift"),
    path("desk/bookings/facilities/<int:pk>/", desk.week, name="desk_week"),
    path("desk/bookings/rooms/<int:pk>/book/", desk.book, name="desk_book"),
    path("desk/bookings/series/<int:pk>/", series.dates, name="desk_series"),
    path("desk/bookings/series/<int:pk>/decide/", series.decide, name="desk_series_decide"),
    path("desk/bookings/series/<int:pk>/reject/", series.reject, name="desk_series_reject"),
    path("desk/bookings/<int:pk>/", desk.booking, name="desk_booking"),
    path("desk/bookings/<int:pk>/accept/", desk.accept, name="desk_accept"),
    path("desk/bookings/<int:pk>/reject/", desk.reject, name="desk_reject"),
    path("desk/bookings/<int:pk>/cancel/", desk.cancel, name="desk_cancel"),
    path("desk/bookings/<int:pk>/move/", desk.move, name="desk_move"),
    path("desk/bookings/<int:pk>/no-show/", desk.no_show, name="desk_no_show"),
    path("<community:community>/grid/coverage/", coverage.coverage, name="coverage"),
    path("<community:community>/grid/coverage/<int:pk>/", coverage.compound, name="compound"),
    path("desk/coverage/", coverage.desk, name="desk_coverage"),
]
