"""The command ``train-reader``: its options, where its results go."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from rag.errors import UsageError
from rag.settings import Settings


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that no other command has."""
    parser.add_argument(
        "folders",
        nargs="+",
        type=Path,
        metavar="FOLDER",
        help="documents, and beside them questions.jsonl and unanswerable.jsonl",
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="where reader.safetensors and card.json go",
    )
    parser.add_argument("--steps", type=int, metavar="N", help="steps of training (default 1000)")
    parser.add_argument("--seed", type=int, metavar="N", help="of all draws (default 7)")


def train(options: argparse.Namespace, settings: Settings) -> int:
    """Trains a reader on the packaged encoder; prints its card."""
    from embeddings.packaged import default_model_folder
    from rag.assembly import open_encoder
    from rag.training.recipe import Recipe, train_reader

    if settings.encoder is not None:
        raise UsageError(
            "a reader is trained on the packaged encoder; leave $JIANGHUA_ENCODER unset."
        )
    if len({folder.resolve().name for folder in options.folders}) < len(options.folders):
        raise UsageError("two folders have the same name; the card could not tell them apart.")
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"the folder {options.out} cannot be made: {error.strerror}.") from None
    given = {n: v for n in ("steps", "seed") if (v := getattr(options, n)) is not None}
    recipe = Recipe()
    recipe = replace(recipe, plan=replace(recipe.plan, **given))
    encoder = open_encoder(settings, _notice)
    folders = [folder.resolve() for folder in options.folders]
    card = train_reader(folders, options.out, encoder, default_model_folder(), recipe, _notice)
    sys.stdout.write(_shown(card, as_json=options.json))
    return 0


def _shown(card: dict[str, object], *, as_json: bool) -> str:
    text = json.dumps(card if as_json else card["figures"], ensure_ascii=False, indent=1)
    return text + "\n"


def _notice(text: str) -> None:
    sys.stderr.write(text + "\n")
