from django.urls import path

from . import ranking_views
from . import statement_views as views

app_name = "statements"
urlpatterns = [
    path("desk/points/unusual/", views.unusual_points, name="unusual"),
    path("desk/points/thanks/<slug:slug>/", ranking_views.thanks, name="thanks"),
    path("<community:community>/points/ranking/", ranking_views.ranking, name="ranking"),
    path("<community:community>/points/statements/", views.statement_list, name="list"),
    path("<community:community>/points/statements/<slug:month>/", views.statement, name="statement"),
    path(
        "<community:community>/points/statements/<slug:month>/transfers.txt",
        views.transfers,
        name="transfers",
    ),
]
