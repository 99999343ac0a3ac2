"""Fetching files ahead changes nothing that can be seen, whatever the files are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.read_ahead import read_ahead


def test_files_that_are_not_there_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    monkeypatch.setattr(os, "posix_fadvise", lambda *told_of: told.append(told_of), raising=False)
    (tmp_path / "there").write_bytes(b"x" * 10)
    read_ahead([tmp_path / "gone", tmp_path / "there"])
    assert len(told) == 1
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(told[0][0])


def test_a_system_that_cannot_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "posix_fadvise", raising=False)
    (tmp_path / "there").write_bytes(b"x")
    read_ahead([tmp_path / "there"])
