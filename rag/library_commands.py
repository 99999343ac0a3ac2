"""The commands ``jianghua library …``: what is inside, what is wrong with it, what goes out."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from rag.console import DONE, SOME_FAILED, notice, print_json, print_line
from rag.settings import Settings

if TYPE_CHECKING:
    from embeddings.encoder import Encoder
    from rag.library import Library


def add_library_commands(commands: Any, common: argparse.ArgumentParser) -> None:  # noqa: ANN401
    """Add them to the parser's ``commands``; ``common`` has the options of all commands."""
    library = commands.add_parser(
        "library", help="what is inside: list, show, text, remove, refresh, verify"
    )
    parts = library.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, run, about in (
        ("list", _library_list, "all speeches"),
        ("show", _library_show, "one speech: metadata and outline"),
        ("text", _library_text, "the stored text exactly, nothing added"),
        ("remove", _library_remove, "takes speeches out of the library"),
        ("refresh", _library_refresh, "looks at all files again: changed ones, and those that"
         " an older version has read"),
        ("verify", _library_verify, "checks the library; --repair mends it"),
    ):  # fmt: skip
        added = parts.add_parser(name, help=about, description=about, parents=[common])
        added.set_defaults(command=run)
        if name in {"show", "text"}:
            added.add_argument("doc_id", metavar="ID")
        elif name == "remove":
            added.add_argument("doc_ids", nargs="+", metavar="ID")
        elif name in {"refresh", "verify"}:
            added.add_argument(
                "--encoder", metavar="NAME", help="a sentence-transformers name or folder"
            )
        if name == "verify":
            added.add_argument("--repair", action="store_true", help="mend what can be mended")


def _library_list(options: argparse.Namespace, settings: Settings) -> int:
    library = _light_library(settings)
    entries = library.documents()
    if options.json:
        from rag.wire import entry_json

        print_json({"documents": [entry_json(entry) for entry in entries]})
        return DONE
    for entry in entries:
        speaker, date = entry.metadata.speaker or "—", entry.metadata.date or "—"
        print_line(f"{entry.doc_id}\t{date}\t{speaker}\t{entry.title}")
    return DONE


def _library_show(options: argparse.Namespace, settings: Settings) -> int:
    from rag.wire import document_json

    shown = document_json(_light_library(settings).document(options.doc_id))
    if options.json:
        print_json(shown)
        return DONE
    for name, value in shown.items():
        if isinstance(value, str):
            print_line(f"{name}: {value}")
    for section in shown["sections"]:
        print_line(f"{'  ' * section['level']}{section['heading']}")
    return DONE


def _library_text(options: argparse.Namespace, settings: Settings) -> int:
    text = _light_library(settings).document(options.doc_id).text
    if options.json:
        print_json({"doc_id": options.doc_id, "text": text})
        return DONE
    sys.stdout.buffer.write(text.encode("utf-8"))
    return DONE


def _library_remove(options: argparse.Namespace, settings: Settings) -> int:
    _light_library(settings).remove(options.doc_ids)
    if options.json:
        print_json({"removed": options.doc_ids})
    else:
        print_line(f"Removed {len(options.doc_ids)}.")
    return DONE


def _library_refresh(options: argparse.Namespace, settings: Settings) -> int:
    from rag.assembly import open_library
    from rag.ingest_report import IngestDisplay, report_json, summary

    paths = _light_library(settings).source_paths()
    there = [path for path in paths if path.exists()]
    gone = [(path, "is gone; its speeches stay as they are") for path in paths if path not in there]
    library = open_library(settings, _encoder(settings) if there else None)
    with IngestDisplay(sys.stderr) as display:
        reports = list(library.ingest(there, display.on_progress)) if there else []
    if options.json:
        print_json(report_json(reports, display.seconds, gone))
    else:
        print_line(summary(reports, display.seconds, gone))
    return SOME_FAILED if any(report.status == "failed" for report in reports) else DONE


def _library_verify(options: argparse.Namespace, settings: Settings) -> int:
    library = _light_library(settings)
    report = library.repair(lambda: _encoder(settings)) if options.repair else library.verify()
    if options.json:
        found = {"ok": report.ok, "problems": list(report.problems)}
        done = {"mended": list(report.mended), "to_ingest": list(report.to_ingest)}
        print_json(found | (done if options.repair else {}))
        return DONE if report.ok else SOME_FAILED
    for problem in report.mended:
        print_line(f"mended: {problem}")
    for path in report.to_ingest:
        print_line(f"to be made whole, ingest again: {path}")
    print_line("\n".join(report.problems) if report.problems else "The library is whole.")
    return DONE if report.ok else SOME_FAILED


def _encoder(settings: Settings) -> Encoder:
    from rag.assembly import open_encoder

    return open_encoder(settings, notice)


def _light_library(settings: Settings) -> Library:
    """The library for what needs no encoder."""
    from rag.assembly import open_library

    return open_library(settings, None)
