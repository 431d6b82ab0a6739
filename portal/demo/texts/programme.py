"""What communities put on. One `Plan` becomes one or several events with their sessions."""

from dataclasses import dataclass

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


@dataclass(frozen=True)
class Plan:
    """`when`: ("weekly", weekdays, "quarter"|"month"|"term"|"summer"|"years") · ("monthly", nth, weekday, months) · ("festival", name, days before)
    · ("tour", every n weeks, weekday). `come`: how many sign up or, without sign-up, come."""

    title: str
    kind: str
    when: tuple
    at: str
    minutes: int
    come: tuple[int, int]
    summary: str
    body: str
    audience: str = "everyone"
    where: str = ""  # "facility/room", else a place in words; empty: its largest room indoors
    places: int | None = None
    signup: bool = True
    internal: bool = False
    branch: bool = False  # held by every party branch
    poster: str = ""
    teacher: str = ""
    slots: int = 0  # so many half hours, `places` in each


BRING = "\n\n### 温馨提示\n\n- 请提前十分钟到场签到。\n- 不会用手机报名的，给社区打电话或请网格员代报。\n"

EVERYWHERE = [
    Plan("主题党日", "party", ("monthly", 1, FRI, ()), "9:00", 120, (12, 30), "学一篇、议一事、做一件实事。",
         "### 安排\n\n1. 集中学习，重温入党誓词；\n2. 支部书记通报上月工作和下月打算；\n3. 讨论本小区的一件难事，当场定责任人；\n4. 分组到楼院做一小时志愿服务。\n\n请佩戴党徽，提前签到；确有事不能来的，会前向支部书记请假。",
         audience="party", internal=True, branch=True, poster="party"),
    Plan("便民服务日：义诊、理发、修锁配钥匙", "service", ("tour", 4, SAT), "9:00", 150, (25, 60), "医生、理发师、修理师傅到楼下来。",
         "量血压、测血糖、剪头发、修锁、配钥匙、磨剪刀，**都不收钱**。\n\n行动不便的老人，前一天告诉楼栋长，师傅可以上门。\n\n| 项目 | 时间 |\n|---|---|\n| 义诊 | 9:00–11:00 |\n| 理发 | 9:00–11:30 |\n| 修锁、配钥匙、磨剪刀 | 9:00–11:30 |",
         audience="residents", where="compound", signup=False, poster="service"),
    Plan("反诈知识讲座", "lecture", ("monthly", 2, WED, (1, 3, 5, 6, 8, 9, 11, 12)), "15:00", 75, (18, 40), "冒充子女、养老投资、刷单返利，三类骗局当面拆穿。",
         "社区民警用身边的真事讲三类骗局，现场教大家设置来电提醒，认准96110。\n\n来的人发一张“接到电话先挂断”的冰箱贴。" + BRING, places=60, poster="fraud"),
    Plan("消防安全培训与灭火演练", "lecture", ("festival", "消防日", 0), "15:00", 90, (20, 45), "灭火器提拔握压，每个人都练一遍。",
         "讲楼道堆物、电动车飞线充电的危险；到楼下实操灭火器和逃生绳结。" + BRING, places=60, poster="lecture"),
    Plan("老年人免费体检", "sport", ("monthly", 3, TUE, (4, 10)), "8:00", 30, (4, 10), "六十岁以上，每年两次，请空腹来。",
         "项目：身高体重、血压、血常规、尿常规、肝肾功能、血糖血脂、心电图、腹部B超。\n\n每半小时一批，每批十人，请选好时段。\n\n请带**身份证**和**医保卡**，前一天晚上八点以后不要进食。结果由家庭医生解读，通知本人来取。",
         audience="elderly", places=10, slots=8, poster="health"),
    Plan("智能手机班：从放大字体学起", "course", ("monthly", 2, THU, ()), "9:30", 90, (10, 18), "付款、挂号、视频、防骗，一次学一样。",
         "一人一机，助教手把手。没有智能手机的，社区有练习机。" + BRING, audience="elderly", places=20, poster="phone"),
    Plan("迎新春联欢会", "festival", ("festival", "小年", 2), "14:30", 120, (60, 120), "自己编、自己演、自己看。",
         "合唱、舞蹈、快板、模特走秀，节目由居民报名。现场写春联、送福字。\n\n带上家里的老人孩子一起来。", signup=False, poster="spring"),
    Plan("元宵猜灯谜", "festival", ("festival", "元宵", 0), "14:30", 120, (50, 110), "三百条灯谜，猜中换汤圆。",
         "灯谜挂在广场四周，猜中撕下谜条到台前兑奖。\n\n志愿者煮了汤圆，糖尿病的朋友有无糖的。", signup=False, poster="lantern"),
    Plan("端午包粽子，送给独居老人", "festival", ("festival", "端午", 1), "9:00", 120, (20, 36), "包好的一半送给社区里的独居老人。",
         "糯米、粽叶、馅料社区准备好了，带一双洗净的手就行。包好的粽子由志愿者当天送上门。" + BRING, places=40, poster="dragon"),
    Plan("中秋邻里晚会", "festival", ("festival", "中秋", 1), "19:00", 120, (70, 140), "吃月饼、听戏、赏月。",
         "节目单由各文艺队自己报。请自带小板凳，晚上有风，老人多穿一件。", signup=False, poster="moon"),
    Plan("重阳敬老宴与文艺汇演", "festival", ("festival", "重阳", 0), "10:00", 150, (40, 80), "八十岁以上的老人坐主桌。",
         "上午演节目，中午吃长寿面。需要接送的请在报名时告诉楼栋长。" + BRING, audience="elderly", places=80, poster="autumn"),
    Plan("国庆文艺演出", "festival", ("festival", "国庆", 2), "19:00", 120, (70, 140), "歌声献给祖国。",
         "合唱、手语舞、诗朗诵、腰鼓。欢迎带小国旗来合影。", signup=False, poster="national"),
    Plan("夏季消夏晚会", "culture", ("monthly", 2, FRI, (7, 8)), "19:30", 90, (50, 100), "乘凉、听歌、看老电影。",
         "露天放映一部老电影，开场前半小时是居民点歌。请带好垃圾，走时不留一片纸。", signup=False, poster="summer"),
    Plan("亲子变废为宝手工课", "children", ("monthly", 3, SUN, (1, 3, 5, 7, 9, 11, 12)), "9:30", 90, (14, 24), "塑料瓶做花盆，纸箱做城堡。",
         "请家长带两三个洗净的塑料瓶或纸盒来。六岁以下需家长全程陪同。" + BRING, audience="children", places=24, poster="craft"),
    Plan("六一游园会", "children", ("festival", "儿童节", 0), "16:00", 120, (40, 70), "滚铁环、跳房子、套圈，爸妈小时候的玩法。",
         "集满六个章换一份小礼物。请给孩子穿运动鞋。" + BRING, audience="children", places=80, poster="craft"),
    Plan("居民议事会", "meeting", ("monthly", 3, THU, ()), "19:00", 90, (12, 26), "上月的事办得怎样，下月的事怎么办。",
         "先通报上次议定事项的进度，再议居民提的新事。想提议题的，会前三天告诉网格员。", audience="residents", signup=False),
    Plan("学雷锋志愿服务日", "volunteer", ("festival", "学雷锋日", 0), "9:00", 120, (25, 40), "擦窗、理发、查燃气，结对帮一户。",
         "三人一组，帮一户独居老人：擦窗、整理、检查用电用气，陪着说说话。" + BRING, audience="volunteers", places=45, poster="volunteer"),
    Plan("结对看望独居老人", "volunteer", ("monthly", 3, TUE, ()), "9:00", 120, (10, 22), "两人一组，陪说话、搭把手、看看用电用气。",
         "在服务大厅领走访卡，每组看望三户；发现燃气软管老化、药过期的，当场告诉网格员。", audience="volunteers", signup=False, poster="volunteer"),
    Plan("党课：身边的榜样", "party", ("festival", "七一", 1), "15:00", 90, (30, 60), "老党员讲自己的一件小事。",
         "请三位党龄四十年以上的老党员各讲一刻钟。欢迎群众旁听。", audience="everyone", places=80, poster="party"),
    Plan("家庭教育讲座", "lecture", ("monthly", 4, SAT, (2, 4, 5, 7, 8, 10, 11, 12)), "15:00", 90, (14, 30), "孩子磨蹭、爱手机、不肯说话怎么办。",
         "主讲人是有三十年教龄的班主任，后半场一对一提问。" + BRING, places=40, poster="lecture"),
    Plan("趣味运动会", "sport", ("monthly", 3, SAT, (5, 10)), "8:30", 180, (50, 80), "拔河、羽毛球、乒乓球、象棋、跳绳。",
         "按年龄分少年、青年、中年、银龄四组，每人最多报两项。请穿运动鞋，有心脏病、高血压的量力而行。" + BRING, places=90, poster="sport"),
    Plan("好家风故事会", "culture", ("monthly", 4, WED, (2, 4, 6, 9, 11)), "15:00", 90, (15, 32), "讲讲家里的规矩和老照片。",
         "每户讲十分钟，带一张老照片或一件老物件。讲得好的推荐参加街道评选。" + BRING, places=40, poster="family"),
    Plan("集体生日会", "festival", ("monthly", 4, FRI, ()), "14:30", 90, (14, 30), "当月过生日的老人一起吃蛋糕。",
         "七十岁以上、当月生日的老人和家人。有长寿面，也有无糖蛋糕；文艺队来唱两支歌。" + BRING, audience="elderly", places=40, poster="cake"),
    Plan("法律咨询日", "service", ("monthly", 4, TUE, ()), "9:30", 120, (6, 15), "婚姻、遗嘱、借条、物业，律师当面答。",
         "请带上合同、借条等材料。咨询内容保密，不录音、不拍照。", signup=False, poster="lecture"),
    Plan("邻里跳蚤市场", "culture", ("monthly", 1, SUN, ()), "9:00", 150, (25, 50), "旧书、玩具、衣服，换一换又是新的。",
         "不用交摊位费，自带垫布。孩子可以自己当摊主，大人在旁边看着。\n\n不卖食品、药品和活物。", signup=False, poster="market"),
    Plan("磨刀修伞缝补日", "service", ("monthly", 1, THU, ()), "9:00", 120, (15, 30), "老手艺人坐堂，一上午不收费。",
         "菜刀请用报纸包好；拉链、裤脚当场缝，量大的取号。", signup=False, poster="skill"),
    Plan("支部认领微心愿", "volunteer", ("monthly", 3, SUN, ()), "9:00", 90, (8, 16), "换灯泡、修水龙头、陪看病，支部认领，党员上门。",
         "居民把小心愿写在楼下的心愿墙上，支部当场认领，能当天办的当天办。\n\n党员带队，欢迎邻居一起来。", audience="residents", branch=True, signup=False, poster="volunteer"),
]  # fmt: skip
