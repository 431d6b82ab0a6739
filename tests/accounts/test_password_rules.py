"""Length, kinds, age and memory of passwords: more is asked of whoever holds a post."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import operations, passwords
from accounts.models import PastPassword
from config import installation
from tests.town import PASSWORD

CHANGE, NEW = "/accounts/password/change/", "/accounts/password/new/"
GOOD = "Tulips by the river 8"


@pytest.mark.parametrize(
    ("password", "kinds"),
    [("abc", 1), ("abC", 2), ("abC1", 3), ("abC1-", 4), ("泥营", 1), ("a 1", 3), ("１a", 2), ("", 0)],
)
def test_kinds_of_characters(password, kinds):
    assert passwords.classes_in(password) == kinds


@pytest.mark.parametrize("password", ["tulip 8", "tulipsbytheriver"])
def test_a_resident_needs_eight_characters_of_two_kinds(town, password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, town.lin_user)
    assert "password_too_weak" in [error.code for error in refused.value.error_list]
    validate_password("tulip by 8", town.lin_user)


@pytest.mark.parametrize("password", ["Tulip by8", "tulips by the river"])
def test_whoever_holds_a_post_needs_ten_of_three_kinds(town, password):
    with pytest.raises(ValidationError):
        validate_password(password, town.staff)
    validate_password("Tulips by8", town.staff)


def test_the_numbers_are_settings(town, settings):
    settings.STAFF_PASSWORD_LENGTH, settings.STAFF_PASSWORD_CLASSES = 12, 4
    with pytest.raises(ValidationError):
        validate_password("Tulips by8", town.staff)
    validate_password("Tulips by the river 8", town.staff)


def change(client, old, new):
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})


def test_the_page_says_the_rule_of_the_one_who_asks(town, signed_in):
    assert "10" in signed_in(town.staff).get(CHANGE).context["form"].fields["password1"].help_text
    assert "8" in signed_in(town.lin_user).get(CHANGE).context["form"].fields["password1"].help_text


def test_the_last_five_are_not_chosen_again(town, signed_in, settings):
    settings.PASSWORD_HISTORY = 2
    client = signed_in(town.lin_user)
    assert change(client, PASSWORD, "tulips one 1").status_code == 302
    assert change(client, "tulips one 1", "tulips one 1").status_code == 422
    assert change(client, "tulips one 1", PASSWORD).status_code == 422
    assert change(client, "tulips one 1", "tulips two 2").status_code == 302
    assert change(client, "tulips two 2", PASSWORD).status_code == 422
    cache.clear()  # a person does not do all this in a minute
    assert change(client, "tulips two 2", "tulips three 3").status_code == 302
    assert PastPassword.objects.filter(user=town.lin_user).count() == 2
    assert change(client, "tulips three 3", PASSWORD).status_code == 302  # long ago by now


def test_a_one_time_password_hides_no_old_one(town):
    user = town.lin_user
    written = operations.reset_password(user=user, by=town.staff)
    with pytest.raises(ValidationError):
        validate_password(PASSWORD, user)
    user.refresh_from_db()
    operations.set_password(user, GOOD, by=user)
    assert not any(written in row.digest for row in PastPassword.objects.all())
    assert PastPassword.objects.filter(user=user).count() == 1


def test_nothing_is_remembered_when_the_site_says_so(town, settings):
    settings.PASSWORD_HISTORY = 0
    operations.set_password(town.lin_user, GOOD, by=town.lin_user)
    assert not PastPassword.objects.exists()
    validate_password(PASSWORD, town.lin_user)


@pytest.fixture
def old(town):
    for user in (town.staff, town.lin_user):
        user.password_set_at = timezone.now() - timedelta(days=91)
        user.save(update_fields=["password_set_at"])
    return town


def test_an_old_password_of_a_post_is_changed_before_anything_else(old, signed_in):
    client = signed_in(old.staff)
    assert client.get("/desk/")["Location"] == NEW
    assert client.get(NEW)["Location"] == CHANGE
    page = client.get(CHANGE)
    assert page.status_code == 200
    assert "90" in page.content.decode()
    assert client.post("/accounts/logout/").status_code == 302
    client = signed_in(old.staff)
    assert change(client, PASSWORD, GOOD).status_code == 302
    assert client.get("/desk/").status_code == 200


def test_residents_keep_theirs(old, signed_in):
    assert signed_in(old.lin_user).get("/my/").status_code == 200


def test_no_age_when_the_site_says_so_and_none_in_a_demo(old, signed_in, settings):
    assert passwords.is_too_old(old.staff)
    installation.forget("demo")
    assert not passwords.is_too_old(old.staff)
    installation.forget("real")
    settings.PASSWORD_DAYS = 0
    assert signed_in(old.staff).get("/desk/").status_code == 200


def test_someone_without_a_password_has_no_old_one(old):
    old.staff.password = make_password(None)
    assert not passwords.is_too_old(old.staff)
