"""The words with which somebody reports a speech: 报告指出, 李炎同志在会上强调, 据2026年的报告.

Such a frame is no claim about the matter. It is judged by what the speech says of itself: its
title, speaker, meeting and year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.agreement import Difference, year_of
from rag.claims import Token, tokens
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
    """What in ``frame`` is not true of the speech: another name, number or year."""
    run = ""
    for token in (*tokens(frame), None):
        if token is not None and token.is_content:
            run += token.key
            continue
        if any(not around.names(part) for part in _COMMON.split(run) if part):
            known = around.document.metadata.speaker is not None
            yield Difference.NAME if known else Difference.NO_EVIDENCE
        run = ""
        if token is not None and token.moment is not None:
            year = year_of(token.moment, around.year_of_speech)
            if year is not None and not around.year_is(year):
                yield Difference.DATE
        if token is not None and token.quantity is not None and not _is_named(frame, token, around):
            yield Difference.NO_EVIDENCE


def _is_named(frame: str, token: Token, around: Surroundings) -> bool:
    """Whether the speech's title or head has this number: 第九届人民代表大会."""
    return around.names(frame[token.span.start : token.span.end])
