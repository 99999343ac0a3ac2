"""What an ingest tells a person and a program: a progress bar while it runs, a table or JSON at its end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any, Self, TextIO

from rag.ingestion import Progress, SourceReport

if TYPE_CHECKING:
    from types import TracebackType


class IngestDisplay:
    """A progress bar on stderr with rate and remaining time; silent where stderr is no terminal."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[passages]}"),
            TimeRemainingColumn(),
            console=Console(file=stream),
            disable=not stream.isatty(),
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, passages="")
        self._started = time.perf_counter()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.perf_counter() - self._started

    def on_progress(self, progress: Progress) -> None:
        """Move the bar."""
        rate = progress.chunks_encoded / max(self.seconds, 1e-3)
        self._bar.update(
            self._task,
            total=progress.sources,
            completed=progress.sources_done,
            description=progress.path.rsplit("/", 1)[-1][-30:],
            passages=f"{progress.chunks_encoded} passages, {rate:.0f}/s",
        )


def report_json(reports: Sequence[SourceReport], seconds: float) -> dict[str, Any]:
    """The contract's object for ``ingest --json``."""
    return {
        "sources": [
            {
                "path": report.path,
                "status": report.status,
                "documents": [
                    {
                        "doc_id": document.doc_id,
                        "title": document.title,
                        "speaker": document.metadata.speaker,
                        "date": document.metadata.date,
                    }
                    for document in report.documents
                ],
                "chunks": report.chunks,
                "encoding": report.encoding,
                "notes": list(report.notes),
                "error": report.error,
            }
            for report in reports
        ],
        "documents": sum(len(report.documents) for report in reports),
        "chunks": sum(report.chunks for report in reports),
        "seconds": round(seconds, 3),
    }


def summary(reports: Sequence[SourceReport], seconds: float) -> str:
    """A table for a person: file, what became of it, encoding, speeches, what to look at."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("file", "status", "encoding", "speeches", "to look at"):
        table.add_column(heading, overflow="fold")
    for report in reports:
        remarks = "; ".join(filter(None, [report.error, *report.notes]))
        cells = (report.path.rsplit("/", 1)[-1], report.status, report.encoding or "—")
        table.add_row(*map(Text, (*cells, str(len(report.documents)), remarks)))
    out = StringIO()
    Console(file=out, width=120).print(table)
    failed = sum(report.status == "failed" for report in reports)
    documents = sum(len(report.documents) for report in reports)
    return f"{out.getvalue()}\n{len(reports)} files, {documents} speeches, {failed} failed, {seconds:.1f} s"
