"""The one place where settings become objects. Heavy modules are imported when they are built with."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.encoder import Encoder, SentenceTransformerEncoder
from embeddings.packaged_encoder import PackagedEncoder
from rag.assistant import Assistant
from rag.calibration import load_calibration
from rag.conversation import Conversations
from rag.errors import UsageError
from rag.evidence import Selector
from rag.generators.extractive import ExtractiveGenerator
from rag.language_model import LanguageModel
from rag.library import Library
from rag.reranking import Reranker
from rag.retrieval import Retriever
from rag.rewriting import ModelRewriter
from rag.settings import GENERATORS, NO_READER, PACKAGED_READER, Settings

if TYPE_CHECKING:
    from rag.draft_check import CheckReport
    from rag.generators.base import Generator

Notice = Callable[[str], None]

_ODDS = {"lenient": 1 / 3, "normal": 1.0, "strict": 3.0}
"""By strictness: what the odds that a question can be answered must be, beside those of the fit."""


def open_encoder(settings: Settings, notice: Notice) -> Encoder:
    """The configured encoder; ``notice`` is told of the one-time conversion of the default.

    Raises:
        UsageError: there is no such model.
    """
    encoder: Encoder
    try:
        if settings.encoder is None:
            encoder = PackagedEncoder.load(threads=settings.threads, on_progress=notice)
        else:
            encoder = SentenceTransformerEncoder.load(settings.encoder, threads=settings.threads)
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
    return build_assistant(open_library(settings, encoder), encoder, settings, notice)


def open_search(settings: Settings, notice: Notice) -> Assistant:
    """An assistant that searches the configured library; no language model is loaded for that."""
    return open_assistant(replace(settings, generator=GENERATORS[0]), notice)


def open_checker(settings: Settings, notice: Notice) -> Callable[[str], CheckReport]:
    """What holds a draft against the configured library."""
    from rag.draft_check import PASSAGES, checker

    return checker(open_search(settings, notice).search, max(PASSAGES, settings.passages))


def build_assistant(
    library: Library, encoder: Encoder, settings: Settings, notice: Notice = lambda _: None
) -> Assistant:
    """An assistant out of ready parts; the language model that the settings name is loaded.

    Raises:
        UsageError: there is no such model, or not enough is said of it.
        OptionalDependencyError: it needs a package that is not installed.
    """
    model = language_model(settings, notice)
    return compose(library, encoder, settings, model, open_reranker(settings, encoder))


def compose(
    library: Library,
    encoder: Encoder,
    settings: Settings,
    model: LanguageModel | None,
    reranker: Reranker | None,
) -> Assistant:
    """An assistant whose answers ``model`` writes; without one they are quoted."""
    quoting = ExtractiveGenerator()
    generator = _verified(model, settings) if model else quoting
    return Assistant(
        library=library,
        conversations=Conversations(library, ModelRewriter(model) if model else None),
        retriever=Retriever(library, encoder, reranker),
        selector=Selector(
            library.document_frequency,
            lambda: library.chunk_count,
            load_calibration().stricter(_ODDS[settings.strictness]),
        ),
        generator=generator,
        quoting=quoting,
        passages=settings.passages,
    )


def _verified(model: LanguageModel, settings: Settings) -> Generator:
    from rag.generators.verified import VerifiedGenerator

    return VerifiedGenerator(model, settings.unsupported == "mark")


def open_reranker(settings: Settings, encoder: Encoder) -> Reranker | None:
    """What reads the first passages again, unless that is not wished.

    The packaged reader stands on the packaged encoder; beside another one there is none unless it is named.

    Raises:
        UsageError: there is no such model, or the reader does not fit the encoder.
    """
    name = settings.reranker or (NO_READER if settings.encoder else PACKAGED_READER)
    if name == NO_READER:
        return None
    from rag.reranking import CrossEncoderReranker, ReaderReranker

    try:
        trained = Path(name) / "reader.safetensors"
        if name == PACKAGED_READER or trained.exists():
            from rag.reading.reader import PACKAGED, Reader

            if settings.encoder is not None:
                raise UsageError(
                    "a reader stands on the packaged encoder; leave out --encoder or --reranker"
                )
            weights = PACKAGED if name == PACKAGED_READER else trained
            tokenizer = encoder.tokenizer() if isinstance(encoder, PackagedEncoder) else None
            reader = Reader.load(weights, threads=settings.threads, tokenizer=tokenizer)
            return ReaderReranker(reader)
        from embeddings.cross_encoder import CrossEncoderScorer

        return CrossEncoderReranker(CrossEncoderScorer.load(name))
    except (FileNotFoundError, ValueError) as error:
        raise UsageError(str(error)) from error


def language_model(settings: Settings, notice: Notice) -> LanguageModel | None:
    """The language model that the settings name, loaded; ``None`` where answers are quoted.

    Raises:
        UsageError: there is no such model, or not enough is said of it.
        OptionalDependencyError: it needs a package that is not installed.
    """
    if settings.generator == "transformers":
        from rag.generators.transformers_model import TransformersModel

        return TransformersModel.load(
            settings.model,
            context=settings.context,
            threads=settings.threads,
            on_progress=notice,
        )
    if settings.generator == "openai":
        from rag.generators.openai_model import OpenAIModel

        if not (settings.model and settings.base_url):
            raise UsageError(
                "the generator openai needs --base-url, such as http://127.0.0.1:11434/v1, "
                "and --model, the name by which the endpoint knows the model"
            )
        return OpenAIModel.connect(
            settings.base_url, settings.model, context=settings.context, timeout=settings.timeout
        )
    return None
