"""The exceptions a user can meet, and what each asks of them.

    JianghuaError
    ├── UsageError         wrong arguments, a missing path, a port in use
    ├── ReadError          one source cannot be read; the others go on
    ├── LibraryError       a state of the library that the user must mend
    │   ├── UnknownLibraryError
    │   ├── UnknownDocumentError
    │   ├── EncoderMismatchError
    │   └── LibraryBusyError
    ├── GenerationError    a language model failed; a quoted answer takes its place
    └── OptionalDependencyError

A message says what was expected, what came and what to do. A caller's own mistake is a ``ValueError``.
"""

from __future__ import annotations


class JianghuaError(Exception):
    """Base of every error whose message is meant for the user."""


class UsageError(JianghuaError):
    """The command or request cannot be carried out as given."""


class ReadError(JianghuaError):
    """A source (file or line) cannot be turned into text; nothing of it enters the library."""


class LibraryError(JianghuaError):
    """The library is in a state that the user must mend."""


class UnknownLibraryError(LibraryError):
    """There is no library in the named folder."""


class UnknownDocumentError(LibraryError):
    """The library has no document with this id."""


class EncoderMismatchError(LibraryError):
    """The library was built with another encoder than the one configured."""


class LibraryBusyError(LibraryError):
    """Another process is writing to the library."""


class GenerationError(JianghuaError):
    """A language model gave nothing that can be used; the message says why, for the reader of an answer."""


class OptionalDependencyError(JianghuaError):
    """A feature needs a package that is not installed; the message names the extra."""
