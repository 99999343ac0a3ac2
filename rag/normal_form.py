"""The form in which texts are compared: folded width and case, Simplified characters, mended fonts.

Matching looks at the normal form, quoting at the stored text; ``NormalForm`` maps one to the other.
Knows nothing of tokens, documents or indexes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import opencc

# Characters that a converted font put in the place of the right ones, seen in scraped speeches.
_FONT_CORRUPTION = {"臵": "置", "臶": "帜"}
# Variants of Traditional characters that the converter leaves as they are.
_VARIANTS = dict(
    zip("衞擧汚靑淸鄕敍硏槪値戱緖屛毎鶏枱甎歛", "卫举污青清乡叙研概值戏绪屏每鸡台砖敛", strict=True)
)
_ODD = _FONT_CORRUPTION | _VARIANTS
_BLANKS = "\n \t\u3000\u00a0\u2002\u2003\u2009\u200b\ufeff"
_RUNS_OF_BLANKS = re.compile(r"\n+")  # in a folded text, where every blank is a newline
# Between single digits a blank is layout: 4 7 7 7 2 亿.
_APART = r"(?!(?<![0-9.][0-9])(?<=[0-9])\n\.?[0-9](?![0-9]))"
_KEPT_BLANKS = re.compile(rf"(?<=[\x00-\x09\x0b-\x7f]){_APART}\n+(?=[\x00-\x09\x0b-\x7f])")


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


def _fold(character: str) -> str:
    """The normal form of one character that is no blank: one character or several."""
    if character < "\x7f":
        return character.lower()
    folded = unicodedata.normalize("NFKC", _ODD.get(character, character)).casefold()
    return "".join(_simplified(c) for c in folded)


def _simplified(character: str) -> str:
    converted: str = _converter().convert(character)
    return converted if len(converted) == 1 else character


class _Folds(dict[int, str]):
    """A table for ``str.translate``, filled as characters are met; every blank becomes a newline.

    No other character folds to a newline, so newlines mark the blanks afterwards.
    """

    def __init__(self) -> None:
        super().__init__(dict.fromkeys(map(ord, _BLANKS), "\n"))
        self.longer: set[str] = set()  # the characters met that fold to several

    def __missing__(self, code: int) -> str:
        folded = _fold(chr(code))
        if len(folded) > 1:
            self.longer.add(chr(code))
        self[code] = folded
        return folded


_FOLDS = _Folds()


def is_cjk(character: str) -> bool:
    """Whether this is a Han character (all planes) or 〇."""
    return character == "〇" or unicodedata.name(character, "").startswith("CJK ")


def normalise(text: str) -> str:
    """The normal form of ``text`` without the map back: the same text as ``normal_form(text).text``."""
    return _KEPT_BLANKS.sub(" ", text.translate(_FOLDS)).replace("\n", "")


def normal_form(text: str) -> NormalForm:
    """Fold width, case and Traditional characters; drop blanks beside a Han character.

    Blanks between Han characters are layout ("李　炎", a PDF's "政 府 工 作"); between Latin words one
    blank stays, and between single digits none ("4 7 7 2 亿"). A newline inside a sentence is layout as well and is treated like any blank.
    """
    folded = text.translate(_FOLDS)
    origins = _origins(text, folded)
    offsets: list[int] = []
    last = 0
    for run in _RUNS_OF_BLANKS.finditer(folded):
        start, end = run.span()
        offsets += origins[last:start]
        if _KEPT_BLANKS.match(folded, start):
            offsets.append(origins[start])
        last = end
    offsets += origins[last:]
    offsets.append(len(text))
    return NormalForm(_KEPT_BLANKS.sub(" ", folded).replace("\n", ""), tuple(offsets))


def _origins(text: str, folded: str) -> Sequence[int]:
    """For each character of ``folded``, the offset of the character of ``text`` that it came from."""
    if len(folded) == len(text):  # none folds to nothing, so each has folded to one
        return range(len(text))
    origins: list[int] = []
    last = 0
    longer = _FOLDS.longer
    for offset in [offset for offset, character in enumerate(text) if character in longer]:
        origins += range(last, offset)
        origins += [offset] * len(_FOLDS[ord(text[offset])])
        last = offset + 1
    origins += range(last, len(text))
    return origins
