from django.urls import path

from . import views

app_name = "points"
urlpatterns = [path("<community:community>/points/", views.standard, name="standard")]
