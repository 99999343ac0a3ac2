"""The command line: parses arguments, calls one function a command, prints results, sets exit codes.

stdout carries results only; everything else goes to stderr. Heavy modules are imported by the command that
needs them, so that ``--help`` and the light commands start at once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rag import __version__, eval_command, train_command
from rag.console import DONE, SOME_FAILED, WRONG_USAGE
from rag.console import notice as _notice
from rag.console import print_json as _print_json
from rag.console import print_line as _print
from rag.errors import JianghuaError, UsageError
from rag.library_commands import add_library_commands
from rag.settings import GENERATORS, NO_READER, ROLES, Settings, variable_of
from rag.user_commands import add_user_commands

if TYPE_CHECKING:
    from rag.access import Access
    from rag.console import Command
    from rag.ingest_report import PassedOver
    from rag.schema import Answer, Question

_SMALL = 4096  # bytes of a file that may be nothing but blanks


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(options, _settings(options))
    except JianghuaError as error:
        sys.stderr.write(f"jianghua: {error}\n")
        return WRONG_USAGE
    except KeyboardInterrupt:
        sys.stderr.write("jianghua: interrupted; what was acknowledged is in the library.\n")
        return 130
    except BrokenPipeError:  # the reader of our output, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


_OPTIONS = {
    "library": "--library",
    "generator": "--generator",
    "reranker": "--reranker",
    "host": "--host",
    "port": "--port",
    "anonymous": "--anonymous",
    "encoder": "--encoder",
    "passages": "--k",
    "model": "--model",
    "base_url": "--base-url",
}


def _settings(options: argparse.Namespace) -> Settings:
    settings = Settings.from_environment(os.environ)
    given = {name: getattr(options, name) for name in _OPTIONS if _is_given(options, name)}
    return replace(settings, **given)


def _is_given(options: argparse.Namespace, name: str) -> bool:
    return getattr(options, name, None) is not None


def _fixed(options: argparse.Namespace) -> dict[str, str]:
    """The settings that were given at the start, each with the variable or the option that gave it."""
    variables = {field.name: variable_of(field.name) for field in fields(Settings)}
    in_environment = {name: v for name, v in variables.items() if os.environ.get(v)}
    return in_environment | {n: o for n, o in _OPTIONS.items() if _is_given(options, n)}


# --- arguments -------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jianghua",
        description="Questions and answers over Chinese policy speeches, each claim with its source.",
    )
    parser.add_argument("--version", action="version", version=f"jianghua {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--library",
        type=Path,
        metavar="DIR",
        help="the library folder (default: $JIANGHUA_LIBRARY, else the user data folder)",
    )
    common.add_argument("--json", action="store_true", help="print one JSON document")
    asking = argparse.ArgumentParser(add_help=False)
    asking.add_argument("--generator", choices=GENERATORS, help="who puts the answer into words")
    asking.add_argument("--model", metavar="NAME", help="the language model: a name or folder")
    asking.add_argument("--base-url", metavar="URL", help="an OpenAI-compatible endpoint")
    asking.add_argument("--encoder", metavar="NAME", help="a sentence-transformers name or folder")
    asking.add_argument(
        "--reranker",
        metavar="NAME",
        help="reads the first passages again: packaged (the default), a trained reader's folder, "
        "a cross-encoder, or none",
    )
    asking.add_argument(
        "--no-reader",
        dest="reranker",
        action="store_const",
        const=NO_READER,
        help="the same as --reranker none: sooner, and less often right",
    )
    asking.add_argument(
        "--k",
        dest="passages",
        type=_positive,
        metavar="N",
        help="passages a question (default: $JIANGHUA_PASSAGES, else 10)",
    )

    def command(
        name: str, run: Command, about: str, *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about, description=about, parents=[common, *parents])
        added.set_defaults(command=run)
        return added

    ingest = command("ingest", _ingest, "files, folders or JSONL of documents into the library")
    ingest.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    ingest.add_argument("--encoder", metavar="NAME", help="a sentence-transformers name or folder")
    search = command("search", _search, "ranked passages, no answer", asking)
    ask = command("ask", _ask, "one cited answer", asking)
    for added in (search, ask):
        added.add_argument("question", metavar="QUESTION")
    batch = command("batch", _batch, "many questions with the models loaded once", asking)
    batch.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    batch.add_argument("--out", type=Path, required=True, metavar="ANSWERS.jsonl")
    check = command("check", _check, "each sentence of a draft, held against the library")
    check.add_argument("draft", metavar="DRAFT.txt", help="a text file; - reads stdin")
    evaluation = command(
        "eval", eval_command.evaluate, "figures of quality on your own questions", asking
    )
    eval_command.add_options(evaluation)
    training = command(
        "train-reader", train_command.train, "a reader of your own, out of labelled questions"
    )
    train_command.add_options(training)
    serve = command("serve", _serve, "the web page and the HTTP API", asking)
    serve.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="ingested first")
    serve.add_argument("--host", help="the address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", type=_positive, help="the port to listen on (default 7860)")
    serve.add_argument(
        "--anonymous",
        choices=ROLES,
        help="what those may who have not signed in (default: nothing where there are users)",
    )
    add_library_commands(commands, common)
    add_user_commands(commands, common)
    return parser


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1, got {text!r}")
    return int(text)


# --- commands --------------------------------------------------------------------------------


def _ingest(options: argparse.Namespace, settings: Settings) -> int:
    from rag.assembly import open_encoder, open_or_create_library
    from rag.ingest_report import IngestDisplay, report_json, summary

    passed_over = _check_sources(options.paths)
    library = open_or_create_library(settings, open_encoder(settings, _notice))
    with IngestDisplay(sys.stderr) as display:
        reports = list(library.ingest(options.paths, display.on_progress))
    failed = [report for report in reports if report.status == "failed"]
    if len(failed) == len(reports) and len(options.paths) == 1 and options.paths[0].is_dir():
        raise UsageError(
            f"{options.paths[0]} holds no speech that can be read; "
            f"{failed[0].path}: {failed[0].error}"
        )
    if options.json:
        _print_json(report_json(reports, display.seconds, passed_over))
    else:
        _print(summary(reports, display.seconds, passed_over))
    return SOME_FAILED if failed else DONE


def _check_sources(paths: Sequence[Path]) -> PassedOver:
    """Whether there is anything to read, asked before a model is loaded; what is passed over."""
    from rag.readers import discover

    found = discover(paths)
    if not found.files:
        reasons = "".join(f"; {path.name} {reason}" for path, reason in found.skipped[:1])
        raise UsageError(f"{' '.join(map(str, paths))} holds no speech that can be read{reasons}.")
    if len(paths) == 1 and _is_blank(paths[0]):
        raise UsageError(f"{paths[0]} is empty; expected a file with a speech.")
    return found.skipped


def _is_blank(path: Path) -> bool:
    """Whether a small file has nothing but blanks and a byte order mark."""
    try:
        small = path.is_file() and path.stat().st_size < _SMALL
        return small and not path.read_bytes().strip(b"\xef\xbb\xbf \t\r\n")
    except OSError:  # the ingest will say what is wrong with it
        return False


def _search(options: argparse.Namespace, settings: Settings) -> int:
    from rag.assembly import open_search
    from rag.wire import hit_json

    hits = open_search(settings, _notice).search(_question(options), settings.passages)
    if options.json:
        _print_json({"question": options.question, "hits": [hit_json(hit) for hit in hits]})
        return DONE
    for rank, hit in enumerate(hits, 1):
        _print(f"{rank:2}. {_origin(hit.document)}  ({hit.score:.2f}, {hit.document.doc_id})")
        _print(f"    {' '.join(hit.text.split())}\n")
    return DONE


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    from rag.assembly import open_assistant
    from rag.wire import answer_json

    question = _question(options)
    answer = open_assistant(settings, _notice).ask(question)
    if options.json:
        _print_json(answer_json(answer))
    else:
        _print_answer(answer)
    if answer.notice:
        _notice(answer.notice)
    return DONE


def _question(options: argparse.Namespace) -> Question:
    from rag.schema import Question

    if not options.question.strip():
        raise UsageError("the question is blank; expected some words.")
    return Question(options.question)


def _print_answer(answer: Answer) -> None:
    from rag.words import ZH

    _print(answer.text)
    if answer.citations and not answer.answered:
        _print(f"\n{ZH.nearest}：")
    for citation in answer.citations:
        _print(f"\n[{citation.marker}] {_origin(citation.document)}")
        for heading in citation.section:
            _print(f"    {heading}")
        _print(f"    “{''.join(citation.quote.splitlines())}”")
        for other in citation.also_in:
            _print(f"    {ZH.also_printed}{other.title} ({other.doc_id})")


def _batch(options: argparse.Namespace, settings: Settings) -> int:
    from rag.assembly import open_assistant
    from rag.question_file import questions_in
    from rag.wire import answer_json

    rows = questions_in(options.questions)
    assistant = open_assistant(settings, _notice)
    try:
        with options.out.open("w", encoding="utf-8") as out:
            for question_id, question in rows:
                row = answer_json(assistant.ask(question), question_id)
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
    except OSError as error:
        raise UsageError(f"{options.out} cannot be written: {error.strerror}.") from None
    if options.json:
        _print_json({"questions": len(rows), "out": str(options.out)})
    return DONE


def _check(options: argparse.Namespace, settings: Settings) -> int:
    from rag.assembly import open_checker
    from rag.wire import check_json

    draft = _draft(options.draft, sys.stdin)
    report = open_checker(settings, _notice)(draft)
    if options.json:
        _print_json(check_json(report))
        return DONE
    signs = {"supported": "✓", "contradicted": "✗", "unsupported": "?"}
    for sentence in report.sentences:
        reason = f"  [{sentence.reason}]" if sentence.reason else ""
        _print(f"{signs[sentence.verdict]} {sentence.text}{reason}")
        for citation in sentence.citations:
            _print(f"    {_origin(citation.document)}: “{''.join(citation.quote.splitlines())}”")
    _print(f"\n{report.coverage:.0%} of the sentences are supported.")
    return DONE


def _draft(name: str, stdin: TextIO) -> str:
    from rag.question_file import lines_of_file

    draft = stdin.read() if name == "-" else "".join(lines_of_file(Path(name)))
    if not draft.strip():
        raise UsageError(f"{name} holds no text; expected a draft to check.")
    return draft


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    from rag.access import is_loopback

    access = _access(settings)  # before anything slow is imported
    import ui
    from rag.adjustable import AdjustableAssistant
    from rag.assembly import open_encoder, open_or_create_library
    from rag.ingest_report import IngestDisplay, summary

    passed_over = _check_sources(options.paths) if options.paths else ()
    with ui.listening(settings.host, settings.port) as listener:
        encoder = open_encoder(settings, _notice)
        library = open_or_create_library(settings, encoder)
        if options.paths:
            with IngestDisplay(sys.stderr) as display:
                reports = list(library.ingest(options.paths, display.on_progress))
            _notice(summary(reports, display.seconds, passed_over))
        assistant = AdjustableAssistant.open(library, encoder, settings, _fixed(options), _notice)
        if not is_loopback(settings.host):
            _notice(
                "Passwords and answers cross the network as they are, unless a proxy with TLS stands "
                "in front; the README says how."
            )
        ui.serve(assistant, library, listener, access, _say_ready, assistant)
    return DONE


def _access(settings: Settings) -> Access:
    from rag.access import Limits, access_of
    from rag.users import Role

    anonymous = Role(settings.anonymous) if settings.anonymous else None
    limits = Limits(settings.per_minute)
    return access_of(settings.library, settings.host, anonymous, limits)


def _say_ready(address: str) -> None:
    _notice(f"讲话已就绪：{address} （按 Ctrl+C 停止）")


def _origin(document: Any) -> str:  # noqa: ANN401
    metadata = document.metadata
    return " · ".join(part for part in (document.title, metadata.speaker, metadata.date) if part)
