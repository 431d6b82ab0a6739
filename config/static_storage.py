"""Collected style sheets hold what they import, so that a page asks for one; in development the imports simply work."""

import posixpath
import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(r"""@import\s+url\(\s*["']?([^"')]+)["']?\s*\)(?:\s+layer\(([\w.-]+)\))?\s*;""")
URL = re.compile(r"""url\(\s*(["']?)(?!data:|#|/|https?:)([^"')]+)\1\s*\)""")


def inlined(name: str, read) -> str:
    """The sheet `name` with the sheets it imports in their places, each in its layer. `read(name)` gives a text."""
    here = posixpath.dirname(name)

    def piece(match):
        address, layer = match.groups()
        target = posixpath.normpath(posixpath.join(here, address))
        text = _moved(inlined(target, read), posixpath.dirname(target), here)
        return f"@layer {layer} {{\n{text}\n}}" if layer else text

    return IMPORT.sub(piece, read(name))


def _moved(text: str, old: str, new: str) -> str:
    """Relative addresses in `text`, written for the folder `old`, as the folder `new` has to say them."""

    def address(match):
        return f'url("{posixpath.relpath(posixpath.join(old, match[2]), new or ".")}")'

    return URL.sub(address, text) if old != new else text


class _Ready:
    """Stands in for the storage of one file whose content has been made."""

    def __init__(self, content: bytes):
        self.content = content

    def open(self, path):
        return ContentFile(self.content)


class StaticStorage(CompressedManifestStaticFilesStorage):
    def post_process(self, paths, dry_run=False, **options):
        def read(name):
            storage, path = paths[name]
            with storage.open(path) as file:
                return file.read().decode()

        whole = dict(paths)
        for name in paths:
            if name.endswith(".css") and IMPORT.search(read(name)):
                whole[name] = (_Ready(inlined(name, read).encode()), name)
        yield from super().post_process(whole, dry_run=dry_run, **options)
