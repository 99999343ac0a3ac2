"""The settings, a dozen, read once from the environment. Importing this reads nothing.

``JIANGHUA_<NAME>`` sets a field; command-line options win over the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

import platformdirs

from rag.errors import UsageError

APPLICATION = "jianghua"
GENERATORS = ("extractive", "transformers", "openai")
PACKAGED_READER = "packaged"
NO_READER = "none"
_CHOICES = {"generator": GENERATORS, "unsupported": ("drop", "mark")}
_NUMBERS = ("passages", "port", "threads", "context", "timeout")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a user can set."""

    library: Path
    encoder: str | None = None  # a sentence-transformers name or folder; None: the packaged default
    # PACKAGED_READER, NO_READER, a reader's folder or a cross-encoder's name; None: the packaged one
    # where the encoder is
    reranker: str | None = None
    generator: str = "extractive"  # one of GENERATORS
    model: str | None = None  # a language model's name or folder; None: the packaged one
    base_url: str | None = None  # of an OpenAI-compatible endpoint
    context: int | None = None  # tokens of a prompt with its reply; None: what the model takes
    timeout: int = 60  # seconds to wait for an endpoint's next words
    unsupported: str = "drop"  # or "mark": what becomes of a model's sentences without support
    passages: int = 10  # that a search or an answer lists
    host: str = "127.0.0.1"
    port: int = 7860
    threads: int | None = None  # that encode, or run a model; None: as this machine offers

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """The defaults, changed by the environment.

        Raises:
            UsageError: a value is not of its setting's type.
        """
        settings = cls(library=Path(platformdirs.user_data_dir(APPLICATION)))
        given = {}
        for field in fields(cls):
            value = environment.get(f"JIANGHUA_{field.name.upper()}")
            if value:
                given[field.name] = _parsed(field.name, value)
        return replace(settings, **given)  # type: ignore[arg-type]


def _parsed(name: str, value: str) -> str | int | Path:
    if name == "library":
        return Path(value)
    choices = _CHOICES.get(name, (value,))
    if value not in choices:
        raise UsageError(
            f"JIANGHUA_{name.upper()} should be {' or '.join(choices)}, but is {value!r}."
        )
    if name not in _NUMBERS:
        return value
    if not value.isdecimal() or int(value) < 1:
        raise UsageError(
            f"JIANGHUA_{name.upper()} should be a whole number of at least 1, but is {value!r}."
        )
    return int(value)
