"""VectorIndex against brute force in numpy over the same rows in half precision."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import vector_index
from embeddings.vector_index import VectorIndex

DIM = 24
Build = Callable[[np.ndarray, np.ndarray], VectorIndex]


def build_in_cells(keys: np.ndarray, rows: np.ndarray) -> VectorIndex:
    """Approximate, but with so few cells that all of them are searched."""
    return VectorIndex.build(keys, rows, exact_up_to=min(10, len(keys) - 1))


def build_in_file(keys: np.ndarray, rows: np.ndarray) -> VectorIndex:
    """As ``build_in_cells``, with the cells in a file and changes beside them."""
    with tempfile.TemporaryDirectory() as folder:  # what is mapped outlives its name
        return build_in_cells(keys, rows).kept_in(Path(folder) / "vectors.faiss")


@pytest.fixture(
    params=[VectorIndex.build, build_in_cells, build_in_file], ids=["flat", "cells", "file"]
)
def build(request: pytest.FixtureRequest) -> Build:
    return request.param


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
def test_finds_what_brute_force_finds(build: Build, k: int) -> None:
    keys, rows, query = np.arange(300) * 3 + 5, unit_rows(300), unit_rows(1, 9)[0]
    found, scores = build(keys, rows).search(query, k)
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


def test_equal_rows_come_in_the_order_of_their_keys(build: Build) -> None:
    keys = np.random.default_rng(1).permutation(100)
    rows = np.repeat(unit_rows(1), 100, axis=0)
    index = build(keys, rows)
    assert index.search(rows[0], 5)[0].tolist() == [0, 1, 2, 3, 4]
    assert index.search(rows[0], 5, np.arange(50, 100))[0].tolist() == [50, 51, 52, 53, 54]


def test_a_filter_leaves_only_allowed_keys(build: Build) -> None:
    keys, rows, query = np.arange(200), unit_rows(200), unit_rows(1, 9)[0]
    allowed = np.array([3, 17, 17, 150, 99, 4711])  # one twice, one unknown
    found, scores = build(keys, rows).search(query, 10, allowed)
    inside = np.array([3, 17, 99, 150])
    expected, expected_scores = brute_force(inside, rows[inside], query, 10)
    assert found.tolist() == expected.tolist()
    np.testing.assert_allclose(scores, expected_scores, atol=1e-6)
    assert build(keys, rows).search(query, 10, np.array([], dtype=np.int64))[0].size == 0


@pytest.mark.parametrize("scale", [1, 2**40], ids=["close keys", "scattered keys"])
def test_a_filter_that_allows_many_keys_is_exact_too(build: Build, scale: int) -> None:
    rows, query = unit_rows(8_000, dim=8), unit_rows(1, 9, dim=8)[0]
    keys = np.arange(8_000) * scale
    allowed = keys[1::2]
    found, _ = build(keys, rows).search(query, 20, allowed)
    assert found.tolist() == brute_force(allowed, rows[1::2], query, 20)[0].tolist()


def test_scores_are_inner_products_in_the_given_order(build: Build) -> None:
    keys, rows, query = np.array([40, 10, 30]), unit_rows(3), unit_rows(1, 9)[0]
    scores = build(keys, rows).scores(query, np.array([30, 40, 30]))
    np.testing.assert_allclose(scores, rows[[2, 0, 2]] @ query, atol=1e-3)
    assert build(keys, rows).scores(query, np.array([], dtype=np.int64)).size == 0


def test_an_unknown_key_has_no_score(build: Build) -> None:
    index = build(np.array([1, 2]), unit_rows(2))
    with pytest.raises(ValueError, match="keys are not in the index"):
        index.scores(unit_rows(1)[0], np.array([2, 3]))


def test_what_is_wrong_is_refused(build: Build) -> None:
    index = build(np.array([1, 2]), unit_rows(2))
    with pytest.raises(ValueError, match="already"):
        index.add(np.array([2]), unit_rows(1))
    with pytest.raises(ValueError, match="twice"):
        index.add(np.array([3, 3]), unit_rows(2))
    with pytest.raises(ValueError, match="negative"):
        index.add(np.array([-1]), unit_rows(1))
    with pytest.raises(ValueError, match="shape"):
        index.add(np.array([3]), unit_rows(1, dim=DIM + 1))
    with pytest.raises(ValueError, match="k must be"):
        index.search(unit_rows(1)[0], 0)
    with pytest.raises(ValueError, match="length"):
        index.search(unit_rows(1, dim=DIM + 1)[0], 1)
    assert len(index) == 2


def test_saving_and_opening_keeps_everything(build: Build, tmp_path: Path) -> None:
    keys, rows, query = np.arange(50) + 2**40, unit_rows(50), unit_rows(1, 9)[0]
    index = build(keys, rows)
    index.save(tmp_path / "vectors.faiss")
    opened = VectorIndex.open(tmp_path / "vectors.faiss")
    assert opened.search(query, 9)[0].tolist() == index.search(query, 9)[0].tolist()
    opened.add(np.array([7]), query[None])
    opened.remove(keys[:10])
    assert opened.search(query, 1)[0].tolist() == [7]
    opened.save(tmp_path / "vectors.faiss")
    assert VectorIndex.open(tmp_path / "vectors.faiss").keys.tolist() == [7, *keys[10:].tolist()]
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.faiss"]


def test_what_a_kill_left_unfinished_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "unfinished.faiss").write_bytes(b"half of an ind")
    VectorIndex.build(np.arange(5), unit_rows(5)).save(tmp_path / "vectors-2.faiss")
    assert [path.name for path in tmp_path.iterdir()] == ["vectors-2.faiss"]
    assert len(VectorIndex.open(tmp_path / "vectors-2.faiss")) == 5


def test_a_damaged_or_missing_file_is_named(build: Build, tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    with pytest.raises(FileNotFoundError, match="no vector index"):
        VectorIndex.open(path)
    path.write_bytes(b"not an index")
    with pytest.raises(ValueError, match="build it anew"):
        VectorIndex.open(path)
    build(np.arange(50), unit_rows(50)).save(path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match="build it anew"):
        VectorIndex.open(path)


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "remove"]), st.sets(st.integers(0, 40), max_size=15)),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from([VectorIndex.build, build_in_cells, build_in_file]),
    steps=STEPS,
    k=st.integers(1, 50),
    allowed=st.none() | st.sets(st.integers(0, 45)),
)
def test_any_sequence_of_changes_equals_a_dictionary(
    kind: Build, steps: list[tuple[str, set[int]]], k: int, allowed: set[int] | None
) -> None:
    pool = np.repeat(unit_rows(14), 3, axis=0)  # rows that are equal occur
    start = np.array([41, 0, 7, 20, 21, 22])
    index, truth = kind(start, pool[start]), dict(zip(start.tolist(), pool[start], strict=True))
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


def topical_rows(n: int, seed: int) -> np.ndarray:
    """Unit rows as encoders give them: a large common part, topics, and differences within them."""
    random = np.random.default_rng(seed)
    topics = np.random.default_rng(0).standard_normal((300, 64))
    rows = 2 + topics[random.integers(0, 300, n)] + 0.7 * random.standard_normal((n, 64))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def large() -> VectorIndex:
    """20,000 rows in 500 cells, of which 64 are searched."""
    return VectorIndex.build(np.arange(20_000), topical_rows(20_000, 1), exact_up_to=1_000)


@pytest.mark.parametrize("share", [1, 2, 10])
def test_an_approximate_search_finds_nearly_all(large: VectorIndex, share: int) -> None:
    rows, queries = topical_rows(20_000, 1), topical_rows(50, 2)
    allowed = np.arange(0, 20_000, share)
    wanted = [brute_force(allowed, rows[allowed], query, 10)[0] for query in queries]
    found = [large.search(q, 10, None if share == 1 else allowed)[0] for q in queries]
    recall = np.mean([np.isin(w, f).mean() for w, f in zip(wanted, found, strict=True)])
    assert recall >= 0.98


def test_an_index_of_cells_scores_as_a_flat_one(large: VectorIndex) -> None:
    query = topical_rows(1, 2)[0]
    keys, scores = large.search(query, 30)
    np.testing.assert_allclose(scores, topical_rows(20_000, 1)[keys] @ query, atol=1e-3)
    np.testing.assert_allclose(scores, large.scores(query, keys), atol=1e-6)


def test_an_index_that_has_outgrown_its_kind_can_be_rebuilt(monkeypatch) -> None:
    monkeypatch.setattr(vector_index, "EXACT_UP_TO", 1_000)
    keys, rows, query = np.arange(3_000) * 2, topical_rows(3_000, 1), topical_rows(1, 2)[0]
    index = VectorIndex.build(keys[:900], rows[:900])
    assert not index.outgrown
    index.add(keys[900:], rows[900:])
    assert index.outgrown
    rebuilt = index.rebuilt()
    assert not rebuilt.outgrown
    assert rebuilt.keys.tolist() == index.keys.tolist() == keys.tolist()
    assert rebuilt.search(query, 5)[0].tolist() == index.search(query, 5)[0].tolist()


def test_changes_of_cells_in_a_file_lie_beside_it_until_there_are_many(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setattr(vector_index, "EXACT_UP_TO", 1_000)
    monkeypatch.setattr(vector_index, "_BESIDE_UP_TO", 150)
    monkeypatch.setattr(vector_index, "_GATHER_UP_TO", 100)
    keys, rows, queries = np.arange(3_000), topical_rows(3_000, 1), topical_rows(20, 2)
    path = tmp_path / "vectors.faiss"
    made = VectorIndex.build(keys[:2_900], rows[:2_900], exact_up_to=1_000)
    index = made.kept_in(path)
    written = path.read_bytes()
    index.add(keys[2_900:], rows[2_900:])
    index.remove(keys[:50])
    assert (index.changed_beside, index.outgrown) == (150, False)
    assert_finds(index, keys[50:], rows[50:], queries)
    index.remove(keys[50:60])
    assert index.outgrown
    assert path.read_bytes() == written
    rebuilt = index.rebuilt()
    assert (rebuilt.changed_beside, rebuilt.outgrown, rebuilt.mapped) == (0, False, False)
    assert rebuilt.keys.tolist() == keys[60:].tolist()
    for one in (index, rebuilt):
        assert_finds(one, keys[60:], rows[60:], queries)


def assert_finds(
    index: VectorIndex, keys: np.ndarray, rows: np.ndarray, queries: np.ndarray
) -> None:
    """The index gives the scores of its rows, and nearly all of what brute force finds."""
    among = keys[::2]
    for allowed in (None, among):
        of, inside = (keys, rows) if allowed is None else (among, rows[::2])
        wanted = [brute_force(of, inside, query, 10)[0] for query in queries]
        found = [index.search(query, 10, allowed)[0] for query in queries]
        recall = np.mean([np.isin(w, f).mean() for w, f in zip(wanted, found, strict=True)])
        assert recall >= 0.98
    scores = index.scores(queries[0], keys)
    np.testing.assert_allclose(scores, rows @ queries[0], atol=1e-3)
