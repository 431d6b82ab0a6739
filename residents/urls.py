from django.urls import path

from .views import claims, desk, households, mandates, my, numbers

app_name = "residents"
urlpatterns = [
    path("my/claim/", my.claim, name="my_claim"),
    path("my/claim/<int:pk>/withdraw/", my.withdraw, name="my_withdraw"),
    path("my/household/", my.household, name="my_household"),
    path("my/household/<int:pk>/reveal/", my.reveal, name="my_reveal"),
    path("my/looks/", my.looks, name="my_looks"),
    path("my/mandates/", mandates.mine, name="my_mandates"),
    path("my/mandates/<int:pk>/withdraw/", mandates.withdraw, name="my_withdraw_mandate"),
    path("desk/claims/", claims.claims, name="desk_claims"),
    path("desk/claims/<int:pk>/", claims.claim, name="desk_claim"),
    path("desk/claims/<int:pk>/confirm/", claims.confirm, name="desk_confirm"),
    path("desk/claims/<int:pk>/newcomer/", claims.newcomer, name="desk_newcomer"),
    path("desk/claims/<int:pk>/refuse/", claims.refuse, name="desk_refuse"),
    path("desk/residents/", desk.residents, name="desk_list"),
    path("desk/residents/add/", households.add, name="desk_add"),
    path("desk/residents/<int:pk>/", desk.resident, name="desk_resident"),
    path("desk/residents/<int:pk>/edit/", desk.edit, name="desk_edit"),
    path("desk/residents/<int:pk>/reveal/", desk.reveal, name="desk_reveal"),
    path("desk/residents/<int:pk>/tags/", desk.add_tag, name="desk_add_tag"),
    path("desk/residents/<int:pk>/tags/<int:tag>/end/", desk.end_tag, name="desk_end_tag"),
    path("desk/residents/numbers/", numbers.numbers, name="desk_numbers"),
    path("desk/residents/<int:pk>/number/", numbers.take, name="desk_take_number"),
    path("desk/residents/<int:pk>/leave/", desk.leave, name="desk_leave"),
    path("desk/residents/<int:pk>/household/", households.join, name="desk_join"),
    path("desk/residents/<int:pk>/mandates/", mandates.add, name="desk_mandate"),
    path("desk/residents/<int:pk>/mandates/<int:mandate>/end/", mandates.end, name="desk_end_mandate"),
    path("desk/households/<int:pk>/add/", households.add_member, name="desk_add_member"),
    path("desk/households/<int:pk>/move/", households.move, name="desk_move"),
    path("desk/households/<int:pk>/head/", households.head, name="desk_head"),
]
