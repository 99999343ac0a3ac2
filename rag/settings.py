"""The settings, read once from the environment. Importing this reads nothing.

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
ROLES = ("reader", "editor")
PACKAGED_READER = "packaged"
NO_READER = "none"
STRICTNESS = ("lenient", "normal", "strict")
LANGUAGES = ("auto", "zh", "en")
CHOICES = {
    "generator": GENERATORS,
    "unsupported": ("drop", "mark"),
    "strictness": STRICTNESS,
    "language": LANGUAGES,
    "anonymous": ROLES,
}
_NUMBERS = ("passages", "port", "per_minute", "threads", "context", "timeout")


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
    strictness: str = "normal"  # one of STRICTNESS: how much evidence an answer needs
    language: str = "auto"  # one of LANGUAGES; of the pages, for who has chosen none
    unsupported: str = "drop"  # or "mark": what becomes of a model's sentences without support
    passages: int = 10  # that a search or an answer lists
    host: str = "127.0.0.1"
    port: int = 7860
    anonymous: str | None = None  # one of ROLES: what those may who have not signed in
    per_minute: int = 120  # questions, searches, drafts and uploads of one client
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
            variable = variable_of(field.name)
            value = environment.get(variable)
            if value:
                given[field.name] = parsed(field.name, value, variable)
        return replace(settings, **given)  # type: ignore[arg-type]


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return f"JIANGHUA_{name.upper()}"


def parsed(name: str, value: str, called: str) -> str | int | Path:
    """The value of a setting out of its text.

    Args:
        name: the setting.
        value: what was written, not empty.
        called: what the user knows the setting by, for the message.

    Raises:
        UsageError: it is not of the setting's type.
    """
    if name == "library":
        return Path(value)
    choices = CHOICES.get(name, (value,))
    if value not in choices:
        raise UsageError(f"{called} should be {' or '.join(choices)}, but is {value!r}.")
    if name not in _NUMBERS:
        return value
    if not value.isdecimal() or int(value) < 1:
        raise UsageError(f"{called} should be a whole number of at least 1, but is {value!r}.")
    return int(value)
