"""Keys of cached values hold no readable address and no number that could be guessed from a bare hash."""

from .crypto import fingerprint


def keyed(key, key_prefix, version) -> str:
    """Django's KEY_FUNCTION: rate limits count by phone and address, and those must not stand in the table."""
    return f"{key_prefix}:{version}:{fingerprint(str(key))}"
