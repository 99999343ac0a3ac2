"""An ingest followed while it runs: progress and reports as they come, out of a thread of its own.

The work goes on when nobody follows any more: what was handed in is to be in the library. Knows
nothing of pages.
"""

from __future__ import annotations

import contextvars
import queue
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.errors import JianghuaError
from rag.ingestion import Progress, SourceReport
from rag.services import Library

_END = None


def followed(library: Library, paths: Sequence[Path]) -> Iterator[Progress | SourceReport]:
    """Takes the files in; of progress that came while nobody looked, only the latest is told.

    Raises:
        JianghuaError: what ended the ingest early.
    """
    told: queue.SimpleQueue[Progress | SourceReport | BaseException | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            for report in library.ingest(paths, told.put):
                told.put(report)
        except (JianghuaError, OSError) as error:
            told.put(error)
        finally:
            told.put(_END)

    context = contextvars.copy_context()  # whoever asks whose request this is finds it there
    threading.Thread(
        target=context.run,
        args=(work,),
        name="ingest",
        daemon=True,  # a kill harms no library
    ).start()
    while (item := told.get()) is not _END:
        if isinstance(item, BaseException):
            raise item
        if not (isinstance(item, Progress) and not told.empty()):
            yield item
