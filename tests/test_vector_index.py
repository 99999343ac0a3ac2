"""VectorIndex against brute force in numpy over the same rows in half precision."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.vector_index import VectorIndex

DIM = 24


def unit_rows(n: int, seed: int = 0, dim: int = DIM) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((n, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def brute_force(
    keys: np.ndarray, rows: np.ndarray, query: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    scores = np.vecdot(rows.astype(np.float16).astype(np.float32), query)
    order = sorted(range(len(keys)), key=lambda i: (-scores[i], keys[i]))[:k]
    return keys[order], scores[order]


@pytest.mark.parametrize("k", [1, 7, 500])
def test_finds_what_brute_force_finds(k: int) -> None:
    keys, rows, query = np.arange(300) * 3 + 5, unit_rows(300), unit_rows(1, 9)[0]
    found, scores = VectorIndex.build(keys, rows).search(query, k)
    expected, expected_scores = brute_force(keys, rows, query, k)
    assert found.tolist() == expected.tolist()
    assert found.dtype == np.int64
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, expected_scores, atol=1e-6)


def test_an_empty_index_finds_nothing() -> None:
    index = VectorIndex.empty(DIM)
    keys, scores = index.search(unit_rows(1)[0], 5)
    assert len(index) == 0
    assert keys.shape == scores.shape == (0,)
    assert index.search(unit_rows(1)[0], 5, np.array([1, 2]))[0].shape == (0,)


def test_equal_rows_come_in_the_order_of_their_keys() -> None:
    keys = np.random.default_rng(1).permutation(100)
    rows = np.repeat(unit_rows(1), 100, axis=0)
    index = VectorIndex.build(keys, rows)
    assert index.search(rows[0], 5)[0].tolist() == [0, 1, 2, 3, 4]
    assert index.search(rows[0], 5, np.arange(50, 100))[0].tolist() == [50, 51, 52, 53, 54]


def test_a_filter_leaves_only_allowed_keys() -> None:
    keys, rows, query = np.arange(200), unit_rows(200), unit_rows(1, 9)[0]
    allowed = np.array([3, 17, 17, 150, 99, 4711])  # one twice, one unknown
    found, scores = VectorIndex.build(keys, rows).search(query, 10, allowed)
    inside = np.array([3, 17, 99, 150])
    expected, expected_scores = brute_force(inside, rows[inside], query, 10)
    assert found.tolist() == expected.tolist()
    np.testing.assert_allclose(scores, expected_scores, atol=1e-6)
    assert (
        VectorIndex.build(keys, rows).search(query, 10, np.array([], dtype=np.int64))[0].size == 0
    )


def test_a_filter_that_allows_many_keys_is_exact_too() -> None:
    keys, rows, query = np.arange(60_000), unit_rows(60_000, dim=8), unit_rows(1, 9, dim=8)[0]
    allowed = keys[keys % 2 == 1]
    found, _ = VectorIndex.build(keys, rows).search(query, 20, allowed)
    assert found.tolist() == brute_force(allowed, rows[allowed], query, 20)[0].tolist()


def test_scores_are_inner_products_in_the_given_order() -> None:
    keys, rows, query = np.array([40, 10, 30]), unit_rows(3), unit_rows(1, 9)[0]
    scores = VectorIndex.build(keys, rows).scores(query, np.array([30, 40, 30]))
    np.testing.assert_allclose(scores, rows[[2, 0, 2]] @ query, atol=1e-3)
    assert VectorIndex.build(keys, rows).scores(query, np.array([], dtype=np.int64)).size == 0


def test_an_unknown_key_has_no_score() -> None:
    index = VectorIndex.build(np.array([1, 2]), unit_rows(2))
    with pytest.raises(ValueError, match="1 of 2 keys"):
        index.scores(unit_rows(1)[0], np.array([2, 3]))


def test_what_is_wrong_is_refused() -> None:
    index = VectorIndex.build(np.array([1, 2]), unit_rows(2))
    with pytest.raises(ValueError, match="already"):
        index.add(np.array([2]), unit_rows(1))
    with pytest.raises(ValueError, match="twice"):
        index.add(np.array([3, 3]), unit_rows(2))
    with pytest.raises(ValueError, match="shape"):
        index.add(np.array([3]), unit_rows(1, dim=DIM + 1))
    with pytest.raises(ValueError, match="k must be"):
        index.search(unit_rows(1)[0], 0)
    with pytest.raises(ValueError, match="length"):
        index.search(unit_rows(1, dim=DIM + 1)[0], 1)
    assert len(index) == 2


def test_saving_and_opening_keeps_everything(tmp_path: Path) -> None:
    keys, rows, query = np.arange(50) + 2**40, unit_rows(50), unit_rows(1, 9)[0]
    index = VectorIndex.build(keys, rows)
    index.save(tmp_path / "vectors.faiss")
    opened = VectorIndex.open(tmp_path / "vectors.faiss")
    assert opened.search(query, 9)[0].tolist() == index.search(query, 9)[0].tolist()
    opened.add(np.array([7]), query[None])
    opened.remove(keys[:10])
    assert opened.search(query, 1)[0].tolist() == [7]
    opened.save(tmp_path / "vectors.faiss")
    assert VectorIndex.open(tmp_path / "vectors.faiss").keys.tolist() == [7, *keys[10:].tolist()]
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.faiss"]


def test_a_damaged_or_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    with pytest.raises(FileNotFoundError, match="no vector index"):
        VectorIndex.open(path)
    path.write_bytes(b"not an index")
    with pytest.raises(ValueError, match="build it anew"):
        VectorIndex.open(path)
    VectorIndex.build(np.arange(50), unit_rows(50)).save(path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match="build it anew"):
        VectorIndex.open(path)


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "remove"]), st.sets(st.integers(0, 40), max_size=15)),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, k=st.integers(1, 50), allowed=st.none() | st.sets(st.integers(0, 45)))
def test_any_sequence_of_changes_equals_a_dictionary(
    steps: list[tuple[str, set[int]]], k: int, allowed: set[int] | None
) -> None:
    pool = np.repeat(unit_rows(14), 3, axis=0)  # rows that are equal occur
    index, truth = VectorIndex.empty(DIM), {}
    for step, chosen in steps:
        if step == "remove":
            index.remove(np.array(sorted(chosen), dtype=np.int64))
            truth = {key: row for key, row in truth.items() if key not in chosen}
        elif new := sorted(chosen - truth.keys(), reverse=True):
            index.add(np.array(new), pool[new])
            truth |= {key: pool[key] for key in new}
    assert index.keys.tolist() == sorted(truth)
    keys = np.array(sorted(truth if allowed is None else truth.keys() & allowed), dtype=np.int64)
    found, scores = index.search(
        pool[1], k, None if allowed is None else np.array(sorted(allowed), dtype=np.int64)
    )
    expected, expected_scores = brute_force(keys, pool[keys], pool[1], k)
    assert found.tolist() == expected.tolist()
    np.testing.assert_allclose(scores, expected_scores, atol=1e-6)
