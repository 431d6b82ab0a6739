"""What single communities are known for, as the articles tell it."""

from .programme import BRING, FRI, MON, SAT, SUN, THU, TUE, WED, Plan

_CLEAN = "带上扫把、手套（没有的社区发），干一个半小时。扫院子、清楼道、铲小广告、归整单车。\n\n干完在驿站喝茶，登记签到。"

OWN = {
    "niying": [
        Plan("电吹管公益课堂", "course", ("weekly", (MON, THU), "quarter"), "15:00", 90, (16, 24), "退休老人的电吹管课，零基础也能来。",
             "每周一、周四下午上课，先练气息和指法，再合一首老歌。没有电吹管的可以先借社区的。" + BRING, audience="elderly", where="泥营社区邻里中心/电吹管教室", places=28, poster="music"),
        Plan("八段锦公益课", "course", ("weekly", (TUE,), "quarter"), "8:00", 60, (14, 26), "八个动作，一年四季都能练。",
             "老师带练两遍、分解一式。穿宽松衣服和软底鞋。" + BRING, where="健康主题公园/太极气功锻炼区", places=40, poster="tai"),
        Plan("读清廉书读书会", "culture", ("weekly", (WED,), "quarter"), "15:30", 60, (9, 16), "每周读一篇，说几句心里话。",
             "从《诫子书》读起，读家训、读廉吏故事，也读居民自己写的家风。" + BRING, where="诸葛书屋/清风书屋", places=24, poster="book"),
        Plan("传统文化周周演", "culture", ("weekly", (SAT,), "month"), "9:30", 75, (30, 60), "戏曲、快板、合唱，每周一场。",
             "节目由居民点、爱好者演。想登台的，周三前到文明实践站排节目单。", where="泥营社区新时代文明实践站/百姓大舞台", signup=False, poster="stage"),
        Plan("党风廉政专题培训", "party", ("monthly", 2, FRI, (3, 6, 9, 12)), "15:00", 90, (20, 36), "学纪、知纪、明纪、守纪。",
             "社区党员和工作人员参加。先看案例短片，再分组讨论。", audience="party", where="泥营社区邻里中心/议事厅", internal=True, poster="party"),
        Plan("月嫂与养老护理技能培训班", "course", ("monthly", 2, MON, (3, 5, 9, 11)), "9:00", 180, (16, 28), "结业推荐上岗，优先失地农民家庭。",
             "共五天，这里报名的是开班第一天。请带身份证，学费由培训补贴支付。" + BRING, audience="residents", where="就业培训基地/实训教室", places=30, poster="skill"),
        Plan("童心向党趣味拓展", "children", ("monthly", 2, SAT, (1, 7, 8)), "9:00", 120, (16, 28), "孩子们的一天：队列、寻宝、画画。",
             "八到十四岁，家长签知情同意书。请带水壶和防晒帽。" + BRING, audience="children", where="健康主题公园/体育运动区", places=30, poster="craft"),
        Plan("家风家训红色宣讲", "lecture", ("monthly", 3, FRI, (4, 10)), "15:00", 90, (35, 60), "道德模范讲真人真事。",
             "请百姓宣讲团的讲师来，讲完和大家拉家常。" + BRING, where="泥营社区邻里中心/多功能活动室", places=80, poster="family"),
    ],
    "daimoge": [
        Plan("周六卫生大扫除", "volunteer", ("weekly", (SAT,), "month"), "9:00", 90, (14, 34), "每周六上午，我们的院子我们扫。", _CLEAN, where="百货小区红色驿站/活动室", signup=False, poster="clean"),
        Plan("五方联席会", "meeting", ("monthly", 2, TUE, ()), "15:00", 90, (9, 16), "党委、支部、业委会、楼栋长、下沉党员坐到一起。",
             "一事一议，会后三天内贴出办理人和期限。", where="带谟阁社区党群服务中心/会议室", signup=False, internal=True),
        Plan("红色驿站棋牌友谊赛", "sport", ("monthly", 2, SUN, ()), "14:30", 150, (12, 20), "象棋、跳棋、扑克，输赢都有茶喝。",
             "按到场先后编号抽签。" + BRING, where="食品小区红色驿站/活动室", places=20, poster="chess"),
    ],
    "longmen": [
        Plan("“红色周五”环境整治", "volunteer", ("weekly", (FRI,), "month"), "15:30", 90, (12, 28), "“双创”行动队带头，背街小巷一条条过。", _CLEAN, where="健康广场/广场", signup=False, poster="clean"),
        Plan("银龄广场舞课", "course", ("weekly", (TUE, THU), "quarter"), "9:00", 75, (14, 26), "踏步、甩臂、跺脚，跳得高兴就好。",
             "新学员站后排，老师慢动作教三遍。" + BRING, audience="elderly", where="龙门街社区新时代文明实践站/舞蹈室", places=30, poster="dance"),
        Plan("“双阳”课堂：陪读陪写", "children", ("weekly", (SAT,), "quarter"), "9:30", 90, (8, 15), "退休教师陪孩子写作业、读一本书。",
             "小学一到五年级，家长可在阅览室等候。" + BRING, audience="children", where="龙门街社区新时代文明实践站/阅览室", places=16, poster="book"),
    ],
    "shunjing": [
        Plan("“暖新”驿站读书角", "culture", ("weekly", (SUN,), "quarter"), "15:00", 90, (8, 14), "外卖员、快递员和邻居一起读半小时书。",
             "驿站有热水、充电、微波炉，读完一起喝杯茶。" + BRING, where="柏树巷“暖新”驿站/图书阅览室", places=20, poster="book"),
        Plan("三方联动碰头会", "meeting", ("monthly", 2, MON, ()), "15:30", 75, (7, 14), "社区、业委会、物业当面说清。",
             "楼道灯、积水点、停车位，一件件过。", where="楚湘小区红色驿站/议事室", signup=False, internal=True),
        Plan("楚湘小区太极拳晨练", "sport", ("weekly", (WED,), "quarter"), "7:30", 60, (10, 18), "二十四式，跟着音乐慢慢来。",
             "雨天改到驿站室内。" + BRING, where="楚湘小区中心花坛", places=30, poster="tai"),
    ],
    "wenfeng": [
        Plan("爱心积分兑换活动", "service", ("monthly", 4, SAT, ()), "9:00", 150, (30, 55), "用积分换卫生纸、洗衣粉、肥皂。",
             "凭姓名和手机后四位核对积分，当场签字领取。\n\n积分不能换现金，也不能转给别人；有疑问当场核对记录。", audience="residents", where="文峰塔小广场/广场", signup=False, poster="points"),
        Plan("楼道清洁与隐患排查", "volunteer", ("weekly", (SAT,), "month"), "15:00", 90, (10, 22), "清楼道、查电线、看消防通道。", _CLEAN, where="文峰小区红色驿站/活动室", signup=False, poster="clean"),
        Plan("合唱练习", "course", ("weekly", (THU,), "quarter"), "15:00", 90, (14, 24), "老年大学教学点的合唱班。",
             "两个声部，曲谱现场发。" + BRING, audience="elderly", where="文峰塔社区党群服务中心/议事厅", places=30, poster="music"),
    ],
    "zhongnan": [
        *[Plan(f"老年大学·{name}", "course", ("weekly", (day,), "term"), at, 90, come, summary,
               "春季班二月底开班，秋季班九月开班，每班一学期十四课。缺课三次以内发结业证。" + BRING, audience="elderly", where=where, places=places, poster=poster)
          for name, day, at, come, summary, where, places, poster in (
              ("书法班", MON, "9:00", (16, 23), "从握笔、横竖学起。", "中南社区公共服务中心/书法室", 24, "book"),
              ("舞蹈一班", TUE, "9:00", (24, 34), "民族舞基础。", "中南社区公共服务中心/舞蹈室", 36, "dance"),
              ("舞蹈二班", TUE, "15:00", (24, 34), "提高班，排一支比赛舞。", "中南社区公共服务中心/舞蹈室", 36, "dance"),
              ("声乐班", WED, "9:00", (30, 44), "气息、咬字、合唱。", "中南社区公共服务中心/党员活动室", 45, "music"),
              ("葫芦丝班", WED, "15:00", (12, 18), "自带葫芦丝，初学可先借。", "雷锋驿站/器乐室", 20, "music"),
              ("太极班", THU, "8:00", (22, 34), "二十四式太极拳。", "同心公园/同心文化大舞台", 40, "tai"),
              ("民族巧手坊", THU, "15:00", (14, 22), "刺绣、扎染、剪纸。", "中南社区公共服务中心/妇儿之家", 24, "craft"))],
        Plan("智能手机分级课（初级）", "course", ("weekly", (FRI,), "quarter"), "9:30", 90, (9, 16), "开关机、放大字体、接视频。",
             "居家养老机构的老师讲，助教一对三。" + BRING, audience="elderly", where="中南社区公共服务中心/绿色网吧", places=18, poster="phone"),
        Plan("气排球周末赛", "sport", ("weekly", (SAT,), "month"), "16:00", 120, (10, 18), "混合组队，来了就能打。", "到场抽签分队，打满三局。" + BRING, where="同心体育馆/室内气排球场", places=24, poster="sport"),
        Plan("初心讲堂", "lecture", ("monthly", 2, WED, ()), "19:00", 100, (60, 130), "每月一讲：健康、法律、历史、时事。",
             "讲座四十五分钟，提问半小时。可容纳368人，仍请报名，好准备座位和茶水。" + BRING, where="初心讲堂/多功能会议厅", places=368, poster="lecture"),
        Plan("小楼议事", "meeting", ("monthly", 1, TUE, ()), "19:30", 75, (9, 18), "把话说开，把事办成。", "楼里的事楼里议：加装电梯、停车、噪声。", where="雷锋驿站/居民议事吧", signup=False),
        Plan("好家风评比投票与颁奖", "culture", ("monthly", 2, SAT, (6, 12)), "15:00", 120, (60, 110), "提名、评议、公示，最后请大家一起鼓掌。",
             "今年提名的家庭在公示栏和本网站公示五个工作日。" + BRING, where="初心讲堂/多功能会议厅", places=300, poster="family"),
        Plan("“雷锋号”青少年夏令营", "children", ("weekly", (MON, WED), "summer"), "9:00", 180, (16, 26), "红色教育、爱心教育、责任教育。",
             "七月中到八月中，每周一、三上午。家长签知情同意书。" + BRING, audience="children", where="雷锋号青少年关爱家园/学习室", places=30, poster="craft"),
        Plan("青年人才公寓邻里夜", "culture", ("monthly", 4, FRI, ()), "19:30", 120, (10, 22), "桌游、电影、分享会，认识楼上楼下。", "自带一样零食。" + BRING, audience="youth", where="雷锋驿站/文娱室", places=30, poster="summer"),
    ],
    "yanming": [
        Plan("悦动耄耋：手指操与翻花绳", "course", ("weekly", (TUE,), "quarter"), "9:30", 75, (14, 24), "动动手、动动脑，笑一笑。",
             "反口令、翻花绳、手指操，社工带着玩。" + BRING, audience="elderly", where="镇区社区党群服务中心/文体活动室", places=30, poster="dance"),
        Plan("党建联席会", "meeting", ("monthly", 2, THU, ()), "15:00", 90, (10, 18), "物业、社工、业委会、两委四方坐到一起。",
             "能当场答复的当场答复，不能的定人定期限。业主代表请提前一天交问题。", where="镇区社区党群服务中心/多功能会议室", signup=False),
        Plan("雁鸣湖探索之旅", "children", ("monthly", 3, SAT, (3, 4, 5, 6, 9, 10, 11)), "8:30", 180, (16, 28), "带孩子认湿地的鸟和草。",
             "集合后沿湖步道走两公里，讲解员带望远镜。一个孩子一位家长。" + BRING, audience="children", where="雁鸣湖自然教育点", places=30, poster="lake"),
        Plan("绿色手工坊：环保小花盆", "children", ("monthly", 4, SUN, (2, 4, 7, 10, 12)), "9:30", 90, (12, 20), "旧塑料瓶变花盆。", "每家带两个洗净的塑料瓶。" + BRING, audience="children", where="镇区社区党群服务中心/儿童乐园", places=24, poster="craft"),
        Plan("益路成长：志愿者培训", "volunteer", ("monthly", 4, TUE, (3, 6, 9, 11)), "14:30", 120, (14, 24), "怎样倾听，怎样陪伴，怎样记录。", "社工讲方法，老志愿者讲故事，最后两人一组演练。" + BRING, audience="volunteers", where="镇区社区党群服务中心/志愿者之家", places=20, poster="volunteer"),
        Plan("邻里守望：结对看望", "volunteer", ("monthly", 3, WED, ()), "9:00", 120, (10, 18), "两人一组，看望独居、空巢老人。", "陪说话、打扫、送一盆绿植，回来填走访表。", audience="volunteers", where="新时代文明实践站/文化小广场", signup=False, poster="volunteer"),
    ],
}  # fmt: skip
