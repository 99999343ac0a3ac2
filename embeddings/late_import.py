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
    """What is imported from these modules meanwhile loads its module when it is first used.

    Any use is that of the real thing: a call, a decoration, a base class, an attribute, ``isinstance``.
    Where that happens at once, the module is loaded at once: slower, never wrong. Modules inside of
    these cannot be imported meanwhile. Afterwards they are imported as ever. One that is loaded
    already is left as it is.

    Args:
        modules: Their full names.
    """
    stand_ins = [_StandIn(name) for name in modules if name not in sys.modules]
    sys.modules.update({stand_in.__name__: stand_in for stand_in in stand_ins})
    try:
        yield
    finally:
        for stand_in in stand_ins:
            stand_in.withdraw()


class _StandIn(ModuleType):
    """In a module's place."""

    def __getattr__(self, name: str) -> _Late:
        if name.startswith("__"):  # asked for by the import system; the module has none of its own
            raise AttributeError(name)
        return _Late(lambda: getattr(self._real(), name))

    def withdraw(self) -> None:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]

    def _real(self) -> ModuleType:
        self.withdraw()
        return importlib.import_module(self.__name__)


class _Late:
    """In the place of something that is got when it is used."""

    def __init__(self, get: Callable[[], Any]) -> None:
        self._get = get

    def __call__(self, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        return self._get()(*arguments, **named)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._get(), name)

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, self._get())

    def __subclasscheck__(self, subclass: type) -> bool:
        return issubclass(subclass, self._get())

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        return (self._get(),)

    def __or__(self, other: Any) -> _Late:  # noqa: ANN401
        return _Late(lambda: self._get() | other)

    def __ror__(self, other: Any) -> _Late:  # noqa: ANN401
        return _Late(lambda: other | self._get())
