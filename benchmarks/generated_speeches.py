"""Speeches of people and places that do not exist, as many as are wanted, the same ones each time.

Places, matters and words come with the frequencies of a language (a few often, most of them hardly
ever), so that a search index of them has common terms and rare ones. They say nothing.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from generated_text import PHRASES, SUBJECTS

_ENDINGS = ("县", "市", "区", "镇", "乡", "村", "街道")
_FURTHER = [
    "{place}要围绕{word}和{word}做好{subject}，{word}不落实的，年底一律重新评定。",
    "在{word}方面，{place}先后出台了{n}项措施，{word}由{p}处增加到{n}处。",
    "必须看到，{subject}同{word}的要求相比还有差距，{word}的问题没有根本解决。",
    "我们组织{n}名干部到{place}调研{word}，形成了关于{word}的报告。",
    "今后五年，{place}的{subject}要达到{n}万人次，{word}占到百分之{p}。",
    "对{word}中反映强烈的{n}件事，{place}已经办结{p}件，其余的要抓紧{word}。",
    "{subject}不是一个部门的事，{word}、{word}都要承担起责任来。",
]
_HEADINGS = ["一、{subject}取得的成绩", "二、当前{subject}存在的问题", "三、下一步{subject}的任务"]
_PARAGRAPHS, _SENTENCES = 10, 7  # a section, at most a paragraph


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What speeches are about, most frequent first."""

    places: tuple[str, ...]
    subjects: tuple[str, ...]
    words: tuple[str, ...]
    names: tuple[str, ...]


def vocabulary(seed: int = 0) -> Vocabulary:
    """Two thousand places, a thousand matters, thirty thousand words, five hundred people."""
    choose = random.Random(seed)
    characters = _common_characters()

    def made(count: int, ends: tuple[str, ...], length: int = 2) -> tuple[str, ...]:
        return tuple(
            "".join(choose.choices(characters, k=length)) + choose.choice(ends)
            for _ in range(count)
        )

    matters = tuple(SUBJECTS) + made(990, ("建设", "管理", "改革", "服务", "保障", "监督"))
    return Vocabulary(made(2_000, _ENDINGS), matters, made(30_000, ("",)), made(500, ("",), 3))


def speeches(count: int, seed: int = 0, prefix: str = "speech") -> Iterator[dict[str, str]]:
    """Documents of some eleven passages, each as a line of JSONL ingestion has it."""
    known = vocabulary(seed)
    for number in range(count):
        yield _speech(known, random.Random(f"{seed} {number}"), f"{prefix}-{number:06d}")


def write_lines(file: Path, documents: Iterable[dict[str, str]]) -> None:
    """The documents as JSONL."""
    lines = (json.dumps(document, ensure_ascii=False) for document in documents)
    file.write_text("\n".join(lines), encoding="utf-8")


def questions(count: int, seed: int = 0) -> list[str]:
    """Questions about places and matters of these speeches, frequent ones more often."""
    known, choose = vocabulary(seed), random.Random(f"{seed} questions")
    patterns = (
        "{place}在{word}方面出台了多少项措施？",
        "{place}怎样加强{subject}？",
        "{subject}同{word}的要求相比有什么差距？",
        "{word}中反映强烈的事{place}办结了多少件？",
    )
    return [_filled(choose.choice(patterns), known, choose, None) for _ in range(count)]


def _speech(known: Vocabulary, choose: random.Random, doc_id: str) -> dict[str, str]:
    place, subject = _frequent(known.places, choose), _frequent(known.subjects, choose)
    lines = []
    for heading in _HEADINGS:
        lines.append(heading.format(subject=_frequent(known.subjects, choose)))
        for _ in range(choose.randint(6, _PARAGRAPHS)):
            chosen = choose.choices([*PHRASES, *_FURTHER], k=choose.randint(3, _SENTENCES))
            lines.append("".join(_filled(phrase, known, choose, place) for phrase in chosen))
    year = choose.randint(1995, 2024)
    return {
        "id": doc_id,
        "title": f"在{place}{subject}工作会议上的讲话",
        "speaker": choose.choice(known.names),
        "date": f"{year}-{choose.randint(1, 12):02d}-{choose.randint(1, 28):02d}",
        "text": "\n".join(lines),
    }


def _filled(phrase: str, known: Vocabulary, choose: random.Random, place: str | None) -> str:
    """The phrase with each blank filled; half of the places are the speech's own."""
    parts = phrase.replace("{word}", "\0").split("\0")
    filled = parts[0] + "".join(_frequent(known.words, choose) + part for part in parts[1:])
    own = place if place is not None and choose.random() < 0.5 else _frequent(known.places, choose)
    return filled.format(
        place=own,
        subject=_frequent(known.subjects, choose),
        n=choose.randint(2, 9_999),
        p=choose.randint(1, 99),
    )


def _frequent(words: tuple[str, ...], choose: random.Random) -> str:
    """One of the words, the first ones most often: rank r about as 1 / r."""
    return words[int(len(words) ** choose.random()) - 1]


def _common_characters() -> list[str]:
    """The 3,755 characters of the first level of GB 2312."""
    rows = range(0xB0, 0xD8)
    last = {0xD7: 0xFA}  # the last row is not full
    codes = (bytes([row, cell]) for row in rows for cell in range(0xA1, last.get(row, 0xFF)))
    return [code.decode("gb2312") for code in codes]
