"""What people say for what an office calls otherwise: the words of one line mean the same when somebody looks for help."""

from .finding import heard, letters_of

WORDS = [
    line.split()
    for line in """
低保 低保户 最低生活保障
特困 五保 五保户 特困人员
临时救助 急难救助 救急
高龄津贴 高龄补贴 尊老金 长寿金
老年卡 老人证 老年证 老年优待证
养老金 退休金 退休工资 养老待遇 养老参保
社保 养老参保 养老待遇 社保卡
医保 看病报销 报销 合作医疗 居民医保 医保信息 医疗救助
大病 看病钱 医疗救助
失业 失业金 下岗 失业登记
找工作 招工 应聘 求职登记 就业登记
培训 学手艺 技能培训
开店 贷款 创业贷款 创业担保贷款
生孩子 准生证 生育证 生二胎 生育登记
奶粉钱 育儿补贴
打疫苗 打针 预防接种
家庭医生 签约医生 上门看病 家庭医生签约
残疾证 残疾人证
轮椅 助听器 拐杖 辅具
扶手 防滑 适老化改造
食堂 吃饭 送餐 老年餐 助餐
廉租房 公租房 保障房 租赁补贴
租房 出租房 房东 租客 租赁补贴
电梯 装电梯 加装电梯
退伍 退伍军人 当兵 退役军人 优待证 光荣牌
暂住证 居住证
吵架 纠纷 调解 人民调解
打官司 律师 法律援助
志愿证明 志愿时长 志愿服务记录证明
停水 断水 停电
垃圾 倒垃圾 垃圾分类
诈骗 骗子 反诈 防骗
""".strip().splitlines()
]


def meanings(typed: str) -> list[str]:
    """Other words for what was typed, in characters or as their pinyin; none when nobody says it otherwise."""
    found: dict[str, None] = {}
    for words in WORDS:
        if any(_is(word, typed) for word in words):
            found |= dict.fromkeys(word for word in words if word != typed)
    return list(found)


def _is(word: str, typed: str) -> bool:
    return word == typed or (bool(letters_of(typed)) and heard(word, typed, whole=True))
