"""The library page in Gradio: the list of speeches, the way in and the way out.

Thin on purpose: the list comes from ``rag.shelf``, words from ``rag.words``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from rag import shelf
from rag.corrections import FIELDS, DateNotUnderstoodError, changes
from rag.errors import JianghuaError
from rag.followed_ingest import followed
from rag.ingestion import Progress, SourceReport
from rag.metrics import Metrics
from rag.services import Library, said_of
from rag.uploads import kept_uploads
from rag.words import Words
from ui_parts.common import LONG, QUIET, html

_MAX_FIELD = 200  # characters
_TO_FIELDS = f"() => {{ jianghua.turnTo('#mend-{FIELDS[0]} textarea, #mend-{FIELDS[0]} input') }}"
_ON_CLICK = """
element.addEventListener('click', (event) => {
  const {remove, correct, sort} = event.target.closest('button')?.dataset ?? {};
  if (sort) trigger('sort', {column: sort});
  if (remove) trigger('remove', {doc_id: remove});
  if (correct) trigger('correct', {doc_id: correct});
});
"""


class LibraryTab:
    """The list of speeches, the way in and the way out."""

    def __init__(self, library: Library, words: Words, metrics: Metrics) -> None:
        self._library = library
        self._words = words
        self._metrics = metrics
        self._upload = gr.File(
            label=words.upload, file_count="multiple", height=130, elem_id="upload"
        )
        html("upload-more", shelf.upload_help_html(words))
        self._news = html("news")
        with gr.Row(elem_id="filters"):
            search = gr.Textbox(
                placeholder=words.search_speeches, label=words.search_speeches, show_label=False,
                container=False, scale=3, elem_id="search",
            )  # fmt: skip
            self._speaker = self._choice(words.all_speakers, words.speaker)
            self._year = self._choice(words.all_years, words.date)
            self._publisher = self._choice(words.all_publishers, words.publisher)
        self._order = gr.State(shelf.Order())
        correction = self._lay_out_correction()
        self._table = html("shelf", js_on_load=_ON_CLICK)
        choices = [self._speaker, self._year, self._publisher]
        self.filters = [self._order, search, *choices]
        self.view = [self._table, *choices]
        gr.on(
            [search.change, *(choice.change for choice in choices)],
            self._listed, self.filters, self._table, trigger_mode="always_last", **QUIET,
        )  # fmt: skip
        self._table.sort(self.turn, self.filters, [self._order, self._table], **QUIET)
        self.changes = [
            self._upload.upload(self.take_in, self._upload, [self._news, self._upload], **LONG),
            self._table.remove(self.take_out, None, self._news, **QUIET),
            self._save.click(
                self.mend, [self._corrected, *self._fields], [self._news, self._panel], **LONG
            ),
        ]
        self._table.correct(self.show_correction, None, correction, **QUIET).then(
            None, None, None, js=_TO_FIELDS
        )
        self._cancel.click(lambda: gr.update(visible=False), None, self._panel, **QUIET)

    def _lay_out_correction(self) -> list[Any]:
        """The fields of a speech to be mended; returns what opening them changes."""
        words = self._words
        with gr.Column(visible=False, elem_id="correction") as self._panel:
            head = html("correction-head")
            self._fields = [
                gr.Textbox(label=label, max_lines=1, max_length=_MAX_FIELD, elem_id=f"mend-{name}")
                for name, label in zip(FIELDS, words.field_names, strict=True)
            ]
            with gr.Row():
                self._save = gr.Button(words.save, variant="primary", elem_id="save")
                self._cancel = gr.Button(words.cancel, elem_id="cancel")
        self._corrected = gr.State("")
        return [self._panel, head, self._corrected, *self._fields]

    def _choice(self, everything: str, label: str) -> gr.Dropdown:
        return gr.Dropdown(
            [(everything, "")], value="", label=label, show_label=False, container=False,
            min_width=120, scale=1,
        )  # fmt: skip

    def shown(self, order: shelf.Order, *chosen: str) -> tuple[Any, ...]:
        """The list and the choices above it, from the library as it is now."""
        everything = self._library.documents()
        words = self._words
        choices = (
            (words.all_speakers, shelf.speakers(everything)),
            (words.all_years, shelf.years(everything)),
            (words.all_publishers, shelf.publishers(everything)),
        )
        return (
            self._listed(order, *chosen),
            *(gr.update(choices=[(whole, ""), *named]) for whole, named in choices),
        )

    def _listed(self, order: shelf.Order, text: str, *chosen: str) -> str:
        speaker, year, publisher = chosen
        everything = self._library.documents()
        found = shelf.matching(everything, text or "", speaker, year, publisher, order)
        return shelf.shelf_html(found, len(everything), self._words, order)

    def turn(
        self, order: shelf.Order, text: str, speaker: str, year: str, publisher: str,
        event: gr.EventData,
    ) -> tuple[shelf.Order, str]:  # fmt: skip
        """The list in the order of the column whose head was pressed."""
        order = order.turned_to(event.column)
        return order, self._listed(order, text, speaker, year, publisher)

    def take_in(self, files: list[str]) -> Iterator[tuple[str, Any]]:
        """Ingests files, tells how far it is and reports on each as it is done."""
        reports: list[SourceReport] = []
        yield shelf.progress_html(Progress(0, len(files), 0, 0, ""), self._words), gr.skip()
        try:
            paths = kept_uploads(map(Path, files), self._library.root)
            for told in followed(self._library, paths):
                if isinstance(told, SourceReport):
                    reports.append(told)
                    self._metrics.ingested(told.status)
                    continue
                progress = shelf.progress_html(told, self._words)
                yield progress + shelf.reports_html(reports, self._words), gr.skip()
        except JianghuaError as error:
            yield shelf.reports_html(reports, self._words) + self._said(error), None
            return
        yield shelf.reports_html(reports, self._words), None

    def take_out(self, event: gr.EventData) -> str:
        """Removes the speech whose button was pressed."""
        try:
            title = self._library.document(event.doc_id).title
            self._library.remove([event.doc_id])
        except JianghuaError as error:
            return self._said(error)
        return shelf.said_html(self._words.deleted.format(title=title))

    def show_correction(self, event: gr.EventData) -> list[Any]:
        """Opens the fields of the speech whose button was pressed."""
        try:
            document = self._library.document(event.doc_id)
        except JianghuaError as error:
            return [gr.skip(), self._said(error), "", *[""] * len(FIELDS)]
        head = shelf.correction_html(document.title, self._words)
        values = [getattr(document.metadata, field) or "" for field in FIELDS]
        return [gr.update(visible=True), head, document.doc_id, *values]

    def mend(self, doc_id: str, *written: str) -> tuple[str, Any]:
        """Mends the fields that were changed."""
        try:
            about = self._library.document(doc_id).metadata
            wanted = changes(about, dict(zip(FIELDS, written, strict=True)))
            for field, value in wanted.items():
                self._library.correct(doc_id, field, value)
            title = self._library.document(doc_id).title
        except DateNotUnderstoodError:
            return shelf.said_html(self._words.date_not_understood), gr.skip()
        except JianghuaError as error:
            return self._said(error), gr.skip()
        return shelf.said_html(self._words.corrected.format(title=title)), gr.update(visible=False)

    def _said(self, error: JianghuaError) -> str:
        return shelf.said_html(said_of(error, self._library))
