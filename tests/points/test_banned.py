"""What no rule may be about is refused with the reason, in the operation and beside the field; the sample rules pass."""

import pytest
from django.urls import reverse

from config.errors import DomainError
from points import operations
from points.banned import reason_against
from points.models import Rule
from points.ready import ready_rules

DEDUCTED = ["越级上访", "到市里信访", "无理投诉社区", "举报邻居", "对社区提反面意见", "不参加投票", "选举中不配合", "参加宗教活动", "拖欠物业费", "子女违法",
            "家庭成员酒驾", "取消低保资格", "Filing a petition", "complaining about staff", "voted against", "water bill arrears"]  # fmt: skip
GIVEN = ["全年无上访", "不信教", "零投诉家庭", "没有欠费", "无意见", "兑换现金红包", "积分转赠给邻居", "sell points to a neighbour", "points for cash",
         "一年无举报", "放弃信访", "不参加投票", "没有参加选举"]  # fmt: skip
ALLOWED = ["提出建议被采纳", "参加换届选举投票点志愿服务", "孝亲敬老、照顾父母", "成功调解物业费纠纷", "调解投诉一件", "收集居民意见", "向邻居宣传防诈骗", "旧物捐赠",
           "参加业主大会投票", "Collecting opinions", "helping with the family day"]  # fmt: skip


def adopt(t, name, category="morality", ground=""):
    return operations.adopt_rule(
        community=t.community, code="X9", category=category, name=name, ground=ground, by=None, since=t.today, points=1
    )  # fmt: skip


@pytest.mark.parametrize("name", DEDUCTED)
def test_no_deduction_for_it(books, name):
    with pytest.raises(DomainError):
        adopt(books, name, "conduct", "misuse")
    assert not Rule.objects.filter(code="X9").exists()


@pytest.mark.parametrize("name", GIVEN)
def test_no_points_for_it(books, name):
    with pytest.raises(DomainError):
        adopt(books, name)


@pytest.mark.parametrize("name", ALLOWED)
def test_what_looks_alike_may_be(name):
    assert reason_against(name, deducts=False) == ""


def test_spaces_and_points_hide_nothing():
    assert reason_against("上 · 访", deducts=True) == reason_against("上访", deducts=True) != ""


def test_the_ready_set_breaks_no_ban():
    found = {
        code: reason_against(line["name"], deducts=line["category"] == "conduct")
        for code, line in ready_rules().items()
    }
    assert set(found.values()) == {""}


def test_the_form_says_why_beside_the_name(books, signed_in):
    data = {
        "community": books.community.pk, "code": "X9", "category": "conduct", "ground": "misuse", "name": "无理上访",
        "points": 10, "per": "time", "since": books.today, "source": "居民会议", "evidence": "none", "approver": "community",
        "versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0,
    }  # fmt: skip
    client, page = signed_in(books.secretary), reverse("admin:points_rule_add")
    answer = client.post(page, data)
    assert answer.status_code == 422
    assert "信访是每个人的权利" in answer.text
    assert client.post(page, data | {"name": "倒卖兑换物品", "ground": ""}).status_code == 422
    assert client.post(page, data | {"name": "倒卖兑换物品", "for_household": "on"}).status_code == 422
    assert not Rule.objects.filter(code="X9").exists()
    assert client.post(page, data | {"name": "倒卖兑换物品"}).status_code == 302
    assert Rule.objects.get(code="X9").deducts
