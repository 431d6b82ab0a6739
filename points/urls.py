from django.urls import path

from . import scheme_views, views

app_name = "points"
urlpatterns = [
    path("<community:community>/points/", views.standard, name="standard"),
    path("<community:community>/points/print/", views.standard_print, name="standard_print"),
    path("<community:community>/points/rules/<int:pk>/", views.rule, name="rule"),
    path(
        "<community:community>/points/rules/<int:pk>/<int:number>/decision/", views.decision, name="decision"
    ),
    path("<community:community>/points/terms/", scheme_views.terms, name="terms"),
    path("my/points/scheme/", scheme_views.scheme, name="scheme"),
    path("my/points/scheme/<int:pk>/leave/", scheme_views.leave, name="leave"),
]
