"""The words of speeches and reports that the verifier must know: same, opposite, weightless, negating.

Plain tables in the normal form, read once. Knows words alone: how texts are compared is in
``verifier``, figures and dates are in ``quantities`` and ``moments``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rag.gazetteer import OFFICES, PLACES, short_place


class Role(StrEnum):
    """What a word does in a sentence, as far as it matters to its truth."""

    CONTENT = "content"  # names the matter; another word in its place is another claim
    WORDING = "wording"  # verbs and adverbs of style: another one in its place changes little
    LIGHT = "light"  # grammar
    NEGATION = "negation"
    UP = "up"
    DOWN = "down"
    BASIS = "basis"  # 同比, 环比
    SCOPE = "scope"  # 全省, 我市: stands for a name
    PLACE = "place"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Word:
    """One known word: ``key`` is the same for words that mean the same."""

    key: str
    role: Role


# Each line: words that mean the same in a report.
_SAME_WORDING = """
推进 推动 促进 助推 驱动
建设 构建 打造 营造 建立 兴建 修建 搭建
建成 竣工 完工 落成
投用 投入使用 投入运营 投运 启用 投产 投入运行 正式运行
实施 实行 落实 执行 贯彻 推行 施行 贯彻落实
开展 进行 组织开展 组织 举办 举行 召开 办好
支持 扶持 帮扶 扶助 帮助 援助
加强 强化 增强 加大 提升 提高 改善
加快 加速 抓紧 提速
完善 健全 优化 改进
获得 荣获 取得 得到 赢得 获
保护 守护 维护 保障 保卫 捍卫
扩大 拓展 拓宽 扩展 拓
大幅 大幅度 较大幅度 显著 明显 大大 极大 极大地 大为
不断 持续 继续 稳步 逐步 日益 连续 始终 坚持不懈
进一步 更加 更为 愈加
完成 实现 达成 做到
开始 启动 着手 开启
巩固 稳固 夯实
集聚 聚集 汇聚 汇集 集中
设立 成立 组建 创办 创建 创立
安置 安排 吸纳
签订 签署 签约 订立
包括 包含 涵盖 囊括
培育 培养 壮大 做大 做强 做大做强
解决 化解 破解 处理
考察 调研 视察 考察调研
参加 出席 参与
利用 运用 使用 采用 依托
发挥 起到
统筹 协调 统筹协调
鼓励 引导 倡导
整治 治理
列入 列为 纳入 被列为 被列入
突破 超过 超出 跨过
接近 逼近
保持 维持
改建 改造
选派 派出 派遣
授予 颁发 授
宣布 公布 发布
提供 给予 供给
增至 增加到 增长到 提高到 上升到 升至 升到 增到 提升到 提升至 提高至 增加至 上升至
降至 降到 下降到 下降至 减少到 减少至 减至 回落到 回落至 降低到 降低至
居 位居 位列 列 排名 名列 排在 排 居于
"""

_SAME_CONTENT = """
首位 第一 第一位 榜首 最多 第1位
首次 第一次 首度
方式 形式 办法 途径 手段 方法
手续 程序 流程
职工 员工
高校 高等学校 高等院校
活动 系列活动
犯罪 犯罪活动
人大 人民代表大会
政协 政治协商会议 人民政治协商会议
gdp 生产总值 国内生产总值
规上 规模以上
居民消费价格 cpi 居民消费价格指数
社会消费品零售总额 社零总额
固定资产投资 固投
外贸进出口 对外贸易进出口 货物进出口 进出口
研发 研究与试验发展 r&d 研究开发
客机 飞机
收入 所得
目标 指标
举措 措施
成效 成果 成绩 实效
老百姓 群众 百姓
贫困 困难
增加值 增值
习近平总书记 习近平同志 习总书记 习近平主席 习近平
毛泽东同志 毛泽东主席 毛主席 毛泽东
邓小平同志 邓小平
中国 我国
党中央 中共中央 中央
医养结合 医养
"""

_BASIS = """
同比 比上年 较上年 比去年 较去年 比上年同期 比去年同期 较上年同期 较去年同期 同上年相比 与上年相比 与去年同期相比 与上年同期相比 比前一年 同去年相比 与去年相比 比上一年 较上一年
环比 比上月 较上月 比上季度 较上季度 比上个月 较上个月
"""

_UP = "增长 上升 增加 上涨 攀升 升高 增大 回升 增幅 涨幅 增速 上扬 增 升 涨"
_DOWN = "下降 降低 减少 下跌 下滑 回落 减小 下调 缩减 降幅 跌幅 减 降 跌"

# Wording that has no equal here; in another's place it still changes little.
_WORDING = """
全面 深入 扎实 大力 积极 着力 切实 有效 有力 充分 全力 认真 努力 稳妥 牢牢 牢固 坚决 加紧 精准 科学
合理 有序 平稳 顺利 圆满 深化 抓好 做好 抓实 落地 落细 坚持 立足 围绕 聚焦 突出 注重 重视 牢记 把握
形成 呈现 展现 彰显 凸显 迈出 迈上 打响 打好 打赢 走好 用好 管好 办理 开辟 探索 创新 引进 引入 吸引
推出 出台 制定 印发 部署 谋划 布局 规划 安排部署 力争 争取 确保 努力实现 预计 计划 拟 有望
筹集 投放 拨付 拨出 发放 补助 补贴 减免 兑现 救助 慰问 培训 输出 转移
较快 快速 高速 迅速 较大 较好 良好 优良 稳定 健康 协调 可持续 高质量 高水平 高效 有机
先后 相继 陆续 分别 累计 共计 合计 总计 新增 净增 达标 合格 全力以赴 统一 严格 依法 规范
"""

_LIGHT = """
的 地 得 了 着 过 之 其 所 被 把 将 使 让 和 与 及 以及 同 跟 并 并且 而且 且 而 或 或者 也 还 又 再 更 都 均 则
就 便 即 在 于 从 由 自 自从 到 至 向 往 对 对于 关于 给 为 为了 因 因为 因此 所以 但 但是 是 有 会 要 应 应该 应当 须 必须
需 需要 能 能够 可以 可 已 已经 曾 曾经 正 正在 正式 共 总共 达 达到 约为 等 等等 这 那 该 此 我 我们 他 他们 它 它们
你们 大家 个 各 各个 每 每个 中 里 内 上 下 方面 过程 期间 时 时候 以 用 通过 根据 按照 按 依照 依据 据 随着
其中 其他 同时 此外 另外 还有 以来 起 开始以来 只 只有 仅 仅有 仅仅 才 约 大约 年底前 目前 现在 当前 截至 截止 截至目前
截止目前 来 去 出 起来 下来 上来 进来 出来 进行了 总 全 全部 整个 所有 一切 一 些 一些 一个 一批 一系列 之一 之间 以内
者 性 化 度 者们 们 吗 呢 啊 吧 即将 本 今后 下一步 一是 二是 三是 四是 五是 六是 七是 八是 九是 一要 二要 三要
不仅 不但 不只 不少 不同 不久 不管 不论 无论 尤其 特别 特别是 尤其是 非常 十分 很 较 最 极 更多 较为 比较
报告 讲话 指出 强调 提出 认为 表示 要求 会议 说 称 介绍 谈到 提到 明确 说明
"""

# Words with 不, 无, 非, 未 that deny nothing.
_NOT_NEGATING = """
不断 不仅 不但 不只 不少 不同 不久 不管 不论 无论 不忘 不懈 坚持不懈 不平凡 不畏 不屈 不移 不动摇 无人机 无私 无数
非公 非公有制 非公企业 非公经济 非物质文化遗产 非遗 非税 非洲 非农 非金属 非凡 未来 未成年人 未成年 无线 无党派 无障碍 无偿
无缝 无锡 不动产 不锈钢 不良 非法 非典 没收 无产阶级 无烟 无形 无害化 无废 莫大 不在少数 南非 北非 是非 除非 不可分割
不可或缺 差不多 毫不 毫无疑问 无疑 不失时机 独立自主 不得不 无不 不可逆转 百折不挠 永不 必不可少 自强不息 源源不断 不竭 不惜
"""

_NEGATIONS = """
不 不是 并不 并非 不能 不能够 不得 不准 不许 不允许 不再 不会 不要 不应 不应该 不可 不可以 决不 绝不 决不能 绝不能
没有 没 未 未能 尚未 从未 从来没有 还没有 并没有 并未 仍未 无 非 无法 难以 不必 不曾 毫无 勿 莫 别 禁止 严禁 杜绝 拒绝 避免 防止
岂能 岂不是 停止 取消 废止 放弃 反对 否认 否定 抵制 制止 遏制 阻止 阻碍 妨碍 推迟 暂停 拒不 缺乏 失去 丧失 免除
"""
# Negations that oppose one another's absence only; two of them are not the same word.
_PLAIN_NEGATIONS = frozenset(
    """不 不是 并不 并非 不能 不能够 不会 不再 没有 没 未 未能 尚未 从未 从来没有 还没有 并没有 并未 仍未 无 非
    无法 不要 不应 不应该 不可 不可以 决不 绝不 决不能 绝不能 不得 不准 不许 不允许 严禁 禁止 毫无 勿 莫 别 不必 不曾""".split()
)

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
良好 不佳 较差 糟糕 恶化
稳定 波动 动荡
成功 失败 未能
有利 不利
积极 消极
盈利 亏损
顺差 逆差
宽松 收紧 从紧
完成 未完成
合格 不合格
保护 破坏 侵犯
好转 恶化
赞成 反对
重视 忽视 轻视
继续 停止 中断
增至 降至
获得 失去
富裕 贫困
前列 末位 后列
首位 末位 最后
最高 最低
最大 最小
最好 最差
较高 较低
较快 缓慢 较慢
满意 不满
团结 分裂
优先 滞后
高于 低于
"""

_SCOPES = """
全省 我省 本省 全省上下
全市 我市 本市
全区 我区 本区 全自治区
全县 我县 本县
全州 我州
全国 全国各地
全乡 全镇 全村 全校 全院 全厂
"""


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, Word]:
    """Every known word. Where tables overlap, the later one wins."""
    words: dict[str, Word] = {}
    _add_each(words, _LIGHT, Role.LIGHT)
    _add_each(words, _WORDING, Role.WORDING)
    _add_groups(words, _OPPOSITES, Role.WORDING, keep_key=True)
    _add_groups(words, _SAME_WORDING, Role.WORDING)
    _add_groups(words, _SAME_CONTENT, Role.CONTENT)
    _add_groups(words, _BASIS, Role.BASIS)
    _add_groups(words, _SCOPES, Role.SCOPE)
    words |= {word: Word("增长", Role.UP) for word in _UP.split()}
    words |= {word: Word("下降", Role.DOWN) for word in _DOWN.split()}
    for word in _NEGATIONS.split():
        words[word] = Word("不" if word in _PLAIN_NEGATIONS else word, Role.NEGATION)
    words |= {word: Word(word, Role.LIGHT) for word in _NOT_NEGATING.split()}
    words |= {word: Word(word, Role.OFFICE) for word in OFFICES}
    words |= {word: Word(short_place(word), Role.PLACE) for word in PLACES}
    return words


@lru_cache(maxsize=1)
def opposites() -> frozenset[tuple[str, str]]:
    """Pairs of keys that deny each other, both ways round."""
    words = vocabulary()
    pairs: set[tuple[str, str]] = {("增长", "下降"), ("下降", "增长")}
    for line in _OPPOSITES.strip().splitlines():
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
