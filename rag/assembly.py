"""The one place where settings become objects. Heavy modules are imported when they are built with."""

from __future__ import annotations

import gc
from collections.abc import Callable

from embeddings.encoder import Encoder
from rag.assistant import Assistant
from rag.calibration import load_calibration
from rag.conversation import Conversations
from rag.draft_check import CheckReport, checker
from rag.errors import UsageError
from rag.evidence import Selector
from rag.generators.base import Generator
from rag.generators.extractive import ExtractiveGenerator
from rag.library import Library
from rag.retrieval import Retriever
from rag.settings import Settings

Notice = Callable[[str], None]


def open_encoder(settings: Settings, notice: Notice) -> Encoder:
    """The configured encoder; ``notice`` is told of the one-time conversion of the default.

    Raises:
        UsageError: there is no such model.
    """
    from embeddings.encoder import SentenceTransformerEncoder

    try:
        encoder = SentenceTransformerEncoder.load(
            settings.encoder, threads=settings.threads, on_progress=notice
        )
    except FileNotFoundError as error:
        raise UsageError(str(error)) from error
    gc.freeze()  # what loading made stays, and need not be looked at again
    gc.enable()  # the console paused it
    return encoder


def open_library(settings: Settings, encoder: Encoder | None) -> Library:
    """The configured library, which must exist."""
    return Library.open(settings.library, encoder)


def open_or_create_library(settings: Settings, encoder: Encoder) -> Library:
    """The configured library, made empty where there is none."""
    return Library.create(settings.library, encoder)


def open_assistant(settings: Settings, notice: Notice) -> Assistant:
    """An assistant over the configured library; the library is looked for before a model is loaded."""
    open_library(settings, None).close()
    encoder = open_encoder(settings, notice)
    return build_assistant(open_library(settings, encoder), encoder, settings)


def open_checker(settings: Settings, notice: Notice) -> Callable[[str], CheckReport]:
    """What holds a draft against the configured library."""
    return checker(open_assistant(settings, notice).search, settings.passages)


def build_assistant(library: Library, encoder: Encoder, settings: Settings) -> Assistant:
    """An assistant out of ready parts."""
    return Assistant(
        library=library,
        conversations=Conversations(library),
        retriever=Retriever(library, encoder),
        selector=Selector(
            library.document_frequency, lambda: library.chunk_count, load_calibration()
        ),
        generator=_generator(settings),
        passages=settings.passages,
    )


def _generator(settings: Settings) -> Generator:
    if settings.generator == "extractive":
        return ExtractiveGenerator()
    raise UsageError(f"unknown generator {settings.generator!r}; expected: extractive")
