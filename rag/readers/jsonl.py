"""JSON lines and JSON lists of documents, as the command line contract describes a document.

One text for each line. A line that is no document is named in the notes, and the others go on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from rag.decoding import decode
from rag.errors import ReadError
from rag.readers.fields import as_written, by_field, given, hinted
from rag.readers.text import damage_notes
from rag.schema import Reading, SourceText

_MAX_NAMED = 20  # bad lines named one by one in the notes
_EXPECTED = 'an object with "text" and, where known, "id", "title", "speaker", "date", "venue"'


def read_jsonl(data: bytes) -> Reading:
    """The documents of a file with one JSON object a line.

    Raises:
        ReadError: No line is a document.
    """
    decoded = decode(data)
    lines = enumerate(decoded.text.split("\n"), start=1)
    named = ((f"line {number}", line) for number, line in lines if line.strip())
    return _reading(_parsed(named), decoded.encoding, damage_notes(decoded))


def read_json(data: bytes) -> Reading:
    """The documents of a JSON list, or the one document of a JSON object; else JSON lines.

    Raises:
        ReadError: Nothing in it is a document.
    """
    decoded = decode(data)
    try:
        content = _loads(decoded.text)
    except ReadError as whole:
        if decoded.text.lstrip()[:1] != "{":
            raise ReadError(f"is not valid JSON: {whole}") from whole
        return read_jsonl(data)
    records = content if isinstance(content, list) else [content]
    named = ((f"record {number}", record) for number, record in enumerate(records, start=1))
    return _reading(named, decoded.encoding, damage_notes(decoded))


def _parsed(lines: Iterable[tuple[str, str]]) -> Iterator[tuple[str, object]]:
    for name, line in lines:
        try:
            yield name, _loads(line)
        except ReadError as error:
            yield name, error


def _loads(text: str) -> object:
    try:
        loaded: object = json.loads(text)
    except RecursionError:
        raise ReadError("nested too deeply") from None
    except ValueError as error:  # JSONDecodeError, or a number with thousands of digits
        raise ReadError(str(error)) from error
    return loaded


def _reading(
    records: Iterable[tuple[str, object]], encoding: str, notes: tuple[str, ...]
) -> Reading:
    texts: list[SourceText] = []
    bad: list[str] = []
    for name, record in records:
        try:
            texts.append(_source_text(record))
        except ReadError as error:
            bad.append(f"{name}: {error}")
    if not texts:
        raise ReadError(f"has no document; expected {_EXPECTED}. {'; '.join(bad[:1])}".rstrip())
    if len(bad) > _MAX_NAMED:
        bad[_MAX_NAMED:] = [f"{len(bad) - _MAX_NAMED} more lines are no documents"]
    return Reading(tuple(texts), encoding, notes + tuple(bad))


def _source_text(record: object) -> SourceText:
    if isinstance(record, ReadError):
        raise record
    if not isinstance(record, dict):
        raise ReadError(f"expected {_EXPECTED}, found {type(record).__name__}")
    values = by_field(record)
    text = _text_of(record)
    if not text.strip():
        raise ReadError(f'has no "text"; expected {_EXPECTED}')
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    doc_id = as_written(record.get("id")) or values.get("id")
    return SourceText(text, doc_id or None, given=given(values), hinted=hinted(values))


def _text_of(record: dict[str, object]) -> str:
    """The text exactly as given; other names for it count only where "text" is missing."""
    if isinstance(text := record.get("text"), str):
        return text
    return by_field({k: v for k, v in record.items() if k != "text"}).get("text", "")
