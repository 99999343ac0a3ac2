"""What an ingest tells a person and a program: a progress bar while it runs, a table or JSON at its end."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TextIO

from rag.ingestion import Progress, SourceReport

if TYPE_CHECKING:
    from types import TracebackType

PassedOver = Sequence[tuple[Path, str]]
"""Files that are no source, each with the reason."""

_SPEED_SECONDS = 120.0  # windows are minutes apart on a slow machine
_LONGEST_NAME = 24
_MOST_ROWS = 100
_MOST_REMARKS = 3
_HEADINGS = ("file", "status", "encoding", "speeches", "to look at")


class IngestDisplay:
    """A progress bar on stderr with rate and remaining time; silent where stderr is no terminal."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[counts]}", markup=False),
            TimeRemainingColumn(),
            TextColumn("{task.fields[unit]}"),
            console=Console(file=stream),
            disable=not stream.isatty(),
            transient=True,
            speed_estimate_period=_SPEED_SECONDS,
        )
        self._task = self._bar.add_task("reading", total=None, counts="", unit="")
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
        files = f"{progress.sources_done}/{progress.sources} files"
        self._bar.update(
            self._task,
            total=1.0,
            completed=progress.share,
            description=_printable(_shortened(_name(progress.path))),
            counts=f"{files}, {progress.chunks_encoded} passages, {rate:.0f}/s",
            unit="left",
        )


def report_json(
    reports: Sequence[SourceReport], seconds: float, passed_over: PassedOver = ()
) -> dict[str, Any]:
    """The contract's object for ``ingest --json``, and the files that were passed over."""
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
    } | ({"passed_over": _reasons(passed_over)} if passed_over else {})


def _reasons(passed_over: PassedOver) -> list[dict[str, str]]:
    return [{"path": str(path), "reason": reason} for path, reason in passed_over]


def summary(reports: Sequence[SourceReport], seconds: float, passed_over: PassedOver = ()) -> str:
    """A table for a person: file, what became of it, encoding, speeches, what to look at.

    In a long table the files that need no look are counted, not listed.
    """
    rows = [(report, _remarks(report)) for report in reports]
    long = len(rows) > _MOST_ROWS
    shown = [row for row in rows if row[1] or not long]
    cells: list[Sequence[str]] = [
        (_name(r.path), r.status, r.encoding or "—", str(len(r.documents)), remarks)
        for r, remarks in shown
    ]
    cells += [(_name(str(path)), "passed over", "—", "0", why) for path, why in passed_over]
    return _table(cells) + "\n" + _totals(reports, len(rows) - len(shown), seconds)


def _remarks(report: SourceReport) -> str:
    remarks = [*filter(None, [report.error]), *report.notes]
    more = len(remarks) - _MOST_REMARKS
    if more > 1:
        remarks = [*remarks[:_MOST_REMARKS], f"and {more} more, see --json"]
    return "; ".join(remarks)


def _table(rows: Sequence[Sequence[str]]) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading, least in zip(_HEADINGS, (16, 9, 8, 8, 20), strict=True):
        table.add_column(heading, overflow="fold", min_width=least)
    for row in rows:
        table.add_row(*(Text(_printable(cell)) for cell in row))
    out = StringIO()
    Console(file=out, width=shutil.get_terminal_size((120, 24)).columns).print(table)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _totals(reports: Sequence[SourceReport], unlisted: int, seconds: float) -> str:
    failed = sum(report.status == "failed" for report in reports)
    documents = sum(len(report.documents) for report in reports)
    left_out = f" ({unlisted} without remarks are not listed)" if unlisted else ""
    return f"{len(reports)} files{left_out}, {documents} speeches, {failed} failed, {seconds:.1f} s"


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"


def _printable(text: str) -> str:
    """Text that a terminal shows and does not obey; a file's name may hold control characters."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
