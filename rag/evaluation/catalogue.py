"""The figures by name: what each one means, and what a single question says to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.evaluation.outcomes import Outcome, Verdict

Samples = Sequence[float]
"""What a question adds to a mean; nothing where it has no say."""

CUTOFFS = (1, 5, 10)
_READ = 5  # passages that a reader would look at


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure."""

    name: str
    part: Literal["all", "retrieval", "answers", "citations", "refusal", "time"]
    meaning: str
    samples: Callable[[Outcome], Samples] | None = None  # None: it is not a mean over single questions
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


def _cites_only_right(o: Outcome) -> bool:
    return bool(o.citations) and all(c.right for c in o.citations)


def _wrong_if_answered(o: Outcome) -> Samples:
    return (float(not o.succeeded),) if o.answered else ()


def _retrieval() -> list[Measure]:
    found = [
        Measure(f"doc_hit@{k}", "retrieval", f"a right document among the first {k}", _document_among(k), k)
        for k in CUTOFFS
    ]
    found += [
        Measure(f"doc_recall@{k}", "retrieval", f"of the right documents, those among the first {k}", None, k)
        for k in CUTOFFS
    ]
    found += [
        Measure("doc_mrr@10", "retrieval", "1 / rank of the first right document"),
        Measure("doc_ndcg@10", "retrieval", "discounted gain of the right documents, of the best order's"),
    ]
    return found + [
        Measure(f"passage_hit@{k}", "retrieval", f"a passage with the answer among the first {k}", passage_among(k), k)
        for k in CUTOFFS
    ]


MEASURES: tuple[Measure, ...] = (
    Measure(
        "success", "all", "right answers and right refusals", lambda o: (float(o.succeeded),)
    ),
    *_retrieval(),
    Measure(
        "passage_chars",
        "retrieval",
        f"characters of a passage, first {_READ}",
        lambda o: [float(h.end - h.start) for h in o.hits[:_READ]] if o.answerable else (),
    ),
    Measure(
        "answered", "answers", "answerable and answered", _if_answerable(lambda o: o.answered)
    ),
    Measure(
        "answer_contains",
        "answers",
        "the answer holds what is asked for",
        _if_answerable(lambda o: o.verdict is Verdict.RIGHT),
    ),
    Measure("short_em", "answers", "the short answer is just that", _if_answerable(lambda o: o.short_exact)),
    Measure("short_f1", "answers", "its characters in common", _if_answerable(lambda o: o.short_f1)),
    Measure("answer_chars", "answers", "characters of an answer", _if_answerable(lambda o: len(o.answer))),
    Measure(
        "citation_supports",
        "citations",
        "the quotes of right documents hold it",
        _if_answerable(lambda o: o.supported),
    ),
    Measure("cited_right_doc", "citations", "cites right documents only", _if_documents(_cites_only_right)),
    Measure(
        "citation_exact",
        "citations",
        "quotes that stand in the stored text",
        lambda o: [float(c.exact) for c in o.citations],
    ),
    Measure(
        "citation_marked",
        "citations",
        "citations that have their marker",
        lambda o: [float(c.marked) for c in o.citations],
    ),
    Measure(
        "declined",
        "refusal",
        "declined, of what must be",
        lambda o: () if o.answerable else (float(not o.answered),),
    ),
    Measure("risk", "refusal", "wrong, of all that was answered", _wrong_if_answered),
    Measure("mean_risk", "refusal", "the same over all higher thresholds"),
    Measure("refusal_auc", "refusal", "answerable ones have more confidence"),
    Measure("seconds_p50", "time", "seconds to an answer, median"),
    Measure("seconds_p95", "time", "95th percentile"),
)
