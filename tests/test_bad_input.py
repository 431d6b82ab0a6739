"""No address answers 500, whatever stands in it: wrong ids, odd words in the query, bodies made of rubbish."""

import itertools

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

NUMBERS = ["1", "0", "9" * 30]
WORDS = [
    "1",
    "x",
    "2026-13",
    "0001-01",
    "9999-12",
    "0001-01-01",
    "9999-12-31",
    "%00",
    "%F0%9F%98%80",
    "a" * 300,
]
QUERIES = [
    "q=%27%25_%5C&page=-1&month=0001-00&from=0001-01-01&until=9999-12-31&after=x",
    "q=" + "%E7%8E%8B" * 3000 + "&page=" + "9" * 40 + "&unit=" + "9" * 30 + "&place=x",
    "page=x&kind=x&unit=x&audience=%E2%80%AE&from=x&next=//evil.example&elder=2&language=xx",
    "_popup=1&o=1.2.-9&p=x&e=1&%F0%9F%98%80=%E2%80%AE",
    "q=%00",
]
BODY = {
    "name": "\u202e\u200b😀" * 50, "title": "\x00", "phone": "9" * 5000, "body": "x" * 100_000, "version": "x", "month": "0000-00",
    "starts_at": "0001-01-01T00:00", "ends_at": "9999-12-31T23:59", "unit": "9" * 30, "resident": "-1", "session": "x", "purpose": "\x00",
}  # fmt: skip


def addresses(resolver=None, before=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern


def filled(most: int):
    """Every address with up to `most` kinds of value in its places; regular expressions of the admin are left out."""
    for route, _pattern in addresses():
        if "(" in route or "^" in route:
            continue
        parts = route.replace("<community:community>", "wenfeng").split("<")
        choices = []
        for part in parts[1:]:
            kind, _, rest = part.partition(">")
            values = NUMBERS if kind.startswith("int:") else WORDS
            choices.append([value + rest for value in values])
        for chosen in itertools.islice(itertools.product(*choices), most):
            yield "/" + parts[0] + "".join(chosen)


PARTS = 4  # for the tests to run side by side


@pytest.fixture
def visitor(town, signed_in):
    client = signed_in(town.secretary)
    client.raise_request_exception = False
    return client


def broken(ask, part, most):
    return [address for address in list(filled(most))[part::PARTS] if ask(address).status_code >= 500]


@pytest.mark.parametrize("part", range(PARTS))
def test_no_id_in_an_address_is_an_error_of_ours(visitor, part):
    assert broken(visitor.get, part, 11) == []


@pytest.mark.parametrize("part", range(PARTS))
def test_no_word_in_a_query_is_an_error_of_ours(visitor, part):
    for query in QUERIES:
        assert broken(lambda address, query=query: visitor.get(f"{address}?{query}"), part, 1) == [], query


@pytest.mark.parametrize("part", range(PARTS))
def test_no_rubbish_sent_is_an_error_of_ours(visitor, part):
    assert broken(lambda address: visitor.post(address, BODY), part, 1) == []


def test_a_stranger_meets_no_error_either(town, client):
    client.raise_request_exception = False
    assert [address for address in filled(2) if client.get(address).status_code >= 500] == []
