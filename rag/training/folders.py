"""Examples out of folders: documents as ``jianghua ingest`` takes them, labelled questions beside them.

    FOLDER/questions.jsonl      questions with ``answers`` and ``doc_ids``; may be missing
    FOLDER/unanswerable.jsonl   questions that its documents do not answer; may be missing
    FOLDER/LICENSE              its first line goes onto the card
    FOLDER/…                    documents

What retrieval wrongly finds is what the reader must learn to tell apart, so each folder becomes a library first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

from embeddings.encoder import Encoder
from rag.chunking import chunks_of
from rag.errors import UsageError
from rag.evaluation.gold import Labelled, holds
from rag.evaluation.labels import labelled_in
from rag.library import Library
from rag.normal_form import normalise
from rag.query import understand
from rag.reading.context import context_of
from rag.retrieval import Retriever
from rag.schema import Chunk, Document
from rag.terms import terms
from rag.training.examples import Candidate, Example, place_of, silenced
from rag.training.made_questions import MadeQuestion, questions_from

RETRIEVED = 20  # passages a question
_QUESTIONS, _UNANSWERABLE, _LICENCES = (
    "questions.jsonl",
    "unanswerable.jsonl",
    ("LICENSE", "LICENCE"),
)
_RIGHT = 2  # passages that hold the answer are kept, of a question
_SILENT_COPIES = 2  # how often the passage without its answer is drawn, against once for others
_TRIED = 6  # questions made of a passage, of which one is taken
_SHORTEST_PASSAGE = 60
_SHORTEST_BLANK = 12  # a longer answer leaves no sentence when it is taken out


@dataclass(frozen=True, slots=True)
class Material:
    """What a folder gives: examples to learn from and others to be judged by."""

    name: str
    licence: str
    documents: int
    learned: tuple[Example, ...]
    held_out: tuple[Example, ...]
    made: tuple[Example, ...]


def material_of(
    folder: Path, library: Library, encoder: Encoder, made: int, held_out: int, seed: int
) -> Material:
    """The examples of one folder, whose documents are in ``library``.

    Args:
        folder: Where the questions are.
        library: Holds the folder's documents.
        encoder: The library's.
        made: How many questions are made out of its passages.
        held_out: Every so-manieth document's questions are kept for judging; 0: none.
        seed: Of all draws.

    Raises:
        UsageError: A file of questions cannot be read.
    """
    chance = Random(seed)  # noqa: S311  (no secret)
    retriever = Retriever(library, encoder)
    learned: list[Example] = []
    judged: list[Example] = []
    for number, question in enumerate(_questions(folder)):
        example = _asked(question, library, retriever)
        if example is not None:
            kept_back = held_out and _turn(question, library, number) % held_out == 0
            (judged if kept_back else learned).append(example)
    return Material(
        name=folder.name,
        licence=_licence(folder),
        documents=len(library.documents()),
        learned=tuple(learned),
        held_out=tuple(judged),
        made=tuple(islice(_made(library, chance), made)),
    )


def document_paths(folder: Path) -> list[Path]:
    """What of a folder is documents.

    Raises:
        UsageError: It is no folder, or holds nothing but questions.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder; expected one with documents and questions.jsonl.")
    own = {_QUESTIONS, _UNANSWERABLE, *_LICENCES}
    paths = sorted(path for path in folder.iterdir() if path.name not in own)
    if not paths:
        raise UsageError(f"{folder} holds no documents; put them beside {_QUESTIONS}.")
    return paths


def _questions(folder: Path) -> tuple[Labelled, ...]:
    files = [folder / name for name in (_QUESTIONS, _UNANSWERABLE)]
    return labelled_in(path for path in files if path.is_file())


def _turn(question: Labelled, library: Library, number: int) -> int:
    """Questions on one document are kept back together, or else the answers would be known."""
    if not question.documents:
        return number
    order = {entry.doc_id: n for n, entry in enumerate(library.documents())}
    return order.get(question.documents[0], number)


def _licence(folder: Path) -> str:
    for name in _LICENCES:
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="utf-8").strip().split("\n")[0]
    return "not stated"


def _asked(labelled: Labelled, library: Library, retriever: Retriever) -> Example | None:
    """The example of a question; ``None`` if no passage holds the answer that it should have."""
    query = understand(labelled.question.text, within=labelled.question.within)
    hits = retriever.retrieve(query, RETRIEVED).hits
    found = [(hit.document, hit.chunk, hit.score) for hit in hits]
    known = {(document.doc_id, chunk.start) for document, chunk, _ in found}
    own = [d for d in labelled.documents if any(e.doc_id == d for e in library.documents())]
    rest = [
        (document, chunk, None)
        for document in map(library.document, own)
        for chunk in chunks_of(document)
        if (document.doc_id, chunk.start) not in known
    ]
    candidates = [
        candidate
        for document, chunk, score in (*found, *rest)
        if (candidate := _candidate(labelled, document, chunk, score)) is not None
    ]
    right = [c for c in candidates if c.holds]
    if labelled.answers and not right:
        return None
    retrieved = [c for c in candidates if c.score is not None]
    others = [c for c in right[:_RIGHT] if c.score is None]
    silent = _silent(right[0], _ways(labelled)) if right else []
    return Example(query.text, (*retrieved, *others, *silent), _ways(labelled))


def _candidate(
    labelled: Labelled, document: Document, chunk: Chunk, score: float | None
) -> Candidate | None:
    """``None`` for a passage of another document that has the answer's words: who knows what it says."""
    passage = document.text[chunk.start : chunk.end]
    own = not labelled.documents or document.doc_id in labelled.documents
    says = holds(passage, labelled.answers, labelled.whole)
    if says and not own:
        return None
    places = (place_of(way, passage, labelled.question.text) for way in _ways(labelled))
    place = next((p for p in places if p is not None), None) if says else None
    return Candidate(passage, context_of(document, chunk), says, place, score)


def _ways(labelled: Labelled) -> tuple[str, ...]:
    return tuple(w for p in labelled.answers for w in ((p,) if isinstance(p, str) else p))


def _silent(right: Candidate, answers: Sequence[str]) -> list[Candidate]:
    left = silenced(right.passage, answers)
    return [Candidate(left, right.context, holds=False)] * _SILENT_COPIES if left else []


def _made(library: Library, chance: Random) -> Iterator[Example]:
    """Questions made of passages in random order, one a passage."""
    ids = [entry.doc_id for entry in library.documents()]
    places = [(d, chunk) for d in ids for chunk in chunks_of(library.document(d))]
    chance.shuffle(places)
    for doc_id, chunk in places:
        document = library.document(doc_id)
        passage, context = document.text[chunk.start : chunk.end], context_of(document, chunk)
        if len(passage) < _SHORTEST_PASSAGE:
            continue
        questions = list(islice(questions_from(passage, context, chance), _TRIED))
        if questions:
            yield _made_example(chance.choice(questions), passage, context, library)


def _made_example(made: MadeQuestion, passage: str, context: str, library: Library) -> Example:
    said = passage[made.answer.start : made.answer.end]
    keys, _ = library.lexical(terms(understand(made.text).content), RETRIEVED)
    texts = [(d.text[c.start : c.end], context_of(d, c)) for d, c in library.passages(keys)]
    wrong = [
        Candidate(text, around, holds=False)
        for text, around in texts
        if normalise(said) not in normalise(text)
    ]
    right = Candidate(passage, context, holds=True, answer=made.answer)
    blank = passage[: made.answer.start] + passage[made.answer.end :]
    if len(said) <= _SHORTEST_BLANK and normalise(said) not in normalise(blank):
        wrong.append(Candidate(blank, context, holds=False))
    return Example(made.text, (right, *wrong, *_silent(right, [said])), (said,))
