"""The command line as a process: the console script ``jianghua``, and ``python -m rag``."""

from __future__ import annotations

import gc
import sys

from rag.cli import main


def console() -> int:
    """Runs one command and returns its exit code.

    Loading the libraries makes a million objects that all stay until the end. Collecting among them costs a
    second at the start and another at the end; ``open_encoder`` switches the collector on again.
    """
    gc.disable()
    try:
        return main()
    finally:
        gc.freeze()


if __name__ == "__main__":
    sys.exit(console())
