from django.contrib import admin
from django.urls import include, path

from . import media

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("media/<path:name>", media.picture, name="media"),
    path("reports/", include("reports.urls")),
    path("", include("residents.urls")),
    path("", include("events.urls")),
    path("", include("venues.urls")),
    path("", include("community.urls")),
    path("", include("portal.urls")),
]
