"""The words with which somebody reports a speech: 报告指出, 李炎同志在会上强调, 据2026年的报告.

Such a frame is no claim about the matter. It is judged by what the speech says of itself: its
title, speaker, meeting and year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.agreement import Difference, year_of
from rag.claims import tokens
from rag.moments import Moment
from rag.surroundings import Surroundings

_PLACE = "(?:在[^，,。；;：:]{2,40}[上中时][，,]?)?"
_SOURCE = "(?:报告|讲话|发言|致辞|演讲|文件|会议|大会)"
_SPEAKER = (
    "(?:同志|先生|女士|书记|主席|总理|[部省市县区州镇乡局厅]长|主任|政府|党委|[省市县区]|他|她)"
)
_VERB = "(?:指出|强调|提出|认为|表示|介绍|提到|谈到|披露|(?<![的项高新])要求|说|称)"
_ADVERB = "(?:[中里上]|还|也|曾|特别|着重|再次|同时)*"
_FRAME = re.compile(
    rf"{_PLACE}(?:"
    rf"(?:[^，,。；;：:]{{0,24}}?(?:{_SOURCE}|{_SPEAKER})|[一-鿿]{{2,4}})?"
    rf"{_PLACE}{_ADVERB}{_VERB}[道了]?[，,：:]"
    rf"|[^，,。；;：:]{{0,24}}?{_SOURCE}{_ADVERB}{_VERB}[道了]?"
    rf"|(?:据|根据|按照)[^，,。；;：:]{{0,24}}?{_SOURCE}[，,]"
    ")"
)
_REST = 8  # characters that must be left for a claim
# Words of a frame that name no particular speech.
_COMMON = re.compile(
    f"{_SOURCE}|{_VERB}|政府|工作|同志|先生|女士|有关|负责人|领导|我们|人民|代表|省|市|县|区|年|的|所"
    "|作|做|在|上|中|时|里|据|根据|按照|他|她|还|也|曾|特别|着重|再次|同时|这份|这篇|本次|此次|全国"
)


def frame_end(sentence: str) -> int:
    """How many characters at the start of ``sentence`` only say where the rest was said."""
    match = _FRAME.match(sentence)
    if match is None or len(sentence) - match.end() < _REST:
        return 0
    return match.end()


def frame_differences(frame: str, around: Surroundings) -> Iterator[Difference]:
    """What in ``frame`` is not true of the speech: another name, number or year.

    Where the speech's speaker is not known, a name is not denied either.
    """
    speaker_known = around.document.metadata.speaker is not None
    for words in _names(frame):
        if not around.names(words):
            yield Difference.NAME if speaker_known else Difference.NO_EVIDENCE
    for token in tokens(frame):
        if token.moment is not None and not _is_year_of(token.moment, around):
            yield Difference.DATE
        number = frame[token.span.start : token.span.end]
        if token.quantity is not None and not around.names(number):
            yield Difference.NO_EVIDENCE  # 第九届人民代表大会


def _names(frame: str) -> Iterator[str]:
    """The runs of words that could name a speech or a speaker."""
    content = ("\n" if not t.is_content else t.key for t in tokens(frame))
    for run in "".join(content).split("\n"):
        yield from filter(None, _COMMON.split(run))


def _is_year_of(moment: Moment, around: Surroundings) -> bool:
    year = year_of(moment, around.year_of_speech)
    return year is None or year == around.year_of_speech or around.year_is(year)
