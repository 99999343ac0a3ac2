"""A conversation to take along: an answer as text with references, a conversation as Markdown.

Every quote goes with its reference and the link to its place. Knows answers as JSON objects; Word
documents are in ``word_export``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from rag.permalink import Place, link_to
from rag.references import with_references
from rag.wire import Json
from rag.words import Words

ReferenceOf = Callable[[Json], str]

_MARKER = re.compile(r"\[(\d{1,3})\]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_BULLET = re.compile(r"^(\s*)([-+=])", re.MULTILINE)
_NUMBER = re.compile(r"^(\s*\d+)([.)])", re.MULTILINE)


def as_text(answer: Json, reference_of: ReferenceOf) -> str:
    """An answer for pasting: its text, then the references by number."""
    referenced = with_references(answer, reference_of)
    lines = [f"[{i}] {r}" for i, r in enumerate(referenced.references, 1)]
    return "\n".join([referenced.text, "", *lines]) if lines else referenced.text


def as_markdown(
    answers: Sequence[Json], reference_of: ReferenceOf, address: str, words: Words
) -> str:
    """The conversation in Markdown, quotes and references as footnotes.

    Args:
        answers: the conversation.
        reference_of: the reference to the speech of a citation.
        address: where this server is reached, for the links; without a slash at the end.
        words: the catalogue of the reader's language.
    """
    blocks, notes = [f"# {words.conversation_title}"], list[str]()
    for answer in answers:
        text = ""
        for part in footnoted(answer):
            if isinstance(part, str):
                text += markdown_literal(part)
                continue
            notes.append(footnote(part, reference_of, address))
            text += f"[^{len(notes)}]"
        blocks += [f"## {markdown_literal(answer['question'])}", text.strip()]
    blocks += [f"[^{i}]: {markdown_literal(note)}" for i, note in enumerate(notes, 1)]
    return "\n\n".join(blocks) + "\n"


def markdown_literal(text: str) -> str:
    """Text that Markdown gives no meaning to; a newline starts a paragraph."""
    escaped = _BULLET.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", text))
    return re.sub(r"\n+", "\n\n", _NUMBER.sub(r"\1\\\2", escaped))


def footnoted(answer: Json) -> Iterator[str | Json]:
    """The pieces of the answer's text, and between them the citations of its markers."""
    cited = {c["marker"]: c for c in answer["citations"]}
    for i, part in enumerate(_MARKER.split(answer["answer"])):
        if i % 2 == 0:
            yield part
        else:
            yield cited.get(int(part), f"[{part}]")


def footnote(citation: Json, reference_of: ReferenceOf, address: str) -> str:
    """What a footnote says: the reference, the words, and where they stand."""
    place = Place(citation["doc_id"], citation["start"], citation["end"], citation["quote"])
    quote = " ".join(citation["quote"].split())
    return f"{reference_of(citation)} “{quote}” {address}{link_to(place)}"
