"""The twenty certificates a committee must not issue, asked for in many words."""

import pytest
from django.core.exceptions import ValidationError

from community import content_operations as operations
from community.certificates import BARRED, barred
from community.models import ServiceItem
from config.errors import DomainError

ASKED = ["亲属关系证明", "开具亲属关系证明", "出具亲属关系证明", "亲属-关系·证明", "亲属关系的证明", "关于亲属关系证明的办理", "居民身份信息证明", "户口登记项目变更证明", "养犬证明", "犬只饲养证明", "无犯罪记录证明", "无违法犯罪记录证明（社区）", "社区戒毒康复人员表现证明", "人员失踪证明", "婚姻状况证明", "单身证明", "未婚证明", "出生证明", "健在证明", "死亡证明", "疾病状况证明", "残疾状况证明", "婚育状况证明", "居民就业状况证明", "无业证明", "失业证明", "居民个人档案证明", "财产证明", "居民财产证明", "房产证明", "遗产继承权证明", "市场主体住所（经营场所）证明", "经营场所证明", "证件遗失证明", "身份证遗失证明", "社保卡遗失证明", "开具健在证明（养老金）", "＂死亡＂证明", "开具死亡证明"]  # fmt: skip

FINE = [
    "志愿服务记录证明",
    "居住证办理协助",
    "残疾人证申请初审",
    "失业登记",
    "就业登记",
    "求职登记",
    "生育登记",
    "医疗救助申请",
    "公租房申请初审",
    "待遇领取资格认证",
    "退役军人优待证申领",
    "人民调解申请",
    "法律援助转介",
    "高龄津贴申领",
    "孤儿与事实无人抚养儿童保障",
    "困难残疾人生活补贴",
    "重度残疾人护理补贴",
    "计生特别扶助",
    "居民医保参保",
    "出租房屋登记",
    "加装电梯意见征询",
    "社保卡办理协助",
    "灵活就业补贴初审",
    "预防接种告知",
    "光荣牌悬挂",
    "低保申请初审",
    "死亡证明办理指引",
    "出生医学证明办理指引",
    "婚姻登记办理告知",
]


def test_there_are_twenty():
    assert len(BARRED) == 20


@pytest.mark.parametrize("item", list(BARRED))
def test_every_one_is_barred_by_its_own_name(item):
    assert barred(f"{item}证明") == item


@pytest.mark.parametrize("name", ASKED)
def test_barred_however_it_is_written(name):
    assert barred(name)


@pytest.mark.parametrize("name", FINE)
def test_other_services_stand(name):
    assert barred(name) is None


def test_form_and_operation_refuse_alike(town):
    item = ServiceItem(unit=town.community, category="civil", name="开具亲属关系证明")
    with pytest.raises(ValidationError) as refusal:
        item.full_clean()
    assert "六部门" in str(refusal.value) or "six ministries" in str(refusal.value)
    with pytest.raises(DomainError):
        operations.save_item(item=item, by=town.staff)
    assert not ServiceItem.objects.exists()
