"""The list of speeches on the library page, as HTML, and what an upload came to.

Pure functions; knows neither the library nor Gradio.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import PurePath

from rag.corpus import DocumentEntry
from rag.ingestion import SourceReport
from rag.normal_form import normalise
from rag.permalink import page_path
from rag.words import Words

_MOST_CHOICES = 2000  # speeches in a menu, which the browser is sent as a whole
_MOST = 200  # lines of the list; who looks for one of more narrows the list down


def matching(
    entries: Sequence[DocumentEntry],
    words: str = "",
    speaker: str | None = None,
    year: str | None = None,
) -> list[DocumentEntry]:
    """The speeches with all the words in title, speaker or occasion; newest first, undated last."""
    wanted = [normalise(word) for word in words.split()]
    found = [
        entry
        for entry in entries
        if (not speaker or entry.metadata.speaker == speaker)
        and (not year or year_of(entry) == year)
        and all(word in _searched(entry) for word in wanted)
    ]
    return sorted(found, key=lambda s: s.metadata.date or "", reverse=True)


def _searched(entry: DocumentEntry) -> str:
    about = entry.metadata
    fields = (entry.title, about.speaker, about.venue, about.publisher, about.date)
    return normalise("\n".join(filter(None, fields)))


def year_of(entry: DocumentEntry) -> str | None:
    """The year of the speech, where its date is known."""
    return entry.metadata.date[:4] if entry.metadata.date else None


def speakers(entries: Sequence[DocumentEntry]) -> list[str]:
    """All speakers, sorted."""
    return sorted({s.metadata.speaker for s in entries if s.metadata.speaker})


def years(entries: Sequence[DocumentEntry]) -> list[str]:
    """All years, newest first."""
    return sorted({year for year in map(year_of, entries) if year}, reverse=True)


def speech_choices(
    entries: Sequence[DocumentEntry], chosen: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """The newest speeches to choose from, as title and id, and those that are chosen already."""
    newest = matching(entries)
    offered = newest[:_MOST_CHOICES] + [e for e in newest[_MOST_CHOICES:] if e.doc_id in chosen]
    return [(" · ".join(filter(None, (e.title, e.metadata.date))), e.doc_id) for e in offered]


def shelf_html(found: Sequence[DocumentEntry], total: int, words: Words) -> str:
    """The list as a table; each line opens the speech, or removes it after a second click."""
    if not found:
        said = words.nothing_found if total else words.library_empty
        return f'<p class="empty">{escape(said)}</p>'
    count = words.shown_of.format(total=total, shown=min(len(found), _MOST))
    head = "".join(
        f'<th scope="col">{escape(name)}</th>'
        for name in (words.title, words.speaker, words.date, words.publisher)
    )
    rows = "".join(_row(entry, words) for entry in found[:_MOST])
    return (
        f'<p class="count">{escape(count)}</p>'
        f'<table class="shelf"><thead><tr>{head}<td></td></tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(entry: DocumentEntry, words: Words) -> str:
    about = entry.metadata
    cells = "".join(
        f'<td data-label="{escape(label)}">{escape(value or "")}</td>'
        for label, value in (
            (words.speaker, about.speaker),
            (words.date, about.date),
            (words.publisher, about.publisher),
        )
    )
    link = escape(page_path(entry.doc_id))
    return (
        f'<tr><th scope="row"><a href="{link}" target="_blank" rel="noopener">'
        f"{escape(entry.title)}</a></th>"
        f'{cells}<td class="removal"><button type="button" class="correct" '
        f'data-correct="{escape(entry.doc_id)}">{escape(words.correct)}</button><details><summary>{escape(words.delete)}</summary>'
        f'<button type="button" data-remove="{escape(entry.doc_id)}">'
        f"{escape(words.delete_sure)}</button></details></td></tr>"
    )


def correction_html(title: str, words: Words) -> str:
    """What stands above the fields of a speech that is to be mended."""
    return f"<h3>{escape(words.correct_title.format(title=title))}</h3>"


def reports_html(reports: Sequence[SourceReport], words: Words) -> str:
    """What became of the files that were handed in, one entry a file."""
    rows = "".join(_report_row(report, words) for report in reports)
    return f'<ul class="reports">{rows}</ul>' if rows else ""


def _report_row(report: SourceReport, words: Words) -> str:
    name = file_name(report.path)
    counts = words.counts.format(documents=len(report.documents), chunks=report.chunks)
    details = [report.error] if report.error else [counts, report.encoding, *report.notes]
    said = " · ".join(detail.replace(report.path, name) for detail in details if detail)
    titles = "".join(f"<li>{escape(document.title)}</li>" for document in report.documents)
    return (
        f'<li class="{escape(report.status)}"><b>{escape(name)}</b> '
        f'<span class="status">{escape(words.statuses[report.status])}</span><p>{escape(said)}</p>'
        + (f"<ul>{titles}</ul>" if titles else "")
        + "</li>"
    )


def file_name(path: str) -> str:
    """The name alone; where the server keeps the file is nobody's business."""
    return PurePath(path).name


def said_html(text: str) -> str:
    """One line of news."""
    return f'<p class="news">{escape(text)}</p>'
