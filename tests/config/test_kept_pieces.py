import pytest
from django.urls import reverse

from config import kept


@pytest.fixture
def keeping(settings):
    settings.KEPT_PAGES_SECONDS = 60
    kept.forget()
    yield
    kept.forget()


def test_a_piece_is_made_once_and_made_anew_in_time(keeping, monkeypatch):
    made = []
    for _time in range(3):
        kept.kept("a", lambda: made.append(1))
    assert len(made) == 1
    later = kept.monotonic() + 61
    monkeypatch.setattr(kept, "monotonic", lambda: later)
    kept.kept("a", lambda: made.append(1))
    assert len(made) == 2


def test_memory_stays_bounded(keeping):
    for n in range(kept.MOST + 50):
        kept.kept(n, lambda: "x")
    assert len(kept._pieces) == kept.MOST


def test_the_list_for_somebody_signed_in_is_kept_too(keeping, signed_in, town, django_assert_num_queries):
    staff, address = signed_in(town.staff), reverse("events:list", args=[town.community])
    first = staff.get(address).content
    assert signed_in(town.lin_user).get(address).content == first
    with django_assert_num_queries(3):  # session, person, community
        staff.get(address)
