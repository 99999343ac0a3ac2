"""The pages that are ours and not Gradio's, from the templates in ``web``. The home of Jinja2."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rag import __version__
from rag.draft_check import CheckReport
from rag.permalink import page_path
from rag.presentation import Beside, navigation
from rag.schema import Holdings, Metadata
from rag.source_page import SourcePage
from rag.trends import TrendPage
from rag.users import Role, User
from rag.verifier import Ruling
from rag.visitors import current_visitor
from rag.wire import check_json
from rag.words import CATALOGUES, Words

WEB = Path(__file__).parent / "web"
_TOLD_PACKAGES = (
    "sentence-transformers",
    "transformers",
    "torch",
    "faiss-cpu",
    "tantivy",
    "gradio",
)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def source_html(page: SourcePage, words: Words, *, has_original: bool = False) -> str:
    """The page of a speech, with the way to its file where that is kept."""
    about = page.document.metadata
    original = f"/original/{quote(page.document.doc_id, safe='')}" if has_original else None
    return _rendered(
        "source.html",
        words,
        page=page,
        facts=_facts(about, words),
        source_link=_web_link(about.source_url),
        original=original,
    )


def message_page_html(
    heading: str, explanation: str, words: Words, elsewhere: Sequence[tuple[str, str]] = ()
) -> str:
    """A page that only says something, and where else the words stand: title and link."""
    return _rendered(
        "message.html", words, heading=heading, explanation=explanation, elsewhere=elsewhere
    )


def check_html(
    draft: str, report: CheckReport | None, words: Words, longest: int, said: str | None = None
) -> str:
    """The page that holds a draft against the library; ``said`` is why there is no report."""
    return _rendered(
        "check.html",
        words,
        "/check",
        draft=draft,
        report=report and check_json(report),
        counts=report and _counts(report, words),
        longest=longest,
        said=said,
    )


def _counts(report: CheckReport, words: Words) -> list[tuple[str, str, int]]:
    """Each verdict, its word, and how many sentences have it."""
    found = Counter(sentence.verdict for sentence in report.sentences)
    return [(ruling.value, words.rulings[ruling], found[ruling]) for ruling in Ruling]


def login_html(words: Words, target: str, name: str, said: str, longest: int) -> str:
    """The page to sign in on; ``target`` is where it leads, ``said`` why it did not."""
    values = {"next": target, "name": name, "said": said, "longest": longest}
    return _rendered("login.html", words, "/login", **values)


def account_html(words: Words, user: User, said: str, lengths: tuple[int, int]) -> str:
    """A user's own page; ``said`` is what was just done, ``lengths`` those of a password."""
    shortest, longest = lengths
    return _rendered(
        "account.html", words, "/account", user=user, said=said, shortest=shortest, longest=longest
    )


def trends_html(page: TrendPage, words: Words, *, can_ask_meaning: bool = False) -> str:
    """The page of a term or topic; ``can_ask_meaning`` offers to look for meaning beside words."""
    most = max((bar.count for bar in (*page.years, *page.speakers)), default=0)
    return _rendered(
        "trends.html",
        words,
        "/trends",
        page=page,
        most=most,
        link_of=page_path,
        can_ask_meaning=can_ask_meaning,
    )


def about_html(holdings: Holdings, words: Words, base: str) -> str:
    """What this server is; ``base`` is its address."""
    versions = [(name, _version(name)) for name in _TOLD_PACKAGES]
    return _rendered(
        "about.html",
        words,
        "/about",
        holdings=holdings,
        version=__version__,
        versions=[(name, version) for name, version in versions if version],
        base=base,
    )


def settings_html(
    adjustable: Sequence[object],
    given: Sequence[object],
    words: Words,
    *,
    most_passages: int,
    said: str | None,
    saved: bool,
) -> str:
    """The page of the settings: those that may be changed, and those that the start has given."""
    return _rendered(
        "settings.html",
        words,
        "/settings",
        adjustable=adjustable,
        given=given,
        most_passages=most_passages,
        may_change=current_visitor().may(Role.EDITOR),
        said=said,
        saved=saved,
    )


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _rendered(template: str, words: Words, here: Beside | None = None, **values: object) -> str:
    """A page; ``here`` is its path where it is one of those that the head of the page names."""
    other = next(one for one in CATALOGUES.values() if one.code != words.code)
    return (
        _templates()
        .get_template(template)
        .render(
            w=words,
            other=other,
            here=here,
            places=navigation(words),
            visitor=current_visitor(),
            **values,
        )
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
