"""Values as the JSON objects of the public contract, for the command line and the HTTP API alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rag.corpus import DocumentEntry
from rag.draft_check import CheckReport
from rag.permalink import Place, link_to, permalink
from rag.schema import Answer, Citation, Document, Hit, Printing, Question, Turn

Json = dict[str, Any]


def citation_json(citation: Citation) -> Json:
    """One citation; ``library text doc_id``[start:end] is its quote."""
    document = citation.document
    return {
        "marker": citation.marker,
        "doc_id": document.doc_id,
        "title": document.title,
        "speaker": document.metadata.speaker,
        "date": document.metadata.date,
        "section": list(citation.section),
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "url": permalink(document, citation.start, citation.end),
    } | (
        {"also_in": [_printing(one, citation) for one in citation.also_in]}
        if citation.also_in
        else {}
    )


def _printing(printing: Printing, citation: Citation) -> Json:
    """Another printing, with a link to the quoted words in it."""
    elsewhere = Place(printing.doc_id, citation.start, citation.end, citation.quote)
    return asdict(printing) | {"url": link_to(elsewhere)}


def hit_json(hit: Hit) -> Json:
    """One retrieved passage."""
    return {
        "doc_id": hit.document.doc_id,
        "title": hit.document.title,
        "speaker": hit.document.metadata.speaker,
        "text": hit.text,
        "start": hit.chunk.start,
        "end": hit.chunk.end,
        "score": round(hit.score, 4),
    }


def answer_json(answer: Answer, question_id: object = None) -> Json:
    """An answer with its citations and passages; the question's id is handed back as it came."""
    return {
        "id": question_id,
        "question": answer.question,
        "answer": answer.text,
        "answered": answer.answered,
        "reason": answer.reason.value if answer.reason else None,
        "short_answer": answer.short_answer,
        "citations": [citation_json(c) for c in answer.citations],
        "hits": [hit_json(h) for h in answer.hits],
        "coverage": answer.coverage,
        "confidence": None if answer.confidence is None else round(answer.confidence, 4),
        "generator": answer.generator,
        "seconds": round(answer.seconds, 4),
    } | ({"notice": answer.notice} if answer.notice else {})


def check_json(report: CheckReport) -> Json:
    """A checked draft."""
    return {
        "sentences": [
            {
                "text": sentence.text,
                "verdict": sentence.verdict.value,
                "reason": sentence.reason.value if sentence.reason else None,
                "citations": [citation_json(citation) for citation in sentence.citations],
            }
            for sentence in report.sentences
        ],
        "coverage": report.coverage,
    }


def question_from(row: object) -> Question:
    """A question line: ``question`` and, if given, ``history`` and ``within``; without it, a blank one.

    Raises:
        ValueError: a field is missing or of the wrong type; the message says which.
    """
    if not isinstance(row, dict):
        raise ValueError("a question should be a JSON object")
    # A blank one that has its id is let through, to be declined: a line out for each line in.
    text = row.get("question", "" if "id" in row else None)
    if not isinstance(text, str):
        raise ValueError("'question' should be a string")
    history = row.get("history") or []
    if not isinstance(history, list):
        raise ValueError("'history' should be a list of turns")
    within = row.get("within")
    if within is not None and not (
        isinstance(within, list) and all(isinstance(i, str) for i in within)
    ):
        raise ValueError("'within' should be a list of document ids")
    turns = tuple(_turn(turn) for turn in history)
    return Question(text, turns, None if within is None else frozenset(within))


def _turn(turn: object) -> Turn:
    match turn:
        case {"role": "user" | "assistant" as role, "content": str() as content}:
            return Turn(role, content)
    raise ValueError(
        "each turn of 'history' should have a 'role' (user, assistant) and a 'content'"
    )


def entry_json(entry: DocumentEntry) -> Json:
    """A line of the list of speeches."""
    return {
        "doc_id": entry.doc_id,
        **asdict(entry.metadata),
        "title": entry.title,
        "characters": entry.characters,
        "chunks": entry.chunks,
        "sources": list(entry.sources),
        "added_at": entry.added_at,
    }


def document_json(document: Document) -> Json:
    """A speech without its text: metadata, outline, page chrome."""
    return {
        "doc_id": document.doc_id,
        **asdict(document.metadata),
        "title": document.title,
        "characters": len(document.text),
        "sections": [asdict(section) for section in document.sections],
        "chrome": [asdict(span) for span in document.chrome],
    }
