"""What an evaluation tells a person and a program: tables, misses, one JSON document.

Titles, questions and answers are shown as they are, never read as mark-up of the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from typing import Any, TextIO, TypeVar

from rag.evaluation.catalogue import MEASURES
from rag.evaluation.comparison import SECONDS, Changed, Comparison, Difference
from rag.evaluation.curves import Curves
from rag.evaluation.figures import Figure
from rag.evaluation.outcomes import JudgedHit, Outcome, Verdict
from rag.evaluation.runs import Run, run_json

Item = TypeVar("Item")

_WIDTH = 120
_LONGEST = 300  # characters of an answer that is shown
_CHANGES_SHOWN = 10
_OF_KINDS = ("passage_hit@5", "answered", "answer_contains", "declined", "success")
_PLAIN = {"passage_chars", "answer_chars"}  # shown as numbers, the others as percentages
_UNLIKELY = 0.05  # from here on a p is starred
_SMALLEST = 0.001


@dataclass(frozen=True, slots=True)
class Report:
    """All that is told of a run."""

    run: Run
    figures: dict[str, Figure]
    kinds: dict[str, dict[str, Figure]]
    curves: Curves
    comparison: Comparison | None = None


def report_json(report: Report) -> dict[str, Any]:
    """The document of ``--json`` and ``results.json``; a later run can be compared with it."""
    run = run_json(report.run)
    questions = run.pop("questions")
    return {
        **run,
        "figures": _as_dicts(report.figures),
        "kinds": {kind: _as_dicts(figures) for kind, figures in report.kinds.items()},
        "curves": asdict(report.curves),
        "comparison": asdict(report.comparison) if report.comparison else None,
        "questions": questions,
    }


def _as_dicts(figures: dict[str, Figure]) -> dict[str, dict[str, Any]]:
    return {name: asdict(figure) for name, figure in figures.items()}


def report_text(report: Report, misses: int) -> str:
    """Tables for a person, then so many misses, the worst first."""
    parts = [_figures(report.figures, report.run)]
    if report.kinds:
        parts.append(_kinds(report.kinds))
    if report.comparison:
        parts.append(_comparison(report.comparison))
    parts += [_miss(outcome) for outcome in worst(report.run.questions)[:misses]]
    return "\n".join(parts)


def worst(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The questions that went wrong: surest wrong answers first, then refusals, the least sure first."""

    def rank(outcome: Outcome) -> tuple[bool, float]:
        confidence = outcome.confidence or 0.0
        return (True, confidence) if outcome.verdict is Verdict.REFUSED else (False, -confidence)

    return sorted((o for o in outcomes if not o.succeeded), key=rank)


def progress(items: Iterable[Item], total: int, stream: TextIO) -> Iterator[Item]:
    """The items, with a bar while they come; silent where the stream is no terminal."""
    from rich.console import Console
    from rich.progress import track

    yield from track(
        items,
        "asking",
        total=total,
        console=Console(file=stream),
        disable=not stream.isatty(),
        transient=True,
    )


# --- tables ----------------------------------------------------------------------------------


def _figures(figures: dict[str, Figure], run: Run) -> str:
    rows, part = [], ""
    for measure in MEASURES:
        if measure.name not in figures:
            continue
        if measure.part != part and part:
            rows.append([""] * 5)
        part = measure.part
        figure = figures[measure.name]
        interval = f"{_shown(measure.name, figure.low)} to {_shown(measure.name, figure.high)}"
        value = _shown(measure.name, figure.value)
        rows.append([measure.name, value, interval, str(figure.n), measure.meaning])
    now = run.circumstances
    head = (
        f"{len(run.questions)} questions · {now.documents} speeches · {now.generator} · "
        f"{now.passages} passages · encoder {now.encoder}\n\n"
    )
    return head + _table(["figure", "value", "95 % interval", "of", "meaning"], rows, "lrrrl")


def _kinds(kinds: dict[str, dict[str, Figure]]) -> str:
    rows = []
    for kind, figures in kinds.items():
        shares = [_shown(n, figures[n].value) if n in figures else "–" for n in _OF_KINDS]
        success = figures["success"]
        interval = f"{_shown('success', success.low)} to {_shown('success', success.high)}"
        rows.append([kind, str(success.n), *shares, interval])
    return _table(["kind", "of", *_OF_KINDS, "95 % interval of it"], rows, "lrrrrrrr")


def _comparison(comparison: Comparison) -> str:
    head = [f"compared over {comparison.questions} questions"]
    if comparison.left_out:
        head[0] += f", {comparison.left_out} left out: in one run only, or labelled otherwise"
    head += [f"  {name}: {a} → {b}" for name, (a, b) in comparison.circumstances.items()]
    rows = [_difference(name, figure) for name, figure in comparison.figures.items()]
    names = ["figure", "before", "after", "difference", "95 % interval", "p", "up", "down", "of"]
    changes = _changes("better", comparison.better) + _changes("worse", comparison.worse)
    return "\n".join([*head, "", _table(names, rows, "lrrrrrrrr"), *changes])


def _difference(name: str, it: Difference) -> list[str]:
    interval = f"{_shown(name, it.low, '+')} to {_shown(name, it.high, '+')}"
    return [
        name,
        _shown(name, it.before),
        _shown(name, it.after),
        _shown(name, it.difference, "+"),
        interval,
        ("<0.001" if it.p < _SMALLEST else f"{it.p:.3f}") + (" *" if it.p < _UNLIKELY else "  "),
        str(it.up),
        str(it.down),
        str(it.n),
    ]


def _changes(how: str, changes: Sequence[Changed]) -> list[str]:
    shown = [
        f"  {c.id}  {c.before} → {c.after}  {_line(c.question)}" for c in changes[:_CHANGES_SHOWN]
    ]
    more = len(changes) - len(shown)
    rest = [f"  … and {more} more, all in the JSON"] if more else []
    return [f"{len(changes)} {how}", *shown, *rest, ""]


def _shown(name: str, value: float, sign: str = "") -> str:
    if name.startswith(SECONDS):
        return f"{value * 1000:{sign}.1f} ms"
    if name in _PLAIN:
        return f"{value:{sign}.0f}"
    if name == "refusal_auc":
        return f"{value:{sign}.3f}"
    return f"{100 * value:{sign}.1f}"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]], sides: str) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading, side in zip(headings, sides, strict=True):
        table.add_column(heading, justify="left" if side == "l" else "right", no_wrap=side == "r")
    for row in rows:
        table.add_row(*map(Text, row))
    out = StringIO()
    Console(file=out, width=_WIDTH).print(table)
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


# --- misses ----------------------------------------------------------------------------------


def _miss(outcome: Outcome) -> str:
    confidence = "–" if outcome.confidence is None else f"{outcome.confidence:.2f}"
    kind = f" · {outcome.kind}" if outcome.kind else ""
    lines = [
        f"{outcome.verdict.upper()} {outcome.id}{kind} · confidence {confidence}",
        f"  asked     {_line(outcome.question)}",
        f"  expected  {_expected(outcome)}",
        f"  came      {_line(outcome.answer)}",
        *(f"  cited     [{c.marker}] {_line(c.title)}{_known(c.right)}" for c in outcome.citations),
    ]
    if outcome.answerable:
        lines.append(f"  found     {_where(outcome.hits)}")
    return "\n".join(lines) + "\n"


def _expected(outcome: Outcome) -> str:
    if not outcome.expected:
        return "to be declined"
    parts = [p if isinstance(p, str) else " / ".join(p) for p in outcome.expected]
    return _line((" and " if outcome.whole else " or ").join(parts))


def _known(right: bool | None) -> str:
    return "" if right is None else " (right document)" if right else " (another document)"


def _where(hits: Sequence[JudgedHit]) -> str:
    document = _rank(hits, lambda hit: hit.right is True)
    passage = _rank(hits, lambda hit: hit.holds and hit.right is not False)
    named = any(hit.right is not None for hit in hits)
    return f"passage with the answer: {passage}" + (
        f" · right document: {document}" if named else ""
    )


def _rank(hits: Sequence[JudgedHit], wanted: Callable[[JudgedHit], bool]) -> str:
    return next((f"no. {i}" for i, hit in enumerate(hits, 1) if wanted(hit)), "not found")


def _line(text: str) -> str:
    """The text in one line without control characters, cut where it is long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else line[:_LONGEST] + " …"
