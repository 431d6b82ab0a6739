from django.urls import path

from . import views

app_name = "points"
urlpatterns = [
    path("<community:community>/points/", views.standard, name="standard"),
    path("<community:community>/points/print/", views.standard_print, name="standard_print"),
    path("<community:community>/points/rules/<int:pk>/", views.rule, name="rule"),
    path(
        "<community:community>/points/rules/<int:pk>/<int:number>/decision/", views.decision, name="decision"
    ),
]
