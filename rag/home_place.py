"""The place that a speech means by 全县, 全市 or 全省: most speeches name it once or twice, or in their heads alone.

One that never names it means the place that all speeches beside it mean. Knows the words of speeches and of one question.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rag.normal_form import normalise
from rag.schema import Document

_READ = 20_000  # characters of a speech that are looked at
_KINDS = "省市县区州旗镇乡"
_OWN_AREA = re.compile(f"[全我本](?P<kind>[{_KINDS}])(?!长|委|级)")
# The last two characters of a name and its kind; before them there may be more of it, or none.
_NAMED = re.compile(
    f"(?=(?P<name>[\u4e00-\u9fff](?![{_KINDS}全各我本该外跨强的是和与及等])[\u4e00-\u9fff][{_KINDS}])(?!长))"
)
_STATED = 3  # how often a name in the head of a speech counts
_LEAST = 2  # times that it must stand there


def home_named_in(question: str, document: Document, beside: Sequence[Document] = ()) -> str | None:
    """The place of a speech if the question names it, with the word for its kind: 岫阳县.

    Args:
        question: As it was asked.
        document: A speech that says 全县 or the like, and which county that is somewhere else.
        beside: Other speeches of the library on the same matter.
    """
    normal = normalise(question)
    for name in homes_of(document, beside):
        found = re.search(f"[\u4e00-\u9fff]{{0,2}}{name}", normal)
        if found:
            return found.group().lstrip("年月日在")
        if name[:-1] in normal:
            return name
    return None


def homes_of(document: Document, beside: Sequence[Document] = ()) -> tuple[str, ...]:
    """The places that a speech means by 全县, 全市 …: the last two characters of the name of each, with its kind."""
    own = _homes(document)
    untold = _own_areas(document) - {name[-1] for name in own}
    if not untold or not beside:
        return own
    others = {name for other in beside for name in _homes(other) if name[-1] in untold}
    return (*own, *_unrivalled(others))


def _unrivalled(names: Iterable[str]) -> list[str]:
    """Those that are the only ones of their kind."""
    kinds = Counter(name[-1] for name in names)
    return [name for name in names if kinds[name[-1]] == 1]


def _homes(document: Document) -> tuple[str, ...]:
    return _home(_head(document), document.text[:_READ])


def _own_areas(document: Document) -> frozenset[str]:
    return _areas(_head(document), document.text[:_READ])


def _head(document: Document) -> str:
    told = document.metadata
    parts = (told.title, told.subtitle, told.venue, told.office, told.publisher)
    return "\n".join(part for part in parts if part)


@lru_cache(maxsize=256)
def _areas(head: str, text: str) -> frozenset[str]:
    """The kinds of places of which it says 全."""
    told = _OWN_AREA.finditer(normalise(f"{head}\n{text}"))
    return frozenset(match["kind"] for match in told)


@lru_cache(maxsize=256)
def _home(head: str, text: str) -> tuple[str, ...]:
    """For each kind of place of which the speech says 全: the end of the name that it has most often."""
    kinds = _areas(head, text)
    head, text = normalise(head), normalise(text)
    names = Counter(
        m["name"]
        for m in _NAMED.finditer(text)
        if text[m.end("name") : m.end("name") + 1] not in ("委", "级")
    )
    for match in _NAMED.finditer(head):
        names[match["name"]] += _STATED
    found: dict[str, str] = {}
    for name, count in names.most_common():
        if name[-1] in kinds and count >= _LEAST:
            found.setdefault(name[-1], name)
    return tuple(found.values())
