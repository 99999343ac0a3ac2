"""The words with which somebody reports a speech: 报告指出, 李炎同志在会上强调, 据2026年的报告.

Such a frame is no claim about the matter. It is judged by what the speech says of itself: its
title, speaker, meeting and year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.agreement import Difference, year_of
from rag.claims import tokens
from rag.surroundings import Surroundings

_PLACE = "(?:在[^，,。；;：:]{2,40}[上中时][，,]?)?"
_SOURCE = "(?:报告|讲话|发言|致辞|演讲|文件|会议|大会|工作会)"
_VERB = "(?:指出|强调|提出|认为|表示|要求|介绍|提到|谈到|明确|显示|披露|说|称|表明)"
_ADVERB = "(?:[中里上]|还|也|曾|特别|着重|再次|同时)*"
_FRAME = re.compile(
    rf"{_PLACE}(?:"
    rf"[^，,。；;：:]{{0,30}}?{_ADVERB}{_VERB}[道了]?[，,：:]"
    rf"|[^，,。；;：:]{{0,30}}?{_SOURCE}{_ADVERB}{_VERB}[道了]?[，,：:]?"
    rf"|(?:据|根据|按照)[^，,。；;：:]{{0,30}}?{_SOURCE}[，,]"
    ")"
)
_REST = 8  # characters that must be left for a claim
# Words of a frame that name no particular speech.
_COMMON = re.compile(
    f"{_SOURCE}|{_VERB}|政府|工作|同志|先生|有关|负责人|领导|我们|人民|代表|省|市|县|区|年|的|所|作|做"
    "|在|上|中|时|里|据|根据|按照|他|她|还|也|曾|特别|着重|再次|同时|这份|这篇|本次|此次|全国"
)


def frame_end(sentence: str) -> int:
    """How many characters at the start of ``sentence`` only say where the rest was said."""
    match = _FRAME.match(sentence)
    if match is None or len(sentence) - match.end() < _REST:
        return 0
    return match.end()


def frame_differences(frame: str, around: Surroundings, evidence: str = "") -> Iterator[Difference]:
    """What in ``frame`` is not true of the speech: another name or another year.

    Names may also stand in ``evidence``, the normal form of the sentences that are cited.
    """
    run = ""
    for token in (*tokens(frame), None):
        if token is not None and not token.is_fact and token.is_content:
            run += token.key
            continue
        parts = [part for part in _COMMON.split(run) if part]
        if any(not around.names(part) and part not in evidence for part in parts):
            known = around.document.metadata.speaker is not None
            yield Difference.NAME if known else Difference.NO_EVIDENCE
        run = ""
        if token is not None and token.moment is not None:
            year = year_of(token.moment, around.year_of_speech)
            if year is not None and year != around.year_of_speech and not around.year_is(year):
                yield Difference.DATE
