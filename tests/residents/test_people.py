from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Activity, Look
from config.errors import DomainError
from residents import operations
from residents.models import Change, NameGram, Resident

ID = "411399195803150028"


def add(town, **fields):
    fields = {
        "community": town.community,
        "unit": town.east_building,
        "name": "王秀英",
        "state": "together",
    } | fields
    return operations.add_resident(by=town.staff, **fields)


def test_a_new_resident_is_found_and_kept_in_normal_form(town):
    row = add(town, name=" 王 秀英 ", id_number="41139919580315002８", phone="154-0000-0099")
    row.refresh_from_db()
    assert (row.name, row.name_pinyin, row.name_initials) == ("王秀英", "wang xiu ying", "wxy")
    assert (row.sex, row.born_on, row.phone) == ("f", date(1958, 3, 15), "+8615400000099")
    assert row.path == town.east_building.path
    assert set(NameGram.objects.filter(resident=row).values_list("gram", flat=True)) == {
        "王",
        "秀",
        "英",
        "王秀",
        "秀英",
    }
    assert Activity.objects.filter(
        act="residents.add", object=f"residents.resident:{row.pk}", by=town.staff
    ).exists()


def test_numbers_lie_encrypted(town):
    from django.db import connection

    row = add(town, id_number=ID, phone="15400000099")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM residents_resident WHERE id = %s", [row.pk])
        stored = " ".join(cursor.fetchone())
    assert ID not in stored
    assert "15400000099" not in stored


@pytest.mark.parametrize("name", ["李䶮", "𬎆晓东", "阿依古丽·买买提", "Anna Smith", "赵" * 60])
def test_rare_and_long_names_are_kept(town, name):
    row = add(town, name=name)
    row.refresh_from_db()
    assert row.name == name


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "王😀"},
        {"name": "王" * 61},
        {"id_number": "411399194901010017"},
        {"id_number": ID, "sex": "m"},
        {"id_number": ID, "born_on": date(1958, 3, 16)},
        {"phone": "12345"},
        {"born_on": date(1, 1, 1)},
        {"born_on": date(9999, 12, 31)},
        {"moved_in_on": date(9999, 12, 31)},
        {"moved_in_on": date(1, 1, 1)},
        {"registered_address": "电话 15400000099"},
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(town, fields):
    with pytest.raises(DomainError) as refusal:
        add(town, **fields)
    assert len(str(refusal.value)) > 5


def test_a_unit_of_another_community_is_refused(town):
    with pytest.raises(DomainError):
        add(town, unit=town.neighbour)


def test_an_id_has_one_living_row_in_a_community(town):
    first = add(town, id_number=ID)
    with pytest.raises(DomainError) as refusal:
        add(town, name="另一人", unit=town.west_building, id_number=ID)
    assert first.name not in str(refusal.value)
    elsewhere = add(town, community=town.neighbour, unit=town.neighbour, id_number=ID)
    assert elsewhere.pk != first.pk
    operations.move_out(resident=first, left_on=timezone.localdate(), by=town.staff)
    assert add(town, id_number=ID).pk


def test_the_same_name_and_birth_is_shown_as_a_hint_in_sight_only(town):
    row = add(town, id_number=ID)
    assert list(operations.alike("王秀英", row.born_on, town.community, town.staff)) == [row]
    assert not operations.alike("王秀英", row.born_on, town.community, town.west_worker)
    assert not operations.alike("王秀英", None, town.community, town.staff)


def test_a_change_keeps_old_new_who_and_why(town):
    row = operations.change_resident(
        resident=town.lin, by=town.staff, why="身份证更名", version=1, name="林秀瑛", phone="15400000077"
    )
    kept = {
        change.field: (change.old, change.new, change.by, change.why)
        for change in Change.objects.filter(resident=row).exclude(field="state")
    }
    assert kept["name"] == ("林秀英", "林秀瑛", town.staff, "身份证更名")
    assert kept["phone"] == ("+8615400000021", "+8615400000077", town.staff, "身份证更名")
    assert Resident.objects.with_phone("+8615400000077").get() == row
    assert NameGram.objects.filter(resident=row, gram="瑛").exists()
    assert not NameGram.objects.filter(resident=row, gram="英").exists()


def test_saving_the_same_again_changes_nothing(town):
    before = Change.objects.count()
    row = operations.change_resident(resident=town.lin, by=town.staff, why="核对", name="林秀英")
    assert row.version == 1
    assert Change.objects.count() == before


def test_a_stale_form_is_refused_and_loses_nothing(town):
    operations.change_resident(resident=town.lin, by=town.staff, why="核对", version=1, nation="汉族")
    with pytest.raises(operations.StaleError):
        operations.change_resident(resident=town.lin, by=town.staff, why="核对", version=1, nation="回族")
    town.lin.refresh_from_db()
    assert town.lin.nation == "汉族"


@pytest.mark.parametrize("why", ["", "  ", "身份证 411399195803150028"])
def test_a_change_needs_a_reason_without_numbers(town, why):
    with pytest.raises(DomainError):
        operations.change_resident(resident=town.lin, by=town.staff, why=why, nation="汉族")


def test_no_longer_a_member_means_no_longer_of_a_branch(town):
    row = operations.change_resident(
        resident=town.wang, by=town.staff, why="组织关系转出", is_party_member=False
    )
    row.refresh_from_db()
    assert row.party_branch is None
    with pytest.raises(DomainError):
        operations.change_resident(resident=town.lin, by=town.staff, why="转入", party_branch=town.branch)


def test_who_died_or_left_can_no_longer_act_and_is_no_longer_found(town):
    operations.set_tag(resident=town.lin, tag="alone", by=town.staff)
    row = operations.died(resident=town.lin, left_on=timezone.localdate(), by=town.staff)
    assert not Resident.objects.of(town.lin_user).exists()
    assert not NameGram.objects.filter(resident=row).exists()
    assert not row.tags.current().exists()
    again = operations.died(resident=row, left_on=timezone.localdate(), by=town.staff)
    assert again.left_why == "died"
    with pytest.raises(DomainError, match="此人已登记为“去世”。"):
        operations.move_out(resident=row, left_on=timezone.localdate(), by=town.staff)
    with pytest.raises(DomainError):
        operations.change_resident(resident=row, by=town.staff, why="更正", nation="汉族")


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31), date(1940, 1, 1)])
def test_an_impossible_last_day_is_refused(town, day):
    with pytest.raises(DomainError):
        operations.died(resident=town.lin, left_on=day, by=town.staff)


def test_tags_are_set_once_and_ended_with_a_date(town):
    since = timezone.localdate() - timedelta(days=30)
    tag = operations.set_tag(resident=town.lin, tag="minimum", since=since, evidence="低保证", by=town.staff)
    assert operations.set_tag(resident=town.lin, tag="minimum", by=town.east_worker) == tag
    operations.end_tag(tag=tag, by=town.staff)
    tag.refresh_from_db()
    assert (tag.until, tag.ended_by) == (timezone.localdate(), town.staff)
    assert operations.set_tag(resident=town.lin, tag="minimum", by=town.staff) != tag


@pytest.mark.parametrize(
    "fields",
    [{"tag": "drugs"}, {"tag": "alone", "since": date(1, 1, 1)}, {"tag": "alone", "since": date(9999, 1, 1)},
     {"tag": "alone", "evidence": "15400000021"}],
)  # fmt: skip
def test_a_wrong_tag_is_refused(town, fields):
    with pytest.raises(DomainError):
        operations.set_tag(resident=town.lin, by=town.staff, **fields)


def test_to_see_a_number_leaves_a_line_with_the_purpose(town):
    assert (
        operations.reveal(resident=town.lin, field="phone", purpose="上门走访", by=town.staff)
        == "154 0000 0021"
    )
    line = Look.objects.get()
    assert (line.by, line.subject, line.field, line.purpose) == (
        town.staff,
        f"residents.resident:{town.lin.pk}",
        "phone",
        "上门走访",
    )


@pytest.mark.parametrize(
    ("field", "purpose"), [("phone", " "), ("name", "好奇"), ("id_number", "核对 15400000021")]
)
def test_nothing_is_shown_without_a_purpose(town, field, purpose):
    with pytest.raises(DomainError):
        operations.reveal(resident=town.lin, field=field, purpose=purpose, by=town.staff)
    assert not Look.objects.exists()


def test_pieces_are_rebuilt_for_many(town):
    NameGram.objects.all().delete()
    made = operations.rebuild_grams(Resident.objects.all(), size=2)
    assert made == NameGram.objects.count() == 15
    assert operations.rebuild_grams(Resident.objects.all(), size=2) == 15
    assert NameGram.objects.count() == 15
