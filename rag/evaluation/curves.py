"""What is drawn: figures over the number of results, over confidence, over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.evaluation.catalogue import passage_among
from rag.evaluation.figures import Figure, Series, pooled
from rag.evaluation.outcomes import Outcome
from rag.evaluation.ranking import ranking_measures
from rag.evaluation.refusal import (
    Confidences,
    RefusalPoint,
    RiskPoint,
    refusal_curve,
    refusal_now,
    risk_coverage,
)


@dataclass(frozen=True, slots=True)
class Curves:
    """All curves of a run; one is empty where the questions do not allow it."""

    doc_recall: tuple[Figure, ...]  # at 1, 2, 3 … documents
    passage_hit: tuple[Figure, ...]  # at 1, 2, 3 … passages
    risk_coverage: tuple[RiskPoint, ...]
    refusal: tuple[RefusalPoint, ...]
    refusal_now: RefusalPoint | None  # where the run stands on it
    seconds: tuple[float, ...]  # ascending


def curves(outcomes: Sequence[Outcome], passages: int) -> Curves:
    """The curves of a run that lists so many passages a question."""
    ks = range(1, passages + 1)
    ranked = ranking_measures(outcomes, ks)
    recalls = [
        Series.of([() if v is None else (v,) for v in ranked[f"doc_recall@{k}"]]) for k in ks
    ]
    hits = [Series.of([passage_among(k)(o) for o in outcomes]) for k in ks]
    confidences = Confidences.of(outcomes)
    return Curves(
        doc_recall=_figures(recalls),
        passage_hit=_figures(hits),
        risk_coverage=tuple(risk_coverage(confidences)),
        refusal=tuple(refusal_curve(confidences)),
        refusal_now=refusal_now(confidences),
        seconds=tuple(sorted(o.seconds for o in outcomes)),
    )


def _figures(series: Sequence[Series]) -> tuple[Figure, ...]:
    return tuple(pooled(one) for one in series if len(one.heard))
