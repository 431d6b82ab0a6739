"""Stock-taking: what was counted becomes what the books say, with a movement for each difference."""

import pytest

from config.errors import DomainError, StaleError
from shop import operations
from shop.models import MoveKind, Sheet, SheetLine

from .conftest import give, right, take
from .test_order import held


@pytest.fixture
def sheet(counter):
    counter.sheet = operations.make_sheet(community=counter.community, by=counter.staff)
    counter.line = counter.sheet.lines.get(item=counter.rice)
    return counter


def test_a_difference_becomes_a_movement(sheet):
    for _time in range(2):
        operations.key_in_count(line=sheet.line, counted=8, by=sheet.staff)
    assert held(sheet.rice) == (8, 0)
    move = sheet.rice.moves.first()
    assert (move.kind, move.change, move.cause) == ("counted", -2, f"sheet:{sheet.sheet.pk}")
    with pytest.raises(DomainError):
        operations.key_in_count(line=sheet.line, counted=9, by=sheet.staff)
    right()


def test_what_agrees_moves_nothing(sheet):
    before = sheet.rice.moves.count()
    operations.key_in_count(line=sheet.line, counted=10, by=sheet.staff)
    assert sheet.rice.moves.count() == before


def test_what_moved_meanwhile_is_counted_again(sheet):
    operations.move_stock(item=sheet.rice, kind=MoveKind.RECEIVED, count=5, by=sheet.staff)
    with pytest.raises(StaleError):
        operations.key_in_count(line=sheet.line, counted=10, by=sheet.staff)
    assert held(sheet.rice) == (15, 0)


def test_no_fewer_are_counted_than_orders_wait_for(sheet):
    give(sheet, sheet.lin, 4)
    take(sheet, sheet.lin, {sheet.rice.pk: 4})
    with pytest.raises(DomainError):
        operations.key_in_count(line=sheet.line, counted=3, by=sheet.staff)
    operations.key_in_count(line=sheet.line, counted=4, by=sheet.staff)
    right()


def test_a_closed_sheet_takes_no_number(sheet):
    for _time in range(2):
        operations.close_sheet(sheet=sheet.sheet, by=sheet.staff)
    with pytest.raises(DomainError):
        operations.key_in_count(line=sheet.line, counted=9, by=sheet.staff)
    with pytest.raises(DomainError):
        operations.make_sheet(community=sheet.neighbour, by=sheet.staff)


def test_from_sheet_to_numbers_in_the_browser(counter, signed_in):
    client = signed_in(counter.staff)
    address = client.post("/desk/shop/counts/", {"community": counter.community.pk}).headers["Location"]
    rice = SheetLine.objects.get(item=counter.rice)
    scissors = SheetLine.objects.get(item=counter.scissors)
    assert "大米" in client.get(f"{address}print/").content.decode()
    refused = client.post(address, {f"n{rice.pk}": "7", f"n{scissors.pk}": "1234567890123"})
    assert refused.status_code == 422
    assert 'value="1234567890123"' in refused.text  # its first figures alone would be a count
    assert held(counter.rice) == (7, 0)
    assert client.post(address, {f"n{scissors.pk}": "2"}).status_code == 302
    client.post(f"{address}close/")
    assert Sheet.objects.get().closed_at
    assert client.post("/desk/shop/counts/", {"community": counter.neighbour.pk}).status_code == 404
    assert signed_in(counter.neighbour_staff).get(address).status_code == 404
    assert signed_in(counter.east_worker).get(address).status_code == 403
    right()
