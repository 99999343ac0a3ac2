"""Settings that a page of the server may change, kept with the library for the next start.

What the environment or an option sets is fixed: it wins, and the page shows where it comes from.
Knows files and values; what a changed setting does is decided elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rag.errors import UsageError
from rag.settings import Settings, parsed

ADJUSTABLE = ("generator", "model", "strictness", "passages", "unsupported", "language")
"""What may be changed while the server runs. An endpoint's address is not among them: the server
sends its key there."""
MOST_PASSAGES = 100
_LONGEST = 300  # characters of a model's name or folder
_FILE = "settings.json"


def adjusted(settings: Settings, changes: Mapping[str, str]) -> Settings:
    """The settings with these changes; an empty model is the default one.

    Args:
        settings: what holds now.
        changes: new values as text, by names out of ``ADJUSTABLE``.

    Raises:
        UsageError: a name or a value is not one that may be set here.
    """
    unknown = sorted(changes.keys() - set(ADJUSTABLE))
    if unknown:
        raise UsageError(f"{unknown[0]!r} cannot be set here; expected {', '.join(ADJUSTABLE)}.")
    values = {name: _value(name, text.strip()) for name, text in changes.items()}
    return replace(settings, **values)  # type: ignore[arg-type]


def _value(name: str, text: str) -> str | int | Path | None:
    if name == "model":
        if len(text) > _LONGEST:
            raise UsageError(f"model should have at most {_LONGEST} characters.")
        return text or None
    value = parsed(name, text, name)
    if isinstance(value, int) and value > MOST_PASSAGES:
        raise UsageError(f"{name} should be at most {MOST_PASSAGES}, but is {value}.")
    return value


def with_kept(settings: Settings, root: Path, fixed: Mapping[str, str]) -> Settings:
    """The settings with those that are kept in the library's folder, except where they are fixed.

    Args:
        settings: from the environment and the options.
        root: the library's folder.
        fixed: the settings that the environment or an option sets, with what they are called there.

    Raises:
        UsageError: the file is not one that this version reads.
    """
    try:
        kept = {n: v for n, v in _read(root / _FILE).items() if n not in fixed}
        return adjusted(settings, kept)
    except (UsageError, ValueError, OSError) as error:
        raise UsageError(
            f"{root / _FILE} does not hold settings ({error}); mend it or remove it."
        ) from error


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    read = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(read, dict):
        raise UsageError("expected an object")
    return {str(name): str(value) for name, value in read.items()}


def keep(changes: Mapping[str, str], root: Path) -> None:
    """Keeps these settings in the library's folder beside those that are kept there."""
    path = root / _FILE
    partial = path.with_name(f".{_FILE}.partial")
    text = json.dumps({**_read(path), **changes}, ensure_ascii=False, indent=1)
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)  # a write that breaks off leaves the old file
