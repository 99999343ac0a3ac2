"""A file of questions: one JSON object a line, all checked before the first is answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from rag.errors import UsageError
from rag.schema import Question
from rag.wire import question_from

Parsed = TypeVar("Parsed")


def questions_in(path: Path) -> list[tuple[object, Question]]:
    """The ids, as given, and the questions of a file; blank lines are passed over.

    Raises:
        UsageError: the file cannot be read, a line is no question, or there is none.
    """
    return parsed_lines(path, _with_id)


def _with_id(row: object) -> tuple[object, Question]:
    question = question_from(row)
    return (row.get("id") if isinstance(row, dict) else None), question


def parsed_lines(path: Path, parse: Callable[[object], Parsed]) -> list[Parsed]:
    """What ``parse`` makes of each line's JSON; it raises a ValueError for what is no question.

    Raises:
        UsageError: the file cannot be read, a line is no question, or there is none.
    """
    rows: list[Parsed] = []
    for number, line in enumerate(lines_of_file(path), 1):
        if not line.strip():
            continue
        try:
            rows.append(parse(json.loads(line)))
        except (ValueError, RecursionError) as error:
            raise UsageError(
                f"{path}, line {number}: expected a JSON object with a question ({error})."
            ) from None
    if not rows:
        raise UsageError(f"{path} holds no question; expected one JSON object a line.")
    return rows


def lines_of_file(path: Path) -> Iterator[str]:
    """The lines of a text file in UTF-8, a byte order mark left out.

    Raises:
        UsageError: the file cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig") as lines:
            yield from lines
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8; save it as UTF-8 and try again.") from None
