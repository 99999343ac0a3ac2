"""Damaged files of every format are read or refused; benchmarks/ has thousands of them."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import mutated, samples

from rag.errors import ReadError
from rag.readers import Worker, read

SAMPLES = samples()


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "a.png"])
def test_the_samples_are_sound(tmp_path: Path, worker: Worker, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(SAMPLES[name])
    assert read(path, worker).texts


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(name=st.sampled_from(sorted(SAMPLES)), chance=st.randoms(use_true_random=False))
def test_damaged_files_are_read_or_refused(
    tmp_path: Path, worker: Worker, name: str, chance: Random
) -> None:
    path = tmp_path / name
    path.write_bytes(mutated(SAMPLES[name], chance))
    try:
        reading = read(path, worker)
    except ReadError as error:
        assert str(error)
        return
    for text in reading.texts:
        text.text.encode()
        assert "\r" not in text.text
        assert all(0 <= span.start < span.end <= len(text.text) for span in text.chrome)
        assert list(text.pages) == sorted(text.pages)
