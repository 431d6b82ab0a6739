import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.utils import timezone

from accounts import operations
from accounts.models import ActivationCode, Activity
from config.errors import DomainError

URL = "/accounts/activate/"


@pytest.fixture
def paper(town):
    _row, written = operations.make_activation_code(user=town.lin_user, by=town.staff, path=town.lin.path)
    return written


def test_the_paper_lets_in_once_and_asks_for_a_password(client, town, paper):
    grouped = f"{paper[:4]} {paper[4:8]}-{paper[8:]}"
    assert client.get(URL).status_code == 200
    assert (
        client.post(URL, {"login": "154 0000 0021", "code": grouped})["Location"] == "/accounts/password/new/"
    )
    assert client.get("/accounts/")["Location"] == "/accounts/password/new/"
    other = type(client)()
    assert other.post(URL, {"login": "15400000021", "code": paper}).status_code == 422
    assert SESSION_KEY not in other.session


def test_the_digits_are_nowhere_in_the_database(town, paper):
    row = ActivationCode.objects.get()
    assert len(paper) == 12
    assert paper.isdigit()
    assert paper not in str(row.__dict__) + str(list(Activity.objects.values()))


def test_a_new_code_withdraws_the_old(client, town, paper):
    operations.make_activation_code(user=town.lin_user, by=town.staff)
    assert client.post(URL, {"login": "15400000021", "code": paper}).status_code == 422
    assert ActivationCode.objects.filter(withdrawn_at=None).count() == 1


def test_it_grows_old(town, paper):
    with (
        time_machine.travel(timezone.now() + timezone.timedelta(days=8)),
        pytest.raises(DomainError),
    ):
        operations.use_activation_code(login="15400000021", written=paper)


def test_five_wrong_tries_and_it_is_worthless(town, paper):
    for _try in range(5):
        with pytest.raises(DomainError):
            operations.use_activation_code(login="15400000021", written="0" * 12)
    with pytest.raises(DomainError):
        operations.use_activation_code(login="15400000021", written=paper)
    assert ActivationCode.objects.get().tries == 5


def test_unknown_wrong_and_used_answer_alike(client, town, paper):
    sentences = set()
    for login, written in (("15499999999", paper), ("15400000021", "1"), ("15400000022", paper)):
        with pytest.raises(DomainError) as refusal:
            operations.use_activation_code(login=login, written=written)
        sentences.add(str(refusal.value))
    operations.use_activation_code(login="15400000021", written=paper)
    with pytest.raises(DomainError) as refusal:
        operations.use_activation_code(login="15400000021", written=paper)
    assert sentences == {str(refusal.value)}


def test_it_proves_the_phone_and_ends_a_lost_one(town):
    operations.lock_out_lost_phone(user=town.lin_user, by=town.staff)
    _row, written = operations.make_activation_code(user=town.lin_user, by=town.staff)
    user = operations.use_activation_code(login="15400000021", written=written)
    assert user.phone_lost_at is None
    assert user.phone_verified_at


def test_a_deactivated_account_gets_none(town):
    operations.deactivate(user=town.lin_user, by=town.secretary)
    with pytest.raises(DomainError):
        operations.make_activation_code(user=town.lin_user, by=town.staff)


def test_tries_are_limited_by_address(client, town, settings):
    settings.ACCOUNT_RATE_LIMITS = {"activate": "2/m/ip"}
    assert [client.post(URL, {}).status_code for _try in range(3)] == [422, 422, 429]
