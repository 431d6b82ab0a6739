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


@pytest.fixture(autouse=True, scope="session")
def _triggers_lifted_around_the_flush():
    """Transactional tests empty every table when they end; append-only tables refuse that."""
    from django.db import connection
    from django.test import TransactionTestCase

    from config import triggers

    flush = TransactionTestCase._fixture_teardown

    def teardown(self):
        with triggers.lifted(connection):
            flush(self)

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = flush


@pytest.fixture(autouse=True)
def _a_real_installation():
    """Unless a test says otherwise; knowing it costs no query."""
    from config import installation

    installation.forget("real")
