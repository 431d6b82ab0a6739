from pypinyin import lazy_pinyin


def pinyin(name):
    return " ".join(lazy_pinyin(name))[:120]


def initials(name):
    return "".join(part[0] for part in lazy_pinyin(name))[:30]
