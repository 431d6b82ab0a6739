from django.contrib import admin
from django.urls import include, path

from . import health, media

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("media/<path:name>", media.picture, name="media"),
    path("reports/", include("reports.urls")),
    path("", include("notifications.urls")),
    path("", include("residents.urls")),
    path("", include("reports.statement_urls")),
    path("", include("points.urls")),
    path("", include("claims.urls")),
    path("", include("shop.urls")),
    path("", include("surveys.urls")),
    path("", include("events.urls")),
    path("", include("venues.urls")),
    path("", include("community.urls")),
    path("", include("portal.urls")),
]

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.not_allowed"
handler404 = "portal.errors.not_found"
handler429 = "portal.errors.too_many"  # asked for by allauth's rate limits
handler500 = "portal.errors.broken"
