"""The one place where settings become objects. Imports heavy modules only when it builds with them."""

from __future__ import annotations

from rag.assistant import Assistant
from rag.errors import UsageError
from rag.library import Library
from rag.settings import Settings
