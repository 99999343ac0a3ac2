"""The reader: rows of tokens, exact offsets, weights there and back, and that it learns."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from tiny_encoder import random_weights, write_encoder
from tokenizers import Tokenizer

from embeddings.cached_folder import sha256
from rag.reading.inference import ready
from rag.reading.model import Model, load_model, save_model, untrained
from rag.reading.pairs import PASSAGE_TOKENS, pairs_of, shared_runs
from rag.reading.reader import PACKAGED, PassageReading, Reader
from rag.schema import Span
from rag.training.examples import Candidate, Example, cropped, place_of, silenced
from rag.training.loop import Plan, tokens_of, train
from rag.training.made_questions import questions_from

COLOURS = "红橙黄绿青蓝紫灰"
THINGS = "船车门塔桥灯旗伞"


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its tokens are single characters."""
    folder = tmp_path_factory.mktemp("encoder")
    write_encoder(folder, f"的是什么颜色?。,在 、1234567890亩造林去年全市{COLOURS}{THINGS}")
    return folder


@pytest.fixture(scope="session")
def tokenizer(encoder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(encoder / "tokenizer.json"))


# --- rows of tokens -------------------------------------------------------------------------------


def test_a_pair_is_question_context_and_passage_with_their_ends(tokenizer: Tokenizer) -> None:
    (pair,) = pairs_of(tokenizer, "船？", ["红船。"], ["去年"])
    words = [tokenizer.id_to_token(int(n)) for n in pair.tokens]
    assert words == [*["<s>", "▁", "船", "?", "</s>"], *["</s>", "▁", "去", "年", "</s>"],
                     *["▁", "红", "船", "。", "</s>"]]  # fmt: skip
    assert pair.segments.tolist() == [0] * 5 + [1] * 5 + [2] * 4 + [1]
    assert pair.first == 10


def test_offsets_count_the_stored_passage(tokenizer: Tokenizer) -> None:
    passage = "紅　船，造林１０４７畝"  # Traditional, full width, a blank inside
    (pair,) = pairs_of(tokenizer, "造林？", [passage], [""])
    said = {
        passage[s:e]: tokenizer.id_to_token(int(t))
        for s, e, t in zip(pair.starts, pair.ends, pair.tokens[pair.first :], strict=False)
    }
    assert said["紅"] == "红"
    assert said["１"] == "1"
    assert said["畝"] == "亩"
    last = pair.starts.tolist().index(passage.index("畝"))
    assert passage[pair.starts[last - 3] : pair.ends[last]] == "０４７畝"


def test_a_long_passage_is_cut_off_and_keeps_its_offsets(tokenizer: Tokenizer) -> None:
    (pair,) = pairs_of(tokenizer, "船？", ["船" * 900], [""])
    assert len(pair.starts) == PASSAGE_TOKENS
    assert len(pair.tokens) == len(pair.segments) == len(pair.matches)
    assert (pair.ends[1:] - pair.starts[1:]).tolist() == [1] * (PASSAGE_TOKENS - 1)


def brute_force(left: str, right: str) -> list[int]:
    longest = [0] * len(left)
    for start in range(len(left)):
        for end in range(start + 1, len(left) + 1):
            if left[start:end] in right:
                for i in range(start, end):
                    longest[i] = max(longest[i], end - start)
    return longest


@pytest.mark.parametrize("seed", range(20))
def test_shared_runs_are_those_of_brute_force(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  (no secret)
    left, right = ("".join(chance.choices("红船桥", k=chance.randint(0, 14))) for _ in range(2))
    of_left, of_right = shared_runs(left, right)
    assert of_left.tolist() == brute_force(left, right)
    assert of_right.tolist() == brute_force(right, left)


# --- examples -------------------------------------------------------------------------------------


def test_of_several_places_the_one_like_the_question_is_the_answer() -> None:
    passage = "1990年旧桥拆除。新的青磴大桥在1990年建成通车。"
    span = place_of("1990年", passage, "青磴大桥什么时候建成？")
    assert span == Span(17, 22)
    assert passage[span.start : span.end] == "1990年"
    assert place_of("1991年", passage, "青磴大桥什么时候建成？") is None


def test_a_silenced_passage_says_all_but_the_answer() -> None:
    passage = "青磴大桥横跨云河，连接两岸三个乡镇的公路和铁路，是全省的重点工程。大桥在1990年建成。每天有上万辆车通过这座大桥，两岸的人来往方便多了。"
    left = silenced(passage, ["1990年"])
    assert left == passage.replace("大桥在1990年建成。", "")
    assert silenced("大桥在1990年建成。", ["1990年"]) is None
    assert silenced(passage, ["1991年"]) is None


def test_a_cropped_passage_keeps_its_answer_and_whole_sentences() -> None:
    passage = "一座桥在河上。" * 10 + "青磴大桥在1990年建成。" + "船在河里走。" * 10
    at = passage.index("1990年")
    candidate = Candidate(passage, "", holds=True, answer=Span(at, at + 5))
    for seed in range(10):
        chance = random.Random(seed)  # noqa: S311
        short = cropped(candidate, "什么时候建成？", 60, chance)
        assert short.answer is not None
        assert short.passage[short.answer.start : short.answer.end] == "1990年"
        assert len(short.passage) <= 60
        assert short.passage in passage
        assert short.passage.endswith("。")


def test_made_questions_leave_out_the_answer_that_they_point_at() -> None:
    passage = "去年澄州市完成人工造林1047亩。市长李明远在全市林业工作会议上宣布了这一消息。"
    chance = random.Random(4)  # noqa: S311
    made = [q for _ in range(8) for q in questions_from(passage, "", chance)]
    said = {passage[q.answer.start : q.answer.end] for q in made}
    assert "1047亩" in said
    for question in made:
        assert question.text.endswith("？")
        assert passage[question.answer.start : question.answer.end] not in question.text
        assert question.sentence.start <= question.answer.start
        assert question.answer.end <= question.sentence.end


# --- the network ----------------------------------------------------------------------------------


def toy_examples(count: int, seed: int) -> list[Example]:
    """Which colour a thing has; the wrong passage tells the colour of another thing."""
    chance = random.Random(seed)  # noqa: S311
    examples = []
    for _ in range(count):
        thing, other = chance.sample(THINGS, 2)
        colour, else_ = chance.sample(COLOURS, 2)
        right = Candidate(f"{thing}是{colour}的。", "", holds=True, answer=Span(2, 3))
        wrong = Candidate(f"{other}是{else_}的。", "", holds=False)
        examples.append(Example(f"{thing}是什么颜色？", (right, wrong)))
    return examples


@pytest.fixture(scope="session")
def trained(encoder: Path, tokenizer: Tokenizer) -> Model:
    model = untrained(encoder, 0, 2, seed=1)
    plan = Plan(steps=150, passages=2, layer_rate=2e-3, new_rate=5e-3, workers=1, together=8)
    steps = list(train(model, tokenizer, toy_examples(64, 1), plan))
    assert steps[-1].relevance < steps[0].relevance / 3
    return model


@pytest.fixture(scope="session")
def reader(
    trained: Model, encoder: Path, tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory
) -> Reader:
    weights = tmp_path_factory.mktemp("weights") / "reader.safetensors"
    save_model(trained, weights, encoder)
    return Reader.load(weights, encoder, threads=1)


def test_it_learns_which_passage_answers_and_where(reader: Reader) -> None:
    unseen = toy_examples(60, 2)
    ranked, answered, found = 0, 0, 0
    for example in unseen:
        right = example.candidates[0]
        reading = reader.read(example.question, [c.passage for c in example.candidates])
        ranked += reading.relevance[0] > reading.relevance[1]
        answered += reading.answerable[0] > 0 > reading.answerable[1]
        place = reading.passages[0].best()
        assert place is not None
        found += place.span == right.answer
    assert ranked >= 57
    assert answered >= 54
    assert found >= 57


def test_passages_are_read_alike_alone_and_together(reader: Reader) -> None:
    passages = ["船是红的。", "桥是蓝的，在去年。" * 30, "", "灯是灰的。"]
    together = reader.read("桥是什么颜色？", passages).passages
    for passage, one in zip(passages, together, strict=True):
        (alone,) = reader.read("桥是什么颜色？", [passage]).passages
        assert alone.relevance == pytest.approx(one.relevance, abs=0.05)
        assert alone.starts.tolist() == one.starts.tolist()
    assert reader.read("桥？", []).passages == ()


def test_weights_come_back_as_they_were_but_for_rounding(
    trained: Model, encoder: Path, tmp_path: Path
) -> None:
    save_model(trained, tmp_path / "r.safetensors", encoder)
    again = load_model(tmp_path / "r.safetensors", encoder)
    assert len(again.foundation.layers) == len(trained.foundation.layers)
    before, after = trained.head.state_dict(), again.head.state_dict()
    assert before.keys() == after.keys()
    for name, tensor in before.items():
        step = tensor.abs().max() / 127
        assert (tensor - after[name]).abs().max() <= step, name


def test_an_8_bit_reader_is_told_apart_from_another_encoders(
    trained: Model, encoder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for file in encoder.iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    weights = random_weights(50)
    weights["embeddings.LayerNorm.bias"] += 1
    save_file(weights, other / "model.safetensors")
    save_model(trained, tmp_path / "r.safetensors", encoder)
    with pytest.raises(ValueError, match="another encoder"):
        load_model(tmp_path / "r.safetensors", other)
    save_file({"x": torch.zeros(1)}, tmp_path / "x.safetensors")
    with pytest.raises(ValueError, match="no reader"):
        load_model(tmp_path / "x.safetensors", encoder)
    with pytest.raises(FileNotFoundError, match="train-reader"):
        Reader.load(tmp_path / "none.safetensors", encoder)


def test_frozen_layers_are_the_encoders_own_and_stay(encoder: Path, tokenizer: Tokenizer) -> None:
    model = untrained(encoder, 1, 1, seed=1)
    before = {n: t.clone() for n, t in model.foundation.state_dict().items()}
    plan = Plan(steps=2, questions=2, passages=2, workers=1)
    list(train(model, tokenizer, toy_examples(4, 1), plan))
    after = model.foundation.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    with pytest.raises(ValueError, match="has 2 layers; expected at least 3"):
        untrained(encoder, 1, 2, seed=1)


def test_the_network_is_the_encoder_layer_for_layer(encoder: Path) -> None:
    from transformers import BertConfig, BertModel

    config = json.loads((encoder / "config.json").read_text(encoding="utf-8"))
    theirs = BertModel(BertConfig(**config, hidden_act="gelu"), add_pooling_layer=False).eval()
    theirs.load_state_dict(random_weights(config["vocab_size"]))
    model = untrained(encoder, 1, 1, seed=1)
    tokens = torch.tensor([0, 7, 9, 12, 2])
    with torch.no_grad():
        from rag.reading.network import Batch

        zeros = torch.zeros(10, dtype=torch.long)
        batch = Batch(tokens.repeat(2), torch.arange(5).repeat(2), zeros, zeros, [5, 5])
        x = model.foundation(batch.tokens, batch.positions, batch.lengths)
        ours = model.head.eval().layers[0](x, [5, 5])
        expected = theirs(tokens[None]).last_hidden_state[0]
    assert torch.allclose(ours[:5], expected, atol=1e-5)
    assert torch.allclose(ours[5:], expected, atol=1e-5)


# --- what is made of the scores -------------------------------------------------------------------


def reading_of(starts: list[float], ends: list[float]) -> PassageReading:
    """One character a token."""
    at = np.arange(len(starts))
    scores = (np.array(s, np.float32) for s in (starts, ends))
    return PassageReading(0.0, 0.0, at, at + 1, *scores)


def test_the_best_place_never_ends_before_it_starts() -> None:
    one = reading_of([0, 0, 5, 1], [9, 0, 1, 2])
    place = one.best()
    assert place is not None
    assert (place.span, place.score) == (Span(0, 1), 9.0)
    place = one.best(within=Span(1, 4))
    assert place is not None
    assert (place.span, place.score) == (Span(2, 4), 7.0)
    assert one.best(within=Span(4, 4)) is None
    assert one.score(Span(2, 4)) == 7.0
    assert one.score(Span(7, 9)) is None


def test_masses_share_out_one_answer() -> None:
    one = reading_of([0, 0, 9, 0], [0, 0, 0, 9])
    shares = one.masses([Span(0, 2), Span(2, 4)])
    assert shares.sum() == pytest.approx(1)
    assert shares[1] > 0.99


def test_tokens_of_an_answer_that_was_cut_off(tokenizer: Tokenizer) -> None:
    passage = "船" * 400
    (pair,) = pairs_of(tokenizer, "船？", [passage], [""])
    assert tokens_of(pair, Candidate(passage, "", holds=True, answer=Span(3, 5))) == (
        pair.first + 4,  # after the blank that begins a text
        pair.first + 5,
    )
    assert tokens_of(pair, Candidate(passage, "", holds=True, answer=Span(380, 390))) is None


def test_inference_in_half_precision_agrees(trained: Model, encoder: Path, tmp_path: Path) -> None:
    save_model(trained, tmp_path / "r.safetensors", encoder)
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    half, full = (
        Reader(ready(load_model(tmp_path / "r.safetensors", encoder), half=h), tokenizer)
        for h in (True, False)
    )
    example = toy_examples(1, 9)[0]
    passages = [c.passage for c in example.candidates]
    one, other = (r.read(example.question, passages).relevance for r in (half, full))
    assert np.allclose(one, other, atol=0.5)


# --- the packaged one -----------------------------------------------------------------------------


def test_the_packaged_weights_are_those_of_their_card() -> None:
    card = json.loads(PACKAGED.with_name("card.json").read_text(encoding="utf-8"))
    assert card["sha256"] == sha256(PACKAGED)
    assert PACKAGED.stat().st_size <= 16_000_000


@pytest.mark.model
def test_the_packaged_reader_reads() -> None:
    passages = [
        "青磴镇的苗圃在河边，村民每天去浇水，前年还修了一条路。",
        "青磴镇去年完成植树造林1047亩，成活率比前年高。",
        "云岭镇去年完成植树造林386亩，栽种的多是云杉。",
    ]
    reading = Reader.load().read("青磴镇去年造林多少亩？", passages, ["", "", ""])
    assert reading.relevance.argmax() == 1
    assert reading.answerable[1] > max(reading.answerable[0], reading.answerable[2])
    place = reading.passages[1].best()
    assert place is not None
    assert passages[1][place.span.start : place.span.end] == "1047亩"
