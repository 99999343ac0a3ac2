"""What the tabs share: how events run, who sent them, and HTML without Gradio's own style."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.context import LocalContext

from rag.visitors import Visitor, visitor_of

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
"""For events that are done at once and say nothing by ``gr.Info``, which needs the queue."""

LONG: dict[str, Any] = {
    "show_progress": "hidden", "api_visibility": "private", "concurrency_limit": None,
}  # fmt: skip
"""For events that go on for a while; the pool or the library limits them, not Gradio."""


def html(elem_id: str, value: str = "", js_on_load: str | None = None) -> gr.HTML:
    """A component for HTML of our own; whoever writes it has escaped it."""
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=js_on_load)


def visitor() -> Visitor:
    """Who sent the event that is handled now; nobody where Gradio does not say."""
    request = LocalContext.request.get(None)
    sent_by = getattr(request, "request", None)
    return visitor_of(sent_by.scope) if sent_by is not None else Visitor()
