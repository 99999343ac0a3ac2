"""Folders in, a trained reader with its card out: the whole recipe, on the packaged encoder."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import torch

from embeddings.cached_folder import sha256
from embeddings.encoder import Encoder
from embeddings.processor import available_cores, has_bfloat16
from rag.errors import UsageError
from rag.library import Library
from rag.reading.inference import ready, tokenizer_of
from rag.reading.model import (
    Model,
    blend,
    encoder_digest,
    load_model,
    save_model,
    untrained,
)
from rag.reading.reader import Reader
from rag.training.altered import altered
from rag.training.examples import Example
from rag.training.figures import Figures, figures_of
from rag.training.folders import Material, document_paths, material_of
from rag.training.loop import Plan, train

WEIGHTS, CARD = "reader.safetensors", "card.json"
_MAKING_STEPS = 20  # between two lines of progress
_FEWEST = 2  # candidates, or there is nothing to tell apart
_MOST_REPEATS = 4  # more often, and they are learned by heart
Notice = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides the weights, beside the folders."""

    plan: Plan = field(default_factory=Plan)
    frozen: int = 2  # lower layers of the encoder, as they are
    trained: int = 4  # those above
    made: int = 1000  # questions made of each folder's passages
    asked: int = (
        3000  # a folder's own questions are repeated towards as many, so that small ones count
    )
    held_out: int = 5  # every so-manieth document's questions are for judging
    altered: float = 0.1  # share of the questions that are asked of something else, unanswerably
    keep: float = 0.0  # share of the weights that it started from in those that are written


def train_reader(
    folders: Sequence[Path],
    out: Path,
    encoder: Encoder,
    encoder_folder: Path,
    recipe: Recipe,
    notice: Notice,
    start: Path | None = None,
) -> dict[str, Any]:
    """Trains a reader and writes ``reader.safetensors`` and ``card.json`` into ``out``; returns the card.

    Args:
        folders: See ``rag.training.folders``.
        out: Made if it is missing; the folders' libraries are kept in it, so that a second run encodes nothing.
        encoder: The packaged one, which searches for what misleads.
        encoder_folder: Its weights, on which the reader is built.
        recipe: Seeds and sizes.
        notice: Told in a line what is being done.
        start: The weights of a trained reader to go on from.

    Raises:
        UsageError: A folder or a file of questions is not as it should be, or there is nothing to learn.
        FileNotFoundError, ValueError: There is no reader to start from, or it does not fit.
    """
    if recipe.keep and start is None:
        raise UsageError("there is nothing to keep a share of: say which reader to go on from.")
    for folder in folders:
        document_paths(folder)  # told before anything is encoded
    model = untrained(encoder_folder, recipe.frozen, recipe.trained, recipe.plan.seed, start)
    begun = {"started_from": sha256(start)} if start else {}  # told now: it may be overwritten
    kept = load_model(start, encoder_folder) if start and recipe.keep else None
    if kept is not None:
        blend(kept, model, 0.0)  # raises where the layers differ, before anything is learned
    material = [_material(f, out / "libraries" / f.name, encoder, recipe, notice) for f in folders]
    examples = [
        e
        for m in material
        for e in (*m.learned * _repeats(len(m.learned), recipe.asked), *m.made)
        if len(e.candidates) >= _FEWEST
    ]
    if not any(c.holds for e in examples for c in e.candidates):
        raise UsageError("there is nothing to learn: no passage of these folders holds an answer.")
    chance = Random(recipe.plan.seed)  # noqa: S311  (no secret)
    examples = _with_altered(examples, recipe.altered, chance)
    chance.shuffle(examples)
    started = time.monotonic()
    _train(model, encoder_folder, examples, recipe, notice)
    if kept is not None:
        blend(model, kept, recipe.keep)
    save_model(model, out / WEIGHTS, encoder_folder)
    seconds = time.monotonic() - started
    notice("judging by the questions kept back")
    half = has_bfloat16()
    trained = ready(load_model(out / WEIGHTS, encoder_folder), half=half)
    reader = Reader(trained, tokenizer_of(encoder_folder), available_cores())
    figures = {m.name: figures_of(reader, m.held_out) for m in material if m.held_out}
    card = _card(recipe, material, figures, out, encoder_folder)
    card |= begun | {"seconds": round(seconds)}
    text = json.dumps(card, ensure_ascii=False, indent=1)
    (out / CARD).write_text(text + "\n", encoding="utf-8")
    return card


def _with_altered(examples: Sequence[Example], share: float, chance: Random) -> list[Example]:
    """Some of the examples that have an answer are asked so that they have none."""
    return [
        (e.answers and chance.random() < share and altered(e, examples, chance)) or e
        for e in examples
    ]


def _repeats(questions: int, wanted: int) -> int:
    return max(1, min(_MOST_REPEATS, round(wanted / max(1, questions))))


def _material(
    folder: Path, place: Path, encoder: Encoder, recipe: Recipe, notice: Notice
) -> Material:
    notice(f"{folder}: ingesting documents, unless they are in")
    library = Library.create(place, encoder)
    try:
        for report in library.ingest(document_paths(folder)):
            if report.error:
                notice(f"{report.path}: {report.error}")
        notice(f"{folder}: looking for passages that mislead")
        return material_of(folder, library, encoder, recipe.made, recipe.held_out, recipe.plan.seed)
    finally:
        library.close()


def _train(
    model: Model, encoder_folder: Path, examples: Sequence[Example], recipe: Recipe, notice: Notice
) -> None:
    """On a GPU where there is one, which takes all questions of a step at once; else on all cores."""
    plan = recipe.plan
    if torch.cuda.is_available():
        plan = replace(plan, workers=1, together=plan.questions)
        model.foundation.to("cuda")
        model.head.to("cuda")
    else:
        plan = replace(plan, workers=available_cores())
    if torch.cuda.is_available() or has_bfloat16():
        model.foundation.to(torch.bfloat16)
    for step in train(model, tokenizer_of(encoder_folder), examples, plan):
        if step.number % _MAKING_STEPS == 0 or step.number == plan.steps:
            losses = f"{step.relevance:.3f} · {step.answerable:.3f} · {step.place:.3f}"
            notice(f"step {step.number} of {plan.steps}: loss {losses}")
    model.head.cpu()


def _card(
    recipe: Recipe,
    material: Sequence[Material],
    figures: dict[str, Figures],
    out: Path,
    encoder_folder: Path,
) -> dict[str, Any]:
    return {
        "what": "reads a question with a passage: relevance, the answer's place, whether there is one",
        "encoder": encoder_digest(encoder_folder),
        "recipe": asdict(recipe),
        "data": [
            {
                "folder": m.name,
                "licence": m.licence,
                "documents": m.documents,
                "learned": len(m.learned),
                "made": len(m.made),
                "held_out": len(m.held_out),
            }
            for m in material
        ],
        "figures": {name: own.as_json() for name, own in figures.items()},
        "sha256": sha256(out / WEIGHTS),
    }
