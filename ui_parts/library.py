"""The library page in Gradio: the list of speeches, the way in and the way out.

Thin on purpose: the list comes from ``rag.shelf``, words from ``rag.words``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from rag import shelf
from rag.errors import JianghuaError
from rag.ingestion import Progress, SourceReport
from rag.services import Library
from rag.uploads import kept_uploads
from rag.words import Words
from ui_parts.common import LONG, QUIET, html

_REMOVE_ON_CLICK = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-remove]');
  if (button) trigger('remove', {doc_id: button.dataset.remove});
});
"""


class LibraryTab:
    """The list of speeches, the way in and the way out."""

    def __init__(self, library: Library, words: Words) -> None:
        self._library = library
        self._words = words
        self._upload = gr.File(
            label=words.upload, file_count="multiple", height=130, elem_id="upload"
        )
        self._news = html("news")
        with gr.Row(elem_id="filters"):
            search = gr.Textbox(
                placeholder=words.search_speeches, label=words.search_speeches, show_label=False,
                container=False, scale=3, elem_id="search",
            )  # fmt: skip
            self._speaker = self._choice(words.all_speakers, words.speaker)
            self._year = self._choice(words.all_years, words.date)
        self._table = html("shelf", js_on_load=_REMOVE_ON_CLICK)
        self.filters = [search, self._speaker, self._year]
        self.view = [self._table, self._speaker, self._year]
        gr.on(
            [search.change, self._speaker.change, self._year.change],
            self._listed, self.filters, self._table, trigger_mode="always_last", **QUIET,
        )  # fmt: skip
        self.changes = [
            self._upload.upload(self.take_in, self._upload, [self._news, self._upload], **LONG),
            self._table.remove(self.take_out, None, self._news, **QUIET),
        ]

    def _choice(self, everything: str, label: str) -> gr.Dropdown:
        return gr.Dropdown(
            [(everything, "")], value="", label=label, show_label=False, container=False,
            min_width=120, scale=1,
        )  # fmt: skip

    def shown(self, text: str, speaker: str, year: str) -> tuple[Any, ...]:
        """The list and the choices above it, from the library as it is now."""
        everything = self._library.documents()
        words = self._words
        return (
            self._listed(text, speaker, year),
            gr.update(choices=[(words.all_speakers, ""), *shelf.speakers(everything)]),
            gr.update(choices=[(words.all_years, ""), *shelf.years(everything)]),
        )

    def _listed(self, text: str, speaker: str, year: str) -> str:
        everything = self._library.documents()
        found = shelf.matching(everything, text or "", speaker or None, year or None)
        return shelf.shelf_html(found, len(everything), self._words)

    def take_in(
        self,
        files: list[str],
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - Gradio's way
    ) -> Iterator[tuple[str, Any]]:
        """Ingests files and reports on each as it is done."""

        def tell(now: Progress) -> None:
            name = shelf.file_name(now.path)
            progress((now.sources_done, now.sources), desc=self._words.reading.format(name=name))

        reports: list[SourceReport] = []
        try:
            paths = kept_uploads(map(Path, files), self._library.root)
            for report in self._library.ingest(paths, tell):
                reports.append(report)
                yield shelf.reports_html(reports, self._words), gr.skip()
        except JianghuaError as error:
            yield shelf.reports_html(reports, self._words) + shelf.said_html(str(error)), None
            return
        yield shelf.reports_html(reports, self._words), None

    def take_out(self, event: gr.EventData) -> str:
        """Removes the speech whose button was pressed."""
        try:
            title = self._library.document(event.doc_id).title
            self._library.remove([event.doc_id])
        except JianghuaError as error:
            return shelf.said_html(str(error))
        return shelf.said_html(self._words.deleted.format(title=title))
