"""The ready set: the sample rules of the field, chosen with ticks, once each."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from points import operations
from points.models import Rule, RuleVersion
from points.ready import ready_rules

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def adopt(t, *codes):
    return operations.adopt_ready(
        community=t.community, codes=codes, since=t.today, by=t.secretary, source="居民代表会议"
    )


def test_the_whole_set_can_be_taken_and_twice_changes_nothing(books):
    made = adopt(books, *ready_rules())
    assert len(made) == len(ready_rules()) - 3  # three codes were in use
    assert adopt(books, *ready_rules()) == []
    assert Rule.objects.get(community=books.community, code="M02").name == "好人好事"
    by_code = {v.rule.code: v for v in RuleVersion.objects.filter(rule__in=made).select_related("rule")}
    assert by_code["E02"].gives == "以户计，每月 5 分"
    assert by_code["S02"].limit == "每周最多 8 分"
    assert by_code["N02"].gives == "扣分：虚报 1 分，计 2 分"
    assert by_code["N02"].pauses == "暂停兑换3个月"
    assert (by_code["M04-1"].points, by_code["M04-6"].points) == (50, 5)


def test_it_holds_the_thirty_sample_lines():
    lines = {code.partition("-")[0] for code in ready_rules()} - {"A01"}
    assert len(lines) == 30
    assert {line["code"][0] for line in ready_rules().values() if line["category"] == "conduct"} == {"N"}


def choose(t, client, **more):
    data = {
        "community": t.community.pk,
        "since": t.today,
        "source": "2026年居民代表会议",
        "codes": ["V02", "N01"],
    }
    return client.post(reverse("admin:points_rule_ready"), data | more)


def test_ticks_become_rules_with_their_decision(books, signed_in):
    client = signed_in(books.secretary)
    page = client.get(reverse("admin:points_rule_ready")).text
    assert "敬老助残上门服务" in page
    assert "A01 参加社区活动、课程 (已采用)" in page
    paper = SimpleUploadedFile("决议.pdf", PDF)
    assert choose(books, client, decision=paper).status_code == 302
    versions = RuleVersion.objects.filter(rule__code__in=["V02", "N01"])
    assert [version.source for version in versions] == ["2026年居民代表会议"] * 2
    assert all(version.decision.read() == PDF for version in versions)
    assert Rule.objects.get(code="N01").ground == "no_show"
    assert choose(books, client).status_code == 302  # a second click
    assert Rule.objects.filter(code__in=["V02", "N01"]).count() == 2


@pytest.mark.parametrize(
    "wrong", [{"codes": []}, {"codes": ["Z99"]}, {"source": ""}, {"since": "x"}, {"community": "x"}, {"community": "next"},
              {"source": "15400000021"}, {"decision": SimpleUploadedFile("决议.pdf", b"<html>")}, {"decision": SimpleUploadedFile("x.txt", b"x")},
              {"decision_url": "javascript:alert(1)"}],
    ids=str,
)  # fmt: skip
def test_a_wrong_form_is_refused(books, signed_in, wrong):
    if wrong.get("community") == "next":
        wrong = {"community": books.neighbour.pk}
    assert choose(books, signed_in(books.secretary), **wrong).status_code == 422
    assert not Rule.objects.filter(code="V02").exists()


def test_only_the_secretary_takes_rules(books, signed_in):
    assert choose(books, signed_in(books.staff)).status_code == 403
    assert choose(books, signed_in(books.neighbour_secretary)).status_code == 422


def test_an_event_never_gives_by_a_rule_of_conduct(books):
    adopt(books, "N01")
    assert not Rule.objects.giving().filter(code="N01").exists()
