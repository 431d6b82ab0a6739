"""No address answers 500, whatever stands in it: wrong ids, odd words in the query, bodies made of rubbish."""

import itertools

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

NUMBERS = ["1", "0", "9" * 30]
WORDS = ["1", "x", "2026-13", "0001-01", "9999-12", "%00", "%F0%9F%98%80", "a" * 300]
QUERIES = [
    "q=%00",
    "q=%27%25_%5C",
    "q=" + "%E7%8E%8B" * 3000,
    "page=-1",
    "page=" + "9" * 40,
    "page=x",
    "after=x&before=%00",
    "month=0001-00&from=0001-01-01&until=9999-12-31",
    "from=%00&until=x&kind=x&unit=x&audience=%00&place=9999999999999999999999999",
    "next=//evil.example&elder=2&language=xx",
    "_popup=1&o=1.2.-9&p=x&e=1",
    "%00=1&%F0%9F%98%80=%E2%80%AE",
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


def filled():
    """Every address with every kind of value in its places; regular expressions of the admin are left out."""
    for route, _pattern in addresses():
        if "(" in route or "^" in route:
            continue
        parts = route.replace("<community:community>", "wenfeng").split("<")
        choices = []
        for part in parts[1:]:
            kind, _, rest = part.partition(">")
            values = NUMBERS if kind.startswith("int:") else WORDS
            choices.append([value + rest for value in values])
        for chosen in itertools.islice(itertools.product(*choices), 40):
            yield "/" + parts[0] + "".join(chosen)


@pytest.fixture
def visitors(town, client, signed_in):
    client.raise_request_exception = False
    people = [signed_in(town.staff), signed_in(town.operator)]
    for one in people:
        one.raise_request_exception = False
    return [client, *people]


def test_no_id_in_an_address_is_an_error_of_ours(visitors):
    broken = [address for address in filled() for one in visitors[:2] if one.get(address).status_code >= 500]
    assert broken == []


def test_no_word_in_a_query_is_an_error_of_ours(visitors):
    plain = [address for address in filled() if "9" * 30 not in address and "%" not in address]
    broken = [
        f"{address}?{query}"
        for address in dict.fromkeys(plain)
        for query in QUERIES
        for one in visitors[1:]
        if one.get(f"{address}?{query}").status_code >= 500
    ]
    assert broken == []


def test_no_rubbish_sent_is_an_error_of_ours(visitors):
    broken = [
        address for address in filled() for one in visitors if one.post(address, BODY).status_code >= 500
    ]
    assert broken == []
