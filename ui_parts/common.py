"""What the tabs share: how events run, who sent them, and HTML without Gradio's own style."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.context import LocalContext

from rag.visitors import Visitor, visitor_of

# No progress: each step of it would draw every output once more, and count time on each in every frame.
_UNSEEN: dict[str, Any] = {
    "show_progress": "hidden", "show_progress_on": [], "api_visibility": "private",
}  # fmt: skip

QUIET: dict[str, Any] = {**_UNSEEN, "queue": False}
"""For events that are done at once and say nothing by ``gr.Info``, which needs the queue."""

LONG: dict[str, Any] = {**_UNSEEN, "concurrency_limit": None}
"""For events that go on for a while; the pool or the library limits them, not Gradio."""


def html(elem_id: str, value: str = "", js_on_load: str | None = None) -> gr.HTML:
    """A component for HTML of our own; whoever writes it has escaped it."""
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=js_on_load)


def visitor() -> Visitor:
    """Who sent the event that is handled now; nobody where Gradio does not say."""
    request = LocalContext.request.get(None)
    sent_by = getattr(request, "request", None)
    return visitor_of(sent_by.scope) if sent_by is not None else Visitor()
