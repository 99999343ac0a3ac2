"""Who may reach which address: one table for all routes of ours, of Gradio and of the tools.

The first rule that fits counts. An address that none fits is there for nobody, so that a route
that a library adds is closed until somebody thought about it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from rag.users import Role


class Needed(Enum):
    """What an address asks of a visitor."""

    NOTHING = "nothing"
    READER = Role.READER
    EDITOR = Role.EDITOR


class Cost(Enum):
    """How much work a request is; each client may ask for only so much in a minute."""

    NOTHING = "nothing"  # a file that a page consists of; it has dozens of them
    LITTLE = "little"
    MUCH = "much"


@dataclass(frozen=True, slots=True)
class Rule:
    """Addresses and what they ask for."""

    methods: frozenset[str]
    path: re.Pattern[str]
    needed: Needed
    cost: Cost


def _rule(methods: str, path: str, needed: Needed, cost: Cost = Cost.LITTLE) -> Rule:
    return Rule(frozenset(methods.split()), re.compile(path), needed, cost)


_CHAT = r"/(en/)?"  # where Gradio's pages are mounted
_QUEUE = rf"{_CHAT}gradio_api/"
_RULES = (
    # before anybody has signed in
    _rule("GET POST", r"/login", Needed.NOTHING),
    _rule("GET", r"/(web/.*|language/.*|healthz|favicon\.ico|robots\.txt)", Needed.NOTHING),
    _rule("GET", rf"{_CHAT}manifest\.json", Needed.NOTHING),
    # who takes in, corrects and takes out
    _rule("POST PATCH DELETE", r"/api/library(/.*)?", Needed.EDITOR, Cost.MUCH),
    _rule("POST", rf"{_QUEUE}upload/?", Needed.EDITOR, Cost.MUCH),
    _rule("GET", rf"{_QUEUE}upload_progress", Needed.EDITOR),
    _rule("POST", r"/settings", Needed.EDITOR),
    # who asks and reads
    _rule("POST", r"/api/(ask|check)", Needed.READER, Cost.MUCH),
    _rule("GET", r"/api/search", Needed.READER, Cost.MUCH),
    _rule("GET", r"/api/(library(/.*)?|openapi\.json|me)", Needed.READER),
    _rule("GET PATCH DELETE", r"/api/conversations(/.*)?", Needed.READER),
    _rule("GET", r"/v1/models(/.*)?", Needed.READER),
    _rule("POST", r"/v1/chat/completions", Needed.READER, Cost.MUCH),
    _rule("GET POST DELETE", r"/mcp", Needed.READER, Cost.MUCH),
    _rule("GET", r"/metrics", Needed.READER),
    _rule("GET", r"/(source|original)/.*", Needed.READER),
    _rule("GET POST", r"/check", Needed.READER, Cost.MUCH),
    _rule("GET", r"/trends", Needed.READER, Cost.MUCH),
    _rule("GET", r"/(settings|about|account)", Needed.READER),
    _rule("POST", r"/account/(password|others)", Needed.READER),
    _rule("POST", r"/logout", Needed.READER),
    # what the chat's own script calls, and no more of what Gradio offers
    _rule("GET", r"/(en/?)?", Needed.READER),
    _rule("GET", rf"{_CHAT}(assets/.*|static/.*)", Needed.READER, Cost.NOTHING),
    _rule("GET", rf"{_CHAT}(theme\.css|config/?)", Needed.READER),
    _rule("GET", rf"{_QUEUE}(startup-events|heartbeat/[^/]*|queue/data|theme\.css)", Needed.READER),
    _rule("POST", rf"{_QUEUE}queue/join", Needed.READER, Cost.MUCH),
    _rule("POST", rf"{_QUEUE}(run/predict|cancel|reset/?)", Needed.READER),
)  # fmt: skip


def rule_for(method: str, path: str) -> Rule | None:
    """The rule of an address; ``None`` where there is nothing for anybody."""
    method = "GET" if method == "HEAD" else method
    fitting = (rule for rule in _RULES if method in rule.methods and rule.path.fullmatch(path))
    return next(fitting, None)
