"""The number proven in an account, and that of the register."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.operations import prove_phone
from config.errors import StaleError
from portal.today import numbers_that_changed
from residents import operations

OLD, NEW = "+8615400000021", "+8615400000772"


def waiting(town):
    return next(numbers_that_changed(town.staff)).count


def address(name, row):
    return reverse(f"residents:{name}", args=[row.pk])


def test_a_changed_number_waits_for_staff(town, signed_in):
    client = signed_in(town.staff)
    assert not waiting(town)
    assert operations.number_of_account(town.lin) == ""

    prove_phone(town.lin.user, NEW)
    town.lin.refresh_from_db()
    assert town.lin.phone == OLD, "the register never follows by itself"
    assert waiting(town) == 1
    assert "154****0772" in client.get(reverse("residents:desk_numbers")).content.decode()
    assert "154****0772" in client.get(address("desk_resident", town.lin)).content.decode()
    assert "154****0772" in signed_in(town.lin_user).get(reverse("residents:my_household")).content.decode()

    for _click in range(2):
        assert (
            client.post(address("desk_take_number", town.lin), {"version": town.lin.version}).status_code
            == 302
        )
    town.lin.refresh_from_db()
    assert town.lin.phone == NEW
    assert town.lin.changes.filter(field="phone").count() == 1
    assert "154****0772" not in client.get(reverse("residents:desk_numbers")).content.decode()


def test_a_number_left_as_it_is_is_not_asked_for_ever(town):
    prove_phone(town.lin.user, NEW)
    User.objects.filter(pk=town.lin.user_id).update(phone_verified_at=timezone.now() - timedelta(days=61))
    assert not waiting(town)


def test_of_a_stale_page_nothing_is_taken_over(town, signed_in):
    prove_phone(town.lin.user, NEW)
    operations.change_resident(resident=town.lin, by=town.staff, why="called", phone="15400000773")
    with pytest.raises(StaleError):
        operations.take_account_number(resident=town.lin, version=1, by=town.staff)
    assert (
        signed_in(town.staff).post(address("desk_take_number", town.lin), {"version": "x"}).status_code == 400
    )


def test_the_next_grid_neither_sees_nor_takes_it(town, signed_in):
    prove_phone(town.lin.user, NEW)
    client = signed_in(town.west_worker)
    assert "0772" not in client.get(reverse("residents:desk_numbers")).content.decode()
    assert (
        client.post(address("desk_take_number", town.lin), {"version": town.lin.version}).status_code == 404
    )
