"""Sessions in the database, encrypted: a sign-in under way keeps a phone number and a code in there."""

import json

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.serializers import JSONSerializer

from .crypto import WrongKey, decrypt, encrypt

PLACE = "django_session"


class SessionStore(DatabaseStore):
    def encode(self, session_dict):
        return encrypt(JSONSerializer().dumps(session_dict).decode("latin-1"), PLACE)

    def decode(self, session_data):
        """A session we cannot open (an older key, a damaged row) is an empty one: its owner signs in again."""
        try:
            return json.loads(decrypt(session_data, PLACE))
        except (WrongKey, ValueError):
            return {}
