"""Counts what the server does, in the form that Prometheus collects. The home of prometheus_client.

One ``Metrics`` a server, with a registry of its own. Knows an assistant as something that streams.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from rag.schema import Answer, Hit, Holdings, Question
from rag.services import Assistant

CONTENT_TYPE = "text/plain; version=1.0.0; charset=utf-8"
_SECONDS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 30, 60)


class Metrics:
    """The counts of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._questions = Counter(
            "jianghua_questions",
            "Questions by outcome: answered, the reason of a refusal, failed, left by who asked, "
            "or turned_away because too many waited",
            ["outcome"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "jianghua_answer_seconds",
            "Seconds from the start of the work on a question to its complete answer",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._checks = Counter("jianghua_drafts", "Drafts checked", registry=self.registry)
        self._sources = Counter(
            "jianghua_ingested_sources",
            "Files taken in through the page by what became of them",
            ["status"],
            registry=self.registry,
        )
        self.at_work = Gauge(
            "jianghua_questions_at_work", "Questions at work or waiting", registry=self.registry
        )

    def answered(self, answer: Answer, seconds: float) -> None:
        """A question came to its answer or refusal."""
        self._questions.labels(answer.reason.value if answer.reason else "answered").inc()
        self._seconds.observe(seconds)

    def unanswered(self, outcome: str) -> None:
        """A question came to nothing: failed, left or turned_away."""
        self._questions.labels(outcome).inc()

    def checked(self) -> None:
        """A draft was checked."""
        self._checks.inc()

    def ingested(self, status: str) -> None:
        """A file was taken in, or not."""
        self._sources.labels(status).inc()

    def follow(self, holdings: Callable[[], Holdings]) -> None:
        """Tell the library's size as well, as it is when somebody asks."""
        self.registry.register(_HoldingsCollector(holdings))

    def exposition(self) -> bytes:
        """All counts as Prometheus reads them."""
        return generate_latest(self.registry)


class _HoldingsCollector(Collector):
    def __init__(self, holdings: Callable[[], Holdings]) -> None:
        self._holdings = holdings

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that registering asks the library for nothing."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The sizes now."""
        now = self._holdings()
        for name, about, value in (
            ("sources", "Files in the library", now.sources),
            ("documents", "Speeches in the library", now.documents),
            ("passages", "Passages in the library", now.passages),
        ):
            yield GaugeMetricFamily(f"jianghua_library_{name}", about, value)


class Measured:
    """An assistant whose answers are counted and timed."""

    def __init__(self, assistant: Assistant, metrics: Metrics) -> None:
        self._assistant = assistant
        self._metrics = metrics

    def search(self, question: Question, k: int) -> Sequence[Hit]:
        """The ``k`` best passages."""
        return self._assistant.search(question, k)

    def stream(self, question: Question) -> Iterator[str | Answer]:
        """What the assistant says, counted when it ends, breaks or is left."""
        started, outcome = time.perf_counter(), "failed"
        try:
            for piece in self._assistant.stream(question):
                if isinstance(piece, Answer):
                    outcome = ""
                    self._metrics.answered(piece, time.perf_counter() - started)
                yield piece
        except GeneratorExit:
            outcome = outcome and "left"
            raise
        finally:
            if outcome:
                self._metrics.unanswered(outcome)
