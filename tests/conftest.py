import pytest

from . import town as town_module


@pytest.fixture
def town(db):
    return town_module.build()


@pytest.fixture
def signed_in(client):
    """`signed_in(user)` gives a client signed in as that user."""
    from django.test import Client

    def sign_in(user):
        fresh = Client()
        fresh.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return fresh

    return sign_in
