"""The command ``eval``: its options, what it asks, where its results go."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import UsageError
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.evaluation.report import Report
    from rag.evaluation.runs import Run


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that no other command has."""
    parser.add_argument(
        "questions",
        nargs="+",
        type=Path,
        metavar="QUESTIONS.jsonl",
        help="labelled questions; or the --out folder of an earlier run, which then is not asked again",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="writes results.json and plots (PNG) there"
    )
    parser.add_argument(
        "--compare", type=Path, metavar="RUN", help="an earlier run: its folder, or its JSON"
    )
    parser.add_argument("--show", type=int, default=0, metavar="N", help="shows the N worst misses")


def evaluate(options: argparse.Namespace, settings: Settings) -> int:
    """Asks, or reads an earlier run; prints and writes what came of it."""
    from rag.evaluation import plots, ranking
    from rag.evaluation.report import report_json, report_text
    from rag.evaluation.runs import read_run

    ranking.require()
    if options.out:
        plots.require()
        _make(options.out)
    before = read_run(options.compare) if options.compare else None  # told at once if it is none
    report = _report(_run(options.questions, settings), before)
    if options.out:
        _write(report, options.out)
    if options.json:
        _print(json.dumps(report_json(report), ensure_ascii=False))
    else:
        _print(report_text(report, max(options.show, 0)).rstrip("\n"))
    return 0


def _run(paths: Sequence[Path], settings: Settings) -> Run:
    from rag.evaluation.runs import read_run

    if len(paths) == 1 and (paths[0].is_dir() or paths[0].suffix == ".json"):
        return read_run(paths[0])
    return _asked(paths, settings)


def _asked(paths: Sequence[Path], settings: Settings) -> Run:
    from rag.assembly import build_assistant, open_encoder, open_library
    from rag.evaluation.labels import labelled_in
    from rag.evaluation.report import progress
    from rag.evaluation.runs import Run, circumstances, missing_documents, outcomes_of

    questions = labelled_in(paths)
    open_library(settings, None).close()  # looked for before a model is loaded
    encoder = open_encoder(settings, _notice)
    library = open_library(settings, encoder)
    if missing := missing_documents(questions, library):
        _notice(
            f"{missing} of {len(questions)} questions name documents that are not in this library."
        )
    now = circumstances(library, encoder.fingerprint, settings)
    asked = outcomes_of(questions, build_assistant(library, encoder, settings, _notice), library)
    return Run(now, tuple(progress(asked, len(questions), sys.stderr)))


def _report(run: Run, before: Run | None) -> Report:
    from rag.evaluation.comparison import compare
    from rag.evaluation.curves import curves
    from rag.evaluation.figures import by_kind, figures
    from rag.evaluation.report import Report

    passages = run.circumstances.passages
    return Report(
        run=run,
        figures=figures(run.questions, passages),
        kinds=by_kind(run.questions, passages),
        curves=curves(run.questions, passages),
        comparison=compare(before, run) if before else None,
    )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"the folder {folder} cannot be made: {error.strerror}.") from None


def _write(report: Report, folder: Path) -> None:
    from rag.evaluation.plots import draw
    from rag.evaluation.report import report_json
    from rag.evaluation.runs import FILE

    text = json.dumps(report_json(report), ensure_ascii=False, indent=1)
    try:
        (folder / FILE).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder / FILE} cannot be written: {error.strerror}.") from None
    written = [folder / FILE, *draw(report.curves, folder)]
    _notice("wrote " + ", ".join(map(str, written)))


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")


def _notice(text: str) -> None:
    sys.stderr.write(text + "\n")
