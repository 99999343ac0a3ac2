"""Text to unit vectors, by any sentence-transformers model; the only home of that library.

Queries and documents are encoded by different methods, since many models put different prompts in
front of them. Knows nothing of speeches, chunks or indexes.
"""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from embeddings.batching import (
    CORE_BATCH_BYTES,
    GPU_BATCH_BYTES,
    Rows,
    one_thread,
    rows_in_batches,
)
from embeddings.fingerprint import model_fingerprint
from embeddings.late_import import imported_late
from embeddings.processor import available_cores, has_bfloat16

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

# Imported by sentence-transformers and transformers for distances between sparse vectors and for losses
# of object detection; with scipy.stats and pandas behind them a quarter of the time of these imports.
_UNUSED = ("sklearn.metrics", "scipy.optimize", "scipy.sparse")


class Encoder(Protocol):
    """Turns texts into unit rows that are compared by inner product."""

    @property
    def dim(self) -> int:
        """Length of a row."""

    @property
    def fingerprint(self) -> str:
        """Equal for two encoders only if their rows may be compared."""

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        """(n, dim) unit rows for questions."""

    def encode_documents(self, texts: Sequence[str]) -> Rows:
        """(n, dim) unit rows for passages."""


class SentenceTransformerEncoder:
    """An ``Encoder`` out of a sentence-transformers model. Safe to use from several threads."""

    def __init__(self, model: SentenceTransformer, fingerprint: str, threads: int = 1) -> None:
        """Take over a loaded model; ``load`` does what is usually wanted."""
        import torch

        self._outside_threads = torch.get_num_threads()  # asked now: in a new thread it may be ours
        self._model = model
        self._threads = threads
        self._tokenizing = threading.Lock()  # fast tokenizers change state while they encode
        self.fingerprint = fingerprint
        self.dim = _dimension(model)

    @classmethod
    def load(
        cls,
        name_or_folder: str,
        *,
        threads: int | None = None,
    ) -> Self:
        """Load a model.

        Args:
            name_or_folder: A sentence-transformers folder, or a name on the Hugging Face hub, for
                which alone the network may be used.
            threads: Batches that are encoded side by side; ``None``: one for each available core.

        Raises:
            FileNotFoundError: There is no such model.
        """
        model = _load_model(name_or_folder)
        prompts = [_prompt(model, "query"), _prompt(model, "document", "passage")]
        fingerprint = model_fingerprint(_folder_of(name_or_folder), prompts)
        return cls(model, fingerprint, threads or available_cores())

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        """(n, dim) unit rows for questions, under the model's prompt for queries if it has one."""
        return self._encode(texts, _prompt(self._model, "query"))

    def encode_documents(self, texts: Sequence[str]) -> Rows:
        """(n, dim) unit rows for passages; what exceeds the model's length is cut off."""
        return self._encode(texts, _prompt(self._model, "document", "passage"))

    def _encode(self, texts: Sequence[str], prompt: str | None) -> Rows:
        def forward(batch: list[str]) -> Rows:
            return self._forward(batch, prompt)

        size = CORE_BATCH_BYTES if self._model.device.type == "cpu" else GPU_BATCH_BYTES
        return rows_in_batches(texts, forward, self.dim, batch_bytes=size, threads=self._threads)

    def _forward(self, texts: list[str], prompt: str | None) -> Rows:
        import torch

        with self._tokenizing:
            features = self._model.preprocess(texts, prompt=prompt)
        with torch.inference_mode(), one_thread(self._outside_threads):
            transformer, *others = self._model
            features = transformer(_mapped(features, lambda t: t.to(self._model.device)))
            # in bfloat16, pooling and normalisation would cost a thousandth of the length
            features = _mapped(features, lambda t: t.float() if t.is_floating_point() else t)
            for module in others:
                features = module(features)
            rows = torch.nn.functional.normalize(features["sentence_embedding"], dim=1)
        result: Rows = rows.cpu().numpy()
        return result


def _load_model(name_or_folder: str) -> SentenceTransformer:
    _quiet_libraries()
    with collector_paused():  # a fifth of the time of these imports is looking for garbage
        import torch

        with suppress(ImportError), imported_late(*_UNUSED):  # a version may want modules inside
            import sentence_transformers  # noqa: F401
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        from embeddings.packed_linear import pack_linear_layers

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        half = torch.cuda.is_available() or has_bfloat16()
        try:
            model = SentenceTransformer(
                name_or_folder,
                local_files_only=Path(name_or_folder).is_dir(),
                model_kwargs={"dtype": torch.bfloat16 if half else torch.float32},
            )
        except OSError as error:
            raise FileNotFoundError(
                f"no sentence-transformers model could be loaded from {name_or_folder!r}; expected "
                "its folder, or its name on the Hugging Face hub and a network"
            ) from error
    transformer, *others = model.eval()
    for module in others:
        module.float()
    if model.device.type == "cpu":
        with one_thread(torch.get_num_threads()):
            pack_linear_layers(transformer)
    return model


@contextmanager
def collector_paused() -> Iterator[None]:
    """Python's garbage collector rests, if it was at work."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _quiet_libraries() -> None:
    """Must be said before they are imported; what the user has set stands."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault(
        "TOKENIZERS_PARALLELISM", "false"
    )  # its share is 1 %; no threads for that


def _folder_of(name_or_folder: str) -> Path:
    """The folder that a model was loaded from: itself, or the hub's snapshot of it."""
    from huggingface_hub import snapshot_download

    if Path(name_or_folder).is_dir():
        return Path(name_or_folder)
    name = name_or_folder if "/" in name_or_folder else f"sentence-transformers/{name_or_folder}"
    return Path(snapshot_download(name, local_files_only=True))


def _dimension(model: SentenceTransformer) -> int:
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise ValueError(f"{model} does not say how long its vectors are")
    return dimension


def _prompt(model: SentenceTransformer, *names: str) -> str | None:
    """The first of these prompts that the model defines."""
    return next((model.prompts[name] for name in names if model.prompts.get(name)), None)


def _mapped(features: dict[str, Any], change: Callable[[Tensor], Tensor]) -> dict[str, Any]:
    """The features with ``change`` applied to those that are tensors."""
    import torch

    return {k: change(v) if isinstance(v, torch.Tensor) else v for k, v in features.items()}
