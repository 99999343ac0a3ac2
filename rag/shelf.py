"""The list of speeches on the library page, as HTML, and what an upload came to.

Pure functions; knows neither the library nor Gradio.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import PurePath
from typing import Literal, get_args

from rag.corpus import DocumentEntry
from rag.ingestion import Progress, SourceReport
from rag.normal_form import normalise
from rag.permalink import page_path
from rag.words import Words

Column = Literal["title", "speaker", "date", "publisher"]

_MOST_CHOICES = 2000  # speeches in a menu, which the browser is sent as a whole
_MOST = 200  # lines of the list; who looks for one of more narrows the list down


@dataclass(frozen=True, slots=True)
class Order:
    """By which column the list stands, and whether from the end."""

    column: Column = "date"
    descending: bool = True

    def turned_to(self, column: Column) -> Order:
        """The order after a click on the head of a column: the same one turns round."""
        if column == self.column:
            return Order(column, not self.descending)
        return Order(column, column == "date")  # the newest first, names from the beginning


def matching(
    entries: Sequence[DocumentEntry],
    words: str = "",
    speaker: str | None = None,
    year: str | None = None,
    publisher: str | None = None,
    order: Order = Order(),
) -> list[DocumentEntry]:
    """The speeches with all the words in title, speaker, occasion or publisher.

    Those that say nothing in the column of the order come last, whichever way it goes.
    """
    wanted = [normalise(word) for word in words.split()]
    found = [
        entry
        for entry in entries
        if (not speaker or entry.metadata.speaker == speaker)
        and (not year or year_of(entry) == year)
        and (not publisher or entry.metadata.publisher == publisher)
        and all(word in _searched(entry) for word in wanted)
    ]
    told = [entry for entry in found if _in_column(entry, order.column)]
    untold = [entry for entry in found if not _in_column(entry, order.column)]
    told.sort(key=lambda e: alphabetical(_in_column(e, order.column)), reverse=order.descending)
    return told + untold


def _in_column(entry: DocumentEntry, column: Column) -> str:
    if column == "title":
        return entry.title
    return getattr(entry.metadata, column) or ""


def alphabetical(text: str) -> bytes:
    """A key that sorts Chinese by sound: the common characters of GB 18030 stand in pinyin order."""
    return text.encode("gb18030", "replace")


def _searched(entry: DocumentEntry) -> str:
    about = entry.metadata
    fields = (entry.title, about.speaker, about.venue, about.publisher, about.date)
    return normalise("\n".join(filter(None, fields)))


def year_of(entry: DocumentEntry) -> str | None:
    """The year of the speech, where its date is known."""
    return entry.metadata.date[:4] if entry.metadata.date else None


def speakers(entries: Sequence[DocumentEntry]) -> list[str]:
    """All speakers, sorted by sound."""
    return sorted({s.metadata.speaker for s in entries if s.metadata.speaker}, key=alphabetical)


def publishers(entries: Sequence[DocumentEntry]) -> list[str]:
    """All publishers, sorted by sound."""
    named = {s.metadata.publisher for s in entries if s.metadata.publisher}
    return sorted(named, key=alphabetical)


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


def shelf_html(
    found: Sequence[DocumentEntry],
    total: int,
    words: Words,
    order: Order = Order(),
) -> str:
    """The list as a table; each line opens the speech, or removes it after a second click."""
    if not found:
        said = words.nothing_found if total else words.library_empty_help
        return f'<p class="empty">{escape(said)}</p>'
    count = words.shown_of.format(total=total, shown=min(len(found), _MOST))
    head = "".join(_head(column, order, words) for column in get_args(Column))
    rows = "".join(_row(entry, words) for entry in found[:_MOST])
    return (
        f'<p class="count" role="status">{escape(count)}</p>'
        f'<table class="shelf"><thead><tr>{head}<td></td></tr></thead><tbody>{rows}</tbody></table>'
    )


def _head(column: Column, order: Order, words: Words) -> str:
    """The head of a column, which puts the list in its order."""
    name = {
        "title": words.title,
        "speaker": words.speaker,
        "date": words.date,
        "publisher": words.publisher,
    }[column]
    way = "descending" if order.descending else "ascending"
    sorted_by = f' aria-sort="{way}"' if column == order.column else ""
    return (
        f'<th scope="col"{sorted_by}><button type="button" data-sort="{column}">'
        f"{escape(name)}</button></th>"
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
    link, doc_id = escape(page_path(entry.doc_id)), escape(entry.doc_id)
    return (
        f'<tr><th scope="row"><a href="{link}" target="_blank" rel="noopener">'
        f'{escape(entry.title)}</a><details class="preview" data-outline="{doc_id}" '
        f'data-empty="{escape(words.no_outline)}"><summary>{escape(words.outline)}</summary>'
        f"</details></th>"
        f'{cells}<td class="removal"><button type="button" class="correct" '
        f'data-correct="{doc_id}">{escape(words.correct)}</button>'
        f"<details><summary>{escape(words.delete)}</summary>"
        f'<button type="button" data-remove="{doc_id}">'
        f"{escape(words.delete_sure)}</button></details></td></tr>"
    )


def correction_html(title: str, words: Words) -> str:
    """What stands above the fields of a speech that is to be mended."""
    return f"<h3>{escape(words.correct_title.format(title=title))}</h3>"


def upload_help_html(words: Words) -> str:
    """What stands below the field for files: what it takes, and the way to a whole folder."""
    return (
        f'<p class="upload-help">{escape(words.upload_help)} '
        f'<button type="button" data-folder>{escape(words.choose_folder)}</button></p>'
    )


def progress_html(now: Progress, words: Words) -> str:
    """How far an upload has come."""
    at = words.reading.format(name=file_name(now.path)) if now.path else ""
    done = words.progress.format(
        done=now.sources_done, total=now.sources, encoded=now.chunks_encoded
    )
    return (
        f'<div class="progress" role="status"><progress max="1" value="{now.share:.3f}" '
        f'aria-label="{escape(words.upload)}"></progress>'
        f"<p>{escape(' · '.join(filter(None, (done, at))))}</p></div>"
    )


def reports_html(reports: Sequence[SourceReport], words: Words) -> str:
    """What became of the files that were handed in, one entry a file."""
    if not reports:
        return ""
    counts = Counter[str](report.status for report in reports)
    said = words.listed.join(
        f"{words.statuses[status]} {counts[status]}" for status in words.statuses if counts[status]
    )
    failed_first = sorted(reports, key=lambda report: report.status != "failed")
    rows = "".join(_report_row(report, words) for report in failed_first)
    head = f'<p class="count" role="status">{escape(words.files.format(n=len(reports)))}{escape(said)}</p>'
    return f'{head}<ul class="reports">{rows}</ul>'


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
