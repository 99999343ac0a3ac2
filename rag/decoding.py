"""Bytes to text: which encoding a Chinese text is in, decided by how plausible its reading is.

Each candidate encoding reads the bytes, and the reading that a writer of Chinese would most
probably have written wins: the log-likelihood of its characters under a table of common ones.
A damaged byte costs no more than two rare characters, so one bad byte never turns a UTF-8 text
into mojibake. Knows no file formats and no mark-up; only newlines and a byte order mark change.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.normal_form import normalise

REPLACEMENT = "\ufffd"
_SAMPLE_BYTES = 1 << 20  # from the first byte that is not ASCII; enough to tell, bounded in time

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# Log-probability that a Chinese text is in this encoding, before a byte is seen.
_CANDIDATES = {"utf-8": 0.0, "gb18030": -1.0, "big5": -3.0, "utf-16-le": -6.0, "utf-16-be": -8.0}
_DECLARED_BONUS = 4.0  # a declaration tips the scales where the bytes do not: about one character
_TWO_BYTES = frozenset(("gb18030", "big5hkscs"))
_MOST_RESUMED = 1000  # damaged places in a text worth a closer look
_LOOKAHEAD = 32  # bytes that tell whether reading is in step
_DOUBTFUL = -14.0  # a character, on average; Chinese texts have about -7, chance bytes below -15
_ALIASES = {
    "utf8": "utf-8",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp936": "gb18030",
    "hz": "gb18030",
    "cp950": "big5",
    "big5hkscs": "big5",
    "utf-16": "utf-16-le",
}
# Python's big5hkscs reads every Big5 text; for these signs Windows and the Web agree on another.
_BIG5_SIGNS = str.maketrans("•､‾∼♁☉¥¢£", "‧﹑￣～⊕⊙￥￠￡")

# The 1,500 most frequent characters, in order, counted from the word frequencies of jieba (MIT).
_COMMON = (
    "的一是人了不在有大中国和为这上他个地年来我会以到时要出生学说道民家子也成行下们于后就发自"
    "之对得主长可过天作分方用多你着部能市等业全里工公经本都而高政法面门动日进区事代那去心小同"
    "北定开产前其军还然起种所如现理机体表力好外与文当两实重新三么只山水关明从化平建又制南内西"
    "没此将员名手最东头者月间无安看见各城十相但已些正口通想度加第她合院物性战由位常点海意场武"
    "使次二向治因立数样身情入原问把路被并利石老教万知级量任江及应省资委务元美特期世湖回系比气"
    "汉总展电科金先声提品设或义王社很统处四首共马形己儿司太目基领队直计别女权话少流命至报米给"
    "打变果书清活几州华解议更称程今决张导术府才保交放管结师便走达族反再题色五京河接条规县式白"
    "它改风光运信受什组听布百济党指论强做取技黄神选记斯真却职号界件花类何眼兵传带空干农边据集"
    "联古广完质阳难增历史专官每住商即步认车台林必死游举线言皇土团收考求德叫近备研争非具李众连"
    "调感转笑革该持始英克士尔让拉思根格造较际亲单朝红型价校约器字段周亚深候则功属积快图火千准"
    "究往极育装许参半令吃观鱼精办像帝八复影告远群包整构料随划算象容示投势热值夫网望源息语股铁"
    "断派速怎需片爱律纪支早况病境证编越局推满且列觉服双未居除乐企引标确织初青志率项飞球察节龙"
    "响药站施均消客失轻存低甚般击曾防请离落显罗营足素视护副食创余照兴占巴虽洲村费易试星木黑左"
    "宝置跟央识维采六底宫房音环案批切斗富乡另倒若按查故突责严桥模仅胜杀围席态破承招杨负层须父"
    "供续状域似依银范修找九致密终血旅钱赛独细效玉冲获习医演毛尽脸弹楼艺航陆右协七攻镇检写苏宗"
    "章注阿抗弟坐验封紧劳户优财养适陈喜卫排射哥油刻留急降念云微伤例景拿绝阶座刘刚害印亿沙母酒"
    "助闻超审待压升送监策略限竟香配藏敌呢差仍兰温园树征善波哪词岛止预怕继皮执味份角草男普答益"
    "谁船惊核街夏宣掌田久著画辑奇尼剑吧谈背免孩礼材愿洋春架筑括晚乱乎讲尚良友临激刀夜室既敢邦"
    "挥昌板胡欧福港叶简苦担句岁荆贵娘守辖威宜衣帮块堂额错剧充欢够孙班呼阵销坚练脚退读测吴希宁"
    "换版异某顾曲楚典朱毒菜判救宋茶洪含顺啊鲜败货矿端兄归冷忙买险康评肉吗厂永哈沉散遗停笔假输"
    "牛洞松渐顶训录否述毕督控丰献姑忽爷互亮纳襄登咱钟伯臣雄季脑介鄂召饭暗扩祖齐短烈赶牌恩诉移"
    "诗础露届蒙静喝盘卖植授伊湾博痛减穿逐秘庭陵固禁票灵杂姓泽吸侧庆妈遇追甲馆补唐炮沿殿刺怪彩"
    "俄旧警索岸轮妇载靠附毫怀软骨探雷旁罪枪牙迎序慢盛雨墙恶谷顿危稳熟概酸操诸绿佛荣针托宽折野"
    "付午肯库厚缺罢耳屋嘴末谢培巨页瓦款犯困店智拥雪翻圣戏旗吉婚奖岩疑币圆歌廷健卡烧析讨跑烟误"
    "仙疗舞亡闭汽伸脱秋姐繁侵川莫麻秀借寻私岗卷跳丽横驻套兼您君丁束纸夺袁灯坏坦丝径购阴床瞧择"
    "墓宪峰遍鲁庙掉丹桃御舰避售怒课播拔奥延虚隐粮络遭摇潜庄混厅婆奴鼓赵访睡震予童徐韦殖抓拜吨"
    "扬址洛休纵逃染纷贸透汇灭蛋森仪塔距狐融郡缓聚盖拍迹忠释润粉涓孔岭搜紫虑促抵钢塞寺津液码虎"
    "坛珍硬梁奔累役偏迫锛凡损壁哭替税综伦冰盟挂韩竞乌尤弱铺妹秦尊竹珠迅脉泥鬼纯睛刑途隆潮幅杯"
    "握谋剂幸奉乘抱朋谓频崇壮骑紝恐享鸡虫绍铜呈泛械摆欲奶敬措爆暴签猛郭嘉障缩亦废搞胞埃曰撤暖"
    "寒订俗绩阻盐萨勒忘奏孝贴灰梅触玩默胸醒莲篇柱裁啦淡抢捕闹纺截讯朗誉雅忍梦伙勇峡徒丈尾迷唱"
    "泉泰佳残闪伍呀疾署剩贼冠倾豆申贫诺麦泪羊尖辈镜涉贡爹缘摩妻殊贝零映甘骂糖岳饮奋棉雕跃汗冒"
    "渡努赞启阁斤裂患伏池鹿洗劲晋倍圈媒箭沟锋胆凭挑抬闯隔弄曹汤苗迁叹唯振储贯彻桌祭符僧衡炸旋"
    "凤喊黎郎援肥磁忌赏辽祥董仁辛瑞询敏浪貌毁昨巧腿抽荷陷焦净腹弃乃湘亩滑狗冬宏皆番尸伟桂览恢"
    "龄绕趣晶坡魏摸伴墨浓绪舍蓝荡阅井鸿旦惯症鸟扎窗辞聘穷堰宇键荒递恨隶厉杜闲腰袭侍灾涨叔湿寨"
    "幕豪郑磨"
)
_RANK = {character: rank for rank, character in enumerate(_COMMON)}
_PUNCTUATION = frozenset("，。、；：？！“”‘’（）《》【】—…·　")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding it was read as, and how many of its characters are lost (U+FFFD)."""

    text: str
    encoding: str
    damaged: int = 0
    doubtful: bool = False  # no encoding makes sense of the bytes; they may be no text at all


def decode(data: bytes, declared: str | None = None) -> Decoded:
    r"""Read ``data`` as the encoding in which it makes most sense, with ``\n`` newlines.

    Args:
        data: The bytes of a whole text.
        declared: A charset that the container names; tips the scales, and is not believed.

    Returns:
        The text; ``damaged`` counts its U+FFFD: each stands for a byte, or the remains of one
        character, that could not be read.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    encoding = detect(data, declared)
    decoded = _decoded(data, encoding)
    return decoded if encoding == "utf-8" else replace(decoded, doubtful=_is_doubtful(decoded.text))


def detect(data: bytes, declared: str | None = None) -> str:
    """The most plausible of utf-8, gb18030, big5, utf-16-le and utf-16-be."""
    sample = _sample(data)
    if not sample:
        return "utf-8"
    scores = {
        encoding: prior + _log_likelihood(_read(sample, encoding))
        for encoding, prior in _CANDIDATES.items()
    }
    if declared and (known := canonical(declared)) in scores:
        scores[known] += _DECLARED_BONUS
    return max(scores, key=lambda encoding: scores[encoding])


def canonical(charset: str) -> str | None:
    """This module's name for a declared charset, or ``None`` for one that it does not read."""
    try:
        name = codecs.lookup(charset.strip()).name
    except (LookupError, ValueError):  # ValueError: a name with a NUL
        return None
    name = _ALIASES.get(name, name)
    return name if name in _CANDIDATES else None


def storable(text: str) -> str:
    """``text`` as UTF-8 can hold it: half a surrogate pair, which JSON can name, becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        pass
    else:
        return text
    return "".join(REPLACEMENT if "\ud800" <= c <= "\udfff" else c for c in text)


def _sample(data: bytes) -> bytes:
    """The part that tells encodings apart; empty where every byte is plain ASCII."""
    if data.isascii() and b"\x00" not in data:
        return b""
    end = _SAMPLE_BYTES
    if len(data) <= end:
        return data
    first = next((i for i, byte in enumerate(data) if byte >= 0x80 or not byte), 0)
    first &= ~1  # UTF-16 stays aligned
    return data[first : first + end]


def _decoded(data: bytes, encoding: str) -> Decoded:
    text = _read(data, encoding).replace("\r\n", "\n").replace("\r", "\n")
    return Decoded(text, encoding, text.count(REPLACEMENT))


def _read(data: bytes, encoding: str) -> str:
    codec = "big5hkscs" if encoding == "big5" else encoding
    text = data.decode(codec, errors="replace")
    if codec in _TWO_BYTES and 0 < text.count(REPLACEMENT) <= _MOST_RESUMED:
        text = data.decode(codec, errors=_resuming())
    return text.translate(_BIG5_SIGNS) if encoding == "big5" else text


@lru_cache(maxsize=1)
def _resuming() -> str:
    """The name of the error handler that finds back into step, registered on its first use."""
    name = "jianghua-resume"
    codecs.register_error(name, _resume)
    return name


def _resume(error: UnicodeError) -> tuple[str, int]:
    """Go on behind a damaged byte, or behind its pair where what follows reads better from there.

    A damaged first byte of two would else put the rest of the line out of step.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    near, far = error.start + 1, error.start + 2
    ahead = [
        error.object[at : at + _LOOKAHEAD].decode(error.encoding, "replace") for at in (near, far)
    ]
    one, two = (_log_likelihood(text) / max(len(text), 1) for text in ahead)
    return REPLACEMENT, far if ahead[1] and two > one + 1 else near


def _is_doubtful(text: str) -> bool:
    sample = text[:_SAMPLE_BYTES]
    return _log_likelihood(sample) < _DOUBTFUL * len(sample)


def _log_likelihood(text: str) -> float:
    counts = Counter(text)
    return sum(count * _log_probability(character) for character, count in counts.items())


@lru_cache(maxsize=65536)
def _log_probability(character: str) -> float:
    """How probable a character is in a Chinese text, in nats; a table, not a fit."""
    if character.isascii():
        return -6.0 if character.isprintable() or character in "\n\r\t" else -25.0
    if character in _PUNCTUATION:
        return -5.0
    if "\u4e00" <= character <= "\u9fff":
        return _han_log_probability(character)
    category = unicodedata.category(character)
    if character == REPLACEMENT or category[0] == "C":  # private, unassigned, control
        return -25.0
    if "\uff01" <= character <= "\uff5e":  # full-width figures and letters
        return -8.0
    return -18.0 if category[0] == "L" else -12.0


def _han_log_probability(character: str) -> float:
    simplified = normalise(character)
    rank = _RANK.get(simplified)
    if rank is not None:
        return -6.0 - rank / 440
    try:
        lead = simplified.encode("gb2312")[0]
    except UnicodeEncodeError:
        return -17.0
    return -11.0 if lead < 0xD8 else -13.0  # GB 2312 sorts its common characters first
