"""The command ``train-reader``: its options, where its results go."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from rag.console import DONE, notice, print_json, print_line
from rag.errors import UsageError
from rag.reading.reader import PACKAGED
from rag.settings import PACKAGED_READER, Settings


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
    parser.add_argument(
        "--steps", type=_whole, metavar="N", help="steps of training (default 1000)"
    )
    parser.add_argument(
        "--from",
        dest="start",
        metavar="READER",
        help="go on from a trained reader: packaged, or its folder (default: from nothing)",
    )
    parser.add_argument(
        "--keep",
        type=_share,
        metavar="SHARE",
        help="of the weights that it goes on from, in those written: 0.5 for the mean (default 0)",
    )
    parser.add_argument(
        "--layers", type=_whole, metavar="N", help="layers to train (default 4); more read slower"
    )
    parser.add_argument("--seed", type=_whole, metavar="N", help="of all draws (default 7)")


def _whole(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1, got {text!r}")
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share < 1:
        raise argparse.ArgumentTypeError(f"expected a share from 0 to below 1, got {text!r}")
    return share


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
    start = _start(options.start)
    recipe = replace(
        recipe,
        plan=replace(recipe.plan, **given),
        trained=options.layers or _layers(start) or recipe.trained,
        keep=options.keep or 0.0,
    )
    encoder = open_encoder(settings, notice)
    folders = [folder.resolve() for folder in options.folders]
    try:
        card = train_reader(
            folders, options.out, encoder, default_model_folder(), recipe, notice, start
        )
    except (FileNotFoundError, ValueError) as error:
        raise UsageError(str(error)) from error
    if options.json:
        print_json(card)
    else:
        _print_figures(card)
    return DONE


def _start(named: str | None) -> Path | None:
    """The weights that ``--from`` names."""
    if named is None:
        return None
    if named == PACKAGED_READER:
        return PACKAGED
    weights = Path(named) / PACKAGED.name
    if not weights.is_file():
        raise UsageError(f"there is no trained reader in {named}; expected {PACKAGED.name} in it.")
    return weights


def _layers(start: Path | None) -> int | None:
    """How many layers the reader has that is gone on from."""
    from rag.reading.model import trained_layers

    try:
        return None if start is None else trained_layers(start)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _print_figures(card: dict[str, Any]) -> None:
    for name, figures in card["figures"].items():
        told = ", ".join(f"{figure} {value}" for figure, value in figures.items())
        print_line(f"{name}: {told}")
