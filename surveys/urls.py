from django.urls import path

from . import views

app_name = "surveys"
urlpatterns = [
    path("<community:community>/surveys/<int:pk>/", views.answer, name="answer"),
    path("desk/surveys/", views.surveys, name="list"),
    path("desk/surveys/new/", views.create, name="create"),
    path("desk/surveys/<int:pk>/", views.survey, name="survey"),
    path("desk/surveys/<int:pk>/settings/", views.settings, name="settings"),
    path("desk/surveys/<int:pk>/results/", views.survey_results, name="results"),
    path("desk/surveys/<int:pk>/questions/", views.add_question, name="add_question"),
    path("desk/questions/<int:pk>/", views.change_question, name="change_question"),
    path("desk/questions/<int:pk>/move/", views.move_question, name="move_question"),
    path("desk/questions/<int:pk>/remove/", views.remove_question, name="remove_question"),
    path("desk/answers/<int:pk>/file/", views.answer_file, name="answer_file"),
]
