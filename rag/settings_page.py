"""The page of the settings: what holds, what may be changed here, and what the start has fixed.

Works without script. Knows the desk that changes settings, not what a change does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from rag import pages
from rag.errors import JianghuaError
from rag.kept_settings import ADJUSTABLE, MOST_PASSAGES
from rag.language import words_for
from rag.page_routes import page_response
from rag.services import SettingsDesk
from rag.settings import variable_of
from rag.words import Words

_GIVEN = ("encoder", "reranker", "base_url", "context", "timeout", "threads")
_FOLDERS = {"encoder", "reranker"}  # where the server keeps its files is nobody's business


@dataclass(frozen=True, slots=True)
class Shown:
    """One setting on the page."""

    name: str
    value: str
    variable: str  # the environment variable that sets it
    fixed: str | None  # the variable or option that has set it


def add_settings_page(app: FastAPI, desk: SettingsDesk | None) -> None:
    """Adds the page; without a desk it says that nothing can be changed."""

    @app.get("/settings", response_class=HTMLResponse, include_in_schema=False)
    def settings(request: Request, saved: bool = False) -> Response:
        words = words_for(request)
        if desk is None:
            text = words.settings_unchangeable
            return page_response(pages.message_page_html(words.settings_page, text, words))
        return page_response(_html(desk, words, saved=saved))

    @app.post("/settings", response_class=HTMLResponse, include_in_schema=False)
    async def change(request: Request) -> Response:
        words = words_for(request)
        if desk is None:
            text = words.settings_unchangeable
            return page_response(pages.message_page_html(words.settings_page, text, words), 403)
        form = {name: str(value) for name, value in (await request.form()).items()}
        try:
            await run_in_threadpool(desk.adjust, form)
        except JianghuaError as error:
            return page_response(_html(desk, words, said=str(error), wanted=form), 422)
        return RedirectResponse("/settings?saved=true", 303)


def _html(
    desk: SettingsDesk,
    words: Words,
    *,
    said: str | None = None,
    saved: bool = False,
    wanted: Mapping[str, str] | None = None,
) -> str:
    """The page; ``wanted`` is what somebody wrote that could not be saved, ``said`` why."""
    holds = {name: _value(desk, name) for name in (*ADJUSTABLE, *_GIVEN)}
    holds |= {n: v for n, v in (wanted or {}).items() if n in ADJUSTABLE and n not in desk.fixed}
    shown = {n: Shown(n, v, variable_of(n), desk.fixed.get(n)) for n, v in holds.items()}
    return pages.settings_html(
        [shown[name] for name in ADJUSTABLE],
        [shown[name] for name in _GIVEN],
        words,
        most_passages=MOST_PASSAGES,
        said=said,
        saved=saved,
    )


def _value(desk: SettingsDesk, name: str) -> str:
    value = getattr(desk.settings, name)
    if value is None:
        return ""
    return PurePath(value).name if name in _FOLDERS else str(value)
