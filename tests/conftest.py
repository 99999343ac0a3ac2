"""What several tests share: the real encoder, the samples in a library, speeches and hits made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings.encoder import Encoder
from embeddings.packaged_encoder import PackagedEncoder
from rag.assembly import build_assistant
from rag.assistant import Assistant
from rag.library import Library
from rag.settings import Settings

SAMPLES = Path(__file__).parents[1] / "samples" / "speeches"


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The packaged encoder with its real weights; tests that use it are marked ``model``."""
    return PackagedEncoder.load()


@pytest.fixture(scope="session")
def samples_library(
    encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    """The sample speeches, taken in once."""
    library = Library.create(tmp_path_factory.mktemp("samples") / "library", encoder)
    reports = list(library.ingest([SAMPLES]))
    assert [report for report in reports if report.status != "added"] == []
    yield library
    library.close()


@pytest.fixture(scope="session")
def assistant(samples_library: Library, encoder: Encoder) -> Assistant:
    """Answers from the sample speeches as the product does by default."""
    return build_assistant(samples_library, encoder, Settings(library=samples_library.root))
