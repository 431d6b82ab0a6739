"""Rankings: closed times only, frozen, masked, and only who agreed."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from config import triggers
from points import books, operations
from points.models import Member, Transfer
from points.operations.scheme import join, publish_terms, set_ranking
from reports.models import Ranking
from reports.periods import month_before, month_of
from reports.ranking import make_rankings, shown, spans_of
from tests.points.conftest import give_points
from tests.town import resident


def award(t, who, key, rule=None):
    one = operations.Award(who.pk, (rule or t.open).pk, t.today, key)
    operations.award([one], community=t.community, by=t.staff)


@pytest.fixture
def past(town):
    """Last month 王 earned ten points, 林 and 陈 five each, 周 five without agreeing to stand anywhere."""
    t = give_points(town)
    t.month = month_before(month_of(t.today))
    t.chen = resident("陈大文", t.east_building, t.community, sex="m")
    t.zhou = resident("周小华", t.east_building, t.community, sex="f")
    t.terms = publish_terms(community=t.community, text="自愿参加。", since=t.month, by=None)
    t.members = {
        who.pk: join(resident=who, terms=t.terms, by=t.staff, in_ranking=who is not t.zhou)
        for who in (t.wang, t.lin, t.chen, t.zhou)
    }
    for number, who in enumerate((t.wang, t.wang, t.lin, t.chen, t.zhou)):
        award(t, who, f"claim:{number}")
    with triggers.lifted(connection):
        start = books.bounds(t.month)[0]
        Transfer.objects.update(posted_at=start + timedelta(days=2), value_date=t.month)
    award(t, t.chen, "later")  # of this month
    books.seal_days()
    make_rankings(t.community)
    t.ranking = Ranking.objects.get(span="month", first=t.month)
    return t


def rows(ranking, compound=None):
    return [(row.rank, row.resident.name, row.points) for row in shown(ranking, compound)]


def test_who_has_the_same_has_the_same_place(past):
    assert rows(past.ranking) == [(1, "王建国", 10), (2, "林秀英", 5), (2, "陈大文", 5)]
    assert rows(past.ranking, past.east_compound) == [(1, "林秀英", 5), (1, "陈大文", 5)]


def test_made_once_and_never_changed(past):
    assert make_rankings(past.community) == []
    with pytest.raises(DatabaseError), transaction.atomic():
        past.ranking.rows.update(points=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        past.ranking.rows.all().delete()
    assert past.ranking.rows.count() == 3


def test_who_takes_the_consent_back_is_shown_no_longer(past):
    set_ranking(member=Member.objects.get(resident=past.lin), in_ranking=False, by=past.lin_user)
    assert rows(past.ranking) == [(1, "王建国", 10), (2, "陈大文", 5)]


def test_a_running_month_has_no_ranking(past):
    assert not Ranking.objects.filter(first__gt=past.month, span="month").exists()
    assert {span for span, _first, _last in spans_of(past.month)} == {"month", "quarter", "year"}


@pytest.mark.parametrize(
    ("day", "quarter"),
    [(date(2026, 1, 31), (date(2026, 1, 1), date(2026, 3, 31))), (date(2026, 12, 1), (date(2026, 10, 1), date(2026, 12, 31)))],
)  # fmt: skip
def test_spans(day, quarter):
    spans = {span: (first, last) for span, first, last in spans_of(day)}
    assert spans["quarter"] == quarter
    assert spans["year"] == (date(2026, 1, 1), date(2026, 12, 31))


def test_everybody_reads_masked_names_only(past, client):
    text = client.get("/wenfeng/points/ranking/").text
    for word in ("王*国", "林*英", "陈*文", "东苑"):
        assert word in text, word
    for word in ("王建国", "林秀英", "周小华", "周*华"):
        assert word not in text, word
    narrowed = client.get(
        f"/wenfeng/points/ranking/?time={past.ranking.slug}&compound={past.east_compound.pk}"
    ).text
    assert "王*国" not in narrowed
    assert "林*英" in narrowed
    for odd in ("?time=x", "?compound=x", "?compound=999999", f"?compound={past.community.pk}"):
        assert client.get("/wenfeng/points/ranking/" + odd).status_code == 404, odd


def test_thanks_are_printed_by_staff_of_the_community(past, signed_in):
    text = signed_in(past.staff).get("/desk/points/thanks/wenfeng/?top=3").text
    assert text.count("感谢状</h1>") == 3
    assert "王建国" in text
    assert signed_in(past.neighbour_staff).get("/desk/points/thanks/wenfeng/").status_code == 404
    assert signed_in(past.lin_user).get("/desk/points/thanks/wenfeng/").status_code == 403


def test_without_terms_there_is_no_ranking(town, client):
    assert make_rankings(town.community) == []
    assert "第一份排行" in client.get("/wenfeng/points/ranking/").text
