from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from community.models import Notice, Profile
from config.errors import DomainError
from notifications.models import InboxMessage
from reports import operations
from reports.models import Report
from reports.periods import Period, month_before, with_cutoff

OCTOBER = date(2026, 10, 1)
NOVEMBER_3 = time_machine.travel("2026-11-03T02:00:00Z", tick=False)


@pytest.fixture
def draft(town):
    with NOVEMBER_3:
        yield operations.start(unit=town.community, organisation=None, month=OCTOBER, by=town.staff)


def sealed(report, town):
    operations.submit(report=report, by=town.staff)
    return operations.seal(report=report, by=town.secretary)


def test_beginning_twice_gives_the_same_report(town, draft):
    assert (
        operations.start(unit=town.community, organisation=None, month=date(2026, 10, 31), by=town.secretary)
        == draft
    )


def test_a_month_to_come_is_refused(town, draft):
    with pytest.raises(DomainError):
        operations.start(unit=town.community, organisation=None, month=date(2026, 12, 1), by=town.staff)


def test_a_month_that_still_runs_is_not_submitted(town, draft):
    november = operations.start(
        unit=town.community, organisation=None, month=date(2026, 11, 1), by=town.staff
    )
    with pytest.raises(DomainError):
        operations.submit(report=november, by=town.staff)


def test_the_second_of_two_writers_loses_nothing_and_overwrites_nothing(town, draft):
    operations.write(report=draft, words={"party": "first"}, version=0, by=town.staff)
    with pytest.raises(DomainError):
        operations.write(report=draft, words={"party": "second"}, version=0, by=town.secretary)
    draft.refresh_from_db()
    assert draft.sections["party"] == "first"


def test_every_step_that_is_not_declared_is_refused(town, draft):
    acts = {
        "submit": operations.submit,
        "seal": operations.seal,
        "send_back": lambda **k: operations.send_back(remark="x", **k),
    }
    for state in Report.State.values[:2]:
        Report.objects.filter(pk=draft.pk).update(state=state)
        for act, operation in acts.items():
            if (state, act) not in operations.STEPS:
                with pytest.raises(DomainError):
                    operation(report=draft, by=town.secretary)
    assert Report.objects.get(pk=draft.pk).state == "submitted"


def test_staff_may_write_but_not_seal(town, draft):
    operations.submit(report=draft, by=town.staff)
    with pytest.raises(PermissionDenied):
        operations.seal(report=draft, by=town.staff)


def test_a_sealed_report_keeps_its_figures_when_records_change(town, draft, signed_in):
    report = sealed(draft, town)
    kept = report.frozen["figures"]["notices"]["now"]
    Notice.objects.create(
        unit=town.community,
        title="晚到",
        body="x",
        publish_from="2026-10-09T00:00Z",
        written_by=town.staff,
        published_at="2026-10-09T00:00Z",
        published_by=town.secretary,
    )
    assert operations.shown(Report.objects.get(pk=report.pk))["figures"]["notices"]["now"] == kept
    assert operations.live(report)["figures"]["notices"]["now"] == kept + 1
    page = signed_in(town.secretary).get(report.get_absolute_url())
    assert page.context["moved"] is True


def test_the_database_refuses_to_change_a_sealed_report(town, draft):
    report = sealed(draft, town)
    for change in (lambda rows: rows.update(sections={}), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(Report.objects.filter(pk=report.pk))
    assert Report.objects.get(pk=report.pk).state == "sealed"


def test_the_secretary_opens_writes_and_prints_a_month(town, signed_in):
    client = signed_in(town.secretary)
    with NOVEMBER_3:
        answer = client.post(
            "/reports/start/", {"body": f"unit:{town.community.pk}", "month": "2026-10"}, follow=True
        )
        report = Report.objects.get()
        address = report.get_absolute_url()
        assert address in answer.redirect_chain[-1][0]
        client.post(f"{address}write/", {"version": 0, "bright": "合唱队获奖。"})
        paper = client.get(f"{address}print/").content.decode()
        assert "合唱队获奖。" in paper
        assert "东城街道" in paper
        assert client.get(f"{address}figures/population/").status_code == 200
        assert client.get(f"{address}figures/turnout/").status_code == 404


def test_a_stale_form_shows_both_texts(town, draft, signed_in):
    client = signed_in(town.secretary)
    operations.write(report=draft, words={"party": "他们写的"}, version=0, by=town.staff)
    answer = client.post(f"{draft.get_absolute_url()}write/", {"version": 0, "party": "我写的"})
    assert answer.status_code == 422
    assert "他们写的" in answer.content.decode()
    assert "我写的" in answer.content.decode()
    again = client.post(f"{draft.get_absolute_url()}write/", {"version": 1, "party": "我写的"})
    assert again.status_code == 302


def test_the_next_community_finds_no_report(town, draft, signed_in):
    client = signed_in(town.neighbour_secretary)
    for address in ("", "write/", "print/", "figures/population/"):
        assert client.get(f"{draft.get_absolute_url()}{address}").status_code == 404
    for act in ("submit/", "seal/", "send-back/"):
        assert client.post(f"{draft.get_absolute_url()}{act}", {"remark": "x"}).status_code == 404
    assert client.get("/reports/").status_code == 200
    stranger = signed_in(town.east_worker)
    assert stranger.get("/reports/").status_code == 403
    assert stranger.get(draft.get_absolute_url()).status_code == 404


def test_nobody_starts_a_report_of_another_community(town, signed_in):
    answer = signed_in(town.neighbour_secretary).post(
        "/reports/start/", {"body": f"unit:{town.community.pk}", "month": "2026-10"}
    )
    assert answer.status_code == 422
    assert not Report.objects.exists()


def test_the_street_reads_and_does_not_write(town, draft, signed_in):
    client = signed_in(town.officer)
    assert client.get(draft.get_absolute_url()).status_code == 200
    assert client.get(f"{draft.get_absolute_url()}write/").status_code == 403


def test_a_branch_secretary_reports_for_the_branch_only(town, signed_in, draft):
    client = signed_in(town.branch_secretary)
    assert client.get(draft.get_absolute_url()).status_code == 404
    client.post("/reports/start/", {"body": f"organisation:{town.branch.pk}", "month": "2026-10"})
    mine = Report.objects.get(organisation=town.branch)
    assert client.get(mine.get_absolute_url()).status_code == 200
    assert "党支部" in client.get(f"{mine.get_absolute_url()}print/").content.decode()


@pytest.fixture
def handed_in(town):
    with NOVEMBER_3:
        report = operations.start(
            unit=town.community, organisation=town.branch, month=OCTOBER, by=town.branch_secretary
        )
        yield operations.submit(report=report, by=town.branch_secretary)


def test_a_branch_signs_its_own_report(town, signed_in, handed_in):
    """The community's secretary reads it and may send it back: the signature is the branch's."""
    address = handed_in.get_absolute_url()
    page = signed_in(town.secretary).get(address).text
    assert f"{address}seal/" not in page
    assert f"{address}send-back/" in page
    with pytest.raises(DomainError):
        operations.seal(report=handed_in, by=town.secretary)
    assert f"{address}seal/" in signed_in(town.branch_secretary).get(address).text
    assert operations.seal(report=handed_in, by=town.branch_secretary).state == "sealed"


def test_of_a_branch_without_a_secretary_the_community_signs(town, handed_in):
    town.branch.posts.update(ended_on=date(2026, 10, 31))
    assert operations.seal(report=handed_in, by=town.secretary).state == "sealed"


def wish(town, day):
    Profile.objects.filter(unit=town.community).update(report_cutoff=day)


def bounds(report):
    period = Report.objects.get(pk=report.pk).period
    return period.first_day, period.last_day


def test_a_new_cut_off_day_counts_from_the_month_that_runs(town, draft):
    wish(town, 25)
    with NOVEMBER_3:
        november = operations.start(
            unit=town.community, organisation=None, month=date(2026, 11, 1), by=town.staff
        )
        assert bounds(november) == (date(2026, 11, 1), date(2026, 11, 25))
        assert bounds(draft) == (date(2026, 10, 1), date(2026, 10, 31))


def test_a_sealed_month_keeps_its_bounds(town, draft):
    with time_machine.travel("2026-11-28T02:00:00Z", tick=False):
        wish(town, 25)
        november = operations.start(
            unit=town.community, organisation=None, month=date(2026, 11, 1), by=town.staff
        )
        sealed(november, town)
        wish(town, None)
    with time_machine.travel("2026-12-02T02:00:00Z", tick=False):
        december = operations.start(
            unit=town.community, organisation=None, month=date(2026, 12, 1), by=town.staff
        )
        assert bounds(november) == (date(2026, 11, 1), date(2026, 11, 25))
        assert bounds(december) == (date(2026, 11, 26), date(2026, 12, 31))


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 80), st.none() | st.integers(1, 28)), max_size=12))
def test_months_tile_whatever_is_chosen_when(steps):
    today, cutoffs, ended = date(2026, 1, 1), (), {}
    months = [month_before(date(2029, 12, 1), count) for count in range(60)]
    for days, day in steps:
        today += timedelta(days=days)
        cutoffs = with_cutoff(cutoffs, day, today)
        periods = {month: Period(None, None, month, cutoffs) for month in months}
        for month, period in periods.items():
            if before := periods.get(month_before(month)):
                assert period.first_day == before.last_day + timedelta(days=1)
            assert period.first_day <= period.last_day
            bounds = (period.first_day, period.last_day)
            assert ended.get(month, bounds) == bounds
        ended = {
            month: (period.first_day, period.last_day)
            for month, period in periods.items()
            if period.last_day < today
        }


def told(user):
    return list(InboxMessage.objects.of(user).values_list("subject", "url").order_by("pk"))


def test_each_step_is_told_to_whom_it_waits_for(town, draft):
    page = draft.get_absolute_url()
    operations.submit(report=draft, by=town.staff)
    assert told(town.secretary) == [("待签发：2026年10月月报", page)]
    draft = operations.send_back(report=draft, remark="缺附件", by=town.secretary)
    assert told(town.staff) == [("已退回：2026年10月月报", page)]
    assert "缺附件" in InboxMessage.objects.of(town.staff).get().text
    with time_machine.travel("2026-11-04T02:00:00Z", tick=False):
        sealed(draft, town)
    assert told(town.staff)[1:] == [("已签发：2026年10月月报", page)]
    assert [subject for subject, _url in told(town.secretary)] == ["待签发：2026年10月月报"] * 2


def test_who_signs_their_own_report_is_told_nothing(town, draft):
    operations.submit(report=draft, by=town.secretary)
    operations.seal(report=draft, by=town.secretary)
    assert not InboxMessage.objects.of(town.secretary).exists()
    assert [subject for subject, _url in told(town.staff)] == ["已签发：2026年10月月报"]
