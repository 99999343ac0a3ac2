"""A follow-up question made whole by a language model, which is believed no more here than elsewhere.

Its question is taken only if it asks for the same thing, keeps what the user named, and adds nothing
but what was said before. Knows nothing of how questions are made whole without a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import closing

from rag.errors import GenerationError
from rag.language_model import LanguageModel
from rag.markers import without_list_number, without_markers
from rag.normal_form import normalise
from rag.prompts import rewriting_prompt
from rag.query import Kind, content_of, kind_of
from rag.schema import Turn

_TOKENS = 96
_ADDED = 60  # characters that a whole question may be longer than the follow-up
_KEPT = 0.8  # share of what the follow-up speaks of that must still be there
_KNOWN = 0.7  # share of what the whole question speaks of that was said
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_LATIN = re.compile(r"[a-z]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NAMED = re.compile("[《“]([^》”]+)[》”]")
_POINTING = frozenset("他她它们这那其该此上述前面刚才又还也呢吧和与对就于")


class ModelRewriter:
    """Asks a model to make a follow-up whole."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    def whole(self, question: str, history: Sequence[Turn], names: Iterable[str]) -> str | None:
        """The question on its own, ``None`` where the model has no sane one; ``names`` are known."""
        prompt = rewriting_prompt(question, history)
        if self._model.tokens(prompt) > self._model.context - _TOKENS:
            return None
        try:
            with closing(self._model.stream(prompt, _TOKENS)) as pieces:
                said = _first_line(pieces)
        except GenerationError:
            return None  # the answer's notice will say so
        return said if is_sane(said, question, history, names) else None


def _first_line(pieces: Iterable[str]) -> str:
    text = ""
    for piece in pieces:
        text += piece
        if "\n" in text.strip():
            break
    lines = text.strip().splitlines() or [""]
    line = without_list_number(without_markers(lines[0]))
    return line.removeprefix("完整的问题：").strip(" “”\"'")


def is_sane(whole: str, question: str, history: Sequence[Turn], names: Iterable[str]) -> bool:
    """Whether ``whole`` asks what ``question`` asks after ``history``, and nothing else."""
    said, asked = normalise(whole), normalise(question)
    before = normalise("\n".join(turn.content for turn in history)) + asked
    return (
        0 < len(said) <= len(asked) + _ADDED
        and _same_kind(said, asked)
        and _keeps_names(said, asked, before, names)
        and _figures(said) <= _figures(before)
        and _share(_matter(asked) - _POINTING, said) >= _KEPT
        and _share(_bigrams(said), before) >= _KNOWN
    )


def _same_kind(said: str, asked: str) -> bool:
    """A follow-up such as 那2022年呢？ does not say what it asks; another must not change it."""
    return kind_of(asked) in {Kind.FACT, kind_of(said)}


def _keeps_names(said: str, asked: str, before: str, names: Iterable[str]) -> bool:
    """Whether each name of the follow-up is still there, and none that nobody named."""
    bare = (normalise(name).removesuffix("同志") for name in names)
    known = [name for name in bare if len(name) > 1]
    kept = [name for name in known if name in asked]
    kept += [*_NAMED.findall(asked), *_LATIN.findall(asked), *_figures(asked)]
    return all(name in said for name in kept) and all(n in before for n in known if n in said)


def _figures(text: str) -> set[str]:
    return set(_FIGURE.findall(text))


def _matter(text: str) -> set[str]:
    """The Han characters of what a question speaks of."""
    return set(_HAN.findall(content_of(text)))


def _bigrams(text: str) -> set[str]:
    pieces = content_of(text).split(",")
    return {piece[i : i + 2] for piece in pieces for i in range(len(piece) - 1)}


def _share(parts: set[str], text: str) -> float:
    return sum(part in text for part in parts) / len(parts) if parts else 1.0
