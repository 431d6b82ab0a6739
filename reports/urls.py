from django.urls import path

from . import views

app_name = "reports"
urlpatterns = [
    path("", views.reports, name="list"),
    path("compare/", views.compare, name="compare"),
    path("start/", views.start, name="start"),
    path("<int:pk>/", views.report, name="report"),
    path("<int:pk>/write/", views.write, name="write"),
    path("<int:pk>/print/", views.paper, name="print"),
    path("<int:pk>/figures/<slug:key>/", views.figure, name="figure"),
    path("<int:pk>/submit/", views.submit, name="submit"),
    path("<int:pk>/send-back/", views.send_back, name="send_back"),
    path("<int:pk>/seal/", views.seal, name="seal"),
]
