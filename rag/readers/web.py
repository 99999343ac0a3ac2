"""HTML pages: what a reader sees, block by block, and which of it the mark-up shows to be chrome.

Text that cannot be seen (scripts, styles, hidden elements) is dropped; navigation, page headers and
lists of links stay in the text and are given as chrome. Knows nothing of Chinese page phrases such
as 查看次数, which are judged by the text alone elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rag.errors import ReadError
from rag.normal_form import is_cjk
from rag.readers.text import damage_notes, decoded_text
from rag.schema import Metadata, Reading, SourceText, Span

_HEAD_BYTES = 8192  # where a page declares its charset
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_INVISIBLE = frozenset(
    "script style noscript template head title svg math iframe object embed select datalist "
    "textarea input audio video canvas".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body button caption center dd details dialog div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol "
    "p pre section summary table tbody tfoot thead tr ul".split()
)
_CHROME_TAGS = frozenset("nav footer aside button header".split())
_CHROME_ROLES = frozenset("navigation banner contentinfo complementary search menu".split())
_CHROME_NAMES = frozenset(
    "nav navbar navigation menu breadcrumb breadcrumbs crumb crumbs header footer foot top topbar "
    "sidebar toolbar share copyright pagination pager related".split()
)
# These tell as a part of a name as well: BreadcrumbNav, art-share-box, footer_links.
_CHROME_PARTS = frozenset(
    "breadcrumb crumb crumbs footer copyright pagination share related".split()
)
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_LINK_LISTS = frozenset("ul ol dl div table td p section".split())
_MIN_LINKS = 3  # fewer links may be a sentence's own
_LINK_SHARE = 0.8  # of a block's characters
_MAX_CHROME_SHARE = 0.5  # of the page; a page that is all "menu" has its text there
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLANKS = re.compile(r"([ \t\n\r\f]+)")
_BLANK_CHARACTERS = frozenset(" \t\n\r\f")
_STRENGTH = {"": 0, "soft": 1, " ": 2, "\t": 3, "\n": 4}
_BREAK_BEFORE = dict.fromkeys(_BLOCKS, "\n")
_BREAK_AFTER = _BREAK_BEFORE | {"br": "\n", "td": "\t", "th": "\t"}
_TITLE_META = ("articletitle", "og:title")
_PUBLISHED_META = ("pubdate", "article:published_time", "publishdate", "firstpublishedtime")
_PUBLISHER_META = ("contentsource", "source")
_SOURCE = re.compile(r"来\s*源\s*[:：]\s*")
_SITE_NAME = re.compile(
    r"\s*[_|｜]\s*|\s+[-–—]+\s+|\s*-{2,}\s*"
)  # between a page's title and its site's name


def read_html(data: bytes, declared: str | None = None) -> Reading:
    """The visible text of a page.

    Raises:
        ReadError: The bytes are no text, or the page shows none.
    """
    charset = _CHARSET.search(data[:_HEAD_BYTES])
    decoded = decoded_text(data, charset[1].decode("ascii", "replace") if charset else declared)
    tree = LexborHTMLParser(decoded.text)
    text, chrome = _visible(tree)
    if not text.strip():
        raise ReadError("is a web page without visible text; save the page once it has loaded")
    source = SourceText(text, hinted=_hinted(tree), chrome=chrome)
    return Reading((source,), decoded.encoding, damage_notes(decoded))


@dataclass(slots=True)
class _Element:
    """An open element: where its text starts, what is asked of it, and how much of it is links."""

    tag: str
    start: int
    chrome: bool
    preformatted: bool
    has_title: bool = False
    links: int = 0
    linked: int = 0  # characters


@dataclass(slots=True)
class _Page:
    """The text so far and the elements that are open."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    pending: str = ""  # written once text follows: a blank, tab, newline or "soft" newline
    open: list[_Element] = field(default_factory=list)
    chrome: list[Span] = field(default_factory=list)

    def enter(self, tag: str, chrome: bool) -> None:
        """An element begins."""
        self.blank(_BREAK_BEFORE.get(tag, ""))
        preformatted = tag == "pre" or bool(self.open and self.open[-1].preformatted)
        self.open.append(_Element(tag, self.length, chrome, preformatted, has_title=tag == "h1"))

    def leave(self, link: bool) -> None:
        """The innermost element ends; its links count for the one around it as well."""
        element = self.open.pop()
        length = self.length - element.start
        if link and length:
            element.links, element.linked = 1, length
        if self._is_chrome(element, length):
            self.chrome.append(Span(element.start, self.length))
        if self.open:
            around = self.open[-1]
            around.links += element.links
            around.linked += element.linked
            around.has_title |= element.has_title
        self.blank(_BREAK_AFTER.get(element.tag, ""))

    def write(self, text: str) -> None:
        """Text of the innermost element, its blanks collapsed as a browser does."""
        if self.open and self.open[-1].preformatted:
            self._word(text)
            return
        for part in _BLANKS.split(text):
            if part[:1] in _BLANK_CHARACTERS:
                self.blank("soft" if "\n" in part or "\r" in part else " ")
            else:
                self._word(part)

    def blank(self, kind: str) -> None:
        """Ask for a blank before the next word; the strongest one asked for is written."""
        if _STRENGTH[kind] > _STRENGTH[self.pending]:
            self.pending = kind

    def _word(self, word: str) -> None:
        if not word:
            return
        if self.pending and self.pieces:
            self._append(self._shown_blank(word))
        self.pending = ""
        self._append(word)

    def _shown_blank(self, word: str) -> str:
        if self.pending != "soft":
            return self.pending
        between_han = _is_wide(self.pieces[-1][-1]) and _is_wide(word[0])
        return "" if between_han else " "

    def _append(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.length += len(text)

    @staticmethod
    def _is_chrome(element: _Element, length: int) -> bool:
        if element.has_title or not length:
            return False
        link_list = element.tag in _LINK_LISTS and element.links >= _MIN_LINKS
        return element.chrome or (link_list and element.linked >= _LINK_SHARE * length)


def _visible(tree: LexborHTMLParser) -> tuple[str, tuple[Span, ...]]:
    """The text that a page shows, and its chrome. Walks without recursion: pages nest deeply."""
    page = _Page()
    stack: list[tuple[LexborNode, bool]] = [(tree.root, False)] if tree.root is not None else []
    while stack:
        node, leaving = stack.pop()
        if leaving:
            page.leave(link=node.tag == "a" and _leads_away(node))
        elif node.is_text_node:
            page.write(node.text_content or "")
        elif node.is_element_node and _is_visible(node):
            page.enter(node.tag or "", _is_chrome_element(node))
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(_children(node)))
    text = "".join(page.pieces)
    return text, _merged(page.chrome, text)


def _children(node: LexborNode) -> list[LexborNode]:
    children = []
    child = node.first_child
    while child is not None:
        children.append(child)
        child = child.next
    return children


def _is_visible(node: LexborNode) -> bool:
    if node.tag in _INVISIBLE:
        return False
    attributes = node.attributes
    return "hidden" not in attributes and not _HIDDEN_STYLE.search(attributes.get("style") or "")


def _is_chrome_element(node: LexborNode) -> bool:
    attributes = node.attributes
    if node.tag in _CHROME_TAGS or attributes.get("role") in _CHROME_ROLES:
        return True
    if node.tag == "body":
        return False
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    parts = (part.casefold() for part in _NAME_PARTS.findall(names))
    return not (
        _CHROME_NAMES.isdisjoint(names.casefold().split()) and _CHROME_PARTS.isdisjoint(parts)
    )


def _leads_away(node: LexborNode) -> bool:
    """Whether a link leads off this page; a table of contents links to places on it."""
    href = node.attributes.get("href") or "#"
    return not href.startswith("#")


def _is_wide(character: str) -> bool:
    return is_cjk(character) or unicodedata.east_asian_width(character) in "WF"


def _merged(spans: list[Span], text: str) -> tuple[Span, ...]:
    """The spans sorted, disjoint and trimmed of blanks; one with most of the text is no chrome."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if span.end - span.start > len(text) * _MAX_CHROME_SHARE:
            continue
        start = span.end - len(text[span.start : span.end].lstrip())
        if merged and start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        elif start < span.end:
            merged.append(Span(start, span.end))
    return tuple(merged)


def _hinted(tree: LexborHTMLParser) -> Metadata:
    """What the page's head says; its title without the name of the site."""
    meta = {
        (node.attributes.get("name") or node.attributes.get("property") or "").casefold(): (
            node.attributes.get("content") or ""
        ).strip()
        for node in tree.css("meta")
    }
    title = tree.css_first("title")
    canonical = tree.css_first("link[rel=canonical]")
    return Metadata(
        title=_first(meta, _TITLE_META) or (_page_title(title.text()) if title else None),
        published=_first(meta, _PUBLISHED_META),
        publisher=_SOURCE.sub("", _first(meta, _PUBLISHER_META) or "") or None,
        source_url=(canonical and canonical.attributes.get("href")) or meta.get("og:url") or None,
    )


def _first(meta: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((meta[name] for name in names if meta.get(name)), None)


def _page_title(title: str) -> str | None:
    parts = _SITE_NAME.split(" ".join(title.split()))
    return next((part for part in parts if part), None)
