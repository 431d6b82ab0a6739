from django.urls import path, register_converter

from . import account_views as views


class ActConverter:
    regex = "|".join(views.ACTS)

    def to_python(self, value):
        return value

    to_url = to_python


register_converter(ActConverter, "account_act")

urlpatterns = [
    path("desk/accounts/", views.account_list, name="accounts"),
    path("desk/accounts/new/", views.account_open, name="account_open"),
    path("desk/accounts/<int:pk>/", views.account, name="account"),
    path("desk/accounts/<int:pk>/code/", views.account_code, name="account_code"),
    path("desk/accounts/<int:pk>/password/", views.account_password, name="account_password"),
    path("desk/accounts/<int:pk>/slip/", views.account_slip, name="account_slip"),
    path("desk/accounts/<int:pk>/phone/", views.account_phone, name="account_phone"),
    path("desk/accounts/<int:pk>/<account_act:act>/", views.account_act, name="account_act"),
]
