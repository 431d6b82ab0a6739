"""What staff should look into: shown, never acted upon."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Claim, ClaimPhoto
from config import triggers
from points import operations
from reports.unusual import unusual
from tests.claims.conftest import checked, made, seat_people


@pytest.fixture
def scheme(town):
    return seat_people(town)


def page(signed_in, user, query=""):
    return signed_in(user).get("/desk/points/unusual/" + query)


def test_nothing_is_unusual_at_first(scheme, signed_in):
    checked(scheme)
    assert unusual(scheme.community, scheme.today).is_empty
    assert "没有发现异常" in page(signed_in, scheme.staff).text


def test_many_points_for_one_day(scheme, signed_in, settings):
    settings.POINTS_BURST = 10
    for number in range(2):
        award = operations.Award(scheme.wang.pk, scheme.open.pk, scheme.today, f"x:{number}")
        operations.award([award], community=scheme.community, by=scheme.staff)
    (burst,) = unusual(scheme.community, scheme.today).bursts
    assert (burst.account.resident, burst.points, burst.times) == (scheme.wang, 10, 2)
    assert "王建国" in page(signed_in, scheme.staff).text


def test_the_same_two_again_and_again(scheme, signed_in):
    for days in range(5):
        checked(scheme, day=scheme.day - timedelta(days=days))
    (pair,) = unusual(scheme.community, scheme.today).pairs
    assert (pair.who, pair.resident, pair.times) == (scheme.east_worker, scheme.lin, 5)
    assert "东格员" in page(signed_in, scheme.staff).text
    assert unusual(scheme.community, scheme.today + timedelta(days=100)).is_empty


def test_claims_that_run_into_the_cap(scheme, signed_in):
    rows = [made(scheme, day=scheme.day - timedelta(days=days)) for days in range(3)]
    with triggers.lifted(connection, "claims"):
        Claim.objects.filter(pk__in=[row.pk for row in rows]).update(state="posted", points=2)
    (capped,) = unusual(scheme.community, scheme.today).capped
    assert (capped.resident, capped.times, capped.lost) == (scheme.lin, 3, 9)
    assert "3次申报，共9分未发放" in page(signed_in, scheme.staff).text


def test_the_same_photo_in_two_claims(scheme, signed_in):
    first, second = made(scheme), made(scheme, day=scheme.day - timedelta(days=1))
    for claim in (first, second):
        ClaimPhoto.objects.create(claim=claim, picture=f"claims/{claim.pk}.jpg", digest="a" * 64)
    ClaimPhoto.objects.create(claim=first, picture="claims/other.jpg", digest="b" * 64)
    (twice,) = unusual(scheme.community, scheme.today).photos
    assert twice.claims == [first, second]
    text = page(signed_in, scheme.staff).text
    assert f"/desk/points/claims/{second.pk}/" in text


def test_nobody_looks_at_another_community(scheme, signed_in):
    assert page(signed_in, scheme.staff, "?community=shunjing").status_code == 404
    assert page(signed_in, scheme.lin_user).status_code == 403
    assert "林秀英" not in page(signed_in, scheme.neighbour_staff).text


def test_the_number_of_queries_does_not_grow(scheme, settings):
    settings.POINTS_BURST = 1

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            unusual(scheme.community, scheme.today)
        return len(queries)

    for days in range(5):
        checked(scheme, day=scheme.day - timedelta(days=days))
    few = asked()
    for days in range(5, 12):
        checked(scheme, day=scheme.day - timedelta(days=days))
        award = operations.Award(
            scheme.wang.pk, scheme.open.pk, scheme.day - timedelta(days=days), f"x:{days}"
        )
        operations.award([award], community=scheme.community, by=scheme.staff)
    assert asked() <= few + 1  # accounts are asked for only when there are some
