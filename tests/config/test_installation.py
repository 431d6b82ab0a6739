import pytest
from django.db import IntegrityError, transaction

from config import installation
from config.errors import DomainError
from config.models import Installation


@pytest.fixture(autouse=True)
def _nothing_known():
    installation.forget()


@pytest.mark.parametrize(("first", "second"), [("demo", "real"), ("real", "demo")])
def test_what_was_said_stays(db, first, second):
    assert installation.kind() == ""
    installation.mark(first)
    installation.mark(first)
    with pytest.raises(DomainError):
        installation.mark(second)
    assert installation.kind() == first
    assert installation.is_demo() == (first == "demo")


def test_the_database_refuses_a_change(db):
    installation.mark("demo")
    for act in (
        lambda: Installation.objects.update(kind="real"),
        lambda: Installation.objects.all().delete(),
        lambda: Installation.objects.create(id=2, kind="real"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    assert Installation.objects.get().kind == "demo"
