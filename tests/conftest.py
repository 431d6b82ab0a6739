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
def _transactional_tests_empty_the_tables_quickly():
    """When they end: a row at a time, and what migrations filled stays as they left it."""
    from django.test import TransactionTestCase

    from . import kept

    flush = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda self: kept.empty()
    yield
    TransactionTestCase._fixture_teardown = flush


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings, django_db_keepdb, django_db_createdb):
    """True as well when the empty database could be copied from an earlier run: nothing is left to migrate."""
    from . import migrated

    return django_db_keepdb or (not django_db_createdb and migrated.copy())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    from . import migrated

    with django_db_blocker.unblock():
        migrated.keep()


@pytest.fixture(autouse=True)
def _a_real_installation():
    """Unless a test says otherwise; knowing it costs no query."""
    from config import installation

    installation.forget("real")
