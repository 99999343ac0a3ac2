"""Runs questions on a few threads: a slow model blocks no page, and what nobody waits for stops.

Knows nothing of HTTP: a caller that goes away closes its iterator.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import aclosing, suppress
from typing import TypeVar

from rag.draft_check import PASSAGES, CheckReport, checker
from rag.errors import JianghuaError
from rag.metrics import Measured, Metrics
from rag.schema import Answer, Hit, Question
from rag.services import Assistant

T = TypeVar("T")
Piece = str | Answer | None  # None: the stream has ended
Burst = tuple[str, Answer | None]
_TOGETHER = 0.01  # seconds: a quoted answer's pieces come within less


class TooManyQuestionsError(JianghuaError):
    """More questions wait than the pool keeps; ask again in a moment."""


class QuestionPool:
    """A bounded pool: so many questions at work, so many waiting, the next one is refused."""

    def __init__(self, assistant: Assistant, workers: int = 2, waiting: int = 64) -> None:
        self.metrics = Metrics()
        self._assistant = Measured(assistant, self.metrics)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="question")
        self._drafts = ThreadPoolExecutor(1, thread_name_prefix="draft")  # long: questions go on
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

        Raises:
            TooManyQuestionsError: no room; nothing was started.
        """
        async with aclosing(self._bursts(question, wait=0)) as bursts:
            async for text, answer in bursts:
                if text:
                    yield text
                if answer is not None:
                    yield answer

    async def growing(self, question: Question) -> AsyncGenerator[str | Answer, None]:
        """What a page shows: the text so far each time that it has grown, the answer last.

        The first text is empty: the work has begun, and goes on while the page shows the question. Text that the answer follows at once is left out, since each step costs the page a round.

        Raises:
            TooManyQuestionsError: no room; nothing was started.
        """
        so_far = ""
        async with aclosing(self._bursts(question, _TOGETHER)) as bursts:
            async for text, answer in bursts:
                so_far += text
                yield so_far if answer is None else answer

    async def _bursts(self, question: Question, wait: float) -> AsyncGenerator[Burst, None]:
        """Nothing once the work has begun; then what came within ``wait`` seconds as one text, and the answer if among it."""
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
            yield "", None
            ended = False
            while not ended:
                burst = await _together(pieces, wait)
                ended = None in burst
                text = "".join(piece for piece in burst if isinstance(piece, str))
                answer = next((piece for piece in burst if isinstance(piece, Answer)), None)
                if text or answer:
                    yield text, answer
            await asyncio.wrap_future(at_work)  # raises what the assistant raised
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

    async def check(self, draft: str) -> CheckReport:
        """A draft held against the library; cancelling the call stops the work.

        Raises:
            TooManyQuestionsError: no room; nothing was started.
        """
        unwanted = threading.Event()

        def search(sentence: Question, k: int) -> Sequence[Hit]:
            if unwanted.is_set():
                raise CancelledError
            return self._assistant.search(sentence, k)

        checked = self._submitted(lambda: checker(search, PASSAGES)(draft), self._drafts)
        try:
            report = await asyncio.wrap_future(checked)
        finally:
            unwanted.set()
        self.metrics.checked()
        return report

    def _submitted(
        self, work: Callable[[], T], threads: ThreadPoolExecutor | None = None
    ) -> Future[T]:
        if not self._room.acquire(blocking=False):
            self.metrics.unanswered("turned_away")
            raise TooManyQuestionsError("Too many questions are waiting; ask again in a moment.")
        future = (threads or self._threads).submit(work)
        self.metrics.at_work.inc()
        future.add_done_callback(self._done)
        return future

    def _done(self, _: Future[T]) -> None:
        self._room.release()
        self.metrics.at_work.dec()

    def close(self) -> None:
        """Starts nothing any more; questions that wait are dropped."""
        for threads in (self._threads, self._drafts):
            threads.shutdown(wait=False, cancel_futures=True)


async def _together(pieces: asyncio.Queue[Piece], wait: float) -> list[Piece]:
    """The next piece, and what follows it within ``wait`` seconds; nothing follows an answer."""
    burst = [await pieces.get()]
    with suppress(TimeoutError):
        async with asyncio.timeout(wait):
            while isinstance(burst[-1], str):
                burst.append(await pieces.get())
    return burst
