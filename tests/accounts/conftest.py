import pytest
from django.core.cache import cache

from accounts import sms


@pytest.fixture(autouse=True)
def _no_limits_left_over():
    cache.clear()


@pytest.fixture
def sent(monkeypatch):
    """Every SMS as (11 digits, kind, code)."""
    box = []
    monkeypatch.setitem(
        sms.GATEWAYS, "console", lambda phone, kind, text, code: box.append((phone[3:], kind, code))
    )
    return box
