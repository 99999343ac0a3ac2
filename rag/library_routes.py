"""The library over HTTP: listed, taken in, corrected and taken out, as JSON.

Knows requests and responses; reading, storing and indexing are the library's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import FastAPI, HTTPException, UploadFile
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from rag.corpus import DocumentEntry
from rag.corrections import DateNotUnderstoodError, changes
from rag.ingest_report import report_json
from rag.ingestion import SourceReport
from rag.services import Library
from rag.shelf import file_name
from rag.uploads import kept_uploads
from rag.wire import Json, document_json, entry_json

MAX_FILES = 200  # at a time
_Value = Annotated[str | None, Field(max_length=200)]


class Correction(BaseModel):
    """Fields mended by hand; those left out stay, an empty one is made unknown."""

    title: _Value = None
    speaker: _Value = None
    date: _Value = None
    venue: _Value = None
    publisher: _Value = None


def add_library_routes(app: FastAPI, library: Library, on_ingested: Callable[[str], None]) -> None:
    """Adds the routes; ``on_ingested`` is told the status of each file taken in."""

    @app.get("/api/library")
    def speeches() -> Response:
        """All speeches with what is known about them."""
        return JSONResponse({"documents": [_listed(entry) for entry in library.documents()]})

    @app.post("/api/library")
    def take_in(files: list[UploadFile]) -> Response:
        """Takes files in; says what became of each."""
        if len(files) > MAX_FILES:
            raise HTTPException(413, f"At most {MAX_FILES} files are taken at a time.")
        started, reports = time.perf_counter(), list[SourceReport]()
        with _handed_in(files) as paths:
            for report in library.ingest(kept_uploads(paths, library.root)):
                on_ingested(report.status)
                reports.append(_without_place(report))
        return JSONResponse(report_json(reports, time.perf_counter() - started))

    @app.get("/api/library/{doc_id:path}")
    def speech(doc_id: str) -> Response:
        """One speech: metadata and outline; its text is at ``/source/ID/text``."""
        return JSONResponse(document_json(library.document(doc_id)))

    @app.patch("/api/library/{doc_id:path}")
    def correct(doc_id: str, correction: Correction) -> Response:
        """Mends what is known of a speech; it stays so when its file is read again."""
        written = {
            field: value or "" for field, value in correction.model_dump(exclude_unset=True).items()
        }
        try:
            wanted = changes(library.document(doc_id).metadata, written)
        except DateNotUnderstoodError as error:
            raise HTTPException(422, str(error)) from error
        for field, value in wanted.items():
            library.correct(doc_id, field, value)
        return JSONResponse(document_json(library.document(doc_id)))

    @app.delete("/api/library/{doc_id:path}", status_code=204)
    def take_out(doc_id: str) -> None:
        """Takes a speech out; taking its file in again brings it back."""
        library.remove([doc_id])


@contextmanager
def _handed_in(files: Iterable[UploadFile]) -> Iterator[list[Path]]:
    """The files under their own names, for as long as it takes to keep them."""
    with TemporaryDirectory() as folder:
        paths = []
        for number, file in enumerate(files):
            # Only the last part of a name counts, and two files may have the same one.
            name = PurePath((file.filename or "").replace("\\", "/")).name
            path = Path(folder) / str(number) / (name if name not in ("", "..") else "upload")
            path.parent.mkdir()
            with path.open("wb") as copy:
                while block := file.file.read(1 << 20):
                    copy.write(block)
            paths.append(path)
        yield paths


def _without_place(report: SourceReport) -> SourceReport:
    """The report by the file's name; where the server keeps it is nobody's business."""
    name = file_name(report.path)
    return replace(
        report,
        path=name,
        notes=tuple(note.replace(report.path, name) for note in report.notes),
        error=report.error and report.error.replace(report.path, name),
    )


def _listed(entry: DocumentEntry) -> Json:
    """A line of the list, with the names of its files."""
    return entry_json(entry) | {"sources": [file_name(source) for source in entry.sources]}
