"""Curves as PNG files, by matplotlib without a screen. Labels are in English: not every machine has a Chinese font."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import OptionalDependencyError, UsageError
from rag.evaluation.curves import Curves
from rag.evaluation.figures import Figure
from rag.evaluation.statistics import Values, quantile

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Page

_BLUE, _RED, _GREEN, _GREY = "#1f5fa8", "#b3362b", "#2e7d4f", "#666666"
_DPI = 150
_WIDE, _HIGH = 5.6, 3.8  # inches of one panel


def require() -> None:
    """Matplotlib is there.

    Raises:
        OptionalDependencyError: it is not installed.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise OptionalDependencyError(
            'eval --out draws with matplotlib; install it with: pip install "jianghua[evaluation]"'
        ) from error


def draw(curves: Curves, folder: Path) -> list[Path]:
    """Writes ``recall.png``, ``risk_coverage.png`` and ``latency.png`` into a folder that exists.

    Raises:
        UsageError: a file cannot be written.
    """
    drawn: dict[str, list[Callable[[Axes], None]]] = {
        "recall.png": [lambda axes: _recall(axes, curves)],
        "risk_coverage.png": [
            lambda axes: _risk(axes, curves),
            lambda axes: _refusal(axes, curves),
        ],
        "latency.png": [lambda axes: _latency(axes, curves.seconds)],
    }
    for name, panels in drawn.items():
        _write(_page(panels), folder / name)
    return [folder / name for name in drawn]


def _page(panels: Sequence[Callable[[Axes], None]]) -> Page:
    from matplotlib.figure import Figure as Page  # without pyplot: no window, nothing global

    page = Page(figsize=(_WIDE * len(panels), _HIGH), dpi=_DPI, layout="constrained")
    for axes, panel in zip(page.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
        panel(axes)
        axes.grid(color="#e4e4e4", linewidth=0.7)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
    return page


def _write(page: Page, path: Path) -> None:
    try:
        page.savefig(path, metadata={"Software": None})
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from None


def _recall(axes: Axes, curves: Curves) -> None:
    axes.set_title("What is found among the first k (bands: 95 %)")
    axes.set_xlabel("k")
    axes.set_ylabel("share of questions")
    _banded(axes, curves.doc_recall, "right documents (recall of k documents)", _GREEN)
    _banded(axes, curves.passage_hit, "passage with the answer (of k passages)", _BLUE)
    if not (curves.doc_recall or curves.passage_hit):
        _nothing(axes, "no answerable questions")
        return
    longest = max(len(curves.doc_recall), len(curves.passage_hit))
    axes.set_xticks(range(1, longest + 1, max(1, longest // 10)))
    axes.set_ylim(top=1.005)
    axes.legend(loc="lower right", frameon=False)


def _banded(axes: Axes, figures: Sequence[Figure], label: str, colour: str) -> None:
    if not figures:
        return
    ks = range(1, len(figures) + 1)
    axes.plot(ks, [f.value for f in figures], "o-", ms=4, color=colour, label=label)
    lows, highs = [f.low for f in figures], [f.high for f in figures]
    axes.fill_between(ks, lows, highs, color=colour, alpha=0.15, linewidth=0)


def _risk(axes: Axes, curves: Curves) -> None:
    axes.set_title("Risk over coverage")
    axes.set_xlabel("share of all questions answered, the surest first")
    axes.set_ylabel("share of these answers that are wrong")
    if not (points := curves.risk_coverage):
        _nothing(axes, "nothing was answered")
        return
    coverage, risk = [p.coverage for p in points], [p.risk for p in points]
    axes.plot(coverage, risk, color=_RED, marker="o" if len(points) < 30 else None, ms=3)
    label = f"as it is: {coverage[-1]:.0%} answered, {risk[-1]:.0%} of it wrong"
    axes.plot([coverage[-1]], [risk[-1]], "o", ms=7, color="black", label=label)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, max(0.1, *risk) * 1.1)
    axes.legend(loc="best", frameon=False)


def _refusal(axes: Axes, curves: Curves) -> None:
    axes.set_title("Refusal at every threshold")
    axes.set_xlabel("share of unanswerable questions declined")
    axes.set_ylabel("share of answerable questions answered")
    if not (points := curves.refusal):
        _nothing(axes, "needs answerable and unanswerable questions")
        return
    declined = [1.0, *(p.declined for p in points)]  # above every confidence all is declined
    answered = [0.0, *(p.answered for p in points)]
    axes.plot(declined, answered, color=_BLUE)
    if now := curves.refusal_now:
        label = f"as it is: {now.declined:.0%} declined, {now.answered:.0%} answered"
        axes.plot([now.declined], [now.answered], "o", ms=7, color="black", label=label)
    axes.plot([0, 1], [1, 0], color=_GREY, linewidth=0.8, linestyle=":", label="by chance")
    axes.set_xlim(0, 1.005)
    axes.set_ylim(0, 1.005)
    axes.legend(loc="lower left", frameon=False)


def _latency(axes: Axes, seconds: Sequence[float]) -> None:
    import numpy as np

    axes.set_title("Time to an answer")
    axes.set_xlabel("milliseconds")
    axes.set_ylabel("share of questions answered by then")
    values: Values = np.array(seconds) * 1000
    axes.step(
        [0, *values], [0, *(np.arange(1, len(values) + 1) / len(values))], where="post", color=_BLUE
    )
    for share, colour in ((0.5, _GREEN), (0.95, _RED)):
        at = quantile(values, share)
        axes.axvline(
            at, color=colour, linestyle="--", linewidth=1, label=f"{share:.0%}: {at:.0f} ms"
        )
    axes.set_xlim(
        0, max(quantile(values, 0.99) * 1.3, 1e-3)
    )  # a slow first question hides no other
    axes.set_ylim(0, 1.005)
    axes.legend(loc="lower right", frameon=False)


def _nothing(axes: Axes, why: str) -> None:
    axes.text(0.5, 0.5, why, ha="center", va="center", color=_GREY, transform=axes.transAxes)
    axes.set_xticks([])
    axes.set_yticks([])
