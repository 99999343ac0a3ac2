"""The figures by name: what each one means, and what a single question says to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.evaluation.outcomes import Outcome, Verdict

Part = Literal["all", "retrieval", "answers", "citations", "refusal", "time"]
Samples = Sequence[float]
"""What a question adds to a mean; nothing where it has no say."""

CUTOFFS = (1, 5, 10)
_READ = 5  # passages that a reader would look at


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure."""

    name: str
    part: Part
    meaning: str
    samples: Callable[[Outcome], Samples] | None = (
        None  # None: it is not a mean over single questions
    )
    passages: int = 1  # that a question must list for it


def _if_answerable(tell: Callable[[Outcome], float]) -> Callable[[Outcome], Samples]:
    return lambda o: (float(tell(o)),) if o.answerable else ()


def _if_documents(tell: Callable[[Outcome], float]) -> Callable[[Outcome], Samples]:
    """For answerable questions whose labels name the right documents."""
    return lambda o: (float(tell(o)),) if o.answerable and o.documents is not None else ()


def _document_among(k: int) -> Callable[[Outcome], Samples]:
    return _if_documents(lambda o: any(d in (o.documents or ()) for d in o.ranked[:k]))


def passage_among(k: int) -> Callable[[Outcome], Samples]:
    """Whether a passage of a right document among the first ``k`` holds what is asked for."""
    return _if_answerable(lambda o: any(h.holds and h.right is not False for h in o.hits[:k]))


def _passage_lengths(o: Outcome) -> Samples:
    return [float(hit.end - hit.start) for hit in o.hits[:_READ]] if o.answerable else ()


def _cites_only_right(o: Outcome) -> bool:
    return bool(o.citations) and all(c.right for c in o.citations)


def _exact(o: Outcome) -> Samples:
    return [float(c.exact) for c in o.citations]


def _marked(o: Outcome) -> Samples:
    return [float(c.marked) for c in o.citations]


def _declined(o: Outcome) -> Samples:
    return () if o.answerable else (float(not o.answered),)


def _wrong(o: Outcome) -> Samples:
    return (float(not o.succeeded),) if o.answered else ()


def _first(k: int) -> str:
    return "comes first" if k == 1 else f"is among the first {k}"


def _retrieval() -> list[Measure]:
    part: Part = "retrieval"
    hit = [
        Measure(f"doc_hit@{k}", part, f"a right document {_first(k)}", _document_among(k), k)
        for k in CUTOFFS
    ]
    recall = [
        Measure(f"doc_recall@{k}", part, f"share of the right documents in the first {k}", None, k)
        for k in CUTOFFS
    ]
    passage = [
        Measure(
            f"passage_hit@{k}", part, f"a passage that says it {_first(k)}", passage_among(k), k
        )
        for k in CUTOFFS
    ]
    ranks = [
        Measure("doc_mrr@10", part, "1 / rank of the first right document"),
        Measure("doc_ndcg@10", part, "nDCG of the ranked documents"),
    ]
    length = Measure("passage_chars", part, f"characters of the first {_READ}", _passage_lengths)
    return [*hit, *recall, *ranks, *passage, length]


_SUCCESS = Measure(
    "success", "all", "right answers and right refusals", lambda o: (float(o.succeeded),)
)
_ANSWERS: tuple[tuple[str, str, Callable[[Outcome], float]], ...] = (
    ("answered", "not declined, of the answerable", lambda o: o.answered),
    ("answer_contains", "the answer says it", lambda o: o.verdict is Verdict.RIGHT),
    ("short_em", "the short answer is just that", lambda o: o.short_exact),
    ("short_f1", "characters that it shares with it", lambda o: o.short_f1),
    ("answer_chars", "characters of the answer", lambda o: len(o.answer)),
)
_CITATIONS = (
    Measure(
        "citation_supports",
        "citations",
        "quotes of right documents say it",
        _if_answerable(lambda o: o.supported),
    ),
    Measure(
        "cited_right_doc",
        "citations",
        "only right documents cited",
        _if_documents(_cites_only_right),
    ),
    Measure("citation_exact", "citations", "quotes that stand in the stored text", _exact),
    Measure("citation_marked", "citations", "citations with a marker in the answer", _marked),
)
_REFUSAL = (
    Measure("declined", "refusal", "of what the library does not answer", _declined),
    Measure("risk", "refusal", "wrong, of all that was answered", _wrong),
    Measure("mean_risk", "refusal", "the same, over all higher thresholds"),
    Measure("refusal_auc", "refusal", "surer of an answerable question than of another"),
)
_TIME = (
    Measure("seconds_p50", "time", "to an answer: median"),
    Measure("seconds_p95", "time", "95th percentile"),
)

MEASURES: tuple[Measure, ...] = (
    _SUCCESS,
    *_retrieval(),
    *(Measure(name, "answers", means, _if_answerable(tell)) for name, means, tell in _ANSWERS),
    *_CITATIONS,
    *_REFUSAL,
    *_TIME,
)
