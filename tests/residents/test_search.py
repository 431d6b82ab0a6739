import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from config.crypto import tails
from residents import operations, search
from residents.models import Resident
from residents.search import Search
from tests.town import appoint, person, resident


@pytest.fixture(params=["few", "many"])
def crowd(request, town, home, monkeypatch):
    """Both ways of searching have to find the same."""
    if request.param == "many":
        monkeypatch.setattr(search, "FEW", 0)
    names = [
        "王秀英",
        "王雪薇",
        "汪小文",
        "欧阳修",
        "阿依古丽·买买提",
        "李䶮",
        "单雄信",
        "Anna Smith",
        "王晓东",
        "西安",
    ]
    people = {name: resident(name, town.east_building, town.community) for name in names}
    people["王秀芳"] = resident("王秀芳", town.west_building, town.community)
    people["王秀英2"] = resident("王秀英", town.neighbour, town.neighbour)
    return people


def found(user, text, **more):
    return [row.name for row in Search(user, text, **more).page()[0]]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("王", ["王建国", "王晓东", "王秀芳", "王秀英", "王雪薇"]),
        ("王秀", ["王秀芳", "王秀英"]),
        ("秀英", ["林秀英", "王秀英"]),
        ("王秀英", ["王秀英"]),
        ("欧阳", ["欧阳修"]),
        ("䶮", ["李䶮"]),
        ("阿依古丽·买买提", ["阿依古丽·买买提"]),
        ("阿依古丽买买提", ["阿依古丽·买买提"]),
        ("wangxiuying", ["王秀英"]),
        ("wang xiu ying", ["王秀英"]),
        ("xiuying", ["林秀英", "王秀英"]),
        ("xiu yi", ["林秀英", "王秀英"]),
        ("xiu", ["欧阳修"]),
        ("xuewei", ["王雪薇"]),
        ("Wáng Xiùyīng", ["王秀英"]),
        ("wangxiu", ["王秀芳", "王秀英"]),
        ("wxw", ["汪小文", "王雪薇"]),
        ("wxy", ["王秀英"]),
        ("shanxiongxin", ["单雄信"]),
        ("xian", ["西安"]),
        ("anna smith", ["Anna Smith"]),
        ("xyz123", []),
        ("%", []),
        ("_", []),
        ("😀", []),
        ("王" * 5000, []),
        ("a" * 5000, []),
    ],
)
def test_people_are_found_in_the_order_of_their_pinyin(town, crowd, typed, names):
    assert found(town.staff, typed) == names


def test_a_mark_nobody_can_type_is_no_word(town, crowd):
    assert found(town.staff, "\x00") == found(town.staff, "")


def test_the_list_without_a_word_is_everybody_in_order(town, crowd):
    names = found(town.staff, "")
    assert names[0] == "阿依古丽·买买提"
    assert len(names) == 14
    assert names.index("单雄信") < names.index("王建国") < names.index("西安")


def test_each_sees_their_own_grid(town, crowd):
    assert found(town.east_worker, "王秀") == ["王秀英"]
    assert found(town.west_worker, "王秀") == ["王秀芳"]
    assert found(town.neighbour_staff, "王秀") == ["王秀英"]
    assert found(town.branch_secretary, "王") == ["王建国"]
    assert found(town.head, "王") == found(town.operator, "王") == found(town.stranger, "王") == []


def test_a_post_in_two_places_sees_both(town, crowd):
    user = appoint(
        appoint(person("双格员", 60), "grid_worker", unit=town.east), "grid_worker", unit=town.neighbour
    )
    assert found(user, "王秀") == ["王秀英", "王秀英"]


def test_a_branch_and_a_grid_are_searched_together(town, crowd):
    user = appoint(
        appoint(person("支书兼格员", 61), "branch_secretary", organisation=town.branch),
        "grid_worker",
        unit=town.east,
    )
    assert found(user, "王") == ["王建国", "王晓东", "王秀英", "王雪薇"]


def test_pages_follow_each_other(town, crowd):
    whole = [row.pk for row in Search(town.staff, "").page()[0]]
    seen, after = [], None
    while True:
        rows, after = Search(town.staff, "").page(after=after, size=4)
        seen += [row.pk for row in rows]
        if after is None:
            break
    assert seen == whole
    assert Search(town.staff, "").page(after=10**15)[0]


@pytest.mark.parametrize("typed", ["411399201309050652", "４11399 20130905 0652"])
def test_whole_numbers_are_found_and_pieces_are_not(town, crowd, typed):
    assert found(town.staff, typed) == ["林小宝"]
    assert found(town.west_worker, typed) == []
    assert found(town.staff, "4113992013") == []


@pytest.mark.parametrize("typed", ["15400000021", "+86 154 0000 0021", "154-0000-0021"])
def test_phones_are_found_whole(town, crowd, typed):
    assert found(town.staff, typed) == ["林秀英"]
    assert found(town.neighbour_staff, typed) == []


@pytest.mark.parametrize(
    "typed", ["1-2-501", "1栋2单元501室", "1号楼2单元501", "东苑1幢2单元501", "1-501", "东苑 1-2-501"]
)
def test_addresses_are_found(town, crowd, typed):
    assert found(town.staff, typed) == ["林小宝", "林秀英"]


@pytest.mark.parametrize("typed", ["2-2-501", "西苑1幢2单元501", "1-3-501", "1-2-502", "A座1203"])
def test_other_addresses_find_nobody(town, crowd, typed):
    assert found(town.staff, typed) == []


def test_a_building_lists_its_people(town, crowd):
    assert "王秀英" in found(town.staff, "东苑1幢")
    assert "王秀芳" not in found(town.staff, "东苑1幢")


def test_the_last_four_digits_narrow_a_list(town, crowd):
    assert found(town.staff, "林 0652") == ["林小宝"]
    assert found(town.staff, "1-2-501 0021") == ["林秀英"]
    assert found(town.staff, "王 0652") == []


def test_the_last_four_digits_alone_find_people(town, crowd):
    assert found(town.staff, "0652") == ["林小宝"]
    assert found(town.staff, "0021") == ["林秀英"]
    assert found(town.east_worker, "0652", within=town.east) == ["林小宝"]
    assert found(town.west_worker, "0652") == []
    assert found(town.neighbour_staff, "0652") == []


def test_the_last_four_digits_follow_the_number(town, crowd):
    lin = Resident.objects.get(name="林秀英")
    operations.change_resident(
        resident=lin, by=town.staff, why="换号", version=lin.version, phone="15400004321"
    )
    assert found(town.staff, "4321") == ["林秀英"]
    assert found(town.staff, "0021") == []


def test_who_only_may_have_such_a_number_is_opened_and_left_out(town, crowd):
    Resident.objects.update(phone_tail=tails("7777")[0])
    assert found(town.staff, "7777") == []


def test_the_page_says_when_not_everybody_was_opened_for_the_last_four(town, crowd, signed_in, monkeypatch):
    Resident.objects.filter(name__startswith="王").update(phone_tail=tails("0652")[0])  # five
    monkeypatch.setattr(search, "MOST_OPENED", 5)
    client, sentence = signed_in(town.staff), "只核对了找到的前"
    assert sentence not in client.get("/desk/residents/?q=王 0652").text
    monkeypatch.setattr(search, "MOST_OPENED", 4)
    assert f"{sentence}4人" in client.get("/desk/residents/?q=王 0652").text
    assert f"{sentence}4人" in client.get("/admin/residents/resident/?q=王 0652").text


def test_a_unit_narrows_the_search(town, crowd):
    assert found(town.staff, "王秀", within=town.west) == ["王秀芳"]
    assert found(town.staff, "王秀", within=town.neighbour) == []
    assert (
        found(town.west_worker, "王秀", within=town.community)
        == found(town.west_worker, "王秀")
        == ["王秀芳"]
    )
    assert found(town.west_worker, "王秀", within=town.east) == []
    assert found(town.branch_secretary, "王", within=town.community) == ["王建国"]
    assert found(town.branch_secretary, "王", within=town.neighbour) == []


def test_who_left_is_not_found(town, crowd):
    from django.utils import timezone

    operations.move_out(resident=crowd["王秀英"], left_on=timezone.localdate(), by=town.staff)
    assert found(town.staff, "王秀英") == found(town.staff, "wangxiuying") == []


def test_a_list_costs_the_same_for_few_and_many(town, crowd):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            Search(town.staff, "王").page()
        return len(queries)

    town.staff.__dict__.pop("_grants", None)
    before = cost()
    for number in range(40):
        resident(f"王{'一二三四五六七八九十'[number % 10]}", town.east_building, town.community)
    assert cost() <= before <= 5


def test_a_tag_narrows_a_search(town, crowd):
    operations.set_tag(resident=crowd["王秀英"], tag="alone", by=town.staff)
    assert found(town.staff, "", tag="alone") == found(town.staff, "王", tag="alone") == ["王秀英"]
    assert found(town.staff, "汪", tag="alone") == found(town.west_worker, "", tag="alone") == []
    assert found(town.staff, "", tag="veteran") == []


@pytest.mark.parametrize("named", [0, 500])
def test_a_tag_and_a_condition_narrow_together_however_many_bear_it(town, crowd, monkeypatch, named):
    """By naming them, or by finding them again; also for who works in several places."""
    monkeypatch.setattr(search, "NAMED", named)
    appoint(town.west_worker, "grid_worker", unit=town.east_building)
    for name in ("王秀英", "王雪薇"):
        operations.set_tag(resident=crowd[name], tag="alone", by=town.staff)
    Resident.objects.filter(pk=crowd["王秀英"].pk).update(sex="m")
    for user in (town.staff, town.west_worker):
        assert found(user, "", tag="alone", only=Q(sex="m")) == ["王秀英"]
    assert found(town.west_worker, "", tag="veteran", only=Q(sex="m")) == []


def test_a_tag_goes_along_when_its_bearer_moves(town, crowd):
    resident = crowd["王雪薇"]
    operations.set_tag(resident=resident, tag="alone", by=town.staff)
    operations.change_resident(resident=resident, unit=town.west_building, why="迁居", by=town.staff)
    assert found(town.west_worker, "", tag="alone") == ["王雪薇"]
    assert found(town.east_worker, "", tag="alone") == []


def test_a_given_name_follows_a_change_of_name_and_of_reading(town, crowd):
    operations.change_resident(resident=crowd["单雄信"], name="单雄飞", why="更正", by=town.staff)
    assert found(town.staff, "xiongfei") == ["单雄飞"]
    operations.change_resident(
        resident=crowd["欧阳修"], name_pinyin="ou yang xiou", why="更正", by=town.staff
    )
    assert found(town.staff, "xiou") == ["欧阳修"]
