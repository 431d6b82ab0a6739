from django.urls import path

from . import display, home

app_name = "portal"
urlpatterns = [
    path("", home.start, name="start"),
    path("display/", display.choose, name="display"),
    path("<community:community>/", home.home, name="home"),
]
