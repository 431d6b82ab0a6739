from django.urls import path

from . import views

app_name = "venues"
urlpatterns = [
    path("<community:community>/venues/", views.facilities, name="list"),
    path("<community:community>/venues/<int:pk>/", views.facility, name="facility"),
]
