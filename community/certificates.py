"""Certificates a residents' committee must not issue.

Source: 民政部等六部门《关于改进和规范基层群众性自治组织出具证明工作的指导意见》(2020), first list of twenty items.
Guide items whose name asks for one are refused.
"""

import re
import unicodedata

from django.utils.translation import gettext as _

DOCUMENT = "《关于改进和规范基层群众性自治组织出具证明工作的指导意见》"

# What is certified → the words that name it. A name counts only together with a word for "certificate".
BARRED = {
    "亲属关系": ["亲属关系", "亲子关系", "父母子女关系", "夫妻关系", "直系亲属"],
    "居民身份信息": ["身份信息", "居民身份", "身份证明", "同一人", "曾用名"],
    "户口登记项目内容变更": ["户口登记", "户口项目", "户籍登记项目", "更改姓名", "更改年龄", "出生日期更正"],
    "养犬": ["养犬", "犬只", "养狗"],
    "无犯罪记录": ["无犯罪", "无违法犯罪", "犯罪记录", "政审"],
    "社区戒毒、社区康复人员表现": ["戒毒", "社区康复人员", "吸毒"],
    "人员失踪": ["失踪"],
    "婚姻状况": ["婚姻状况", "婚姻", "未婚", "单身", "已婚", "离异", "丧偶"],
    "出生": ["出生"],
    "健在": ["健在", "生存"],
    "死亡": ["死亡"],
    "疾病状况": ["疾病", "患病"],
    "残疾状况": ["残疾"],
    "婚育状况": ["婚育", "生育状况", "计划生育情况"],
    "居民就业状况": ["就业状况", "就业证明", "无业", "失业", "未就业", "居民就业"],
    "居民个人档案": ["个人档案", "居民档案", "人事档案"],
    "居民财产": ["财产", "房产", "存款"],
    "遗产继承权": ["遗产", "继承权", "继承"],
    "市场主体住所（经营场所）": ["市场主体住所", "经营场所", "营业场所", "企业住所", "住改商"],
    "证件遗失": ["证件遗失", "证件丢失", "遗失", "丢失"],
}
_CERTIFICATE = re.compile(r"证明|开具|出具")
# Papers with a law of their own, and help with papers that somebody else issues.
_ALLOWED = re.compile(r"志愿服务记录证明|居住证|残疾人证|优待证|社保卡|医学证明")
_ELSEWHERE = re.compile(r"告知|指引|不再|无需|取消")


def barred(name: str) -> str | None:
    """The barred certificate that `name` asks for, or None."""
    plain = re.sub(r"[^\w]", "", unicodedata.normalize("NFKC", name))
    plain = _ALLOWED.sub("", plain)
    if not _CERTIFICATE.search(plain) or _ELSEWHERE.search(plain):
        return None
    return next((item for item, words in BARRED.items() if any(word in plain for word in words)), None)


def refusal(name: str) -> str | None:
    """The sentence that refuses an item called `name`, or None when it may stand."""
    item = barred(name)
    if item is None:
        return None
    return _(
        "A residents' committee must not issue this certificate (“%(item)s”): six ministries barred it in %(document)s. "
        "Name the authority that answers for it instead."
    ) % {"item": item, "document": DOCUMENT}
