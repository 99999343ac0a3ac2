"""From folders of documents and questions to a trained reader with its card."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
from tiny_encoder import write_encoder

from embeddings.bert import layer_states
from embeddings.cached_folder import sha256
from embeddings.testing import HashEncoder
from rag.errors import UsageError
from rag.library import Library
from rag.reading.model import load_model, trained_layers, untrained
from rag.reading.reader import Reader
from rag.training.altered import altered
from rag.training.examples import Candidate, Example
from rag.training.figures import area
from rag.training.folders import document_paths, material_of
from rag.training.loop import Plan
from rag.training.recipe import Recipe, train_reader

DRAWS = partial(Random, 3)
TOWNS = ["青磴镇", "云岭镇", "白石镇", "清河镇", "松坪镇", "柳塘镇"]
SMALL = Recipe(Plan(steps=3, questions=2, workers=1), frozen=1, trained=1, made=4, held_out=3)


def text_of(town: str, number: int) -> str:
    return (
        f"{town}去年植树造林{number}亩，栽种的多是云杉和冷杉，成活率比前年高，村民们都说这是一件大好事。"
        f"镇里的苗圃也扩大了，新修的水渠从河边一直通到苗圃门口，浇水方便多了，天旱时也不怕缺水。"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six towns, a question on each, and one that nobody answers."""
    place = tmp_path / "towns"
    place.mkdir()
    rows = [
        {"id": f"t{n}", "title": f"{town}林业简报", "text": text_of(town, 110 + n)}
        for n, town in enumerate(TOWNS)
    ]
    questions = [
        {"id": f"q{n}", "question": f"{town}去年造林多少亩？", "answers": [f"{110 + n}亩"],
         "doc_ids": [f"t{n}"]}
        for n, town in enumerate(TOWNS)
    ]  # fmt: skip
    write(place / "documents.jsonl", rows)
    write(place / "questions.jsonl", questions)
    write(place / "unanswerable.jsonl", [{"id": "u", "question": "谁建了冰窖？", "answers": []}])
    (place / "LICENSE").write_text("CC0 1.0\n", encoding="utf-8")
    return place


def write(path: Path, rows: list[dict[str, object]]) -> None:
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")


def test_examples_have_what_misleads_and_what_is_silent(folder: Path, tmp_path: Path) -> None:
    encoder = HashEncoder()
    library = Library.create(tmp_path / "library", encoder)
    assert [r.status for r in library.ingest(document_paths(folder))] == ["added"]
    material = material_of(folder, library, encoder, made=3, held_out=0, seed=1)
    assert (material.licence, material.documents, len(material.made)) == ("CC0 1.0", 6, 3)
    assert material.held_out == ()
    by_question = {e.question: e for e in material.learned}
    assert len(by_question) == 7
    asked = by_question["云岭镇去年造林多少亩？"]
    (right,) = [c for c in asked.candidates if c.holds]
    assert right.context == "云岭镇林业简报"
    assert right.answer is not None
    assert right.passage[right.answer.start : right.answer.end] == "111亩"
    wrong = [c.passage for c in asked.candidates if not c.holds]
    assert text_of("青磴镇", 110) in wrong
    assert text_of("云岭镇", 111).split("。")[1] + "。" in wrong  # its answer is gone
    assert not any(c.holds for c in by_question["谁建了冰窖？"].candidates)
    for example in material.made:
        (source,) = [c for c in example.candidates if c.holds]
        assert source.answer is not None
        said = source.passage[source.answer.start : source.answer.end]
        assert example.answers == (said,)
        assert not any(said in c.passage for c in example.candidates if not c.holds)


def answered(question: str, passage: str) -> Example:
    return Example(question, (Candidate(passage, "", holds=True),), ("12亩",))


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("2019年造林多少亩？", "2019年造林12亩。"),
        ("第三届大会批准造林多少亩？", "第三届大会批准造林12亩。"),
        ("青磴镇造林多少亩？", "青磴镇造林12亩。"),
    ],
)
def test_a_question_asked_of_something_else_is_not_answered(question: str, passage: str) -> None:
    example = answered(question, passage)
    other = altered(example, [answered("云岭镇去年造林多少亩？", "云岭镇去年造林9亩。")], DRAWS())
    assert other is not None
    assert not any(c.holds or c.answer for c in other.candidates)
    assert other.answers == ()
    changed = [b for a, b in zip(question, other.question, strict=True) if a != b]
    assert changed
    assert not all(character in passage for character in changed)


def test_a_question_whose_facts_the_passage_does_not_say_stays_as_it_is() -> None:
    assert altered(answered("2019年造林多少亩？", "去年造林12亩。"), [], DRAWS()) is None
    assert altered(answered("造林多少亩？", "造林12亩。"), [], DRAWS()) is None


def test_training_goes_on_from_a_reader_with_more_layers(folder: Path, tmp_path: Path) -> None:
    base = tmp_path / "encoder"
    base.mkdir()
    write_encoder(base, "".join(TOWNS) + text_of("", 0) + "多少谁?,123456789")
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second):
        out.mkdir()
    lower = replace(SMALL, frozen=0)
    train_reader([folder], first, HashEncoder(), base, lower, lambda _: None)
    start = first / "reader.safetensors"
    begun = untrained(base, 0, 2, 5, start).head.state_dict()
    for name, tensor in load_model(start, base).head.state_dict().items():
        assert torch.equal(tensor, begun[name]), name
    (upper,) = layer_states(base, range(1, 2))  # above the trained layer: the encoder's, held back
    assert torch.allclose(begun["layers.1.down.weight"], 0.1 * upper["down.weight"])
    assert torch.equal(begun["layers.1.mixed.weight"], upper["mixed.weight"])
    assert torch.equal(begun["layers.1.norm.weight"], begun["layers.0.last_norm.weight"])
    still = replace(lower, trained=2, plan=replace(SMALL.plan, layer_rate=0.0, new_rate=0.0))
    card = train_reader([folder], second, HashEncoder(), base, still, lambda _: None, start)
    assert card["started_from"] == sha256(start)
    with pytest.raises(ValueError, match="expected at most 1 on 1"):
        untrained(base, 1, 1, 5, start)


def test_what_was_known_may_be_kept_in_part(folder: Path, tmp_path: Path) -> None:
    base = tmp_path / "encoder"
    base.mkdir()
    write_encoder(base, "".join(TOWNS) + text_of("", 0) + "多少谁?,123456789")
    first, second = tmp_path / "first", tmp_path / "second"
    train_reader([folder], first, HashEncoder(), base, SMALL, lambda _: None)
    start = first / "reader.safetensors"
    assert trained_layers(start) == SMALL.trained
    left = {}
    for keep in (0.0, 0.5):
        recipe = replace(SMALL, keep=keep)
        train_reader([folder], second, HashEncoder(), base, recipe, lambda _: None, start)
        left[keep] = load_model(second / "reader.safetensors", base).head.state_dict()
    name = "layers.0.out.bias"  # not kept in 8 bits
    begun = load_model(start, base).head.state_dict()[name]
    assert not torch.allclose(left[0.0][name], begun, atol=1e-5)
    mean = (left[0.0][name] + begun) / 2
    assert torch.allclose(left[0.5][name], mean, atol=2e-3)
    deeper = replace(SMALL, frozen=0, trained=2, keep=0.5)
    with pytest.raises(ValueError):
        train_reader([folder], second, HashEncoder(), base, deeper, lambda _: None, start)
    with pytest.raises(UsageError, match="nothing to keep"):
        train_reader([folder], second, HashEncoder(), base, replace(SMALL, keep=0.5), print)


def test_questions_of_one_document_are_kept_back_together(folder: Path, tmp_path: Path) -> None:
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    again = [{**row, "id": row["id"] + "b", "question": "请问" + row["question"]} for row in rows]
    write(folder / "questions.jsonl", [*rows, *again])
    encoder = HashEncoder()
    library = Library.create(tmp_path / "library", encoder)
    list(library.ingest(document_paths(folder)))
    material = material_of(folder, library, encoder, made=0, held_out=3, seed=1)

    def asked(examples: tuple[object, ...]) -> set[str]:
        return {e.question[-10:-6] for e in examples if e.answers}  # type: ignore[attr-defined]

    assert material.held_out
    assert asked(material.learned).isdisjoint(asked(material.held_out))


def test_the_recipe_writes_weights_that_load_and_a_card_that_is_true(
    folder: Path, tmp_path: Path
) -> None:
    base = tmp_path / "encoder"
    base.mkdir()
    write_encoder(base, "".join(TOWNS) + text_of("", 0) + "多少谁?,123456789")
    out, told = tmp_path / "out", []
    out.mkdir()
    card = train_reader([folder], out, HashEncoder(), base, SMALL, told.append)
    assert json.loads((out / "card.json").read_text(encoding="utf-8")) == json.loads(
        json.dumps(card)
    )
    assert card["sha256"] == sha256(out / "reader.safetensors")
    (data,) = card["data"]
    assert (data["folder"], data["licence"], data["made"]) == ("towns", "CC0 1.0", 4)
    assert data["learned"] + data["held_out"] == 7
    assert card["figures"]["towns"]["questions"] == data["held_out"]
    assert "step 3 of 3" in told[-2]
    reading = Reader.load(out / "reader.safetensors", base).read("造林多少亩？", ["造林12亩。"])
    assert np.isfinite(reading.relevance).all()
    first = (out / "reader.safetensors").read_bytes()
    train_reader([folder], out, HashEncoder(), base, SMALL, told.append)
    assert (out / "reader.safetensors").read_bytes() == first, "the same seed, other weights"


def test_folders_that_give_nothing_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        document_paths(tmp_path / "none")
    (tmp_path / "questions.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="holds no documents"):
        document_paths(tmp_path)


def test_area_is_that_of_counting_pairs() -> None:
    scores = np.array([0.1, 0.4, 0.4, 0.8])
    assert area(scores, np.array([False, True, False, True])) == pytest.approx(3.5 / 4)
    assert area(scores, np.array([True] * 4)) is None
