"""What is written in a PDF that Chromium printed: each glyph read back by its own font's table, in the order drawn."""

import re
import unicodedata
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\r?\n(.*?)endobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
SAID = re.compile(r"/F(\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>")


def _stream(body: bytes) -> str:
    found = STREAM.search(body)
    if not found:
        return ""
    packed = b"FlateDecode" in body[: found.start()]
    return (zlib.decompressobj().decompress(found[1]) if packed else found[1]).decode("latin-1")


def _table(stream: str) -> dict[str, str]:
    """Glyph → text, of a ToUnicode map."""
    table = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", stream, re.DOTALL):
        for glyph, text in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            table[glyph.upper()] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", stream, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                table[f"{int(first, 16) + step:0{len(first)}X}"] = chr(int(text, 16) + step)
    return table


def text_of(data: bytes) -> str:
    objects = {int(number): body for number, body in OBJECT.findall(data)}
    fonts = {
        number: _table(_stream(objects[int(found[1])]))
        for number, body in objects.items()
        if (found := re.search(rb"/ToUnicode (\d+) 0 R", body))
    }
    said = []
    for body in objects.values():
        stream, table = _stream(body), {}
        if "\nBT\n" not in stream:
            continue
        for font, glyphs in SAID.findall(stream):
            if font:
                table = fonts.get(int(font), {})
                continue
            wide = len(next(iter(table), "00"))
            said += [table.get(glyph, "") for glyph in re.findall("." * wide, glyphs.upper())]
    return unicodedata.normalize("NFKC", "".join(said))  # some glyphs read back as radicals
