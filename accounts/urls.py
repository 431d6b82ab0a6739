from django.urls import include, path, re_path

from . import views

own = (
    [
        path("", views.index, name="index"),
        path("devices/sign-out/", views.end_other_sessions, name="end_other_sessions"),
        path("signup/code/", views.sign_up_code, name="signup_code"),
        path("password/new/", views.new_password, name="new_password"),
        path("activate/", views.activate, name="activate"),
    ],
    "accounts",
)

# allauth's names, because its own pages and redirects ask for them; they stand before allauth's addresses.
urlpatterns = [
    path("", include(own)),
    path("signup/", views.sign_up, name="account_signup"),
    path("login/code/", views.RequestCode.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", views.ConfirmCode.as_view(), name="account_confirm_login_code"),
    path("password/reset/", views.ForgottenPassword.as_view(), name="account_reset_password"),
    path("2fa/authenticate/", views.SecondFactor.as_view(), name="mfa_authenticate"),
    re_path(r"^password/reset/.+$", views.gone),
    path("email/", views.gone),
    re_path(r"^confirm-email/", views.gone),
]
