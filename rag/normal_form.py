"""The form in which texts are compared: folded width and case, Simplified characters, mended fonts.

Matching looks at the normal form, quoting at the stored text; ``NormalForm`` maps one to the other.
Knows nothing of tokens, documents or indexes.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import opencc

# Characters that a converted font put in the place of the right ones, seen in scraped speeches.
_FONT_CORRUPTION = {"臵": "置", "臶": "帜"}
_SPACES = " \t\u3000\u00a0\u2002\u2003\u2009\u200b\ufeff"


@dataclass(frozen=True, slots=True)
class NormalForm:
    """A normalised text and, for each of its characters, the offset it came from."""

    text: str
    offsets: tuple[int, ...]  # len(text) + 1 entries; the last is the length of the original

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that ``text[start:end]`` came from."""
        if start >= end:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], self.offsets[end - 1] + 1


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=65536)
def _fold(character: str) -> str:
    """The normal form of one character; may be several characters, or none."""
    if character < "\x7f":
        return character.lower()
    folded = unicodedata.normalize("NFKC", _FONT_CORRUPTION.get(character, character)).casefold()
    return "".join(_simplified(c) for c in folded)


def _simplified(character: str) -> str:
    converted: str = _converter().convert(character)
    return converted if len(converted) == 1 else character


def is_cjk(character: str) -> bool:
    """Whether this is a Han character (all planes) or 〇."""
    return character == "〇" or unicodedata.name(character, "").startswith("CJK ")


def normalise(text: str) -> str:
    """The normal form of ``text`` without the map back: the same text as ``normal_form(text).text``."""
    return normal_form(text).text


def normal_form(text: str) -> NormalForm:
    """Fold width, case and Traditional characters; drop blanks beside a Han character.

    Blanks between Han characters are layout ("李　炎", a PDF's "政 府 工 作"); between Latin words one
    blank stays. A newline inside a sentence is layout as well and is treated like any blank.
    """
    characters: list[str] = []
    offsets: list[int] = []
    pending: int | None = None  # offset of a run of blanks that has not been written yet
    for offset, character in enumerate(text):
        if character in _SPACES or character == "\n":
            pending = offset if pending is None else pending
            continue
        folded = _fold(character)
        if pending is not None:
            if characters and folded and characters[-1].isascii() and folded[0].isascii():
                characters.append(" ")
                offsets.append(pending)
            pending = None
        characters.extend(folded)
        offsets.extend([offset] * len(folded))
    offsets.append(len(text))
    return NormalForm("".join(characters), tuple(offsets))
