"""Encryption at rest and keyed fingerprints for numbers that name a person.

A stored value reads `key-id.base64(nonce + ciphertext)`; table and column are bound in, so a value
copied to another place does not open. A fingerprint is HMAC-SHA-256 cut to 128 bits, in hex.
"""

import base64
import hmac
import os
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models
from django.utils.translation import gettext

from .keys import data_keys


class WrongKey(Exception):
    """A stored value does not open with any key we hold."""


@lru_cache(maxsize=4)
def _ring(written: str) -> dict[str, tuple[AESGCM, bytes]]:
    def derive(key, purpose):
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)

    return {
        name: (AESGCM(derive(key, b"encrypt")), derive(key, b"fingerprint"))
        for name, key in data_keys(written).items()
    }


def encrypt(value: str, place: str) -> str:
    name, (cipher, _) = next(iter(_ring(settings.DATA_KEYS).items()))
    nonce = os.urandom(12)
    return (
        f"{name}.{base64.b64encode(nonce + cipher.encrypt(nonce, value.encode(), place.encode())).decode()}"
    )


def decrypt(stored: str, place: str) -> str:
    name, _, encoded = stored.partition(".")
    try:
        cipher, _ = _ring(settings.DATA_KEYS)[name]
        raw = base64.b64decode(encoded, validate=True)
        return cipher.decrypt(raw[:12], raw[12:], place.encode()).decode()
    except (KeyError, ValueError, InvalidTag) as error:
        raise WrongKey(
            gettext("%(place)s: value written with key “%(key)s” does not open.")
            % {"place": place, "key": name}
        ) from error


def fingerprints(value: str) -> list[str]:
    """Fingerprints under every key, the current one first: look up with `__in`, store the first."""
    return [
        hmac.new(key, value.encode(), sha256).hexdigest()[:32]
        for _, key in _ring(settings.DATA_KEYS).values()
    ]


def fingerprint(value: str) -> str:
    return fingerprints(value)[0]


def tails(end: str) -> list[str]:
    """What the TailField of a number that ends in these four characters may hold, under every key."""
    return [one[:3] for one in fingerprints(f"tail:{end[-4:]}")]


class EncryptedField(models.TextField):
    """Text encrypted in its column. It cannot be searched: ask its FingerprintField."""

    def _place(self):
        return f"{self.model._meta.db_table}.{self.column}"

    def get_db_prep_save(self, value, connection):
        return encrypt(value, self._place()) if value else ""

    def from_db_value(self, value, expression, connection):
        return decrypt(value, self._place()) if value else ""

    def get_lookup(self, name):
        raise TypeError(f"{self.name} is encrypted; filter by its fingerprint.")


class FingerprintField(models.CharField):
    """The fingerprint of an EncryptedField of the same row, NULL when that is empty; kept by `pre_save`.

    Saving with `update_fields` has to name both.
    """

    LENGTH = 32

    def __init__(self, *args, source="", **kwargs):
        self.source = source
        plain = {"max_length": self.LENGTH, "null": True, "editable": False, "blank": True}
        super().__init__(*args, **plain | kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"source": self.source}

    def pre_save(self, instance, add):
        value = getattr(instance, self.source)
        print_ = self.of(value) if value else None
        setattr(instance, self.attname, print_)
        return print_

    def of(self, value: str) -> str:
        return fingerprint(value)


class TailField(FingerprintField):
    """Twelve bits of the fingerprint of the last four characters.

    So short that every value stands for numbers with two or three different ends: it narrows a million rows to some
    hundred, and these are opened to see which of them is meant.
    """

    LENGTH = 3

    def of(self, value: str) -> str:
        return tails(value)[0]
