"""A run: what was asked with which settings, and what came. Kept as JSON, read back, made by asking."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from rag import __version__
from rag.assistant import Assistant
from rag.corpus import DocumentEntry
from rag.errors import UsageError
from rag.evaluation.gold import Labelled
from rag.evaluation.outcomes import Outcome, judged
from rag.library import Library
from rag.settings import Settings

FILE = "results.json"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What could make two runs differ."""

    version: str
    library: str  # its folder
    generation: int
    documents: int
    encoder: str  # its fingerprint
    generator: str
    passages: int


@dataclass(frozen=True, slots=True)
class Run:
    """Questions asked once."""

    circumstances: Circumstances
    questions: tuple[Outcome, ...]
    format: Literal[1] = 1


_RUN = TypeAdapter(Run)


def circumstances(library: Library, fingerprint: str, settings: Settings) -> Circumstances:
    """What a run with this library, encoder and these settings is told by."""
    return Circumstances(
        version=__version__,
        library=str(settings.library),
        generation=library.generation,
        documents=len(library.documents()),
        encoder=fingerprint,
        generator=" ".join(filter(None, (settings.generator, settings.model))),
        passages=settings.passages,
    )


def outcomes_of(
    questions: Iterable[Labelled], assistant: Assistant, library: Library
) -> Iterator[Outcome]:
    """Asks one question after the other."""
    entries = library.documents()
    for labelled in questions:
        documents = right_documents(labelled, entries)
        answer = assistant.ask(labelled.question)
        yield judged(labelled, documents, answer, lambda doc_id: library.document(doc_id).text)


def right_documents(labelled: Labelled, entries: Sequence[DocumentEntry]) -> tuple[str, ...] | None:
    """The documents that a question's labels mean; ``None`` where they mean none in particular."""
    if labelled.documents:
        return labelled.documents
    if labelled.speech is None:
        return None
    return tuple(
        entry.doc_id
        for entry in entries
        if labelled.speech in entry.title + (entry.metadata.speaker or "")
    )


def missing_documents(questions: Iterable[Labelled], library: Library) -> int:
    """How many answerable questions name documents of which the library has none."""
    entries = library.documents()
    known = {entry.doc_id for entry in entries}
    named = (right_documents(q, entries) for q in questions if q.answers)
    return sum(documents is not None and not known & set(documents) for documents in named)


def run_json(run: Run) -> dict[str, Any]:
    """A run as JSON; ``read_run`` reads it back."""
    return dict(_RUN.dump_python(run, mode="json"))


def read_run(path: Path) -> Run:
    """A run that was kept: its folder or its file.

    Raises:
        UsageError: there is none, or it is of another format.
    """
    file = path / FILE if path.is_dir() else path
    try:
        return _RUN.validate_python(json.loads(file.read_bytes()))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    except (ValidationError, ValueError):
        raise UsageError(
            f"{file} is no result of this version's jianghua eval; make one with --out."
        ) from None
