"""The scoring standard a community starts with: sample rules of the field. Code, category, for what, points, per, cap."""

RULES = [
    ("A01", "culture", "参加社区活动、课程", 1, "time", (10, "month")),
    ("C01", "culture", "文艺演出、运动会参演", 3, "time", (12, "month")),
    ("C02", "culture", "开设公益课", 4, "hour", (12, "week")),
    ("E01", "environment", "周六大扫除、红色周五", 3, "time", (15, "month")),
    ("E04", "environment", "认领绿地、花箱", 10, "time", (40, "year")),
    ("G01", "deliberation", "参加议事会、居民会议", 2, "time", (10, "month")),
    ("G02", "deliberation", "提出建议被采纳", 10, "time", (30, "month")),
    ("M01", "morality", "见义勇为", 50, "time", None),
    ("M02", "morality", "好人好事属实", 5, "time", (20, "month")),
    ("S01", "safety", "上报安全隐患属实", 3, "time", (15, "month")),
    ("S03", "safety", "消防、反诈、急救培训", 2, "time", (6, "month")),
    ("V01", "volunteer", "志愿服务", 2, "hour", (8, "day")),
    ("V03", "volunteer", "应急、防汛、除雪", 5, "time", (10, "day")),
]
SOURCE = "居民代表会议审议通过"
# Both are told of in the newspaper: after asking from door to door, and by the owners' representatives.
OWN_SOURCE = {
    "wenfeng": "入户走访征求意见后，居民代表会议议定",
    "daimoge": "小区业主代表会议征求意见后，居民代表会议议定",
}
