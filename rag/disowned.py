"""What a sentence mentions and does not say: 不能说……, 并不等于……, 有人认为……, ……的看法是错误的.

Knows the normal form alone; what this means for a claim is decided in ``judgement``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.schema import Span

_SAID = "(?:说成是?|是说|说(?![明服教过了话])|认为|以为|等于说?|意味着|断言|断定|(?:设想|想象)(?!的)|相信|表明|证明|说明|保证|肯定)"
_NOT = (
    "(?:[决绝并也更还都远]*(?:不能够?|不可以?|不应当?|不应该|不该|不宜|不要|不得|不是|不会|不|没有|未|无法|难以|很难|难于)"
    "|没有?人|无人|谁也不能?|岂能|怎么?能|哪能)"
)
_OTHERS = "(?:有(?:的|些)?(?:人|同志)|(?:一些|某些|少数|个别)(?:人|同志))"
# Not 不能不说, which affirms.
_HEAD = re.compile(
    f"(?:(?<!不能)(?<!不[得可])(?<!不可以){_NOT}(?:就|轻易|简单地?|笼统地?|再|因此|由此|因而|据此)?{_SAID}"
    f"|[谈说算称]不上|(?<!是)[并决绝]非(?!常)"
    f"|(?P<others>{_OTHERS}[也还曾总竟]*(?:认为|以为|说|主张|断言|怀疑|担心|硬说|声称)))[,:]?"
)
_AFFIRMS = re.compile("不能不|否认")
_WRONG = re.compile(
    "(?P<head>.*)(?:(?:看法|观点|说法|想法|论调|认识|见解|主张|意见|论断|估计)[,]?(?:都|也|显然|当然)*是?(?:完全|根本|十分|极其|非常)?"
    "|[,](?:这|那)?(?:都|也|显然|当然)*是?(?:完全|根本|十分|极其|非常)?|还|都)"
    "(?:错误的?|不对的?|不正确的?|不符合事实的?|不符合实际的?|没有根据的?|毫无根据的?|站不住脚的?|片面的?|有害的?|为时过早|言之过早)$"
)
_OPINION = re.compile(f"^(?:.*?(?:那种|这种|任何|凡是|把))?.*?(?:认为|以为|说|断言|主张)|{_OTHERS}")
_SENTENCE_MARK = re.compile("[。!?;…]")
_TURN = re.compile("(?:而[是应要只]|但是?|可是|然而|相反|恰恰|只是|不过|这)")
_FOLLOWS = re.compile("就|便|则")
_PREMISE = re.compile("(?:只要|如果|既然|因为|有了|由于|一旦)")


def disowned(normal: str) -> Iterator[Span]:
    """The stretches of a text in the normal form that it denies or that others say."""
    start = 0
    for mark in (*_SENTENCE_MARK.finditer(normal), None):
        end = len(normal) if mark is None else mark.start()
        yield from _denied(normal, start, end)
        yield from _called_wrong(normal, start, end)
        start = end + 1


def _denied(normal: str, start: int, end: int) -> Iterator[Span]:
    """What stands behind such words: a clause, and those behind it that go on."""
    for head in _HEAD.finditer(normal, start, end):
        if _AFFIRMS.match(normal, head.end()):
            continue
        stop = _clause_end(normal, head.end(), end)
        premise = _PREMISE.match(normal, head.end(), stop)
        while stop < end and not _TURN.match(normal, stop + 1):
            following = _clause_end(normal, stop + 1, end)
            follows = premise or _FOLLOWS.search(normal, stop + 1, following)
            if not (follows or head["others"] or head[0][-1] in ",:"):
                break
            stop, premise = following, None
        yield Span(head.end(), stop)


def _clause_end(normal: str, start: int, end: int) -> int:
    comma = normal.find(",", start, end)
    return end if comma < 0 else comma


def _called_wrong(normal: str, start: int, end: int) -> Iterator[Span]:
    """An opinion that the sentence ends by calling wrong."""
    wrong = _WRONG.match(normal[start:end])
    opinion = wrong and _OPINION.search(wrong["head"])
    if wrong and opinion:
        yield Span(start + opinion.end(), start + wrong.end("head"))
