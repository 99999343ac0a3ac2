"""Measure words: what counts as a unit behind a number, and which units mean the same.

Knows words in the normal form alone; numbers and their qualifiers are in ``quantities``.
"""

from __future__ import annotations

import re

# The first word of a line is the canonical one, the others mean the same.
_SYNONYMS = """
百分点 个百分点
元 元人民币 块钱
美元 美金
人 名 位 人口
年 周年
岁 周岁
户 户次
国 个国家
省 个省
市 个市
县 个县
区 个区
乡 个乡
镇 个镇
村 个村
街道 个街道
社区 个社区
平方公里 平方千米 km2
平方米 平米 m2
立方米 立方 m3
立方公里 立方千米 km3
公里 千米 km
米 m
厘米 cm
毫米 mm
公斤 千克 kg
毫克 mg
吨 t
千瓦时 度电 kwh
千瓦 kw
兆瓦 mw
标准箱 标箱
小时 个小时
摄氏度 ℃
"""

# Each of these is its own canonical form.
_MEASURES = """
% ‰ 欧元 港元 日元 英镑 卢布 人次 家 个 项 件 篇 起 次 条 座 所 台 辆 架 艘 套 间 栋 幢 处 宗
笔 批 场 份 册 部 本 期 届 个月 天 周 季度 分钟 秒 世纪 倍 番 级 层 头 只 匹 羽 株 棵 门 类 种 款
支 张 片 块 段 节 组 对 枚 颗 粒 桶 箱 袋 瓶 床 海里 升 克 微克 亩 亩次 公顷 顷 斤 担 尺 寸
度 架次 车次 台次 艘次 班次 批次 场次 件次 项次 例 幅 首 曲 集 卷 句 字 页 列 吨公里 人公里 吨级
千伏 伏 赫兹 英寸 支队 股 席 遍 趟 轮 吉瓦 太瓦时 车道 标段 国 省 市 县 区 乡 镇 村 街道 社区
"""

# A unit that begins one of these words is no unit there: 5部手机 but 5部门, 36项目标 but 3项目.
_OTHER_WORDS = {
    "个": "性体税别",
    "人": "均民大才员物士工力文类居选事数生身心为",
    "名": "牌列单录义额气称誉优特副师家城校医胜",
    "位": "居列于置次数势移",
    "家": "庭园长电政禽畜具居乡族教纺装属境",
    "项": ("目(?!标)",),
    "件": "均",
    "篇": "章",
    "起": ("(?![案事重较以刑纠诉火交矿、,。;]|$)",),
    "次": "要序级生年月日性第",
    "条": "件例款约块理目",
    "座": "谈位右",
    "所": "有需以在得属谓长占能做述",
    "台": "账阶湾风上前胞资式商海州山",
    "套": "餐取利路",
    "间": "接",
    "处": "理置于分罚级长在方暑",
    "笔": "者试记",
    "批": "准评复发判示",
    "场": "所地景馆合面均",
    "部": "门署分队长委位",
    "本": "身地市省区级着年月报金科质土届次",
    "期": "间望末刊限货盼待",
    "天": "津然气空下地际文府山水性桥赋花",
    "周": "边围转期年边",
    "级": "别领联财",
    "层": "次面级层出叠",
    "头": "等部号雁脑条筹绪",
    "只": "要有能是争讲顾为",
    "门": "类户口路店诊前槛外窗",
    "类": "似型别",
    "种": "植子养业族地质",
    "款": "项待",
    "支": "持付出部柱撑援农教线行流点护配",
    "张": "家掖开",
    "片": "区面段",
    "块": "状",
    "段": "时落位",
    "节": "约能水日假点省支气余",
    "组": "织成建团合长工",
    "对": "口外内于接比照应标策台党",
    "床": "位上",
    "升": "级学至高值降格温旗起到为华",
    "克": "服隆难勤己拉",
    "担": "当保任心负忧",
    "度": "假过量夏汛冬",
    "幅": "度员",
    "首": "位次府批都创个家届要台套席发季",
    "曲": "线折靖",
    "集": "团中体群聚成约市镇合资装",
    "卷": "烟入宗",
    "字": "头",
    "列": "入为车出支全第席举居",
    "股": "份权东票市改金级民",
    "席": "位卷",
    "遍": "布及地",
    "轮": "换岗番胎训流滑动融值候作船",
    "户": "籍外口厕均用型主表数",
    "亩": "均",
    "元": "旦素首宵月气勋帅件老化宇",
    "年": "度级龄均产轻货会底初末终报收",
    "倍": "增数加感频受",
    "国": "家际有内外民道企土防债资务产庆旗界",
    "国家": ("(?!地区|[和及与的在有、,。;]|$)",),  # 3个国家重点实验室
    "省": "级份委直内外会",
    "市": "场民政值容级区县直委州",
    "县": "域级城委乡",
    "区": "域间块别位划",
    "乡": "村镇亲愁土",
    "镇": "村区域街化",
    "村": "庄民级容委落屯镇集企干卫",
    "t": ("[a-z0-9]",),
    "m": ("[a-z0-9]",),
}


def _table() -> dict[str, str]:
    table = {word: word for word in _MEASURES.split()}
    for line in _SYNONYMS.strip().splitlines():
        canonical, *others = line.split()
        table |= dict.fromkeys((canonical, *others), canonical)
    return table


def _pattern(unit: str) -> str:
    counted = unit if unit == "个" else unit.removeprefix("个")  # 3个县, but not 3个县级市
    blocked = _OTHER_WORDS.get(counted, "")
    if isinstance(blocked, tuple):
        return f"{re.escape(unit)}(?!{blocked[0]})"
    return re.escape(unit) + (f"(?![{blocked}])" if blocked else "")


UNITS = _table()
UNIT_PATTERN = "|".join(_pattern(word) for word in sorted(UNITS, key=len, reverse=True))
