from django.urls import path

from . import coverage_views, views

app_name = "venues"
urlpatterns = [
    path("<community:community>/venues/", views.facilities, name="list"),
    path("<community:community>/venues/<int:pk>/", views.facility, name="facility"),
    path("<community:community>/grid/coverage/", coverage_views.coverage, name="coverage"),
    path("<community:community>/grid/coverage/<int:pk>/", coverage_views.compound, name="compound"),
    path("desk/coverage/", coverage_views.desk, name="desk_coverage"),
]
