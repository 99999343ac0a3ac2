"""The sentences of a reply, cut out of a model's stream as they end, without what models put around them.

Thoughts between <think> tags, Markdown, list numbers and markers are taken off; a reply ends where the
model begins to go on with the prompt. Does not know whether a sentence is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.markers import MARKER, marked_numbers, without_list_number, without_markers
from rag.prompts import PROMPT_GOES_ON

_END = re.compile(r"[。！？!?…]+[”’』」）)》】\"']*|\n")
_MARKERS = re.compile(
    rf"(?:\s*(?:{MARKER.pattern}|[(（][^()（）\[［【〔。]{{0,6}}{MARKER.pattern}\s*[)）]))*"
)
_BEGUN = r"[\[［【〔][^\]］】〕。]{0,14}"
_UNFINISHED = re.compile(
    rf"\s*(?:[(（][^()（）\[［【〔。]{{0,6}}(?:{_BEGUN}(?:[\]］】〕]\s*)?)?|{_BEGUN})?$"
)
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)|^.*?</think>", re.DOTALL)
_MARKUP = re.compile(r"\*\*|__|`")
_LEAD = re.compile(
    r"^(?:(?:(?:最终)?(?:回答|答案|答)[:：]|(?:根据|依据)[^，,。]{0,12}(?:段落?|资料|原文|内容)[，,])\s*)+"
)
_WORD = re.compile(r"\w")
_LONGEST = 400  # characters after which a sentence that has not ended is going round in circles
_IDLE = 80  # pieces, of a token each, in which a reply must come to a clause of Chinese words
_CLAUSE = re.compile(r"[\u4e00-\u9fff][^\n]{0,3}?[，,、；;：:。！？!?]")


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A sentence as a reader may see it, and the passages that the model gave for it."""

    text: str
    marked: tuple[int, ...]  # as the model wrote them; they may not exist
    new_line: bool  # whether it began a line


def written_sentences(pieces: Iterable[str]) -> Iterator[WrittenSentence | None]:
    """The sentences of a reply, each as soon as it has ended; ``None`` for each piece that came."""
    text, begins_line, idle, clauses = "", True, 0, 0
    for piece in pieces:
        text = _THOUGHT.sub(_open_thought, text + piece)
        goes_on = PROMPT_GOES_ON.search(text)
        text = text[: goes_on.start()] if goes_on else text
        thinking = text.find("<think>")
        said = text if thinking < 0 else text[:thinking]
        *whole, rest = _divided(said)
        for sentence in whole:
            yield from _cleaned(sentence, begins_line)
            begins_line = sentence.endswith("\n")
        text = rest + text[len(said) :]
        yield None
        before, clauses = clauses, len(_CLAUSE.findall(rest))
        came = clauses > before or any(map(_CLAUSE.search, whole)) or thinking >= 0
        idle = 0 if came else idle + 1
        if len(rest) > _LONGEST or idle > _IDLE:
            return
        if goes_on:
            break
    yield from _cleaned(text.partition("<think>")[0], begins_line)


def _open_thought(match: re.Match[str]) -> str:
    """A thought that has not ended is kept until it has."""
    return "" if match[0].endswith("</think>") else match[0]


def _divided(text: str) -> list[str]:
    """The whole sentences of ``text`` with the markers that follow them, and the rest."""
    parts, start = [], 0
    for match in _END.finditer(text):
        end = match.end() if match[0] == "\n" else _after_markers(text, match.end())
        if match[0] != "\n" and _UNFINISHED.match(text, end):
            break  # a marker may still come
        if end > start:
            parts.append(text[start:end])
            start = end
    return [*parts, text[start:]]


def _after_markers(text: str, end: int) -> int:
    match = _MARKERS.match(text, end)
    return match.end() if match else end


def _cleaned(sentence: str, begins_line: bool) -> Iterator[WrittenSentence]:
    marked = marked_numbers(sentence)
    text = without_markers(_MARKUP.sub("", sentence)).strip()
    text = _LEAD.sub("", without_list_number(text)) if begins_line else text
    if _WORD.search(text):
        yield WrittenSentence(text.strip(), marked, begins_line)
