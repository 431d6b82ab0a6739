"""The lock of an account after too many wrong passwords: it lasts its whole time, then it opens itself."""

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache

from config.crypto import fingerprint

from .models import User
from .phones import find_mobile


def key_of(login: str) -> str:
    """One for one account, however its phone is typed, and one for each unknown name."""
    user = User.objects.with_login(login).only("pk").first()
    return _key(user) if user else fingerprint(f"login:{find_mobile(login) or login.strip().lower()}")


def _key(user: User) -> str:
    return fingerprint(f"account:{user.pk}")


def _limit(key: str) -> dict:
    """How allauth counts wrong passwords of one account (`login_failed`), without its count by address."""
    rate = f"{settings.LOGIN_TRIES}/{settings.LOGIN_LOCK_MINUTES}m/key"
    return {"app": "allauth.account", "action": "login_failed", "key": key, "config": {"login_failed": rate}}


def is_locked(key: str) -> bool:
    return cache.get(f"locked:{key}") is not None


def lock_after_last_try(request, key: str) -> None:
    """Called for each wrong password. allauth alone would give a try back as each of the wrong ones grows old."""
    if ratelimit.consume(request, **_limit(key), dry_run=True) is None:
        cache.set(f"locked:{key}", True, settings.LOGIN_LOCK_MINUTES * 60)
        ratelimit.clear(request, **_limit(key))


def free(user: User) -> None:
    """Whoever has shown at the counter, or by a code, who they are need not wait."""
    cache.delete(f"locked:{_key(user)}")
    ratelimit.clear(None, **_limit(_key(user)))
