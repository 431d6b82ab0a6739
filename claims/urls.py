from django.urls import path

from .views import desk, helped, lists, mine, public, review, teams

app_name = "claims"
urlpatterns = [
    path("my/points/claims/", mine.claims, name="mine"),
    path("my/points/claims/new/", mine.new, name="mine_new"),
    path("my/points/claims/<int:pk>/", mine.claim, name="mine_one"),
    path("my/points/claims/<int:pk>/withdraw/", mine.withdraw, name="mine_withdraw"),
    path("my/points/claims/<int:pk>/appeal/", mine.appeal, name="mine_appeal"),
    path("my/points/review/", review.waiting, name="review"),
    path("my/points/review/<int:pk>/", review.claim, name="review_one"),
    path("desk/points/claims/", desk.claims, name="desk"),
    path("desk/points/claims/new/", helped.new, name="desk_new"),
    path("desk/points/claims/<int:pk>/", desk.claim, name="desk_one"),
    path("desk/points/claims/<int:pk>/object/", desk.take_down, name="desk_object"),
    path("desk/points/objections/<int:pk>/", desk.answer, name="desk_answer"),
    path("desk/points/lists/", lists.lists, name="desk_lists"),
    path("desk/points/lists/<int:unit>/publish/", lists.publish, name="desk_publish"),
    path("desk/points/lists/<int:pk>/post/", lists.post, name="desk_post"),
    path("desk/points/lists/<int:unit>/procedure/", lists.procedure, name="desk_procedure"),
    path("desk/points/awards/", teams.teams, name="teams"),
    path("desk/points/awards/<int:pk>/", teams.team, name="team"),
    path("desk/points/awards/new/<int:unit>/", teams.new, name="team_new"),
    path("<community:community>/points/publicity/", public.publicity, name="publicity"),
    path("<community:community>/points/publicity/<int:number>/", public.batch, name="batch"),
    path("<community:community>/points/publicity/claims/<int:pk>/object/", public.object_to, name="object"),
]
