"""The seven communities and what lies above them. Street codes are real, those of communities invented (…096 to …099)."""

from . import daimoge, longmen, niying, shunjing, wenfeng, yanming, zhongnan

ROOT = "社区门户演示"
# key: district (name, code, lies in), street (name, code)
STREETS = {
    "zhongjing": (("宛城区", "411302000000", "河南省南阳市"), ("仲景街道", "411302004000")),
    "dongcheng": (("曾都区", "421303000000", "湖北省随州市"), ("东城街道", "421303002000")),
    "gaotangling": (("望城区", "430112000000", "湖南省长沙市"), ("高塘岭街道", "430112001000")),
    "yanminghu": (("中牟县", "410122000000", "河南省郑州市"), ("雁鸣湖镇", "410122114000")),
}
COMMUNITIES = [
    module.COMMUNITY for module in (niying, daimoge, longmen, shunjing, wenfeng, zhongnan, yanming)
]
