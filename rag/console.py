"""What the commands share: exit codes, results on stdout, notices on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from rag.settings import Settings

if TYPE_CHECKING:
    import argparse

    Command = Callable[[argparse.Namespace, Settings], int]

DONE, SOME_FAILED, WRONG_USAGE = 0, 1, 2


def print_json(value: object) -> None:
    """The one JSON document of a command with ``--json``."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=None) + "\n")


def print_line(text: str = "") -> None:
    """A line of the result."""
    sys.stdout.write(text + "\n")


def notice(text: str) -> None:
    """A line for the person at the terminal, beside the result."""
    sys.stderr.write(text + "\n")
