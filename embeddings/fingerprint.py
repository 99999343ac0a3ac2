"""Tells models apart by what decides their vectors. Knows files, loads nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from embeddings.cached_folder import folder_digests, sha256

_WEIGHT_SUFFIXES = (".safetensors", ".bin")
_TOKENIZER_FILES = ("tokenizer.json", "vocab.txt", "sentencepiece.bpe.model", "spiece.model")


def model_fingerprint(folder: Path, prompts: Sequence[str | None]) -> str:
    """Hash of a model folder's weights, tokenizer and modules and of the prompts in use.

    The precision of the arithmetic is left out: rows of float32 and bfloat16 may be compared.
    """
    known = folder_digests(folder) or {}
    digests = {}
    for path in _deciding_files(folder):
        name = path.relative_to(folder).as_posix()
        digests[name] = known.get(name) or sha256(path)
    told = json.dumps([digests, list(prompts)], sort_keys=True)
    return hashlib.sha256(told.encode("utf-8")).hexdigest()[:32]


def _deciding_files(folder: Path) -> Iterator[Path]:
    yield from (folder / name for name in _TOKENIZER_FILES if (folder / name).is_file())
    for module in _module_folders(folder):
        yield from (file for file in module.iterdir() if file.suffix in _WEIGHT_SUFFIXES)
        if module != folder and (module / "config.json").is_file():
            yield module / "config.json"


def _module_folders(folder: Path) -> list[Path]:
    """The folders that ``modules.json`` lists; a plain transformers model has none but its own."""
    listed = folder / "modules.json"
    if not listed.is_file():
        return [folder]
    modules = json.loads(listed.read_text(encoding="utf-8"))
    return [path for path in (folder / module["path"] for module in modules) if path.is_dir()]
