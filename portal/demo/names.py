"""Invented names by generation, in the proportions in which they are really met."""

import random
import re

# surname weight, per thousand and roughly (National name report); the last line is rare or read unusually
_SURNAMES = (
    "王71 李70 张66 刘51 陈45 杨31 赵27 黄25 周20 吴19 徐17 孙16 胡14 朱13 高12 林11 何11 郭11 马11 罗10 梁9 宋9 郑9 谢9 韩8 唐8 冯7 "
    "于7 董7 肖6 程6 曹6 袁6 邓6 许6 傅5 沈5 曾5 彭5 吕5 苏5 卢5 蒋4 蔡4 贾4 丁4 魏4 薛4 叶4 闫4 余4 潘4 杜4 戴4 夏4 钟4 汪4 田4 任4 "
    "姜3 范3 方3 石3 姚3 谭3 廖3 邹3 熊3 金3 陆3 郝3 孔3 白3 崔3 康3 毛3 邱2 秦2 江2 史2 顾2 侯2 邵2 孟2 龙2 万2 段2 雷2 钱2 汤2 尹2 "
    "黎2 易2 常2 武2 乔2 贺2 赖2 龚2 文2 樊1 殷1 施1 洪1 安1 颜1 牛1 温1 芦1 翟1 葛1 路1 聂1 靳1 耿1 关1 "
    "欧阳1 诸葛1 上官1 司马1 单1 仇1 解1 查1 区1 盖1 缪1 覃1 华1 乐1"
)
_FOUND = re.findall(r"(\D+?)(\d+)", _SURNAMES.replace(" ", ""))
SURNAMES, WEIGHTS = [name for name, _ in _FOUND], [int(weight) for _, weight in _FOUND]

# generation born up to this year: (first characters, second characters, single-character names) for men and women
_GENERATIONS = (
    (1954, ("德 国 志 玉 永 长 福 明 文 金 振 光 世 广 学 清 天 有", "福 贵 山 林 顺 义 祥 才 生 海 田 堂 发 臣 成 华 清 荣", "")
         , ("秀 桂 玉 淑 凤 兰 素 春 翠 金 月 菊 莲 荣 爱 美", "英 兰 珍 芝 荣 芳 梅 莲 云 花 琴 香 娥 仙 贞 华", "")),
    (1969, ("建 国 卫 新 志 爱 红 庆 保 文 胜 永 明 援 跃 大", "国 军 华 民 平 东 生 林 明 强 义 成 安 伟 忠 祥", "军 勇 平 明"),
           ("秀 红 玉 丽 爱 桂 淑 春 建 新 金 素 凤 惠 国 小", "华 英 萍 玲 梅 芳 珍 霞 琴 荣 红 云 清 敏 香 兰", "红 梅 萍")),
    (1984, ("建 志 海 国 永 晓 文 俊 学 宏 少 洪 永 立 春 向", "伟 军 涛 峰 斌 辉 杰 波 强 刚 林 明 平 东 宁 松", "伟 强 军 勇 涛 斌 辉 波 刚 磊"),
           ("晓 丽 海 春 雪 秀 小 红 艳 文 玉 燕 慧 巧 建 亚", "丽 娟 燕 霞 红 敏 玲 芳 梅 琴 萍 艳 静 娜 平 云", "静 丽 敏 燕 艳 娟 霞 芳")),
    (1999, ("俊 志 天 嘉 文 晓 家 明 振 世 子 鹏 海 思 宇 旭", "鹏 超 杰 龙 飞 浩 宇 凯 斌 阳 豪 辉 帆 博 宁 远", "鹏 超 磊 凯 浩 鑫 阳 帆"),
           ("雅 思 婷 梦 晓 佳 雨 静 文 诗 丹 欣 媛 慧 玉 倩", "婷 雪 娜 洁 琪 颖 瑶 琳 蕾 宁 丹 悦 萌 雯 怡 莹", "婷 雪 倩 颖 丹 洁 琳 瑶")),
    (2100, ("浩 子 梓 宇 俊 一 奕 沐 嘉 泽 皓 景 天 睿 明 思", "轩 然 宇 涵 泽 辰 航 睿 洋 宸 阳 凡 晨 博 霖 恒", "睿 轩 辰"),
           ("梓 子 欣 诗 雨 一 思 可 语 佳 若 芷 沐 婉 依 安", "涵 萱 怡 琪 彤 妍 诺 馨 悦 瑶 宁 桐 汐 晴 柠 语", "妍 萱 诺")),
)  # fmt: skip
GENERATIONS = [
    (year, {"m": [part.split() for part in men], "f": [part.split() for part in women]})
    for year, men, women in _GENERATIONS
]

# Real people of the articles: nobody of the demo may carry their names.
TAKEN = frozenset(
    [
        "王星武",
        "王玲韫",
        "王玲韞",
        "梁海磊",
        "孟涛",
        "陈斌",
        "叶静",
        "尚勇",
        "叶自义",
        "张建丽",
        "赵慧林",
        "卢梦秋",
        "卢志明",
        "王松",
        "邓丽丽",
        "孙迎彬",
        "王素芳",
        "刘敬州",
        "张书芬",
        "刘海玲",
        "马沂峰",
        "王恒超",
        "尹佳佳",
        "荆延敏",
        "邹福君",
    ]
)
# Names that lists, searches and sorting have to cope with: beyond the basic plane, a middle dot, an unusual reading.
UNUSUAL = (
    ("王䶮", "m", "汉族"), ("李𬎆", "f", "汉族"), ("赵堃", "m", "汉族"), ("张喆", "f", "汉族"), ("阿依古丽·买买提", "f", "维吾尔族"),
    ("单雪莹", "f", "汉族"), ("尉迟建平", "m", "汉族"), ("阿卜杜热合曼·阿卜力米提", "m", "维吾尔族"), ("仇玉珍", "f", "汉族"),
    ("万俟晓东", "m", "汉族"), ("古丽娜尔·艾则孜", "f", "维吾尔族"), ("解长林", "m", "汉族"), ("朴英姬", "f", "朝鲜族"), ("黑国强", "m", "回族"),
)  # fmt: skip
ELSEWHERE = (
    "河南省邓州市穰东镇", "河南省方城县博望镇", "河南省社旗县赊店镇", "湖北省枣阳市吴店镇", "湖北省广水市十里街道", "湖北省襄阳市襄城区",
    "湖南省宁乡市玉潭街道", "湖南省益阳市赫山区", "河南省开封市祥符区", "四川省达州市宣汉县", "江西省萍乡市湘东区", "安徽省阜阳市颍上县",
)  # fmt: skip
NATIONS = ("汉族", "回族", "土家族", "苗族", "满族", "蒙古族", "侗族", "瑶族", "壮族", "白族")
NATION_WEIGHTS = (965, 14, 7, 4, 4, 2, 1, 1, 1, 1)


def surname(rng: random.Random) -> str:
    return rng.choices(SURNAMES, WEIGHTS)[0]


def full_name(rng: random.Random, family: str, sex: str, year: int) -> str:
    """A name for somebody of family name `family` born in `year`."""
    first, second, single = next(pools[sex] for until, pools in GENERATIONS if year <= until)
    while True:
        if single and rng.random() < 0.16:
            name = family + rng.choice(single)
        else:
            name = family + rng.choice(first) + rng.choice(second)
        if name not in TAKEN and not (len(name) > 2 and name[-1] == name[-2]):
            return name


def nation(rng: random.Random) -> str:
    return rng.choices(NATIONS, NATION_WEIGHTS)[0]
