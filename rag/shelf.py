"""The list of speeches on the library page, as HTML, and what an upload came to.

Pure functions; knows neither the library nor Gradio.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import PurePath

from rag.normal_form import normalise
from rag.permalink import page_path
from rag.services import SourceReport, Summary
from rag.words import Words

_MOST = 200  # lines of the list; who looks for one of more narrows the list down


def matching(
    summaries: Sequence[Summary],
    words: str = "",
    speaker: str | None = None,
    year: str | None = None,
) -> list[Summary]:
    """The speeches with all the words in title, speaker or occasion; newest first, undated last."""
    wanted = [normalise(word) for word in words.split()]
    found = [
        summary
        for summary in summaries
        if (not speaker or summary.metadata.speaker == speaker)
        and (not year or year_of(summary) == year)
        and all(word in _searched(summary) for word in wanted)
    ]
    return sorted(found, key=lambda s: s.metadata.date or "", reverse=True)


def _searched(summary: Summary) -> str:
    about = summary.metadata
    fields = (summary.title, about.speaker, about.venue, about.publisher, about.date)
    return normalise("\n".join(filter(None, fields)))


def year_of(summary: Summary) -> str | None:
    """The year of the speech, where its date is known."""
    return summary.metadata.date[:4] if summary.metadata.date else None


def speakers(summaries: Sequence[Summary]) -> list[str]:
    """All speakers, sorted."""
    return sorted({s.metadata.speaker for s in summaries if s.metadata.speaker})


def years(summaries: Sequence[Summary]) -> list[str]:
    """All years, newest first."""
    return sorted({year for year in map(year_of, summaries) if year}, reverse=True)


def shelf_html(found: Sequence[Summary], total: int, words: Words) -> str:
    """The list as a table; each line opens the speech, or removes it after a second click."""
    if not found:
        said = words.nothing_found if total else words.library_empty
        return f'<p class="empty">{escape(said)}</p>'
    count = words.shown_of.format(total=total, shown=min(len(found), _MOST))
    head = "".join(
        f'<th scope="col">{escape(name)}</th>'
        for name in (words.title, words.speaker, words.date, words.publisher)
    )
    rows = "".join(_row(summary, words) for summary in found[:_MOST])
    return (
        f'<p class="count">{escape(count)}</p>'
        f'<table class="shelf"><thead><tr>{head}<td></td></tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(summary: Summary, words: Words) -> str:
    about = summary.metadata
    cells = "".join(
        f'<td data-label="{escape(label)}">{escape(value or "")}</td>'
        for label, value in (
            (words.speaker, about.speaker),
            (words.date, about.date),
            (words.publisher, about.publisher),
        )
    )
    link = escape(page_path(summary.doc_id))
    return (
        f'<tr><th scope="row"><a href="{link}" target="_blank" rel="noopener">'
        f"{escape(summary.title)}</a></th>"
        f'{cells}<td class="removal"><details><summary>{escape(words.delete)}</summary>'
        f'<button type="button" data-remove="{escape(summary.doc_id)}">'
        f"{escape(words.delete_sure)}</button></details></td></tr>"
    )


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
