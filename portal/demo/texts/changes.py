"""A monthly day, a template, and why a session is called off or moved."""

MONTH_DAY = 15
MONTHLY = {
    "title": "居民议事日", "kind": "meeting", "place": "泥营新苑院内凉亭", "audience": "everyone",
    "summary": "每月15日晚上，有事情社区谈。", "body": "不用报名，到场就能说。社区两委、物业和业委会都在，能当场答复的当场答复，其余下月15日回话。",
}  # fmt: skip
TEMPLATE = {
    "title": "便民服务日", "kind": "service", "place": "各小区院内", "audience": "everyone",
    "summary": "义诊、理发、修锁配钥匙。", "body": "请带上社保卡。理发请排队取号，修锁配钥匙只收材料费。",
}  # fmt: skip
CALLED_OFF = "老师外出参赛，改期补课。"
MOVED = "原教室检修，临时换地方。"
ELSEWHERE = "社区三楼会议室"
