"""The numbers that Word shows before paragraphs and keeps out of their text: 一、 (一) 1. ①.

A policy text's outline lives in these labels, so they are worked out from ``numbering.xml`` and
``styles.xml`` as Word does. Knows nothing of the document's text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from rag.readers.package import attribute, child, local_name

_MAX_LEVEL = 9
_DIGITS = "〇一二三四五六七八九"
_LEGAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    style: str = "decimal"
    pattern: str = ""  # "%1、", "（%2）"
    plain: bool = False  # all numbers of the pattern in 1, 2, 3


@dataclass(slots=True)
class _List:
    """A numbered list of the document and how far it has counted."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Style:
    name: str = ""
    based_on: str | None = None
    list_id: str | None = None
    level: int | None = None


class Numbering:
    """Gives each paragraph of a document, asked in order, the label that Word shows before it."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        """Read the lists and the styles; either part may be missing."""
        self._styles = _read_styles(styles)
        self._abstract: dict[str, _List] = {}
        self._lists: dict[str, tuple[_List, dict[int, int]]] = {}
        if numbering is not None:
            self._read_lists(numbering)

    def style_name(self, paragraph: etree._Element) -> str:
        """The name of a paragraph's style in lower case, such as ``heading 1`` or ``toc 2``."""
        style = attribute(child(paragraph, "pPr", "pStyle"), "val")
        return self._styles.get(style or "", _Style()).name

    def label(self, paragraph: etree._Element) -> str:
        """The label before a paragraph, empty where it has none; counts it."""
        list_id, level = self._place(paragraph)
        if list_id not in self._lists:
            return ""
        numbered, restarts = self._lists[list_id]
        definition = numbered.levels.get(level)
        if definition is None:
            return ""
        if level in restarts:
            numbered.counts[level] = restarts.pop(level)
        else:
            numbered.counts[level] = numbered.counts.get(level, definition.start - 1) + 1
        for deeper in [each for each in numbered.counts if each > level]:
            del numbered.counts[deeper]
        return _written(numbered, level)

    def _place(self, paragraph: etree._Element) -> tuple[str, int]:
        """The list and level of a paragraph, its own or its style's."""
        own = child(paragraph, "pPr", "numPr")
        list_id = attribute(child(own, "numId"), "val")
        level = _number(attribute(child(own, "ilvl"), "val"), None)
        style_id = attribute(child(paragraph, "pPr", "pStyle"), "val")
        for _ in range(len(self._styles)):  # a chain of styles; a damaged one may be a circle
            if style_id not in self._styles or (list_id is not None and level is not None):
                break
            style = self._styles[style_id]
            list_id = style.list_id if list_id is None else list_id
            level = style.level if level is None else level
            style_id = style.based_on or ""
        return list_id or "", min(level or 0, _MAX_LEVEL)

    def _read_lists(self, numbering: etree._Element) -> None:
        for element in numbering:
            if local_name(element) == "abstractNum":
                levels = dict(_read_level(e) for e in element if local_name(e) == "lvl")
                self._abstract[attribute(element, "abstractNumId") or ""] = _List(levels)
        for element in numbering:
            abstract = attribute(child(element, "abstractNumId"), "val") or ""
            if local_name(element) == "num" and abstract in self._abstract:
                list_id = attribute(element, "numId") or ""
                self._lists[list_id] = (self._abstract[abstract], _restarts(element))


def _written(numbered: _List, level: int) -> str:
    label = numbered.levels[level].pattern
    for position in range(level + 1):
        definition = numbered.levels.get(position, _Level())
        count = numbered.counts.get(position, definition.start)
        style = "decimal" if numbered.levels[level].plain else definition.style
        label = label.replace(f"%{position + 1}", written_number(count, style))
    return label


def written_number(number: int, style: str) -> str:
    """``number`` as Word writes it in a numbering style such as ``chineseCounting``."""
    if style in ("bullet", "none"):
        return ""
    writer = _WRITERS.get(style)
    return writer(number) if writer and 0 < number < 10_000 else str(number)


def _chinese(number: int) -> str:
    written = ""
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            written += _DIGITS[digit] + sign
        elif written and number and not written.endswith("零"):
            written += "零"
    return written.removeprefix("一") if written.startswith("一十") else written


def _roman(number: int) -> str:
    written = ""
    for value, sign in _ROMAN:
        times, number = divmod(number, value)
        written += sign * times
    return written


def _letters(number: int) -> str:
    repeats, position = divmod(number - 1, 26)
    return chr(ord("A") + position) * (repeats + 1)


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if number <= 20 else str(number)


def _wide(number: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))


_WRITERS: dict[str, Callable[[int], str]] = {
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "ideographDigital": lambda n: "".join(_DIGITS[int(d)] for d in str(n)),
    "japaneseDigitalTenThousand": lambda n: "".join(_DIGITS[int(d)] for d in str(n)),
    "chineseLegalSimplified": lambda n: _chinese(n).translate(_LEGAL),
    "ideographTraditional": lambda n: _STEMS[(n - 1) % 10],
    "ideographZodiac": lambda n: _BRANCHES[(n - 1) % 12],
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalFullWidth": _wide,
    "decimalFullWidth2": _wide,
    "decimalZero": lambda n: f"{n:02}",
    "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda n: _letters(n).lower(),
}


def _read_level(element: etree._Element) -> tuple[int, _Level]:
    style = attribute(child(element, "numFmt"), "val")
    if style is None:  # newer formats stand beside a fallback
        style = attribute(child(element, "AlternateContent", "Fallback", "numFmt"), "val")
    pattern = attribute(child(element, "lvlText"), "val") or ""
    level = _Level(
        start=_number(attribute(child(element, "start"), "val"), 1) or 0,
        style=style or "decimal",
        pattern="" if style == "bullet" else pattern,
        plain=child(element, "isLgl") is not None,
    )
    return _number(attribute(element, "ilvl"), 0) or 0, level


def _restarts(element: etree._Element) -> dict[int, int]:
    restarts: dict[int, int] = defaultdict(int)
    for override in element:
        start = attribute(child(override, "startOverride"), "val")
        if local_name(override) == "lvlOverride" and start is not None:
            restarts[_number(attribute(override, "ilvl"), 0) or 0] = _number(start, 1) or 0
    return restarts


def _read_styles(styles: etree._Element | None) -> dict[str, _Style]:
    found: dict[str, _Style] = {}
    for element in styles if styles is not None else ():
        if local_name(element) == "style":
            numbered = child(element, "pPr", "numPr")
            found[attribute(element, "styleId") or ""] = _Style(
                name=(attribute(child(element, "name"), "val") or "").casefold(),
                based_on=attribute(child(element, "basedOn"), "val"),
                list_id=attribute(child(numbered, "numId"), "val"),
                level=_number(attribute(child(numbered, "ilvl"), "val"), None),
            )
    return found


def _number(written: str | None, default: int | None) -> int | None:
    return int(written) if written and written.isdecimal() and len(written) < 6 else default
