"""The words of speeches and reports that the verifier must know: opposite, weightless, negating.

Plain tables in the normal form, read once. Those that mean the same are in ``synonyms``. Knows words
alone: how texts are compared is in ``verifier``, figures and dates are in ``quantities`` and ``moments``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rag.gazetteer import OFFICES, PLACES, short_place
from rag.synonyms import SAME_CONTENT, SAME_STYLE, SAME_WORDING


class Role(StrEnum):
    """What a word does in a sentence, as far as it matters to its truth."""

    CONTENT = "content"  # names the matter; another word in its place is another claim
    WORDING = "wording"  # verbs of reports: another one in its place changes little
    STYLE = "style"  # adverbs and adjectives that may come and go
    LIGHT = "light"  # grammar
    ADVERSE = "adverse"  # wording that turns its object to the worse
    NEGATION = "negation"
    UP = "up"
    DOWN = "down"
    BASIS = "basis"  # 同比, 环比
    LIMIT = "limit"  # 县级以上, 部分企业, 基本建成
    SCOPE = "scope"  # 全省, 我市: stands for a name
    PLACE = "place"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Word:
    """One known word: ``key`` is the same for words that mean the same."""

    key: str
    role: Role


# Adverbs and adjectives of style: they may come and go.
_STYLE = """
全面 深入 扎实 大力 积极 着力 切实 有效 有力 充分 全力 认真 努力 稳妥 牢牢 牢固 加紧 精准 及时 合理
有序 平稳 顺利 圆满 突出 紧紧 奋力 勇于 高速 较大 较好 良好 优良 高质量 高水平 高效 有机 有力有效
卓有成效 成绩显著 先后 相继 陆续 分别 累计 共计 合计 总计 全力以赴 依法 连年 连续多年 一直 一贯 历来 长期
坚定不移 始终不渝 持之以恒 锲而不舍 一以贯之 一如既往 不折不扣 扎扎实实 实实在在 踏踏实实 千方百计 毫不动摇 毫不放松
全力以赴 进一步提高 强力 加力 彻底 适时 尽快 尽早 按时 按期 如期 率先 真正 确实 仍然 依然 必然 当然 立即 马上 很快 刚刚 相互 互相
有力地 不懈 深入开展 工作 问题 情况 领域 力度 称号 环节 过程 精心 悉心 用心 稳步有序 有效地 主动积极
务必 一定 必将 定能 并肩 深刻 深远 重大 重要 主要 统筹兼顾 分批 分期 蓬勃 旺盛 强劲 火热 红火 活跃
有声有色 如火如荼 方兴未艾 喜人 可喜 亮眼 骄人 突出的 显著的 丰硕 坚实 鲜明 具体 完整 美好 更好 更快 更高 更优 更强 更多 更足 更实 务实 直接 完全 必要 适当 根本 过去 广大 优秀 清醒 妥善 便捷 便利 快捷 能够 敢于 善于 乐于 难免 紧密团结 两国
"""


# Words that hold a shorter one of these tables without its meaning.
_PLAIN = """
世界级 国家级 自治区级 省级 市级 县级 区级 镇级 乡级 村级
少数民族 经济组织 社会组织 党组织 基层组织 群众组织 群团组织 工会组织 组织部 发展 居民 降水 降雨 降雪 减灾 减排 减贫 升级 升学 增值 存量 大学 中学 小学 会议室 代表大会 使命 使馆 和平 和谐 同步 同行
排水 排放 排查 排污 排涝 列车 列席 系列 居住 比赛 对比 比拼 另行 开幕 闭幕 增产 减产 增收 减收 升值 贬值 为主 行为 对外 对内 对口 等级 平等 高等 中等 初等 上等 起点 起步 一起 从业 从严 从事 创业 创新 创意 创客 创伤 创汇 双创 向上 方向 面向 已有 既有 所有制 场所
研究所 事务所 派出所 被动 将军 把关 及时雨 以人为本 可再生 可支配 均衡 平均 日均 共同体 共产党 公共 共青团 共和国 共享
"""

_BASIS = """
同比 比上年 较上年 比去年 较去年 比上年同期 比去年同期 较上年同期 较去年同期 同上年相比 与上年相比 与去年同期相比 与上年同期相比 比前一年 同去年相比 与去年相比 比上一年 较上一年
环比 比上月 较上月 比上季度 较上季度 比上个月 较上个月
"""

_UP = "多出 上调 增长 上升 增加 上涨 攀升 升高 回升 增幅 涨幅 增速 上扬 增 升 涨"
_DOWN = "负增长 下降 降低 减少 下跌 下滑 回落 减小 下调 缩减 降幅 跌幅 减 降 跌"

# Wording that has no equal here; in another's place it still changes little.
_WORDING = """
深化 抓好 做好 抓实 落细 坚持 立足 围绕 注重 重视 牢记 把握 形成 呈现 迈出 打响 打好 打赢 走好 用好
管好 办理 开辟 探索 搞好 狠抓 做优 建强 着眼 部署 谋划 安排部署 力争 争取 确保 努力实现 预计 计划 拟
有望 编制 起草 用于 用来 用以 注意 增进 践行 赋予 铸牢 传播 宣传 贯穿 履行 履职 摆脱 不利于 发表 欢迎 延长 扭转 付出 塑造 承接 警惕 锻炼 分享 拿出 奉献 排除 掀起 承载 考虑 愿意
展望 憧憬 记取 铭记 亲历 归纳 概括 阐述 论述 阐明 提请 提交审议 受理 接收 收到 试行 试点 示范 掌握 熟悉 适用 联合 合并 整合 配套 对接 匹配 集成 叠加 聚力 凝心聚力 筹集 投放 拨付 拨出 减免 兑现 救助 慰问 盘活 清理 整顿 规范 调整 优选 遴选 认定 评定
达标 合格 倡树 推广 普及 尊重 开拓 奋斗 应对 繁荣 构成 克服 控制 采取 依靠 凭借 树立 秉持 坚守
恪守 遵循 遵守 执行好 督促 督查 验收 出现 表明 说明 证明 受到 覆盖 涉及 关系到 有利于 有助于 筑牢 织密
兜牢 守牢 守住 稳住 锚定 紧扣 对标 抢抓 抓住 把准 厘清 理顺 畅通 疏通 打通 贯通 衔接 融入 纠正 清零
消灭 淘汰 关停 压降 严打 申报 申请 获批 颁布 签发 下发 下达 上报 报送 提交 递交 听取 审议 审查 批准
擦亮 叫响 唱响 亮出 领会 宣讲 引导好 关心 关爱 关注 照顾 接待 接受 吸收 吸取 总结 回顾 梳理 走访 会谈 转变 改变 翻新 提质
增效 扩容 扩面 提标 提档 扩建 续建 迁建 改扩建 修复 恢复 重建 征收 拆迁 搬迁 收集 运转 安家 挂牌 揭牌
上市 上线 开通 开业 开园 开馆 开播 首播 首飞 下线 总装 交付 通车 通航 贯通运营 并网 给出 缴纳 上缴 交纳
收取 征缴 领取 享受 享有 保有 留有 参观 观摩 凝聚 服从 听从 响应 号召 动员 发动 调度 指挥 指导 领导
充满 富有 饱含 蕴含 寄托 怀着 抱着 满怀 强调 着重指出 涵盖面 投入 征购 商讨 飞速 普遍 严肃 紧密 超额
"""

_LIGHT = """
所占 高达 多达 约达
作为 起 按 以 同志 同志们 的 得 了 着 之 其 所 被 把 将 使 让 和 与 及 以及 同 跟 并 并且 而且 且 而 或 或者 也 还 又
再 更 都 均 则 就 便 即 在 于 从 由 自从 到 至 向 往 对于 关于 给 为 为了 因 因为 因此 所以
但 但是 是 有 要 应 应该 应当 必须 需要 能够 可以 可 已 已经 曾 曾经 正在 正式 共 总共 达 达到
约为 等 等等 这 那 该 此 我 我们 他 他们 它 它们 你们 大家 个 各 各个 每 每个 方面 时候 通过 虽 虽然 虽说 尽管 却 然而 不过 从而 进而 因而 以便 当作 当成 视为 看作 就是 即是 这里 那里
根据 按照 依照 依据 随着 其中 其他 同时 此外 另外 还有 以来 只 只有 仅 仅有 仅仅 才 约 大约 年底前
以内 之内 比 另 另有 各方面 各方 上述 首先 其次 再次 最后 属于 旨在 使得 加以 予以 目前 现在 当前 截至 截止 截至目前 截止目前 起来 下来 上来 进来 出来 进行了 全部 整个 所有 一切 一
一些 一批 一系列 之一 之间 们 吗 呢 啊 吧 即将 今后 下一步 一是 二是 三是 四是 五是 六是
七是 八是 九是 一要 二要 三要 不仅 不但 不只 不少 不同 不久 不管 不论 无论 尤其 特别 特别是 尤其是
非常 十分 很 较 最 极 更多 较为 比较 报告 讲话 指出 指明 强调 提出 认为 表示 要求 会议 说 称 介绍 谈到
提到 明确 说明 全年 有关 等方面 年来
"""

# Words with 不, 无, 非, 未 that deny nothing.
_NOT_NEGATING = """
不断 不仅 不但 不只 不少 不久 不管 不论 无论 不忘 不懈 坚持不懈 不平凡 不畏 不屈 不移 不动摇 无私 无数
非凡 未来 无偿 无缝 没收 无形 莫大 不在少数 除非 不可分割
不可或缺 差不多 毫无疑问 无疑 不失时机 独立自主 不得不 无不 不可逆转 百折不挠 永不 必不可少 自强不息 源源不断 不竭 不惜
不能不 不可不 没有人否认 无人否认 不可否认 不能否认 无可否认 不容否认 不容置疑 毋庸置疑 毋庸讳言 无可争辩
"""

# The same inside the names of things: another name in their place is another thing.
_NOT_NEGATING_NAMES = """
无政府 非公 非公有制 非公企业 非公经济 非物质文化遗产 非遗 非税 非洲 南非 北非 非农 非金属 非法 非典 未成年人 未成年 无线 无党派 无障碍
无锡 无人机 无产阶级 无烟 无害化 无废 不动产 不锈钢 不良 是非
"""

_NEGATIONS = """
不 不是 并不 并非 不能 不能够 不得 不准 不许 不允许 不再 不会 不要 不应 不应该 不可 不可以 决不 绝不 决不能 绝不能
没有 没 未 未能 尚未 从未 从来没有 还没有 并没有 并未 仍未 无 非 无法 难以 不必 不曾 毫无 切勿 切莫 禁止 严禁 拒绝
岂能 岂不是 停止 放弃 否认 否定 阻碍 妨碍 推迟 暂停 拒不
"""
# Verbs that deny their object, one group a line.
_DENYING = """
取消 废止 废除 免除 免收
防止 避免 杜绝 谨防 严防
遏制 制止 阻止 抑制
反对 抵制
"""
# Negations that oppose one another's absence only; two of them are not the same word.
_PLAIN_NEGATIONS = frozenset(
    """不 不是 并不 并非 不能 不能够 不会 不再 没有 没 未 未能 尚未 从未 从来没有 还没有 并没有 并未 仍未 无 非
    无法 难以 不要 不应 不应该 不可 不可以 决不 绝不 决不能 绝不能 不得 不准 不许 不允许 严禁 禁止 毫无 切勿 切莫 不必 不曾""".split()
)

# Wording that turns its object to the worse, or away: in the place of any other it is a denial.
_ADVERSE = """
削弱 减弱 弱化 放缓 减缓 延缓 放慢 缩小 收窄 收紧 压缩 收缩 缩减 恶化 动摇 背离 结束 终止 撤销 解散 中断
恶劣 受阻 较差 糟糕 波动 动荡 失败 消极 亏损 逆差 破坏 侵犯 忽视 轻视 缓慢 较慢 分裂 滞后 末位 冻结 搁置
限制 制约 零增长 压制 压抑 阻挠 阻断 切断 打压 挤压 排斥 歧视 忽略 放任 放松 松懈 懈怠 停滞 停滞不前 搁浅 落空 中止 叫停 撤回 走低 走弱 转弱 趋缓
远离 偏离 违背 违反 辜负 抛弃 丢弃 荒废 闲置 拖欠 挪用 隐瞒 掩盖 回避 推卸 纵容 姑息 瓦解 涣散 松动 滑坡 下行
缺乏 缺少 失去 丧失 取缔 否决 驳回 拖延 延误 落后 倒退 萎缩 衰退 低迷 疲软 减缓 降速 降级 退出 撤出 关闭 停产 停工 下线停运 流失 贬值 短缺 匮乏
"""

# Those of them that mean the same.
_SAME_ADVERSE = """
结束 终结 完结 告终
放缓 减缓 趋缓 放慢 减速
削弱 减弱 弱化
破坏 损坏 毁坏
短缺 紧缺 匮乏 缺乏 缺少
落后 滞后
倒退 退步
低迷 疲软 萎靡
终止 中止
撤销 撤消
违背 违反
"""

# Either of these in the other's place turns the sentence round.
_OPPOSITES = """
扩大 缩小 收窄 缩减 压缩 收缩
加强 削弱 减弱 弱化 降低 下降 减少 恶化 放松
加快 放缓 减缓 延缓 放慢
支持 反对 打击 阻碍 抵制
鼓励 限制 禁止 制止
推进 阻碍 停止 遏制 暂停 推迟 延缓
允许 禁止 严禁
坚持 放弃 背离 动摇
同意 反对 拒绝
肯定 否定
改善 恶化
巩固 动摇 削弱
开始 停止 结束 终止
设立 撤销 取消 解散
增强 减弱 削弱 下降
保持 失去 改变
优良 恶劣
顺利 受阻
良好 较差 糟糕 恶化
稳定 波动 动荡
成功 失败
积极 消极
盈利 亏损
顺差 逆差
宽松 收紧 从紧
放宽 收紧 限制
保护 破坏 侵犯
好转 恶化
强劲 乏力 疲软 低迷
高峰 低谷
赞成 反对
重视 忽视 轻视
继续 停止 中断
增至 降至
跨越 接近 低于 不足
不足 超 超过 突破
获得 失去
富裕 贫困
前列 末位 后列
首位 末位 最后
最高 最低
历史新高 历史新低
不高 偏高 过高
不大 偏大 过大
不快 偏快 过快
不多 偏多 过多
有利于 不利于
最大 最小
最好 最差
较高 较低
较快 缓慢 较慢
团结 分裂
优先 滞后
开幕 闭幕
增产 减产
增收 减收
升值 贬值
提前 推迟 延期
高于 低于
快于 慢于
大于 小于
多于 少于
好于 差于
强于 弱于
早于 晚于
优于 劣于
领先 落后 滞后
提前 延后 滞后
开工 停工 停建
建成 停建 拆除
投用 停用
开始 停办
复工 停工
投产 停产
复产 停产
开业 停业 歇业
复苏 衰退 下滑
回暖 降温 遇冷 转冷
升温 降温
走高 走低
走强 走弱
上行 下行
延长 缩短
扩张 收缩
扩招 缩招
加重 减轻
加剧 减轻
节约 浪费
修复 破坏
集聚 分散
保留 取消 撤销 废除
恢复 停止 中断 取消
表彰 批评 处罚
表扬 批评
接受 拒绝
批准 否决 驳回
打开 关闭
畅通 受阻 堵塞 中断
繁荣 萧条 凋敝 衰退
富裕 贫穷
信任 怀疑
喜人 堪忧
"""

# The same of nouns and adjectives, which name the matter.
_CONTRARY_NAMES = """
丰收 歉收 绝收
增产 歉收
盈余 赤字 亏损 亏空
结余 赤字 超支
节余 超支
供不应求 供过于求 供大于求
富余 短缺 不足 匮乏 紧缺
充足 短缺 不足 匮乏 紧缺
充裕 短缺 不足 匮乏 紧缺 紧张
过剩 短缺 不足 紧缺
宽裕 紧张 拮据
丰富 匮乏 贫乏
先进 落后
进步 倒退 退步
发展 停滞 倒退 衰退
胜利 失败
高涨 低落 低迷
旺盛 低迷 疲软 萎靡
活跃 低迷 冷清
升级 降级
主动 被动
自愿 强制 强迫
有利 不利
利好 利空
先于 后于
前列 末位 垫底 倒数
高位 低位
正确 错误
真实 虚假
合法 非法
开放 封闭
统一 分裂
超前 滞后
肥沃 贫瘠
有效 无效
"""

# Grammar that turns a sentence: what must be and what may be, what is done and what is to come.
_TURNS = """
必须 可以 可 能够 可能
应当 可以 可 可能
应该 可以 可 可能
务必 可以 可 可能
需要 可以 可
已 将 即将 拟 计划 力争 争取 有望
已经 将 即将 拟 计划 力争 争取 有望
首次 再次
过去 未来 今后
"""

# Words that limit: of a figure, of a rank, of a number of things.
_LIMITS = """
以上 及以上
以下 及以下
以外 之外
左右 上下
部分 一部分 个别 少数 少部分
多数 大多数 大部分 绝大多数 绝大部分
基本 基本上 大体 大体上 初步 大致
"""

# Adverbs that make a sentence less certain, or true of less: they may not come and go.
HEDGES = frozenset(
    """几乎 近乎 未必 大概 也许 或许 可能 恐怕 很少 极少 偶尔 有时 暂时 暂 略 略微 稍 稍微 差点 险些 至少 最多 勉强 似乎 好像
    将要 尚 仅 只 单单 多半 大都 不太 不大 从来 再次 首次""".split()
)

_SCOPES = """
全省 我省 本省 全省上下 整省
全市 我市 本市 整市
全区 我区 本区 整区
全县 我县 本县 整县
全州 我州
全国 全国各地
全乡 全镇 全村 全校 全院 全厂
自治区 该省 该市 该县 该区
"""


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, Word]:
    """Every known word. Where tables overlap, the later one wins."""
    words: dict[str, Word] = {}
    _add_each(words, _LIGHT, Role.LIGHT)
    _add_each(words, _WORDING, Role.WORDING)
    _add_groups(words, _CONTRARY_NAMES, Role.CONTENT, keep_key=True)
    _add_groups(words, _OPPOSITES, Role.WORDING, keep_key=True)
    _add_each(words, _STYLE, Role.STYLE)
    _add_groups(words, SAME_WORDING, Role.WORDING)
    _add_groups(words, SAME_STYLE, Role.STYLE)
    _add_groups(words, SAME_CONTENT, Role.CONTENT)
    _add_groups(words, _BASIS, Role.BASIS)
    _add_groups(words, _SCOPES, Role.SCOPE)
    words |= {word: Word(word, Role.ADVERSE) for word in _ADVERSE.split()}
    _add_groups(words, _SAME_ADVERSE, Role.ADVERSE)
    words |= {word: Word("增长", Role.UP) for word in _UP.split()}
    words |= {word: Word("下降", Role.DOWN) for word in _DOWN.split()}
    for word in _NEGATIONS.split():
        words[word] = Word("不" if word in _PLAIN_NEGATIONS else word, Role.NEGATION)
    _add_groups(words, _DENYING, Role.NEGATION)
    words |= {word: Word(word, Role.LIGHT) for word in _NOT_NEGATING.split()}
    _add_each(words, _NOT_NEGATING_NAMES, Role.CONTENT)
    _add_groups(words, _LIMITS, Role.LIMIT)
    _add_each(words, _PLAIN, Role.CONTENT)
    words |= {word: Word(word, Role.OFFICE) for word in OFFICES}
    words |= {word: Word(short_place(word), Role.PLACE) for word in PLACES}
    return words


@lru_cache(maxsize=1)
def opposites() -> frozenset[tuple[str, str]]:
    """Pairs of keys that deny each other, both ways round."""
    words = vocabulary()
    pairs: set[tuple[str, str]] = {("增长", "下降"), ("下降", "增长")}
    for line in filter(None, (_OPPOSITES + _CONTRARY_NAMES + _TURNS).splitlines()):
        first, *others = (words[word].key if word in words else word for word in line.split())
        for other in others:
            pairs |= {(first, other), (other, first)}
    return frozenset(pair for pair in pairs if pair[0] != pair[1])


def _add_each(words: dict[str, Word], table: str, role: Role) -> None:
    for word in table.split():
        words[word] = Word(word, role)


def _add_groups(words: dict[str, Word], table: str, role: Role, *, keep_key: bool = False) -> None:
    for line in table.strip().splitlines():
        group = line.split()
        for word in group:
            words[word] = Word(word if keep_key else group[0], role)
