"""The pages that are ours and not Gradio's, from the templates in ``web``. The home of Jinja2."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rag.schema import Metadata
from rag.source_page import SourcePage
from rag.words import Words

WEB = Path(__file__).parent / "web"


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def source_html(page: SourcePage, words: Words) -> str:
    """The page of a speech."""
    about = page.document.metadata
    return (
        _templates()
        .get_template("source.html")
        .render(
            page=page, facts=_facts(about, words), source_link=_web_link(about.source_url), w=words
        )
    )


def message_page_html(heading: str, explanation: str, words: Words) -> str:
    """A page that only says something."""
    return (
        _templates()
        .get_template("message.html")
        .render(heading=heading, explanation=explanation, w=words)
    )


def _facts(about: Metadata, words: Words) -> list[tuple[str, str]]:
    speaker = " ".join(filter(None, (about.speaker, about.office)))
    facts = (
        (words.speaker, speaker),
        (words.date, about.date),
        (words.venue, about.venue),
        (words.publisher, about.publisher),
        (words.published, about.published),
    )
    return [(label, value) for label, value in facts if value]


def _web_link(url: str | None) -> str | None:
    """The address, if it is one that a link may lead to; ``javascript:`` and the like are not."""
    return url if url and url.lower().startswith(("http://", "https://")) else None
