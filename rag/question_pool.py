"""Runs questions on a few threads: a slow model blocks no page, and what nobody waits for stops.

Knows nothing of HTTP: a caller that goes away closes its iterator.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby
from typing import TypeVar

from rag.errors import JianghuaError
from rag.schema import Answer, Hit, Question
from rag.services import Assistant

T = TypeVar("T")
Piece = str | Answer | None  # None: the stream has ended


class TooManyQuestionsError(JianghuaError):
    """More questions wait than the pool keeps; ask again in a moment."""


class QuestionPool:
    """A bounded pool: so many questions at work, so many waiting, the next one is refused."""

    def __init__(self, assistant: Assistant, workers: int = 2, waiting: int = 64) -> None:
        self._assistant = assistant
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="question")
        self._room = threading.BoundedSemaphore(workers + waiting)

    async def ask(self, question: Question) -> Answer:
        """The complete answer; cancelling the call stops the work.

        Raises:
            TooManyQuestionsError: no room; nothing was started.
        """
        stream = self.stream(question)
        try:
            async for piece in stream:
                if isinstance(piece, Answer):
                    return piece
        finally:
            await stream.aclose()
        raise RuntimeError("the assistant's stream ended without its answer")

    async def stream(self, question: Question) -> AsyncGenerator[str | Answer, None]:
        """The pieces as they come, the answer last; closing the iterator stops the work.

        Pieces that have come meanwhile are handed over as one: each costs the page a round.

        Raises:
            TooManyQuestionsError: no room; nothing was started.
        """
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[Piece] = asyncio.Queue()
        unwanted = threading.Event()

        def hand_over(piece: Piece) -> None:
            if not unwanted.is_set() and piece != "":  # an empty one only says that work goes on
                loop.call_soon_threadsafe(pieces.put_nowait, piece)

        def work() -> None:
            try:
                for piece in self._assistant.stream(question):
                    if unwanted.is_set():
                        return
                    hand_over(piece)
            finally:
                hand_over(None)

        at_work = self._submitted(work)
        try:
            while True:
                for piece in _joined([await pieces.get(), *_waiting(pieces)]):
                    if piece is None:
                        await asyncio.wrap_future(at_work)  # raises what the assistant raised
                        return
                    yield piece
        finally:
            unwanted.set()
            at_work.cancel()

    async def search(self, question: Question, k: int) -> Sequence[Hit]:
        """The ``k`` best passages.

        Raises:
            TooManyQuestionsError: no room; nothing was started.
        """
        found = self._submitted(lambda: self._assistant.search(question, k))
        return await asyncio.wrap_future(found)

    def _submitted(self, work: Callable[[], T]) -> Future[T]:
        if not self._room.acquire(blocking=False):
            raise TooManyQuestionsError("Too many questions are waiting; ask again in a moment.")
        future = self._threads.submit(work)
        future.add_done_callback(lambda _: self._room.release())
        return future

    def close(self) -> None:
        """Starts nothing any more; questions that wait are dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _waiting(pieces: asyncio.Queue[Piece]) -> Iterator[Piece]:
    while not pieces.empty():
        yield pieces.get_nowait()


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Texts in a row as one text."""
    for is_text, run in groupby(pieces, key=lambda piece: isinstance(piece, str)):
        if is_text:
            yield "".join(map(str, run))
        else:
            yield from run
