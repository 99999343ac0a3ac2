"""A child process that reads the formats whose parsers may hang, crash or eat memory.

One process serves many files; a file that breaks it costs that file alone, and the next one gets a
new process. Requests and replies are lines of JSON, so a parser that a file has taken over can hand
back nothing but text. Knows no format.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, Self

import rag
from rag.errors import ReadError
from rag.readers.formats import Format
from rag.schema import Metadata, Reading, SourceText, Span

WORKING = {"working": True}  # a reply that asks for more time
_WORKING_LINE = json.dumps(WORKING).encode() + b"\n"
_MOST_MEMORY = 3 << 30  # OCR alone takes more than 1 GB of address space
_SLOW_STEP_SECONDS = 60.0  # for each step of a reader that says it is working: a page of OCR
_SECONDS = 8.0  # for any other file
_SECONDS_PER_MB = 2.0  # the slowest format, xlsx, reads 1 MB in about one second
_MOST_SECONDS = 120.0
_LONGEST_WORDS = 200


class Worker:
    """Reads files in a child process with limits on time and memory; starts it when first needed.

    Not for use by two threads at once. Close it, or use it as a context manager.
    """

    def __init__(self, most_memory: int = _MOST_MEMORY) -> None:
        """Prepare a worker.

        Args:
            most_memory: Bytes of address space that the child process may take.
        """
        self._most_memory = most_memory
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child process, if there is one."""
        if self._child is not None:
            self._child.end()
        self._child = None

    def read(self, path: Path, file_format: Format, seconds: float | None = None) -> Reading:
        """Read the file at ``path`` in the child process.

        Args:
            path: The file; what it is called does not matter.
            file_format: The format to read it as.
            seconds: How long it may take; by default a time that grows with the file.

        Raises:
            ReadError: The reader refused the file, took too long or broke down.
        """
        allowed = seconds or _seconds_for(path.stat().st_size)
        self._child = self._child or _Child(self._most_memory)
        try:
            reply = self._child.ask({"path": str(path.resolve()), "format": file_format}, allowed)
        except queue.Empty:
            self.close()
            raise ReadError(f"took more than {allowed:.0f} s to read; it may be damaged") from None
        if not reply:
            words = self._child.last_words()
            self.close()
            raise ReadError(f"is damaged: the {file_format} reader broke down ({words})")
        return _reading(json.loads(reply))


class _Child:
    """A running worker process and the thread that waits for its replies."""

    def __init__(self, most_memory: int) -> None:
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  closed by end()
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module
            [sys.executable, "-m", "rag.readers.worker", str(most_memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env=os.environ | {"PYTHONPATH": _search_path(), "PYTHONUTF8": "1"},
        )
        self._replies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, request: dict[str, str], seconds: float) -> bytes:
        """The reply, one line of JSON; empty when the process broke down."""
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it ended; the reply will be empty
                self._process.stdin.write(json.dumps(request).encode() + b"\n")
                self._process.stdin.flush()
        reply = self._replies.get(timeout=seconds)
        while reply == _WORKING_LINE:
            reply = self._replies.get(timeout=_SLOW_STEP_SECONDS)
        return reply

    def last_words(self) -> str:
        """The last line of what a broken process complained of."""
        self._process.wait()
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").split("\n")
        spoken = [line.strip() for line in lines if line.strip()]
        return spoken[-1][:_LONGEST_WORDS] if spoken else f"exit {self._process.returncode}"

    def end(self) -> None:
        """Kill the process and close what belongs to it."""
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        self._complaints.close()

    def _listen(self) -> None:
        if self._process.stdout is not None:
            with self._process.stdout as replies:
                for line in replies:
                    self._replies.put(line)
        self._replies.put(b"")


def _reading(reply: dict[str, Any]) -> Reading:
    if "refused" in reply:
        raise ReadError(reply["refused"])
    texts = tuple(
        SourceText(
            text["text"],
            doc_id=text["doc_id"],
            given=Metadata(**text["given"]),
            hinted=Metadata(**text["hinted"]),
            chrome=tuple(Span(**span) for span in text["chrome"]),
            pages=tuple(text["pages"]),
        )
        for text in reply["texts"]
    )
    return Reading(texts, reply["encoding"], tuple(reply["notes"]))


def _seconds_for(size: int) -> float:
    return min(_SECONDS + _SECONDS_PER_MB * size / (1 << 20), _MOST_SECONDS)


def _search_path() -> str:
    """Where the child finds this package, installed or not."""
    home = str(Path(rag.__file__).parent.parent)
    known = os.environ.get("PYTHONPATH")
    return f"{home}{os.pathsep}{known}" if known else home
