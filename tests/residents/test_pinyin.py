import pytest

from residents import pinyin


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("王秀英", "wang xiu ying"),
        ("单雄信", "shan xiong xin"),
        ("曾国藩", "zeng guo fan"),
        ("仇英", "qiu ying"),
        ("解缙", "xie jin"),
        ("查良镛", "zha liang yong"),
        ("区志航", "ou zhi hang"),
        ("盖叫天", "ge jiao tian"),
        ("任我行", "ren wo xing"),
        ("华罗庚", "hua luo geng"),
        ("朴树", "piao shu"),
        ("乐嘉", "yue jia"),
        ("缪斯", "miao si"),
        ("翟志刚", "zhai zhi gang"),
        ("黑大山", "he da shan"),
        ("召存信", "shao cun xin"),
        ("覃勇", "qin yong"),
        ("郗恢", "xi hui"),
        ("尉迟恭", "yu chi gong"),
        ("万俟卨", "mo qi xie"),
        ("长孙无忌", "zhang sun wu ji"),
        ("欧阳修", "ou yang xiu"),
        ("单于丹", "chan yu dan"),
        ("吕布", "lv bu"),
        ("李䶮", "li yan"),
        ("阿依古丽·买买提", "a yi gu li mai mai ti"),
        ("Anna Smith", "anna smith"),
        ("", ""),
    ],
)
def test_names_are_read_with_their_surnames(name, read):
    assert pinyin.pinyin(name) == read


def test_a_character_nobody_reads_stands_for_itself():
    assert pinyin.initials("𠮷野家") == "𠮷yj"


def test_long_names_are_cut_to_their_column():
    assert len(pinyin.pinyin("王" * 60)) <= 120
    assert len(pinyin.initials("王" * 60)) == 30


@pytest.mark.parametrize(
    ("typed", "cut"),
    [
        ("wangxiuying", "wang xiu ying"),
        ("Wang Xiu Ying", "wang xiu ying"),
        ("wángxiùyīng", "wang xiu ying"),
        ("wangx", "wang x"),
        ("lvbu", "lv bu"),
        ("lǚbù", "lv bu"),
        ("xian", "xi an"),
        ("xian", "xian"),
        ("fangan", "fang an"),
        ("fangan", "fan gan"),
        ("wxy", "wxy"),
        ("anna smith", "an na smith"),
    ],
)
def test_typed_letters_are_cut_into_syllables(typed, cut):
    assert cut in pinyin.readings(pinyin.typed(typed), 8)


def test_nothing_and_nonsense_are_quick():
    assert pinyin.readings(pinyin.typed("")) == []
    assert pinyin.readings(pinyin.typed("anan" * 5000)) in ([], ["anan" * 5000])
    assert len(pinyin.readings(pinyin.typed("anan" * 15))) <= 4
