"""What no community's scoring standard may be about, whoever decided it.

From reported abuse of such schemes and the limits set against it: no price on petitions, complaints, opinions, votes,
belief, debts or relatives; nobody loses welfare; points are no money and pass to nobody. Words catch what is meant in
good faith; that points are deducted on three grounds alone is held by the database.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from config.errors import DomainError

GIVING, DEDUCTING = "giving", "deducting"


@dataclass(frozen=True)
class Topic:
    """`words` are refused in rules that do what stands in `where`; `praise`: their absence is not rewarded either."""

    words: str
    why: str
    where: tuple[str, ...] = (GIVING, DEDUCTING)
    praise: bool = False

    def is_in(self, name: str, does: str) -> bool:
        if does in self.where and re.search(self.words, name, re.IGNORECASE):
            return True
        return (
            self.praise and re.search(f"(?:{NOT}).{{0,3}}(?:{self.words})", name, re.IGNORECASE) is not None
        )


NOT = r"无|未|不|零|没有|\bno\b|\bnot\b|\bwithout\b"
TOPICS = [
    Topic(
        r"上访|信访|缠访|闹访|越级反映|petition",
        _("Everybody may petition: no rule gives or takes points for it."),
    ),
    Topic(
        r"投诉|举报|控告|复议|起诉|12345|complain",
        _("Everybody may complain: no points are taken for it, and none given for keeping silent."),
        where=(DEDUCTING,),
        praise=True,
    ),
    Topic(
        r"意见|异议|言论|发帖|批评|opinion|criticis",
        _(
            "Everybody may say what they think: no points are taken for it, and none given for keeping silent."
        ),
        where=(DEDUCTING,),
        praise=True,
    ),
    Topic(
        r"投票|选举|表决|弃权|\bvot(?:e|es|ed|ing)\b|election",
        _(
            "A vote is free: no points are taken for how, or whether, somebody votes, and none given for staying away."
        ),
        where=(DEDUCTING,),
        praise=True,
    ),
    Topic(
        r"宗教|信教|信仰|礼拜|教会|教堂|烧香|religio|church|worship",
        _("Belief is free: no rule gives or takes points for it."),
    ),
    Topic(
        r"欠费|拖欠|欠缴|物业费|水费|电费|燃气费|税款|贷款|债务|逾期|arrears|\bdebts?\b",
        _("Debts are settled elsewhere: no points are taken for arrears, and none given for having none."),
        where=(DEDUCTING,),
        praise=True,
    ),
    Topic(
        r"家属|家人|亲属|亲戚|子女|配偶|父母|家庭成员|连带|relative|famil(?:y|ies)",
        _("Nobody loses points for what a relative did."),
        where=(DEDUCTING,),
    ),
    Topic(
        r"(?:取消|停发|暂停|扣发|扣减|减发).{0,6}(?:低保|救助|补助|补贴|福利|待遇|养老金|服务)|(?:withdraw|stop|suspend).{0,12}(?:welfare|benefit|aid)",
        _("No rule takes welfare or services from anybody."),
    ),
    Topic(
        r"现金|提现|红包|折现|人民币|\bcash\b",
        _("Points are no money: no rule turns them into cash."),
        where=(GIVING,),
    ),
    Topic(
        r"(?:转让|转赠|转账|买卖|出售).{0,4}积分|积分.{0,4}(?:转让|转赠|转账|买卖|出售)|(?:transfer|sell).{0,8}points",
        _("Points are not passed on: no rule moves them from one person to another."),
        where=(GIVING,),
    ),
]


def reason_against(name: str, *, deducts: bool) -> str:
    """Why a rule of this name may not be, in a sentence; empty when it may."""
    does = DEDUCTING if deducts else GIVING
    plain = re.sub(r"[\s·,，、.。“”\"'\-—_]", "", name) if not name.isascii() else name
    return next((str(topic.why) for topic in TOPICS if topic.is_in(plain, does)), "")


def refuse_banned(name: str, *, deducts: bool) -> None:
    if why := reason_against(name, deducts=deducts):
        raise DomainError(why)
