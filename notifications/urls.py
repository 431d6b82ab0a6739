from django.urls import path

from . import views

app_name = "notifications"
urlpatterns = [
    path("my/inbox/", views.inbox, name="inbox"),
    path("my/inbox/read/", views.read_all, name="read_all"),
    path("my/inbox/<int:pk>/", views.message, name="message"),
    path("my/inbox/<int:pk>/open/", views.open_message, name="open"),
    path("my/told/", views.told, name="told"),
    path("my/told/address/", views.address, name="address"),
]
