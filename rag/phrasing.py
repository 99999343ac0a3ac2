"""The fixed words of composed answers. Everything else in an answer is quoted."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from rag.query import Facet
from rag.schema import Reason

_REFUSALS = {
    Reason.NO_EVIDENCE: "资料库中的讲话没有提到这个问题的答案。",
    Reason.FIGURE_MISSING: "讲话提到了这件事，但原文中这个数字缺失，无法给出。",
    Reason.UNVERIFIED: "模型写出的内容在讲话中找不到依据，因此不作回答。",
    Reason.EMPTY_LIBRARY: "资料库里还没有讲话，请先导入文件。",
}


def refusal(reason: Reason) -> str:
    """The short sentence that says why there is no answer."""
    return _REFUSALS[reason]


def not_told(parts: Sequence[str]) -> str:
    """The sentence that says which parts of a question have no answer."""
    return f"讲话没有说明：{'；'.join(parts)}。"


def incomplete(declared: int, found: int) -> str:
    """The sentence that says that a speech announces more or fewer points than it makes."""
    return f"（原文说有{declared}条，文中编号的有{found}条。）"


_STATEMENTS = {
    Facet.SPEAKER: "讲话人是{}。",
    Facet.DATE: "讲话时间是{}。",
    Facet.VENUE: "这是在{}上的讲话。",
    Facet.TITLE: "题目是《{}》。",
}


def stated(facet: Facet, value: str) -> str:
    """A sentence that says a speech's speaker, date, meeting or title."""
    return _STATEMENTS[facet].format(value)


def told_beside(facet: Facet, value: str) -> str:
    """The same of what the text does not say and came beside it when it was ingested."""
    return stated(facet, value).removesuffix("。") + "（据导入时所附的资料，正文未写明）。"


class ModelTrouble(StrEnum):
    """Why what a language model wrote is not the answer, or not all of it."""

    UNREACHABLE = "连接不上语言模型"
    TIMED_OUT = "语言模型没有在时限内应答"
    BROKE_OFF = "语言模型中途断开"
    REFUSED = "语言模型的服务拒绝了请求（HTTP {}）"
    FAILED = "语言模型运行出错"
    EMPTY = "语言模型没有写出可用的内容"
    UNSUPPORTED = "语言模型写出的内容在讲话中找不到依据"
    BESIDE = "语言模型写出的内容没有回答这个问题"
    DECLINED = "语言模型认为讲话没有提到"
    TOO_SMALL = "语言模型的上下文放不下讲话原文"


def quoted_instead(why: str) -> str:
    """The notice under an answer that quotes because of some trouble with the model."""
    return f"{why}，以上改为直接摘录讲话原文。"


def cut_short(why: str) -> str:
    """The notice under what stands of an answer that came to an end too early."""
    return f"{why}，以上回答可能不完整。"


def doubted(sentence: str, contradicted: bool) -> str:
    """A model's sentence that the speeches do not support, marked as such."""
    return f"{sentence}{'（与讲话不符）' if contradicted else '（讲话中未找到依据）'}"
