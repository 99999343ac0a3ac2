"""Who sends a request: what the guard found out, for whoever handles it.

Knows nothing of passwords, cookies or rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from rag.users import Role, User

_KEY = "jianghua.visitor"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who sends a request."""

    client: str = ""  # whom limits count for: a user, else an address
    role: Role | None = None  # None: may do nothing but sign in
    user: User | None = None
    can_sign_in: bool = False  # whether this server has users

    def may(self, needed: Role) -> bool:
        """Whether the visitor has this role or a higher one."""
        return self.role is not None and self.role.may(needed)


Who = Callable[[], Visitor]
"""Says who is asking now."""

OWNER = Visitor("", Role.EDITOR)
"""Who alone can reach a server: may do everything."""

_now: ContextVar[Visitor] = ContextVar("visitor", default=OWNER)


def note_visitor(scope: Any, visitor: Visitor) -> None:  # noqa: ANN401 - a scope of ASGI
    """Note who sends the request, for its handlers and what they call in its context."""
    scope[_KEY] = visitor
    _now.set(visitor)


def visitor_of(scope: Mapping[str, Any]) -> Visitor:
    """Who sends the request; the owner where nothing guards the application."""
    found = scope.get(_KEY, OWNER)
    if not isinstance(found, Visitor):
        raise TypeError(f"expected a Visitor in the scope, got {type(found).__name__}")
    return found


def current_visitor() -> Visitor:
    """Who sends the request that is handled now.

    Gradio handles events outside of the request that brought them: ask its request there.
    """
    return _now.get()
