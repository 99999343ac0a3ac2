"""Questions made out of texts: an answer is cut from a sentence, a question word put in its place.

The words around it are thinned out and turned round, since people do not ask in the words of the text. Good enough to
learn from, not to judge by. Knows nothing of models; every draw comes from the ``Random`` that is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from rag.moments import moments
from rag.named_things import named_in, words_of
from rag.quantities import Bound, quantities
from rag.schema import Span
from rag.sentences import clauses, sentences


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question, the place of its answer, and the sentence that it was made of."""

    text: str
    answer: Span  # in the passage
    sentence: Span  # in the passage


_SHORTEST, _LONGEST = 7, 48  # characters of a question
_RELATIONS = {
    "是指": ("{}是指什么？", "什么是{}？", "{}是什么意思？"),
    "包括": ("{}包括哪些？", "{}包括什么？", "{}有哪些？"),
    "应当": ("{}应当怎么做？", "{}应当做什么？", "对{}有什么要求？", "{}有什么义务？"),
    "不得": ("{}不得做什么？", "{}禁止哪些行为？"),
    "可以": ("{}可以做什么？", "{}可以怎么办？"),
    "负责": ("{}负责什么？", "{}的职责是什么？"),
    "主要": ("{}主要做什么？", "{}的主要内容是什么？"),
    "要求": ("{}要求什么？", "{}提出了哪些要求？"),
    "强调": ("{}强调了什么？", "{}强调什么？"),
    "指出": ("{}指出了什么？", "{}说了什么？"),
    "表示": ("{}表示什么？", "{}怎么说？"),
    "认为": ("{}认为什么？", "{}怎么看？"),
    "需要": ("{}需要什么？", "{}需要怎么做？"),
    "要": ("{}要怎么做？", "{}有哪些措施？", "如何{}？"),
    "处": ("{}会受到什么处罚？", "{}怎么处罚？", "{}如何处理？"),
    "由": ("{}由谁负责？",),
}
_RELATION = re.compile(
    rf"^(?P<of>[^，。；：、]{{3,26}}?)(?:，)?(?P<word>{'|'.join(_RELATIONS)})(?P<answer>[^。；]{{8,180}})"
)
_TITLE, _SAID = re.compile("《[^《》]{2,30}》"), re.compile("“([^“”]{2,16})”")
_LEADING = re.compile(
    r"^(?:第[一二三四五六七八九十百]+条|[（(]?[一二三四五六七八九十\d]+[）)、.]|并且|并|而|同时|其中|但是|但|此外|另外|因此|所以|以及|和|及)+[，\s]*"
)
_WHEN = ("什么时候", "何时", "什么时间", "哪一天", "哪年")
_WHO = ("谁", "谁", "哪个人", "什么人")
_WHERE = ("哪里", "哪儿", "什么地方", "哪个地方", "哪个单位")
_WHICH = ("什么", "哪个文件", "哪部法规", "哪份文件", "哪部作品")
_HAN = re.compile("[\u4e00-\u9fff]")


def questions_from(passage: str, context: str, chance: Random) -> Iterator[MadeQuestion]:
    """Questions that ``passage`` answers, in a random order of its sentences and their parts."""
    spans = [s for s in sentences(passage) if 12 <= s.end - s.start <= 220]
    chance.shuffle(spans)
    for sentence in spans:
        words = passage[sentence.start : sentence.end]
        pieces = [*_blanks(words, chance)]
        chance.shuffle(pieces)
        for answer, asked in pieces:
            text = _asked(words, answer, asked, context, chance)
            if text:
                yield MadeQuestion(text, _shifted(answer, sentence.start), sentence)
        related = _related(words, chance)
        if related:
            yield MadeQuestion(related[0], _shifted(related[1], sentence.start), sentence)


def _shifted(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _blanks(words: str, chance: Random) -> Iterator[tuple[Span, str]]:
    """The pieces of a sentence that may be asked for, with the question words for each."""
    for figure in quantities(words):
        if (
            figure.bound is Bound.ORDINAL
            or words[figure.span.start - 1 : figure.span.start] == "第"
        ):
            continue
        said = words[figure.span.start : figure.span.end]
        if "%" in said or "％" in said or said.startswith("百分之"):
            yield figure.span, chance.choice(("百分之几", "多少", "百分之多少"))
        elif figure.unit and said.endswith(figure.unit):
            yield figure.span, chance.choice(("多少", "几")) + figure.unit
        else:
            yield figure.span, "多少"
    for moment in moments(words):
        yield moment.span, chance.choice(_WHEN)
    named = named_in(words)
    for span in named.people:
        yield span, chance.choice(_WHO)
    for span in named.places:
        if chance.random() < 0.4:  # there are so many
            yield span, chance.choice(_WHERE)
    for match in _TITLE.finditer(words):
        yield Span(*match.span()), chance.choice(_WHICH)
    for match in _SAID.finditer(words):
        yield Span(*match.span(1)), "什么"


def _asked(words: str, answer: Span, asked: str, context: str, chance: Random) -> str | None:
    parts = clauses(words)
    at = [n for n, c in enumerate(parts) if c.start <= answer.start and answer.end <= c.end]
    if not at:
        return None
    own = parts[at[0]]
    before = _LEADING.sub("", words[own.start : answer.start])
    after = words[answer.end : own.end].rstrip("，。；：、,.;: ”")
    if at[0] > 0 and (chance.random() < 0.4 or len(_HAN.findall(before + after)) < 6):
        previous = words[parts[at[0] - 1].start : parts[at[0] - 1].end].rstrip("；：、;:")
        before = _LEADING.sub("", previous) + before
    before, after = _thinned(before, chance), _thinned(after, chance)
    if chance.random() < 0.25 and before and after:
        text = f"{after}的{before}{asked}" if chance.random() < 0.5 else f"{before}{after}，{asked}"
    else:
        text = f"{before}{asked}{after}"
    if context and (chance.random() < 0.3 or len(_HAN.findall(before + after)) < 8):
        text = f"{_thinned(context.splitlines()[0][:20], chance)}，{text}"
    return _finished(text, before + after)


def _finished(text: str, kept: str) -> str | None:
    text = re.sub("[（(][^（）()]*[）)]|[“”《》\\s]", "", text).strip("，,、")
    enough = len(_HAN.findall(kept)) >= 5 and _SHORTEST <= len(text) <= _LONGEST
    return f"{text}？" if enough else None


def _thinned(text: str, chance: Random) -> str:
    """Some words fewer, in half of the cases."""
    if chance.random() < 0.4:
        return text
    share = chance.choice((0.1, 0.2, 0.35))
    return "".join(word for word in words_of(text) if chance.random() >= share)


def _related(words: str, chance: Random) -> tuple[str, Span] | None:
    """A question for the rest of a sentence: what something is, includes, has to do."""
    lead = _LEADING.match(words)
    shift = lead.end() if lead else 0
    match = _RELATION.match(words[shift:])
    if not match:
        return None
    subject = _thinned(match["of"], chance)
    if len(_HAN.findall(subject)) < 3:
        return None
    text = chance.choice(_RELATIONS[match["word"]]).format(subject)
    answer = Span(shift + match.start("answer"), shift + match.end("answer"))
    return text, answer
