"""A random encoder of two layers, in the form of the packaged one; for tests of the reader."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

HIDDEN, HEADS, LAYERS, POSITIONS = 32, 4, 2, 512


def write_encoder(folder: Path, characters: str) -> None:
    """Writes one whose tokens are these characters."""
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -1.0)]
    tokenizer = Tokenizer(
        models.Unigram([*pieces, *((c, -2.0) for c in sorted(set(characters)))], 3)
    )
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "vocab_size": len(pieces) + len(set(characters)),
        "max_position_embeddings": POSITIONS,
        "hidden_size": HIDDEN,
        "num_attention_heads": HEADS,
        "intermediate_size": 2 * HIDDEN,
        "layer_norm_eps": 1e-12,
        "num_hidden_layers": LAYERS,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    save_file(random_weights(config["vocab_size"]), folder / "model.safetensors")


def random_weights(vocabulary: int) -> dict[str, torch.Tensor]:
    """The same at each call."""
    chance = torch.Generator().manual_seed(3)

    def drawn(*shape: int, scale: float = 0.15) -> torch.Tensor:
        return torch.randn(*shape, generator=chance) * scale

    weights = {
        "embeddings.word_embeddings.weight": drawn(vocabulary, HIDDEN, scale=1.0),
        "embeddings.position_embeddings.weight": drawn(POSITIONS, HIDDEN, scale=0.3),
        "embeddings.token_type_embeddings.weight": drawn(2, HIDDEN),
        "embeddings.LayerNorm.weight": torch.ones(HIDDEN),
        "embeddings.LayerNorm.bias": torch.zeros(HIDDEN),
    }
    wide = 2 * HIDDEN
    sizes = {
        "attention.self.query": (HIDDEN, HIDDEN),
        "attention.self.key": (HIDDEN, HIDDEN),
        "attention.self.value": (HIDDEN, HIDDEN),
        "attention.output.dense": (HIDDEN, HIDDEN),
        "intermediate.dense": (wide, HIDDEN),
        "output.dense": (HIDDEN, wide),
    }
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}."
        for name, shape in sizes.items():
            weights[f"{at}{name}.weight"] = drawn(*shape)
            weights[f"{at}{name}.bias"] = drawn(shape[0])
        for norm in ("attention.output.LayerNorm", "output.LayerNorm"):
            weights[f"{at}{norm}.weight"] = torch.ones(HIDDEN)
            weights[f"{at}{norm}.bias"] = torch.zeros(HIDDEN)
    return weights
