"""What people and models put around a sentence: markers such as [1], and the numbers and bullets of lists.

Knows nothing of what a marker stands for.
"""

from __future__ import annotations

import re

_NUMBERS = r"\d{1,3}(?:\s*[-–~,，、;；]\s*\d{1,3})*"  # \d takes full-width digits too
_NAMED = (
    r"(?:资料|段落|来源|文档|引用|参考|出处|doc(?:ument)?|source|ref(?:erence)?|passage|chunk)?"
    r"\s*[:：#]?\s*"
)
MARKER = re.compile(rf"[\[［【〔]\s*\^?{_NAMED}({_NUMBERS})\s*[\]］】〕]", re.IGNORECASE)
_EMPTY = re.compile(r"[(（]\s*(?:资料|来源|依据|参?见|出处|引自)?\s*[:：]?[\s,，、;；]*[)）]")
_LIST_NUMBER = re.compile(
    r"^\s*(?:[-*•·#>]+|[(（]?[0-9一二三四五六七八九十]{1,3}[)）、.．](?!\d))\s*"
)


def without_markers(text: str) -> str:
    """The text without markers in any brackets, and without the brackets that stood around them."""
    return _EMPTY.sub("", MARKER.sub("", text))


def marked_numbers(text: str) -> tuple[int, ...]:
    """The numbers in the text's markers, in order, each once."""
    found = (number for match in MARKER.finditer(text) for number in re.findall(r"\d+", match[1]))
    return tuple(dict.fromkeys(map(int, found)))


def without_list_number(text: str) -> str:
    """The text without the number or bullet that makes it an item of a list."""
    return _LIST_NUMBER.sub("", text)
