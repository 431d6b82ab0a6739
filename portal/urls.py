from django.urls import path

from . import desk, display, home, my, my_hours, my_points, organisations, units, volunteers

app_name = "portal"
urlpatterns = [
    path("", home.start, name="start"),
    path("display/", display.choose, name="display"),
    path("my/", my.my, name="my"),
    path("my/hours/", my_hours.hours, name="my_hours"),
    path("my/hours/print/", my_hours.hours_print, name="my_hours_print"),
    path("my/points/", my_points.statement, name="my_points"),
    path("my/points/sheet/", my_points.sheet, name="my_points_sheet"),
    path("my/points/print/", my_points.passbook, name="my_points_print"),
    path("desk/", desk.desk, name="desk"),
    path("desk/units/<int:pk>/move/", units.move, name="unit_move"),
    path("desk/units/<int:pk>/close/", units.close, name="unit_close"),
    path("desk/units/<int:pk>/reopen/", units.reopen, name="unit_reopen"),
    path("desk/organisations/<int:pk>/close/", organisations.close, name="organisation_close"),
    path("<community:community>/volunteers/", volunteers.volunteers, name="volunteers"),
    path("<community:community>/", home.home, name="home"),
]
