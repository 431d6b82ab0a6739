import pytest

from residents.addresses import Address, normal_door, parse


@pytest.mark.parametrize(
    ("typed", "building", "staircase", "number"),
    [
        ("3栋2单元501室", "3", "2", "501"),
        ("3幢2单元501", "3", "2", "501"),
        ("3号楼2单元501", "3", "2", "501"),
        ("3-2-501", "3", "2", "501"),
        ("3－2－501", "3", "2", "501"),
        ("３-２-５０１", "3", "2", "501"),
        ("3 - 2 - 501", "3", "2", "501"),
        ("12-1504", "12", "", "1504"),
        ("A座1203", "A", "", "1203"),
        ("a座1203室", "A", "", "1203"),
        ("3栋501", "3", "", "501"),
        ("3栋2单元5层501", "3", "2", "501"),
        ("03-02-0501", "3", "2", "0501"),
        ("3栋", "3", "", ""),
        ("B2栋1单元101", "B2", "1", "101"),
        ("3-2-501A", "3", "2", "501A"),
    ],
)
def test_addresses_are_read(typed, building, staircase, number):
    assert parse(typed) == Address(building, staircase, number)


def test_the_compound_may_stand_before():
    assert parse("东苑3栋2单元501") == Address("3", "2", "501", "东苑")
    assert parse("幸福小区 12-1504") == Address("12", "", "1504", "幸福小区")


@pytest.mark.parametrize(
    "typed", ["", "王秀英", "wxw", "15412345678", "-", "3", "单元", "3-", "9" * 1000, "3-2-501-7-7"]
)
def test_what_is_no_address_is_none(typed):
    assert parse(typed) is None


def test_a_building_goes_by_several_names():
    assert {"3幢", "3栋", "3号楼", "3"} <= set(Address("3").building_names())


@pytest.mark.parametrize(
    ("typed", "kept"), [("2单元", "2"), (" 501室 ", "501"), ("无", ""), ("１２０３", "1203"), ("a", "A")]
)
def test_doors_have_one_form(typed, kept):
    assert normal_door(typed) == kept
