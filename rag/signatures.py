"""Who stands for a text, and since when: lines that sign it, above or below.

Knows offices (某县教育局), names and dates on lines of their own; whether the signer speaks in the
text is decided where its title is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.dates import iso_date
from rag.names import Speaker, is_masked, spaced_name, speaker_in_line, surnamed
from rag.schema import Metadata
from rag.titles import without_blanks

_OFFICE_NAME = re.compile(
    r"[\u3400-\u9fff（）()]{2,30}(?:办公室|办公厅|委办|府办|局|委员会|政府|党组|工会|协会|联合会|妇联|"
    r"中心|学校|大学|集团|公司|厅|院|部|委|署)"
)
_OF_UNIT = re.compile(  # 高一（3）班 林岩
    r".{2,20}(?:班|系|级|部|局|处|科|室|院|校|大学|中学|小学|公司|支部|街道|社区)[ \t\u3000]+(?P<name>.{2,6})"
)


def signature(lines: Sequence[str]) -> Metadata:
    """Publisher and date from the last lines of a text: an office, then a date."""
    for above, below in pairwise(lines):
        if (date := iso_date(below)) and is_office(above):
            return Metadata(publisher=without_blanks(above), published=date)
    return signed(lines[-1]) if lines else Metadata()


def signed_by(lines: Sequence[str]) -> Metadata:
    """Who signed a letter or speech at its end, and when: 某市市长　林岩 / 2016年1月12日."""
    for above, below in pairwise(lines):
        found = speaker_in_line(above) or Speaker()
        name = found.name or bare_name(above)
        if name and (date := iso_date(below)) and len(date) > 4:
            return Metadata(speaker=name, office=found.office, date=date)
    return Metadata()


def signed(line: str) -> Metadata:
    """某县教育局办公室 二0一一年八月三十日: who issued a text, and when."""
    parts = re.split(r"\s+", line.strip(), maxsplit=1)
    if len(parts) == 2 and is_office(parts[0]) and (date := iso_date(parts[1])):
        return Metadata(publisher=parts[0], published=date)
    return Metadata()


def bare_name(text: str) -> str | None:
    """The name that a line is by itself, masked or behind a unit: 高一（3）班 林岩."""
    closed = without_blanks(text)
    masked = closed if is_masked(closed) and re.search(r"[^*＊]", closed) else None
    unit = _OF_UNIT.fullmatch(text)
    return (
        surnamed(text) or spaced_name(text) or masked or (surnamed(unit["name"]) if unit else None)
    )


def is_office(text: str) -> bool:
    """Whether a text is the name of an office or body and nothing else."""
    return bool(_OFFICE_NAME.fullmatch(without_blanks(text)))
