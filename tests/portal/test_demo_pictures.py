"""The drawn pictures of the demo: every one can be drawn, in the portal's colours, and is told in words."""

import pytest
from django.core.files.base import ContentFile

from community.uploads import check_file
from portal.demo import looks, minutes, posters
from portal.demo.art import board
from portal.demo.art.people import PORTRAITS, portrait

ALBUMS = (posters.DESIGNS, posters.SCENES, posters.PLACES, posters.COMMUNITIES)


@pytest.mark.parametrize("album", ALBUMS, ids=("designs", "scenes", "places", "communities"))
def test_every_picture_is_drawn_and_none_like_another(album, monkeypatch):
    monkeypatch.setattr(board, "FINER", 1)
    drawn = set()
    for draw, _alt in album.values():
        sheet = board.Board()
        draw(sheet)
        assert len(set(sheet.done().resize((48, 30)).getcolors(2000))) > 20
        drawn.add(sheet.done().tobytes())
    assert len(drawn) == len(album)


def test_every_portrait_is_another():
    assert len({portrait(key).tobytes() for key in PORTRAITS}) == len(PORTRAITS) >= 8


def test_every_poster_says_what_it_shows():
    assert all(len(alt) > 6 for alt in posters.ALTS.values())


@pytest.mark.parametrize(
    ("told", "colour"),
    [
        ("brand", (163, 42, 33)),
        ("card", (255, 255, 255)),
        ("#010203", (1, 2, 3)),
        ("card+#000000*40", (153, 153, 153)),
    ],
)
def test_colours_are_those_of_the_style_sheet_and_their_mixtures(told, colour):
    assert board.rgb(told) == colour


def test_what_rooms_and_teams_show_is_drawn():
    albums = {"posters": posters.DESIGNS, "facilities": posters.PLACES}
    assert all(key in albums[folder] for _word, folder, key in (*looks.ROOMS, *looks.PLACES))
    assert all(key in albums["posters"] for _word, key in looks.TEAMS)
    assert all(key in albums[folder] for folder, key in looks.BODIES.values())


def test_a_picture_is_drawn_once(tmp_path, settings, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    calls = []
    first, second = (posters.make("posters", "tai", lambda sheet: calls.append(sheet)) for _ in range(2))
    assert first == second
    assert len(calls) == 1


def test_a_paper_is_a_pdf_whose_table_leads_to_its_parts():
    written = minutes.pdf("决议", ["一、同意。"])
    assert check_file(ContentFile(written, name="decision.pdf")) is None
    table = int(written.split(b"startxref\n")[1].split()[0])
    assert written[table:].startswith(b"xref")
    for number, line in enumerate(written[table:].splitlines()[3:8], 1):
        assert written[int(line[:10]) :].startswith(b"%d 0 obj" % number)
    assert "一、同意。".encode("utf-16-be").hex().encode() in written
