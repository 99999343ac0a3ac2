"""Two runs of the same questions, held against each other question by question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from rag.errors import UsageError
from rag.evaluation.figures import table
from rag.evaluation.outcomes import Outcome
from rag.evaluation.runs import Run
from rag.evaluation.statistics import Values, bootstrap, p_of_difference

SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Difference:
    """How a figure differs over the ``n`` questions to which both runs give a value."""

    before: float
    after: float
    difference: float
    low: float  # 95 % interval of the difference
    high: float
    p: float  # two-sided, of no difference; not corrected for how many figures there are
    up: int  # questions whose value rose
    down: int
    n: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A question that one run got right and the other did not."""

    id: str
    question: str
    before: str  # the verdicts
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run against an earlier one."""

    circumstances: dict[str, tuple[str, str]]  # those that differ
    figures: dict[str, Difference]
    better: tuple[Changed, ...]
    worse: tuple[Changed, ...]
    questions: int  # in both runs, with the same labels
    left_out: int  # in one run only, or labelled otherwise


def compare(before: Run, after: Run) -> Comparison:
    """Holds ``after`` against ``before``.

    Raises:
        UsageError: they have no question in common.
    """
    pairs = _pairs(before, after)
    if not pairs:
        raise UsageError("the two runs have no question in common; compare runs of one file.")
    firsts, seconds = zip(*pairs, strict=True)
    everything = len({o.id for o in (*before.questions, *after.questions)})
    changed = [(_changed(a, b), b.succeeded) for a, b in pairs if a.succeeded != b.succeeded]
    return Comparison(
        circumstances=_differing(before, after),
        figures=_differences(firsts, seconds, _passages(before, after)),
        better=tuple(change for change, better in changed if better),
        worse=tuple(change for change, better in changed if not better),
        questions=len(pairs),
        left_out=everything - len(pairs),
    )


def _pairs(before: Run, after: Run) -> list[tuple[Outcome, Outcome]]:
    earlier = {o.id: o for o in before.questions}
    both = [(earlier[o.id], o) for o in after.questions if o.id in earlier]
    return [(one, other) for one, other in both if _asked(one) == _asked(other)]


def _asked(outcome: Outcome) -> tuple[object, ...]:
    return outcome.question, outcome.expected, outcome.whole


def _changed(before: Outcome, after: Outcome) -> Changed:
    return Changed(after.id, after.question, before.verdict.value, after.verdict.value)


def _passages(before: Run, after: Run) -> int:
    return min(before.circumstances.passages, after.circumstances.passages)


def _differing(before: Run, after: Run) -> dict[str, tuple[str, str]]:
    one, other = asdict(before.circumstances), asdict(after.circumstances)
    return {name: (str(one[name]), str(other[name])) for name in one if one[name] != other[name]}


def _differences(
    before: Sequence[Outcome], after: Sequence[Outcome], passages: int
) -> dict[str, Difference]:
    one, other = table(before, passages), table(after, passages)
    found = {
        name: difference
        for name in one
        if name in other and (difference := _difference(one[name].means, other[name].means))
    }
    took = [np.array([o.seconds for o in run], np.float64) for run in (before, after)]
    seconds = _difference(*took)
    return found | ({SECONDS: seconds} if seconds else {})


def _difference(before: Values, after: Values) -> Difference | None:
    """Over the questions with a value in both; ``None`` where there is none."""
    both = ~np.isnan(before) & ~np.isnan(after)
    one, other = before[both], after[both]
    if not len(one):
        return None
    change = other - one
    low, high = bootstrap(len(change), lambda draw: float(change[draw].mean()))
    return Difference(
        before=float(one.mean()),
        after=float(other.mean()),
        difference=float(change.mean()),
        low=low,
        high=high,
        p=p_of_difference(change),
        up=int((change > 0).sum()),
        down=int((change < 0).sum()),
        n=len(change),
    )
