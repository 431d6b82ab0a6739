"""What the shelves of the demo hold. Invented prices; the things are those the articles tell of."""

from collections import namedtuple

Good = namedtuple("Good", "category kind name unit points yuan picture donor about", defaults=["", ""])

GOODS = [
    Good("日用品", "good", "卫生纸", "提", 10, 12, "paper", "partner", "十卷一提，原木浆。"),
    Good("日用品", "good", "洗衣粉", "袋", 12, 13, "powder", "partner", "1.5 公斤装，无磷。"),
    Good("日用品", "good", "肥皂", "块", 4, 4, "soap", "", "透明皂，洗手、洗衣都可用。"),
    Good("日用品", "good", "牙膏", "支", 8, 9, "paste", "", "120 克，薄荷味。"),
    Good("日用品", "good", "毛巾", "条", 6, 7, "towel", "", "纯棉，素色。"),
    Good("家居用品", "good", "长柄雨伞", "把", 20, 22, "umbrella", "爱心居民", "晴雨两用。"),
    Good("家居用品", "good", "保温杯", "个", 35, 38, "cup", "", "500 毫升，不锈钢。"),
    Good("粮油", "good", "大米", "袋", 30, 32, "rice", "partner", "5 公斤装，当季新米。"),
    Good("粮油", "good", "食用油", "桶", 50, 55, "oil", "partner", "5 升，菜籽油。每人每月限兑一桶。"),
    Good("服务", "service", "上门理发", "次", 8, 0, "hair", "志愿理发队", "给行动不便的老人，由志愿者上门。"),
    Good("服务", "service", "家电清洗", "次", 25, 30, "fan", "", "油烟机或空调清洗一台，预约上门。"),
]  # fmt: skip
LIMITS = {"食用油": (1, 20), "大米": (2, None), "家电清洗": (1, 6)}
ORDERS = {"wenfeng": 160, "daimoge": 80}  # in a year; the others half as many
OTHERS = 36
BROUGHT_BACK = ("包装破损", "有质量问题")
REASONS = ("改日再来", "重复下单")
FAIRS_AT = "wenfeng"
MONTHLY = ("longmen", "zhongnan")  # whose shops take orders in the second half of each month
