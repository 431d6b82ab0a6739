"""The scheme: joined and left of one's own will, terms in versions, points only for members."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from config.errors import DomainError
from notifications.models import InboxMessage
from points.models import Account, Member, Terms, Transfer
from points.operations import (
    Award,
    award,
    follow_merged_member,
    join,
    leave,
    members_on,
    preview,
    publish_terms,
    reserve,
    set_ranking,
)
from points.recount import check_ledger

from .conftest import give_home

TEXT = "自愿参加，随时可以退出。积分不是现金，不得转让。"


@pytest.fixture
def scheme(books):
    books.terms = publish_terms(community=books.community, text=TEXT, since=books.today, by=books.secretary)
    return books


def give(t, person, key, day=None, rule=None):
    one = Award(person.pk, (rule or t.open).pk, day or t.today, key)
    return award([one], community=t.community, by=t.staff)


def test_with_terms_only_members_earn_and_the_rest_is_reported(scheme):
    t = scheme
    join(resident=t.lin, terms=t.terms, by=t.lin_user)
    wanted = [Award(p.pk, t.open.pk, t.today, f"claim:{p.pk}") for p in (t.lin, t.wang)]
    assert [one.why for one in preview(wanted, community=t.community)] == ["", "not_member"]
    done = award(wanted, community=t.community, by=t.staff)
    assert list(done.written) == [f"claim:{t.lin.pk}"]
    assert done.left_out == {f"claim:{t.wang.pk}": "not_member"}


def test_before_the_terms_everybody_earned(scheme):
    before = scheme.today - timedelta(days=1)
    if before.year == scheme.today.year:
        assert give(scheme, scheme.wang, "claim:1", before).written
    assert members_on(before, [scheme.wang.pk], community=scheme.community) == {scheme.wang.pk}


def test_a_community_without_terms_is_as_ever(books):
    assert give(books, books.wang, "claim:1").written
    assert members_on(books.today, [books.wang.pk], community=books.community) == {books.wang.pk}


def test_one_is_a_member_from_the_day_of_joining_to_the_day_before_leaving(scheme):
    t = scheme
    member = join(resident=t.lin, terms=t.terms, by=t.lin_user)
    day = timedelta(days=1)
    Member.objects.filter(pk=member.pk).update(joined_at=member.joined_at - 3 * day)
    leave(resident=t.lin, by=t.lin_user)
    there = [bool(members_on(t.today + n * day, [t.lin.pk], community=t.community)) for n in (0, 1)]
    assert there == [False, False]
    assert give(t, t.lin, "claim:1").left_out == {"claim:1": "not_member"}
    assert leave(resident=t.lin, by=t.lin_user) is None
    assert join(resident=t.lin, terms=t.terms, by=t.lin_user).pk != member.pk
    assert give(t, t.lin, "claim:1").written


def test_new_terms_are_asked_for_again_when_the_old_consent_ends(scheme):
    t = scheme
    join(resident=t.lin, terms=t.terms, by=t.lin_user, in_ranking=True)
    since, until = t.today + timedelta(days=5), t.today + timedelta(days=20)
    newer = publish_terms(
        community=t.community, text=TEXT + "新", since=since, old_until=until, by=t.secretary
    )

    told = InboxMessage.objects.get(kind="terms")  # members, and nobody else
    assert (told.account, date_format(until) in told.text) == (t.lin_user, True)

    def counts(days):
        return bool(members_on(t.today + timedelta(days=days), [t.lin.pk], community=t.community))

    assert [counts(n) for n in (0, 5, 20, 21)] == [True, True, True, False]
    with pytest.raises(DomainError):
        join(resident=t.wang, terms=t.terms, by=t.wang_user)  # not the newest
    join(resident=t.lin, terms=newer, by=t.lin_user)
    assert [counts(n) for n in (0, 5, 21)] == [True, True, True]
    assert list(Member.objects.order_by("pk").values_list("left_why", flat=True)) == ["renewed", ""]


def test_leaving_keeps_or_gives_up_what_is_there(scheme):
    t = scheme
    for person, user in ((t.lin, t.lin_user), (t.wang, t.wang_user)):
        join(resident=person, terms=t.terms, by=user)
        give(t, person, f"claim:{person.pk}")
    reserve(account=Account.objects.get(resident=t.wang), amount=2, key="order:1", by=t.wang_user)
    leave(resident=t.lin, by=t.lin_user)
    leave(resident=t.wang, by=t.wang_user, give_up=True)
    held = dict(Account.objects.holders().values_list("resident", "posted"))
    assert held == {t.lin.pk: 5, t.wang.pk: 2}  # what waits at the counter stays
    assert Transfer.objects.get(kind="expire").amount == 3
    assert check_ledger().findings == []


def test_joining_twice_is_once_and_keeps_the_choice(scheme):
    t = scheme
    first = join(resident=t.lin, terms=t.terms, by=t.lin_user)
    again = join(resident=t.lin, terms=t.terms, by=t.lin_user, in_ranking=True)
    assert first == again
    assert Member.objects.get().in_ranking
    assert not set_ranking(member=again, in_ranking=False, by=t.lin_user).in_ranking


def test_the_household_is_credited_when_its_head_has_joined(scheme):
    t = give_home(scheme)
    join(resident=t.sister, terms=t.terms, by=t.staff, how="paper")
    assert give(t, t.sister, "claim:1", rule=t.clean).left_out == {"claim:1": "not_member"}
    join(resident=t.lin, terms=t.terms, by=t.lin_user)
    assert give(t, t.sister, "claim:1", rule=t.clean).written


def test_terms_that_do_not_follow_are_refused(scheme):
    t = scheme
    later, shared = t.today + timedelta(days=9), {"community": t.community, "text": TEXT, "by": t.secretary}
    for more in (
        {"since": t.today, "old_until": later}, {"since": later}, {"since": later, "old_until": t.today},
    ):  # fmt: skip
        with pytest.raises(DomainError):
            publish_terms(**shared, **more)
    with pytest.raises(DomainError):
        publish_terms(community=t.neighbour, text=TEXT, since=t.today - timedelta(days=1), by=t.secretary)
    with pytest.raises(DomainError):
        join(resident=t.zhao, terms=t.terms, by=None)


def test_a_merged_row_takes_its_consent_along(scheme):
    t = scheme
    join(resident=t.lin, terms=t.terms, by=t.lin_user)
    join(resident=t.wang, terms=t.terms, by=t.wang_user)
    follow_merged_member(source=t.wang, target=t.lin, by=t.staff)
    assert Member.objects.filter(resident=t.lin).count() == 2
    assert Member.objects.living().get().resident == t.lin


MINE = "/my/points/scheme/"


def test_the_terms_are_public_and_name_nobody(scheme, client):
    text = client.get("/wenfeng/points/terms/").text
    assert TEXT in text
    assert "/wenfeng/points/terms/" in client.get("/wenfeng/points/").text
    assert 'class="empty"' in client.get("/shunjing/points/terms/").text


def test_a_resident_joins_chooses_and_leaves(scheme, signed_in):
    t, client = scheme, signed_in(scheme.lin_user)
    assert "尚未加入" in client.get(MINE).text
    data = {"person": t.lin.pk, "terms": t.terms.pk}
    assert client.post(MINE, data).status_code == 422  # the tick
    assert not Member.objects.exists()
    for _click in "12":
        assert client.post(MINE, data | {"agree": "on", "in_ranking": "on"}).status_code == 302
    assert (Member.objects.get().in_ranking, Member.objects.get().how) == (True, "self")
    away = reverse("points:leave", args=[t.lin.pk])
    assert "自今天起不再计分" in client.get(away).text
    assert client.post(away, {"points": "sell"}).status_code == 422
    assert client.post(away, {"points": "keep"}).status_code == 302
    assert Member.objects.get().left_why == "left"
    assert client.post(away, {"points": "keep"}).status_code == 404


def test_agreeing_anew_says_that_one_stays(scheme, signed_in):
    t = scheme
    join(resident=t.lin, terms=t.terms, by=t.lin_user)
    since = t.today + timedelta(days=1)
    new = publish_terms(community=t.community, text=TEXT, since=since, old_until=since, by=t.secretary)
    data = {"person": t.lin.pk, "terms": new.pk, "agree": "on"}
    text = signed_in(t.lin_user).post(MINE, data, follow=True).text
    assert "您继续参加" in text
    assert "开始计分" not in text
    assert "同意章程（版本 2）" in text


@pytest.mark.parametrize(
    "wrong", [{"person": "0"}, {"person": "x"}, {"person": "wang"}, {"terms": "0"}, {"terms": "9" * 30}]
)
def test_nobody_joins_for_somebody_else_or_by_odd_words(scheme, signed_in, wrong):
    t = scheme
    wrong = {"person": t.wang.pk} if wrong.get("person") == "wang" else wrong
    data = {"person": t.lin.pk, "terms": t.terms.pk, "agree": "on"} | wrong
    assert signed_in(t.lin_user).post(MINE, data).status_code in (404, 422)
    assert not Member.objects.exists()
    assert signed_in(t.lin_user).get(reverse("points:leave", args=[t.wang.pk])).status_code == 404


def test_staff_enter_a_paper_and_who_leaves_at_the_counter(scheme, signed_in):
    t, client = scheme, signed_in(scheme.staff)
    add = reverse("admin:points_member_add")
    assert client.post(add, {"resident": t.wang.pk}).status_code == 422
    assert client.post(add, {"resident": t.zhao.pk, "signed": "on"}).status_code == 422
    assert client.post(add, {"resident": t.wang.pk, "signed": "on"}).status_code == 302
    member = Member.objects.get()
    assert (member.how, member.by, member.terms) == ("paper", t.staff, t.terms)
    page = reverse("admin:points_member_change", args=[member.pk])
    assert reverse("admin:points_member_leave", args=[member.pk]) in client.get(page).text
    assert "王建国" in client.get(reverse("admin:points_member_changelist")).text
    assert (
        client.post(reverse("admin:points_member_leave", args=[member.pk]), {"points": "keep"}).status_code
        == 302
    )
    assert Member.objects.get().left_by == t.staff
    assert signed_in(t.neighbour_staff).get(page).status_code == 404


def test_the_secretary_publishes_terms(books, signed_in):
    add, data = reverse("admin:points_terms_add"), {"community": books.community.pk, "text": TEXT}
    client = signed_in(books.secretary)
    assert client.post(add, data | {"since": books.today - timedelta(days=1)}).status_code == 422
    assert client.post(add, data | {"since": books.today}).status_code == 302
    assert client.post(add, data | {"since": books.today + timedelta(days=1)}).status_code == 422
    terms = Terms.objects.get()
    assert (terms.number, terms.made_by) == (1, books.secretary)
    assert client.get(reverse("admin:points_terms_change", args=[terms.pk])).status_code == 200
    assert signed_in(books.staff).post(add, data | {"since": books.today}).status_code == 403
