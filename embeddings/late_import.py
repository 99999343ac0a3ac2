"""Lets a library start without modules that it imports and that may never be used.

Knows nothing of encoders; which modules can wait is for the caller to say.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


@contextmanager
def imported_late(*modules: str) -> Iterator[None]:
    """What is imported from these modules meanwhile is a function that loads its module when called.

    For modules of which others import functions, and classes only to call them. Afterwards they are
    imported as ever. One that is loaded already is left as it is.

    Args:
        modules: Their full names.
    """
    stand_ins = {name: _StandIn(name) for name in modules if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


class _StandIn(ModuleType):
    """Has every name, as a function of the real module."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):  # asked for by the import system; the module has none of its own
            raise AttributeError(name)

        def late(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
            return getattr(importlib.import_module(self.__name__), name)(*arguments, **named)

        return late
