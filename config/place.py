"""The folder of data has one server at a time."""

import fcntl
import json
import os
from pathlib import Path


class Running(Exception):
    """A server has this place; the text is its address, empty while it is still starting."""


class Place:
    """The folder of data, held by a lock that ends with the process; `server.json` says who holds it."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.note = folder / "server.json"
        self.lock = (folder / "server.lock").open("w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.lock.close()
            raise Running(self._address()) from None
        self.note.unlink(missing_ok=True)

    def _address(self) -> str:
        try:
            return json.loads(self.note.read_text())["address"]
        except (OSError, ValueError, KeyError):
            return ""

    def say(self, address: str) -> None:
        self.note.write_text(json.dumps({"address": address, "pid": os.getpid()}))

    def leave(self) -> None:
        self.lock.close()
