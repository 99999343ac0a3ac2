"""Text to unit vectors, by any sentence-transformers model; the only home of that library.

Queries and documents are encoded by different methods, since many models put different prompts in
front of them. Knows nothing of speeches, chunks or indexes.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.packaged import default_model_folder, folder_digests

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

Rows = NDArray[np.float32]
"""(n, dim) float32, unit rows."""

_BATCH_BYTES = 16_384  # of UTF-8, padding included: some 4,000 tokens, which a core's cache likes
_WEIGHT_SUFFIXES = (".safetensors", ".bin")
_TOKENIZER_FILES = ("tokenizer.json", "vocab.txt", "sentencepiece.bpe.model", "spiece.model")


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
        self._model = model
        self._workers = ThreadPoolExecutor(threads, thread_name_prefix="encoder")
        self._tokenizing = threading.Lock()  # fast tokenizers change state while they encode
        self.fingerprint = fingerprint
        self.dim = _dimension(model)

    @classmethod
    def load(
        cls,
        name_or_folder: str | None = None,
        *,
        threads: int | None = None,
        cache: Path | None = None,
        on_progress: Callable[[str], None] | None = None,
    ) -> Self:
        """Load a model.

        Args:
            name_or_folder: A sentence-transformers folder, or a name on the Hugging Face hub, for
                which alone the network may be used. ``None`` takes the packaged model.
            threads: Batches encoded at once; ``None`` takes the cores this process may use.
            cache: Where the packaged model's folder is kept; see ``default_model_folder``.
            on_progress: Told in a line what takes its time.

        Raises:
            FileNotFoundError: There is no such model, or the packaged weights are not installed.
        """
        if name_or_folder is None:
            name_or_folder = str(default_model_folder(cache, on_progress))
        model = _load_model(name_or_folder)
        fingerprint = _fingerprint(_folder_of(name_or_folder), model)
        return cls(model, fingerprint, threads or available_cores())

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        """(n, dim) unit rows for questions, under the model's prompt for queries if it has one."""
        return self._encode(texts, _prompt(self._model, "query"))

    def encode_documents(self, texts: Sequence[str]) -> Rows:
        """(n, dim) unit rows for passages; what exceeds the model's length is cut off."""
        return self._encode(texts, _prompt(self._model, "document", "passage"))

    def _encode(self, texts: Sequence[str], prompt: str | None) -> Rows:
        rows = np.empty((len(texts), self.dim), dtype=np.float32)
        texts = [_encodable(text) for text in texts]
        batches = list(_batches(texts))
        if len(batches) == 1:  # a question: not worth the way to another thread
            rows[batches[0]] = self._forward([texts[i] for i in batches[0]], prompt)
            return rows
        chosen = ([texts[i] for i in batch] for batch in batches)
        done = self._workers.map(self._forward, chosen, repeat(prompt))
        for batch, encoded in zip(batches, done, strict=True):
            rows[batch] = encoded
        return rows

    def _forward(self, texts: list[str], prompt: str | None) -> Rows:
        import torch

        with self._tokenizing:
            features = self._model.preprocess(texts, prompt=prompt)
        with torch.inference_mode():
            transformer, *others = self._model
            features = transformer(_on_device(features, self._model.device))
            features = {name: _as_float32(value) for name, value in features.items()}
            for module in others:  # pooling in bfloat16 would cost a hundredth of the similarity
                features = module(features)
            rows = torch.nn.functional.normalize(features["sentence_embedding"].float(), dim=1)
        result: Rows = rows.cpu().numpy()
        return result


def available_cores() -> int:
    """Physical cores that this process may use: its affinity and its control group's quota."""
    cpus = (
        os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    )
    siblings = {
        _read(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list") or str(cpu)
        for cpu in cpus
    }
    quota, period = (_read("/sys/fs/cgroup/cpu.max") or "max 1").split()
    limit = len(siblings) if quota == "max" else int(quota) // int(period)
    return max(1, min(len(siblings), limit))


def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 natively; else that is slower than float32."""
    return not {"avx512_bf16", "amx_bf16"}.isdisjoint(_read("/proc/cpuinfo").split())


def _read(path: str) -> str:
    """The text of a system file, empty where the system has none."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""


def _encodable(text: str) -> str:
    """Lone surrogates, which broken input brings and tokenizers refuse, become ``?``."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Positions of texts of like length together, longest first, so that little padding is encoded.

    Length is counted in UTF-8 bytes, which follow the tokens of Chinese and of Latin text alike.
    """
    lengths = [len(text.encode("utf-8")) + 16 for text in texts]
    batch: list[int] = []
    for i in sorted(range(len(texts)), key=lambda i: -lengths[i]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > _BATCH_BYTES:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _load_model(name_or_folder: str) -> SentenceTransformer:
    _quiet_hub()
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    # One thread a forward pass, several passes at once: threads that share one pass wait for each
    # other at every layer, and where another process holds a core, a question takes 300 ms, not 17.
    torch.set_num_threads(1)
    native = torch.cuda.is_available() or has_bfloat16()
    try:
        model = SentenceTransformer(
            name_or_folder,
            local_files_only=Path(name_or_folder).is_dir(),
            model_kwargs={"dtype": torch.bfloat16 if native else torch.float32},
        )
    except OSError as error:
        raise FileNotFoundError(
            f"no sentence-transformers model could be loaded from {name_or_folder!r}; expected its "
            "folder, or its name on the Hugging Face hub and a network"
        ) from error
    for module in list(model)[1:]:
        module.float()
    return model.eval()


def _quiet_hub() -> None:
    """Must be said before the library is imported; what the user has set stands."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")


def _dimension(model: SentenceTransformer) -> int:
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise ValueError(f"{model} does not say how long its vectors are")
    return dimension


def _prompt(model: SentenceTransformer, *names: str) -> str | None:
    """The first of these prompts that the model defines."""
    return next((model.prompts[name] for name in names if model.prompts.get(name)), None)


def _on_device(features: dict[str, object], device: torch.device) -> dict[str, object]:
    import torch

    return {k: v.to(device) if isinstance(v, torch.Tensor) else v for k, v in features.items()}


def _as_float32(value: object) -> object:
    import torch

    return value.float() if isinstance(value, torch.Tensor) and value.is_floating_point() else value


def _folder_of(name_or_folder: str) -> Path:
    """The folder that a model was loaded from: itself, or the hub's snapshot of it."""
    from huggingface_hub import snapshot_download

    if Path(name_or_folder).is_dir():
        return Path(name_or_folder)
    name = name_or_folder if "/" in name_or_folder else f"sentence-transformers/{name_or_folder}"
    return Path(snapshot_download(name, local_files_only=True))


def _fingerprint(folder: Path, model: SentenceTransformer) -> str:
    """Hash of what decides the vectors: weights, tokenizer, modules, prompts; not the precision."""
    known = folder_digests(folder)
    digests = {}
    for path in sorted(_deciding_files(folder)):
        name = path.relative_to(folder).as_posix()
        digests[name] = known[name] if known else _sha256(path)
    prompts = [_prompt(model, "query"), _prompt(model, "document", "passage")]
    told = json.dumps([digests, prompts], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _deciding_files(folder: Path) -> Iterator[Path]:
    yield from (folder / name for name in _TOKENIZER_FILES if (folder / name).is_file())
    modules = folder / "modules.json"
    paths = (
        [m["path"] for m in json.loads(modules.read_text("utf-8"))] if modules.is_file() else [""]
    )
    for path in paths:
        yield from (f for f in (folder / path).iterdir() if f.suffix in _WEIGHT_SUFFIXES)
        if path and (folder / path / "config.json").is_file():
            yield folder / path / "config.json"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
