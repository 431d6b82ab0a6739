"""What `script/bench rush` says of the books; the rush itself is a measurement."""

import importlib.util

import pytest
from django.conf import settings

SPEC = importlib.util.spec_from_file_location("rush", settings.BASE_DIR / "script" / "bench_rush.py")
bench = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(bench)

# five people for two places: key, person, state, place in the line
RIGHT = [
    (1, 14, "placed", 0),
    (2, 11, "placed", 0),
    (3, 12, "waiting", 1),
    (4, 15, "waiting", 2),
    (5, 13, "waiting", 3),
]


def found(answers=(302,) * 5, sign_ups=RIGHT, taken=2, rows=(11, 14)):
    return bench.mistakes(list(answers), sign_ups, people=5, places=2, taken=taken, rows=list(rows))


def with_line(*ranks):
    return RIGHT[:2] + [
        (key, person, state, rank) for (key, person, state, _), rank in zip(RIGHT[2:], ranks, strict=True)
    ]


def test_what_is_right_is_not_complained_of():
    assert found() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"answers": (302, 302, 500, 302, 302)}, "1 answers are errors"),
        ({"answers": (302,) * 4}, "4 of 5 were answered"),
        ({"answers": (302, 422, 302, 302, 302)}, "1 were not signed up"),
        ({"sign_ups": [*RIGHT[:2], (3, 12, "placed", 0), *RIGHT[3:]]}, "3 have one of 2 places"),
        ({"taken": 3}, "the session counts 3 places, 2 are given"),
        ({"rows": (11, 12)}, "the roll-call names others"),
        ({"sign_ups": RIGHT[:4]}, "signed up twice or not at all"),
        ({"sign_ups": [*RIGHT, (6, 13, "waiting", 4)]}, "signed up twice or not at all"),
        ({"sign_ups": with_line(1, 2, 4)}, "the line has gaps"),
        ({"sign_ups": with_line(2, 1, 3)}, "the line has gaps"),
        ({"sign_ups": [*RIGHT[:1], (6, 11, "placed", 0), *RIGHT[2:]]}, "overtook the line"),
    ],
)
def test_what_is_wrong_is_said(change, words):
    assert any(words in sentence for sentence in found(**change))


@pytest.mark.parametrize(("count", "place"), [(1, 1), (20, 19), (100, 95), (500, 475)])
def test_ninety_five_of_a_hundred_had_their_answer_by_then(count, place):
    assert bench.p95([float(number) for number in range(count, 0, -1)]) == place
