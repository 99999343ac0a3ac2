"""A module that is imported late: a stand-in meanwhile, itself when it is used."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from embeddings.late_import import imported_late

SOURCE = """\
LOADED = True

def doubled(number, *, plus=0):
    return 2 * number + plus

class Pair(tuple):
    names = ("left", "right")

def registered(function):
    return function, LOADED
"""


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module that can be imported and is not."""
    (tmp_path / "slow_package").mkdir()
    (tmp_path / "slow_package" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "slow_package" / "slow.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "slow_package.slow"
    for name in ("slow_package.slow", "slow_package"):
        sys.modules.pop(name, None)


def test_a_function_that_is_imported_meanwhile_loads_its_module_when_called(slow: str) -> None:
    with imported_late(slow):
        from slow_package.slow import doubled
    assert slow not in sys.modules
    assert doubled(20, plus=2) == 42
    assert slow in sys.modules


def test_what_a_class_is_used_for_is_that_of_the_class_itself(slow: str) -> None:
    with imported_late(slow):
        from slow_package.slow import Pair

        either = Pair | None, int | Pair

        def first(pair: Pair | None) -> object:
            return pair and pair[0]

    assert slow not in sys.modules
    assert isinstance(Pair((1, 2)), Pair)
    assert not isinstance((1, 2), Pair)
    assert isinstance(None, either[0])
    assert isinstance(3, either[1])
    assert not isinstance("3", either[1])
    assert issubclass(sys.modules[slow].Pair, Pair)
    assert Pair.names == ("left", "right")
    assert first(Pair((1, 2))) == 1


def test_what_is_used_meanwhile_is_loaded_at_once(slow: str) -> None:
    with imported_late(slow):
        from slow_package.slow import Pair, doubled, registered

        @registered
        def decorated() -> int:
            return doubled(4)

        class Triple(Pair):
            pass

        assert importlib.import_module(slow).LOADED is True
    function, loaded = decorated
    assert (function(), loaded) == (8, True)
    assert Triple.__mro__[1] is sys.modules[slow].Pair


def test_afterwards_the_module_is_imported_as_ever(slow: str) -> None:
    with imported_late(slow):
        importlib.import_module(slow)
    assert importlib.import_module(slow).LOADED is True


def test_a_module_that_is_loaded_stays(slow: str) -> None:
    real = importlib.import_module(slow)
    with imported_late(slow):
        assert importlib.import_module(slow) is real
    assert sys.modules[slow] is real


def test_the_stand_in_goes_though_the_import_fails(slow: str) -> None:
    with pytest.raises(RuntimeError), imported_late(slow):
        raise RuntimeError
    assert slow not in sys.modules


@pytest.mark.model
def test_an_encoder_does_not_load_what_it_does_not_use() -> None:
    program = (
        "import sys\n"
        "from embeddings.encoder import SentenceTransformerEncoder\n"
        "from embeddings.packaged import default_model_folder\n"
        "SentenceTransformerEncoder.load(str(default_model_folder())).encode_queries(['有多少家基层工会？'])\n"
        "print([m for m in ('sklearn', 'scipy', 'pandas') if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.model
def test_what_sentence_transformers_needs_it_for_still_works() -> None:
    program = (
        "import numpy as np\n"
        "from embeddings.encoder import SentenceTransformerEncoder\n"
        "from embeddings.packaged import default_model_folder\n"
        "SentenceTransformerEncoder.load(str(default_model_folder()))\n"
        "import torch\n"
        "from sentence_transformers.util import pairwise_manhattan_sim, manhattan_sim\n"
        "one, other = torch.eye(2).to_sparse(), torch.ones(2, 2).to_sparse()\n"
        "print(manhattan_sim(one, other).tolist())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[[-1.0, -1.0], [-1.0, -1.0]]", done.stderr
