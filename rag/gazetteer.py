"""Names that texts are told apart by: provinces, cities, countries, and the titles of offices.

Plain lists in the normal form. A name that is not here is still a name: the verifier treats any
unknown noun in another's place as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_PROVINCES = """
北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南
陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门
"""

_CITIES = """
石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 雄安 太原 阳泉 晋城 朔州 晋中 运城 忻州 临汾 吕梁 呼和浩特 包头 乌海
赤峰 通辽 鄂尔多斯 呼伦贝尔 海拉尔 巴彦淖尔 乌兰察布 锡林郭勒 阿拉善 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 葫芦岛
长春 四平 辽源 通化 松原 白城 延边 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 绥化 大兴安岭 浦东 南京 无锡 徐州 常州
苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 合肥 芜湖 蚌埠 淮南 马鞍山
淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 平潭 南昌 景德镇 萍乡 九江 新余
鹰潭 赣州 吉安 宜春 抚州 上饶 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 临沂 聊城 滨州 菏泽 郑州 开封 洛阳 平顶山 安阳
鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 荆州 黄冈 咸宁 随州 恩施
长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西 广州 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州
汕尾 河源 阳江 清远 东莞 潮州 揭阳 云浮 横琴 前海 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 崇左 海口 三亚 三沙 儋州
成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山 贵阳 六盘水 遵义 安顺 毕节
铜仁 黔西南 黔东南 黔南 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河州 西双版纳 大理 德宏 怒江 迪庆 拉萨 日喀则 昌都 林芝 山南 那曲 阿里地区
西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 商洛 兰州 嘉峪关 金昌 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南 西宁 海北州 玉树 海西州
银川 石嘴山 吴忠 固原 中卫 乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞 阿克苏 克孜勒苏 喀什 和田地区 伊犁 塔城 阿勒泰 石河子
川南 川东北 川西 苏南 苏北 粤东 粤西 粤北 鲁西 陕北 陕南 关中 长三角 珠三角 京津冀 长江 黄河 珠江 淮河 渤海 黄海 东海 南海 东北 西北
西南 华北 华东 华南 华中 西部 东部 中部 中关村 大湾区
"""

_COUNTRIES = """
中国 美国 俄罗斯 苏联 英国 法国 德国 日本 韩国 朝鲜 印度 巴基斯坦 越南 老挝 柬埔寨 缅甸 泰国 马来西亚 新加坡 印度尼西亚 菲律宾 文莱 蒙古
哈萨克斯坦 乌兹别克斯坦 吉尔吉斯斯坦 塔吉克斯坦 土库曼斯坦 阿富汗 伊朗 伊拉克 沙特 阿联酋 以色列 土耳其 埃及 南非 尼日利亚 肯尼亚 埃塞俄比亚
巴西 阿根廷 智利 秘鲁 墨西哥 古巴 加拿大 澳大利亚 新西兰 意大利 西班牙 葡萄牙 荷兰 比利时 瑞士 瑞典 挪威 芬兰 丹麦 波兰 匈牙利 捷克 塞尔维亚
希腊 乌克兰 白俄罗斯 欧盟 东盟 非洲 欧洲 亚洲 拉美 北美 南美 大洋洲 联合国 上合组织 金砖国家 世界银行 世贸组织
"""

_SUFFIXES = ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "自治州")
_KINDS = ("省", "市")

OFFICES = tuple(
    """总书记 国家主席 总理 副总理 主席 副主席 书记 副书记 部长 副部长 省长 副省长 代省长 市长 副市长 代市长 州长 县长 副县长 区长 副区长
    局长 副局长 厅长 副厅长 主任 副主任 委员长 副委员长 秘书长 校长 院长 总统 首相 大使 会长 理事长 董事长 总经理 司令员 政委
    省委书记 市委书记 县委书记 区委书记 国务委员 检察长 镇长 乡长 处长 科长 参谋长 总司令""".split()
)


def short_place(name: str) -> str:
    """The name without the word for its kind: 吉林省 and 吉林 are one place."""
    for suffix in (*_SUFFIXES, *_KINDS):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name


def _places() -> tuple[str, ...]:
    named = (_PROVINCES + _CITIES).split()
    formal = [name + kind for name in named for kind in _KINDS]
    regions = ["广西壮族自治区", "宁夏回族自治区", "新疆维吾尔自治区", "内蒙古自治区", "西藏自治区"]
    return (*named, *formal, *regions, *_COUNTRIES.split())


PLACES = _places()


@lru_cache(maxsize=1)
def _by_first_character() -> dict[str, list[str]]:
    """The longest names first."""
    found: dict[str, list[str]] = {}
    for name in sorted(PLACES, key=len, reverse=True):
        found.setdefault(name[0], []).append(name)
    return found


def listed_places(normal: str) -> Iterator[str]:
    """The places of the lists above in a text in the normal form, in order, without their kinds."""
    names, position = _by_first_character(), 0
    for start, character in enumerate(normal):
        if start >= position and character in names:
            found = next((n for n in names[character] if normal.startswith(n, start)), None)
            if found is not None:
                yield short_place(found)
                position = start + len(found)


_PROVINCE_NAMES = frozenset(_PROVINCES.split())
# Characters that no name of a county or township has at these places: 全县, 在泰州市, 社区, 城区.
_NO_NAME = "全各本我该外跨省市县区乡镇旗的在对向和与及到由个这那其他有至从为以是将下了过着谁"
_SPEAKS = "说讲谈问给把被让叫底末年月日时"  # of the words before a name: 年底岫阳县, 会议上说县医院
_LOCAL = (
    f"(?P<local>(?:(?![{_NO_NAME}{_SPEAKS}])[\u4e00-\u9fff]){{1,2}}"
    f"(?![{_NO_NAME}{_SPEAKS}地社校园小城郊山疫灾景])[\u4e00-\u9fff])"
    "(?:市|县|区|镇|乡|旗)(?![\u4e00-\u9fff]?(?:场|政|民|长|委|级|域))"
)
_NAMED = re.compile(
    "|".join(sorted({short_place(name) for name in PLACES}, key=len, reverse=True)) + f"|{_LOCAL}"
)


def places_in(normal: str) -> frozenset[str]:
    """The places that a text in the normal form names, without the words for their kinds."""
    return frozenset(match["local"] or match[0] for match in _NAMED.finditer(normal))


def is_province(place: str) -> bool:
    """Whether a place, without the word for its kind, is a province."""
    return place in _PROVINCE_NAMES
