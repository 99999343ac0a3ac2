"""Counted abbreviations and what they stand for: “五有” is 有房子、有牌子、有旗子、有制度、有经费.

Speeches coin them by the dozen; the question uses the short form, the source often only the long one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.normal_form import normalise
from rag.numerals import numeral_value

_SHORT = re.compile(
    "[“\"'](?P<count>[二两三四五六七八九十])(?:个)?(?P<mark>[\u4e00-\u9fff]{1,3})[”\"']"
)
_ITEM = re.compile("[、,，;；。:：!！]")


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """``count`` things that all have ``mark`` in them."""

    count: int
    mark: str

    def spelled_out_in(self, sentence: str) -> bool:
        """Whether the sentence lists that many things with the mark, one after the other."""
        run = longest = 0
        for item in _ITEM.split(normalise(sentence)):
            run = run + 1 if self.mark in item else 0
            longest = max(longest, run)
        return longest == self.count


def abbreviation_in(question: str) -> Abbreviation | None:
    """The counted abbreviation that a question asks about."""
    found = _SHORT.search(normalise(question))
    count = numeral_value(found["count"]) if found else None
    return Abbreviation(count, found["mark"]) if found and count else None
