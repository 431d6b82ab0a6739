from django.urls import include, path

from . import (
    about_views,
    duty_views,
    grid_views,
    guide_views,
    notice_views,
    organisation_views,
    search_views,
    telephone_views,
)

app_name = "community"
urlpatterns = [
    path("", include("community.account_urls")),
    path("desk/telephone/", telephone_views.telephone, name="telephone"),
    path("desk/telephone/<int:pk>/", telephone_views.call, name="call"),
    path("desk/telephone/<int:pk>/number/", telephone_views.number, name="call_number"),
    path("<community:community>/about/", about_views.about, name="about"),
    path("<community:community>/honours/", about_views.honours, name="honours"),
    path("<community:community>/grid/", grid_views.grid, name="grid"),
    path("<community:community>/grid/<int:pk>/", grid_views.unit, name="unit"),
    path("<community:community>/notices/", notice_views.notices, name="notices"),
    path("<community:community>/notices/feed.atom", notice_views.feed, name="notices_feed"),
    path("<community:community>/notices/<int:pk>/", notice_views.notice, name="notice"),
    path(
        "<community:community>/notices/<int:pk>/files/<int:file>/", notice_views.attachment, name="attachment"
    ),
    path("<community:community>/guide/", guide_views.guide, name="guide"),
    path("<community:community>/guide/<int:pk>/", guide_views.guide_item, name="guide_item"),
    path("<community:community>/guide/<int:pk>/form/", guide_views.guide_form, name="guide_form"),
    path("<community:community>/organisations/", organisation_views.organisations, name="organisations"),
    path(
        "<community:community>/organisations/<int:pk>/", organisation_views.organisation, name="organisation"
    ),
    path("<community:community>/duty/", duty_views.duty, name="duty"),
    path("<community:community>/search/", search_views.search, name="search"),
]
