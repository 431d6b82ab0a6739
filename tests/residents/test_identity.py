from contextlib import suppress
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from residents import identity

TODAY = date(2026, 11, 21)

GOOD = [
    ("11010519491231002X", "f", date(1949, 12, 31)),
    ("411399194901010016", "m", date(1949, 1, 1)),
    ("411399195803150028", "f", date(1958, 3, 15)),
    ("41139919631009013X", "m", date(1963, 10, 9)),
    ("41139919660606001X", "m", date(1966, 6, 6)),
    ("41139920000229237X", "m", date(2000, 2, 29)),
    ("411399200802290014", "m", date(2008, 2, 29)),
    ("411399201211210021", "f", date(2012, 11, 21)),
    ("411399201211220043", "f", date(2012, 11, 22)),
    ("411399196611210131", "m", date(1966, 11, 21)),
    ("411399201309050652", "m", date(2013, 9, 5)),
    ("421399196310090131", "m", date(1963, 10, 9)),
    ("430199194901010018", "m", date(1949, 1, 1)),
    ("410199195803150026", "f", date(1958, 3, 15)),
    ("810000199408230021", "f", date(1994, 8, 23)),
    ("820000195606110032", "m", date(1956, 6, 11)),
    ("830000199201300022", "f", date(1992, 1, 30)),
]
BAD = [
    ("440524188001010014", "age"),
    ("411399197802290044", "date"),
    ("411399194901010017", "check"),
    ("411399203001010011", "date"),
    ("41139919490101001", "form"),
    ("4113991949010100161", "form"),
    ("4113991949O1010016", "form"),
    ("", "form"),
    ("X" * 18, "form"),
    ("4" * 100_000, "form"),
]


@pytest.mark.parametrize(("number", "sex", "born"), GOOD)
def test_good_numbers_tell_sex_and_birth(number, sex, born):
    assert identity.clean_document("id", number, TODAY) == number
    assert identity.sex(number) == sex
    assert identity.birth_date(number) == born


@pytest.mark.parametrize(("number", "code"), BAD)
def test_bad_numbers_say_why(number, code):
    with pytest.raises(ValidationError) as refusal:
        identity.clean_document("id", number, TODAY)
    assert refusal.value.code == code


def test_a_number_of_no_province_is_refused():
    first17 = "99139919490101001"
    with pytest.raises(ValidationError) as refusal:
        identity.clean_document("foreign", first17 + identity.check_digit(first17), TODAY)
    assert refusal.value.code == "province"


@pytest.mark.parametrize(
    ("old", "new"),
    [("411399490101001", "411399194901010016"), ("110105491231002", "11010519491231002X")],
)
def test_fifteen_digits_become_eighteen(old, new):
    assert identity.clean_document("id", old, TODAY) == new


def test_the_last_numbers_of_a_day_were_for_centenarians():
    assert identity.from_15("411399900101999")[6:10] == "1890"


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105-19491231-002x",
    ],
)
def test_small_x_full_width_and_blanks_are_accepted(typed):
    assert identity.clean_document("id", typed, TODAY) == "11010519491231002X"


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("hk_macao", "H12345678"),
        ("hk_macao", "m1234567801"),
        ("hk_macao", "810000199408230021"),
        ("taiwan", "12345678"),
        ("taiwan", "830000199201300022"),
        ("passport", "E12345678"),
        ("passport", "EA1234567"),
        ("foreign", "911840198805010019"),
    ],
)
def test_other_documents(kind, number):
    assert identity.clean_document(kind, number, TODAY) == number.upper()


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("hk_macao", "X12345678"),
        ("taiwan", "1234567"),
        ("passport", "123456789"),
        ("foreign", "411399194901010016"),
        ("id", "911840198805010019"),
        ("id", "E12345678"),
    ],
)
def test_a_number_of_another_kind_is_refused(kind, number):
    with pytest.raises(ValidationError):
        identity.clean_document(kind, number, TODAY)


@given(st.text(max_size=40))
def test_whatever_is_typed_gets_an_answer_and_never_an_error(typed):
    for kind in ("id", "hk_macao", "taiwan", "passport", "foreign"):
        with suppress(ValidationError):
            assert identity.clean_document(kind, typed, TODAY)
    for mask in (identity.mask_id, identity.mask_name, identity.mask_phone, identity.mask_address):
        assert isinstance(mask(typed), str)
    assert identity.holds_a_number(typed) in {True, False}


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2012, 11, 21), TODAY, 14),
        (date(2012, 11, 22), TODAY, 13),
        (date(1966, 11, 21), TODAY, 60),
        (date(2013, 9, 5), date(2026, 9, 4), 12),
        (date(2013, 9, 5), date(2026, 9, 5), 13),
        (date(2013, 9, 5), date(2027, 9, 5), 14),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(1, 1, 1), date(9999, 12, 31), 9998),
    ],
)
def test_age(born, on, years):
    assert identity.age(born, on) == years


@pytest.mark.parametrize(
    "typed",
    ["15412345678", "+86 154 1234 5678", "0086-154-1234-5678", "８６１５４１２３４５６７８", "154-1234-5678"],
)
def test_mobile_numbers_have_one_normal_form(typed):
    assert identity.clean_phone(typed) == "+8615412345678"


@pytest.mark.parametrize(
    ("typed", "normal"),
    [("0377-63112345", "0377-63112345"), ("037763112345", "0377-63112345"), ("010-62345678-801", "010-62345678-801"),
     ("(0722)3123456", "0722-3123456"), ("01062345678", "010-62345678")],
)  # fmt: skip
def test_landlines(typed, normal):
    assert identity.clean_phone(typed) == normal


@pytest.mark.parametrize(
    "typed",
    ["12412345678", "1541234567", "154123456789", "110", "0377-13112345", "abc", "", "+1 212 555 0100"],
)
def test_other_numbers_are_no_phone(typed):
    with pytest.raises(ValidationError):
        identity.clean_phone(typed)


def test_masks():
    assert identity.mask_id("411399194901010016") == "411***********0016"
    assert identity.mask_id("H12345678") == "H1*****78"
    assert identity.mask_phone("+8615412345678") == "154****5678"
    assert identity.mask_phone("0377-63112678") == "0377-*****678"
    assert identity.mask_address("幸福小区3栋2单元501室") == "幸福小区3栋***"
    assert identity.mask_address("幸福小区12号楼501") == "幸福小区12号楼***"
    assert identity.mask_address("仲景路88号") == "仲景路***"


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王强", "王*"), ("王小强", "王*强"), ("欧阳修", "欧阳*"), ("欧阳建国", "欧阳**"), ("阿依古丽·买买提", "阿***·买买提"),
     ("王", "*"), ("欧阳", "欧*"), ("䶮𬎆李", "䶮*李"), ("", "*")],
)  # fmt: skip
def test_masked_names(name, masked):
    assert identity.mask_name(name) == masked


@pytest.mark.parametrize("dot", "\u2022\u30fb\uff0e\u2027\u00b7")
def test_every_dot_becomes_one(dot):
    assert identity.clean_name(f"阿依古丽{dot}买买提") == "阿依古丽·买买提"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("王\u200b强", "王强"), ("\u202e王强\u202c", "王强"), (" 王　强 ", "王强"), ("李䶮", "李䶮"), ("𬎆晓东", "𬎆晓东"),
     ("Anna  Smith", "Anna Smith"), ("阿依古丽 · 买买提", "阿依古丽·买买提"), ("王\ufe0f强", "王强")],
)  # fmt: skip
def test_names_are_tidied(typed, kept):
    assert identity.clean_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "  ", "\u200b", "王😀", "王强1", "<b>王</b>", "王" * 61, "·", "王\x00强", "\ud83d"]
)
def test_what_is_no_name_is_refused(typed):
    with pytest.raises(ValidationError):
        identity.clean_name(typed)


@pytest.mark.parametrize(
    "text",
    [
        "他的身份证是411399194901010016。",
        "电话15412345678",
        "打 154 1234 5678",
        "+8615412345678",
        "11010519491231002x",
        "１５４１２３４５６７８",
    ],
)
def test_free_text_with_a_number_is_found(text):
    with pytest.raises(ValidationError):
        identity.refuse_numbers(text)


@pytest.mark.parametrize(
    "text", ["低保证 2026-03-15 发", "编号 20261121001", "0377-63112345", "每月 580 元", "4113020040990011"]
)
def test_other_numbers_may_stand_in_free_text(text):
    assert not identity.holds_a_number(text)
