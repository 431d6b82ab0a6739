from django.urls import path

from . import statement_views as views

app_name = "statements"
urlpatterns = [
    path("desk/points/unusual/", views.unusual_points, name="unusual"),
    path("<community:community>/points/statements/", views.statement_list, name="list"),
    path("<community:community>/points/statements/<slug:month>/", views.statement, name="statement"),
    path(
        "<community:community>/points/statements/<slug:month>/transfers.txt",
        views.transfers,
        name="transfers",
    ),
]
