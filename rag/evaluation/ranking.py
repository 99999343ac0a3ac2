"""Standard measures of ranked documents, by ir-measures; the documents of the labels count alike."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from rag.errors import OptionalDependencyError
from rag.evaluation.outcomes import Outcome

Measured = dict[str, list[float | None]]
"""For each measure a value a question; ``None`` where the labels name no document."""


def require() -> ModuleType:
    """ir-measures.

    Raises:
        OptionalDependencyError: it is not installed.
    """
    try:
        import ir_measures
    except ImportError as error:
        raise OptionalDependencyError(
            'eval needs ir-measures; install it with: pip install "jianghua[evaluation]"'
        ) from error
    return ir_measures


def ranking_measures(outcomes: Sequence[Outcome], cutoffs: Sequence[int]) -> Measured:
    """Recall at the cutoffs, reciprocal rank and nDCG at 10, of documents in the order of their first passages."""
    ir = require()
    measures = {f"doc_recall@{k}": ir.Recall @ k for k in cutoffs}
    measures |= {"doc_mrr@10": ir.RR @ 10, "doc_ndcg@10": ir.nDCG @ 10}
    judged = {str(i): o for i, o in enumerate(outcomes) if o.answerable and o.documents is not None}
    labels = {i: dict.fromkeys(o.documents or (), 1) for i, o in judged.items()}
    ranks = {i: {d: -float(r) for r, d in enumerate(o.ranked)} for i, o in judged.items()}
    found = {name: dict.fromkeys(judged, 0.0) for name in measures}  # nothing found counts 0
    names = {measure: name for name, measure in measures.items()}
    for metric in ir.iter_calc(list(measures.values()), labels, ranks) if judged else ():
        found[names[metric.measure]][metric.query_id] = float(metric.value)
    return {
        name: [values.get(str(i)) for i in range(len(outcomes))] for name, values in found.items()
    }
