"""Labelled questions out of files: all lines are checked before the first question is asked."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from rag.evaluation.gold import Labelled, Part, squashed
from rag.question_file import parsed_lines
from rag.wire import question_from


def labelled_in(paths: Iterable[Path]) -> tuple[Labelled, ...]:
    """The labelled questions of some files, in their order.

    Raises:
        UsageError: a file cannot be read, has no question, or has a line that is none; says which line.
    """
    known: set[str] = set()
    parse = partial(_labelled, known)
    return tuple(question for path in paths for question in parsed_lines(path, parse))


def _labelled(known: set[str], row: object) -> Labelled:
    question = question_from(row)
    fields: dict[str, Any] = row  # type: ignore[assignment]  # question_from takes objects only
    return Labelled(
        id=_id(fields, known),
        question=question,
        answers=_answers(fields),
        whole=_whole(fields),
        documents=_texts(fields, "doc_ids"),
        speech=_text(fields, "speech"),
        kind=_text(fields, "kind"),
    )


def _id(row: dict[str, Any], known: set[str]) -> str:
    """The question's id, which no other question has: runs are compared by it."""
    value = row.get("id")
    if not isinstance(value, str | int) or value == "":
        raise ValueError(f"'id' should be a string or a number, got {value!r}")
    if str(value) in known:
        raise ValueError(f"the 'id' {value} was on an earlier line; each question needs its own")
    known.add(str(value))
    return str(value)


def _answers(row: dict[str, Any]) -> tuple[Part, ...]:
    parts = row.get("answers")
    if not isinstance(parts, list):
        raise ValueError(
            f"'answers' should be a list, got {parts!r}: what a right answer holds, "
            "or [] where the library has no answer"
        )
    return tuple(_part(part) for part in parts)


def _part(part: object) -> Part:
    if _says_something(part):
        return str(part)
    if isinstance(part, list) and part and all(_says_something(way) for way in part):
        return tuple(map(str, part))
    raise ValueError(
        f"each of 'answers' should be some words, or a list of ways to say it, got {part!r}"
    )


def _says_something(way: object) -> bool:
    return isinstance(way, str) and bool(squashed(way))


def _whole(row: dict[str, Any]) -> bool:
    require = row.get("require")
    if require not in (None, "any", "all"):
        raise ValueError(f'\'require\' should be "any" or "all", got {require!r}')
    return bool(require == "all")


def _text(row: dict[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"'{name}' should be a string, got {value!r}")
    return value or None


def _texts(row: dict[str, Any], name: str) -> tuple[str, ...]:
    values = row.get(name) or []
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        raise ValueError(f"'{name}' should be a list of strings, got {values!r}")
    return tuple(dict.fromkeys(values))
