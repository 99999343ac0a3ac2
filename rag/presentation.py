"""Answers and sources as HTML for the chat page: pure functions from JSON to escaped strings.

The chat component reads Markdown and HTML, so its texts are written as character references that
neither gives a meaning to; elsewhere HTML escaping is enough. Knows nothing of Gradio.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape, unescape
from typing import Literal

from rag.permalink import Place, link_to
from rag.schema import Reason
from rag.visitors import OWNER, Visitor
from rag.wire import Json
from rag.words import Words

# What Markdown or HTML may read as more than itself.
_MEANT = re.compile(r"[\x00-\x1f!-/:-@\[-`{-~]")
_LINE_BREAK = {"\n": "<br>"}
_MARKER = re.compile(r"\[(\d{1,3})\]")
_NEAREST = 3  # passages that a refusal offers
_EXCERPT = 90  # characters of a passage that is offered
_CARD = 240  # characters of a quote on a marker's card

Beside = Literal["/check", "/trends", "/settings", "/about", "/login", "/account"]
"""The pages beside the chat."""


def literal(text: str) -> str:
    """Text that shows as it is in Markdown and in HTML alike, on one line of source."""
    return _MEANT.sub(lambda found: _LINE_BREAK.get(found[0]) or f"&#{ord(found[0])};", text)


def answer_html(answer: Json, words: Words) -> str:
    """A finished answer or refusal, for the chat."""
    if not answer["answered"]:
        return _refusal_html(answer, words)
    notice = f'<p class="notice">{literal(answer["notice"])}</p>' if answer.get("notice") else ""
    return f'<div class="answer">{_marked_text(answer)}{notice}{_basis_html(answer, words)}</div>'


def plain(content: object) -> str:
    """The text of a user's message as the chat component hands it back; undoes ``literal``."""
    match content:
        case str():
            return unescape(content.replace("<br>", "\n"))
        case {"text": str() as text}:
            return plain(text)
        case [*blocks]:
            return "".join(plain(block) for block in blocks)
    return ""


def user_message(question: str) -> Json:
    """A question in the chat."""
    return {"role": "user", "content": literal(question)}


def assistant_message(grown: str) -> Json:
    """An answer of which more is to come."""
    text = _paragraphs(literal(grown)) or "<p><i></i><i></i><i></i></p>"
    return {"role": "assistant", "content": f'<div class="answer growing">{text}</div>'}


def said_message(text: str) -> Json:
    """A message in the place of an answer that did not come."""
    return {"role": "assistant", "content": f'<div class="said"><p>{literal(text)}</p></div>'}


def _marked_text(answer: Json) -> str:
    """The text with its markers as links, and the short answer set bold where it stands first."""
    links = _citation_links(answer)
    parts = _MARKER.split(answer["answer"])
    short = answer["short_answer"] or ""
    short = "" if "\n" in short else short  # emphasis ends with its paragraph
    first = next((i for i in range(0, len(parts), 2) if short and short in parts[i]), None)
    html = [
        (_emphasised(part, short) if i == first else literal(part))
        if i % 2 == 0
        else links.get(int(part), literal(f"[{part}]"))
        for i, part in enumerate(parts)
    ]
    return _paragraphs("".join(html))


def _emphasised(text: str, words: str) -> str:
    before, _, after = text.partition(words)
    return f"{literal(before)}<strong>{literal(words)}</strong>{literal(after)}"


def _paragraphs(html: str) -> str:
    return "".join(f"<p>{line.strip()}</p>" for line in html.split("<br>") if line.strip())


def _citation_links(answer: Json) -> dict[int, str]:
    trail = trail_of(answer)
    return {
        citation["marker"]: _citation_link(citation, link_to(place, trail))
        for citation, place in zip(answer["citations"], trail, strict=True)
    }


def _citation_link(citation: Json, url: str) -> str:
    """A marker that leads to its source, and the card that shows while it is pointed at or focused."""
    marker = literal(f"[{citation['marker']}]")
    heard = f'<span class="unseen"> {_inline(citation["title"])}</span>'  # for who hears the page
    about = " · ".join(filter(None, (citation["speaker"], citation["date"])))
    lines = (
        ("title", citation["title"]),
        ("about", about),
        ("path", " › ".join(citation["section"])),
        ("quote", _shortened(citation["quote"], _CARD)),
    )
    card = "".join(f'<span class="{name}">{_inline(text)}</span>' for name, text in lines if text)
    return (
        f'<span class="citing"><a class="cite" href="{_attribute(url)}">{marker}{heard}</a>'
        f'<span class="card">{card}</span></span>'
    )


def _inline(text: str) -> str:
    """Text on one line, whatever breaks it has."""
    return literal(" ".join(text.split()))


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + "…"


def _attribute(text: str) -> str:
    """Text for an attribute of the chat's HTML; a line break must not end the block of HTML."""
    return literal(text).replace("<br>", "&#10;")


def _heading(source: Json) -> str:
    return " · ".join(filter(None, (source["title"], source["speaker"], source.get("date"))))


def trail_of(answer: Json) -> list[Place]:
    """The places that an answer cites, in the order of its citations."""
    return [_place(citation, citation["doc_id"]) for citation in answer["citations"]]


def _basis_html(answer: Json, words: Words) -> str:
    percent = f"{round(answer['coverage'] * 100)}%"
    how = (
        words.quoted
        if answer["generator"] == "extractive"
        else words.written_by.format(generator=answer["generator"])
    )
    took = words.took.format(seconds=f"{answer['seconds']:.1f}")
    coverage = (
        f'<span class="coverage" title="{_attribute(words.coverage_help)}">'
        f"{literal(words.coverage.format(percent=percent))}</span>"
    )
    return f'<p class="basis">{coverage}<span>{literal(how)}</span><span>{literal(took)}</span></p>'


def _refusal_html(answer: Json, words: Words) -> str:
    offers = "".join(_nearest_html(place, _heading(source)) for place, source in _nearest(answer))
    nearest = f'<p class="nearest">{literal(words.nearest)}</p><ul>{offers}</ul>' if offers else ""
    reason = answer["reason"] or Reason.NO_EVIDENCE
    verdict = literal(words.verdicts[Reason(reason)])
    said = _paragraphs(literal(_MARKER.sub("", answer["answer"])))
    return f'<div class="refusal"><p class="verdict">{verdict}</p>{said}{nearest}</div>'


def _nearest(answer: Json) -> list[tuple[Place, Json]]:
    """The passages that a refusal offers: where they stand, and what is known of them."""
    return [
        (Place(c["doc_id"], c["start"], c["end"], c["quote"]), c) for c in answer["citations"]
    ] or [
        (Place(h["doc_id"], h["start"], h["end"], h["text"]), h) for h in answer["hits"][:_NEAREST]
    ]


def _nearest_html(place: Place, heading: str) -> str:
    excerpt = " ".join(_shortened(place.quote, _EXCERPT).split())
    link = f'<a href="{_attribute(link_to(place))}">{literal(heading)}</a>'
    return f"<li>{link}<br>{literal(excerpt)}</li>"


def sources_html(answers: Sequence[Json], words: Words) -> str:
    """The panel beside the chat: what each answer rests on; the last one's is open.

    The browser opens that of the answer which somebody points at.
    """
    if not answers:
        steps = "".join(f"<li>{escape(step)}</li>" for step in words.sources_steps)
        return f'<ul class="steps">{steps}</ul>'
    last = len(answers) - 1
    return "".join(
        f'<div class="of-answer"{"" if i == last else " hidden"}>{_sources_of(answer, words)}</div>'
        for i, answer in enumerate(answers)
    )


def _sources_of(answer: Json, words: Words) -> str:
    if not answer["answered"]:
        items = [_passage_html(place, source) for place, source in _nearest(answer)]
        head = words.nearest if items else words.sources_none
        return f'<p class="empty">{escape(head)}</p><ol class="sources">{"".join(items)}</ol>'
    trail = trail_of(answer)
    items = [
        _source_html(citation, link_to(place, trail), words)
        for citation, place in zip(answer["citations"], trail, strict=True)
    ]
    return f'<ol class="sources">{"".join(items)}</ol>'


def _source_html(citation: Json, url: str, words: Words) -> str:
    number = f'<span class="number">{citation["marker"]}</span>'
    path = " › ".join(escape(heading) for heading in citation["section"])
    return (
        f'<li data-marker="{citation["marker"]}">{_title_html(citation, url, number)}'
        + (f'<p class="path">{path}</p>' if path else "")
        + f"<blockquote>{escape(citation['quote'])}</blockquote>"
        + _printings_html(citation, words)
        + "</li>"
    )


def _passage_html(place: Place, source: Json) -> str:
    """A passage that a refusal offers."""
    quote = escape(_shortened(place.quote, _CARD))
    return f"<li>{_title_html(source, link_to(place), '')}<blockquote>{quote}</blockquote></li>"


def _title_html(source: Json, url: str, number: str) -> str:
    about = " · ".join(escape(v) for v in (source["speaker"], source.get("date")) if v)
    return (
        f'<a class="source-title" href="{escape(url)}" target="_blank" rel="noopener">'
        f"{number}{escape(source['title'])}</a>"
        + (f'<p class="about">{about}</p>' if about else "")
    )


def _printings_html(citation: Json, words: Words) -> str:
    """The other printings of a cited speech, each opened at the same words."""
    links = [
        f'<a href="{escape(link_to(_place(citation, one["doc_id"])))}" target="_blank" '
        f'rel="noopener">{escape(" · ".join(filter(None, (one["title"], one["date"]))))}</a>'
        for one in citation.get("also_in", ())
    ]
    if not links:
        return ""
    return (
        f'<p class="printings">{escape(words.also_printed)}{escape(words.listed).join(links)}</p>'
    )


def _place(citation: Json, doc_id: str) -> Place:
    return Place(doc_id, citation["start"], citation["end"], citation["quote"])


def chat_messages(answers: Iterable[Json], words: Words) -> list[Json]:
    """A conversation as the messages of the chat component."""
    messages: list[Json] = []
    for answer in answers:
        messages.append(user_message(answer["question"]))
        messages.append({"role": "assistant", "content": answer_html(answer, words)})
    return messages


def navigation(words: Words) -> list[tuple[Beside, str]]:
    """The pages beside the chat: path and name."""
    return [
        ("/check", words.check_page),
        ("/trends", words.trends_page),
        ("/settings", words.settings_page),
        ("/about", words.about_page),
    ]


def banner_html(speeches: int, words: Words, other: Words, visitor: Visitor = OWNER) -> str:
    """The head of the page: product, size of the library, the other language, and the other pages.

    Also the place where it is said aloud that an answer has come.
    """
    size = words.library_size.format(n=speeches) if speeches else words.library_empty
    links = "".join(f'<a href="{path}">{escape(name)}</a>' for path, name in navigation(words))
    links += _account_link(words, visitor)
    return (
        f'<header class="banner" data-role="{visitor.role or ""}"><h1><a href="{words.home}">{escape(words.product)}</a></h1>'
        f'<span class="tagline">{escape(words.tagline)}</span>'
        f'<span class="size">{escape(size)}</span>'
        f'<a class="language" lang="{other.lang}" href="/language/{other.code}">'
        f"{escape(words.other_language)}</a>"
        f'<nav class="pages" aria-label="{escape(words.pages)}">{links}</nav></header>'
        '<p id="announced" class="unseen" role="status" aria-live="polite"></p>'
    )


def _account_link(words: Words, visitor: Visitor) -> str:
    if visitor.user:
        return f'<a href="/account">{escape(visitor.user.name)}</a>'
    return f'<a href="/login">{escape(words.account.sign_in)}</a>' if visitor.can_sign_in else ""


def placeholder_html(speeches: int, words: Words) -> str:
    """What the empty chat shows; in an empty library the way to fill it."""
    if speeches:
        said = literal(words.library_size.format(n=speeches))
    else:
        link = f'<a class="fill" href="#library">{literal(words.upload)}</a>'
        said = f"{literal(words.library_empty)}</p><p>{link}"
    return (
        f'<div class="welcome"><p class="question">{literal(words.placeholder)}</p>'
        f"<p>{said}</p></div>"
    )
