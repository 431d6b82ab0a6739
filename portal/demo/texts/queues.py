"""Events with more people than places, or for some people only: one of each kind, in the community of the cast."""

WAITING = {
    "title": "冬至包饺子邻里聚会", "kind": "culture", "place": "泥营新苑党群服务站一楼", "audience": "residents", "most_seats": 4,
    "summary": "一家人一起来，老人孩子都有座。", "bring": "围裙",
    "body": "面和馅社区备好，来了就包。十二个名额报满了可以候补，有人退出时按顺序递补，一家人按一个整体排队。",
}  # fmt: skip
MOVED_UP = "刚做完手术坐轮椅，报名当天在医院，邻居代为说明。"
DRAWN = {
    "title": "迎新春戏曲专场赠票", "kind": "culture", "place": "随州市大剧院", "policy": "draw", "most_seats": 2, "audience": "residents",
    "summary": "二十张票，报名截止后抽签。", "body": "剧团赠票二十张，每次报名最多两人。截止后公开抽签，人人机会均等，抽签过程可以自己验算。",
}  # fmt: skip
OPEN_DRAW = {
    "title": "桃园采摘亲子一日游", "kind": "children", "place": "随县桃园", "policy": "draw", "most_seats": 4, "audience": "residents",
    "summary": "二十四个座位，一家人一起报。", "body": "早上八点在社区门口上车，下午四点回来。可以带上家里人和不在本社区的亲友，座位抽签决定。",
}  # fmt: skip
MISSED_BEFORE = {
    "title": "中医推拿体验（第二期）",
    "kind": "service",
    "place": "社区卫生服务站",
    "summary": "每人半小时。",
    "gives_points": False,
}
MISSED = MISSED_BEFORE | {
    "title": "中医推拿体验（第三期）", "policy": "missed", "summary": "上一期没排上的居民优先。", "body": "八个名额，上一期候补没有轮到的优先。",
}  # fmt: skip
MORE_COURSE = {
    "kind": "course", "summary": "学完基础班的接着学。", "body": "参加过基础班一半以上课时的居民可以报名。", "is_course": True, "places": 12, "teacher": "张老师",
}  # fmt: skip
PHOTOS = {
    "title": "老照片里的泥营：征集分享会", "kind": "culture", "place": "泥营社区三楼会议室", "audience": "everyone",
    "summary": "带一张老照片，讲一段老故事。", "body": "报名时可以传一张老照片，我们放大打印出来，分享会后送给您。",
}  # fmt: skip
ASKED = (
    ("照片大约是哪一年拍的？", "number", "", True),
    ("照片里是谁、在哪里？", "words", "", False),
    ("传一张老照片", "file", "", False),
    ("会后愿意把照片留在社区展览吗？", "choice", "愿意\n只在当天展示\n不愿意", True),
)
FIRST_COME = (  # (what, days ahead, at, minutes, places)
    ({"title": "少儿乒乓球体验课", "kind": "children", "place": "文化广场乒乓球台", "age_from": 5, "age_to": 12, "audience": "residents",
          "summary": "五到十二岁，家长代为报名。", "body": "球拍社区有。十四岁以下由同住的家长报名，并在网上确认同意。"}, 6, 10, 90, 16),
    ({"title": "泥营新苑停车位改造商议会", "kind": "meeting", "only_this_unit": True, "place": "泥营新苑院内凉亭", "audience": "residents",
          "summary": "只请本小区的居民。", "body": "看图纸、选方案。"}, 4, 19, 90, 40),
    ({"title": "独居老人节前体检接送", "kind": "service", "tag": "alone", "place": "社区卫生服务站", "needs_check_out": True, "audience": "residents",
          "summary": "专门为独居老人安排。", "body": "志愿者上门接送，体检后送回家。"}, 7, 8, 180, 10),
    ({"title": "红色基地参观学习", "kind": "party", "audience": "party", "place": "新四军第五师纪念馆", "minimum": 15, "decide_days": 3,
          "summary": "满十五人成行，提前三天定。", "body": "请自带身份证。人数不够时改到下个月，会逐个通知。"}, 9, 8, 300, 40),
)  # fmt: skip
