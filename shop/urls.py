from django.urls import path

from .views import desk, fair_desk, fairs, my, public, store

app_name = "shop"
urlpatterns = [
    path("my/orders/", my.my_orders, name="my_orders"),
    path("my/orders/<int:pk>/", my.my_order, name="my_order"),
    path("my/orders/<int:pk>/cancel/", my.my_cancel, name="my_cancel"),
    path("my/orders/family/<int:pk>/", my.my_consent, name="my_consent"),
    path("desk/shop/", desk.desk, name="desk"),
    path("desk/shop/code/<str:code>/", desk.code, name="code"),
    path("desk/shop/orders/<int:pk>/", desk.desk_order, name="desk_order"),
    path("desk/shop/orders/<int:pk>/hand-over/", desk.hand_over, name="hand_over"),
    path("desk/shop/orders/<int:pk>/cancel/", desk.desk_cancel, name="desk_cancel"),
    path("desk/shop/orders/<int:pk>/slip/", desk.slip, name="slip"),
    path("desk/shop/for/<int:pk>/", desk.desk_for, name="desk_for"),
    path("desk/shop/for/<int:pk>/family/", desk.desk_consent, name="desk_consent"),
    path("desk/shop/store/", store.store, name="store"),
    path("desk/shop/store/<int:pk>/", store.stock, name="stock"),
    path("my/numbers/<int:pk>/give-back/", fairs.give_back, name="give_back"),
    path("desk/shop/fairs/", fair_desk.fairs, name="fairs"),
    path("desk/shop/fairs/new/", fair_desk.new_fair, name="new_fair"),
    path("desk/shop/fairs/<int:pk>/", fair_desk.fair_desk, name="fair_desk"),
    path("desk/shop/fairs/<int:pk>/goods/", fair_desk.fair_goods, name="fair_goods"),
    path("desk/shop/fairs/<int:pk>/publish/", fair_desk.fair_publish, name="fair_publish"),
    path("desk/shop/fairs/<int:pk>/close/", fair_desk.fair_close, name="fair_close"),
    path("desk/shop/fairs/<int:pk>/serve/<int:person>/", fair_desk.fair_serve, name="fair_serve"),
    path("desk/shop/fairs/<int:pk>/list/", fair_desk.fair_list, name="fair_list"),
    path("desk/shop/fairs/<int:pk>/key-in/", fair_desk.fair_key_in, name="fair_key_in"),
    path("<community:community>/points/fairs/<int:pk>/", fairs.fair, name="fair"),
    path("<community:community>/points/fairs/<int:pk>/number/", fairs.number, name="number"),
    path("<community:community>/points/shop/", public.shelf, name="shelf"),
    path("<community:community>/points/shop/order/", my.order, name="order"),
    path("<community:community>/points/shop/<int:pk>/", public.item, name="item"),
]
