"""The chat page in Gradio: components and what happens when they are used, in one language a page.

Thin on purpose: HTML comes from ``rag.presentation`` and ``rag.shelf``, words from ``rag.words``,
answers from the pool. The home of Gradio and uvicorn.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI

from rag import presentation as show
from rag import shelf
from rag.api import MAX_QUESTION, create_api
from rag.errors import JianghuaError, UsageError
from rag.examples import example_questions
from rag.kept_conversations import read_answers, to_keep, turns
from rag.pages import WEB
from rag.question_pool import QuestionPool, TooManyQuestionsError
from rag.schema import Answer, Question
from rag.security import SecurityHeaders
from rag.services import Assistant, Library, Progress, SourceReport
from rag.uploads import kept_uploads
from rag.wire import Json, answer_json
from rag.words import EN, ZH, Words

MAX_UPLOAD = "100mb"
_STORAGE_KEY = "jianghua-conversation"
_STORAGE_SECRET = "jianghua"  # noqa: S105 - the state is the user's own; this only names its format
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
_ASKS: dict[str, Any] = {
    "show_progress": "hidden", "api_visibility": "private", "concurrency_limit": None,
}  # fmt: skip
_FONTS = [
    "-apple-system", "PingFang SC", "Hiragino Sans GB", "Noto Sans CJK SC", "Source Han Sans SC",
    "Microsoft YaHei", "sans-serif",
]  # fmt: skip


# Gradio sets the page's language to the browser's, whatever the page is in; this sets it back.
_HEAD = """<script>
const page = document.documentElement, setBack = () => {{
  if (page.lang !== '{lang}') page.lang = '{lang}';
}};
new MutationObserver(setBack).observe(page, {{attributes: true, attributeFilter: ['lang']}});
setBack();
</script>"""
_REMOVE_ON_CLICK = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-remove]');
  if (button) trigger('remove', {doc_id: button.dataset.remove});
});
"""

Update = dict[Any, Any]  # component → its new value


def create_app(assistant: Assistant, library: Library) -> FastAPI:
    """The whole web application: our own routes first, then the chat page of each language."""
    pool = QuestionPool(assistant)
    app = create_api(pool, library)
    for words, other, path in ((EN, ZH, "/en"), (ZH, EN, "/")):
        gr.mount_gradio_app(
            app,
            chat_page(pool, library, words, other),
            path,
            footer_links=[],
            run_history=False,
            show_error=False,
            max_file_size=MAX_UPLOAD,
            theme=_theme(),
            css_paths=WEB / "static" / "chat.css",
            head=_HEAD.format(lang=words.lang),
        )
    app.add_middleware(SecurityHeaders)
    return app


def serve(assistant: Assistant, library: Library, host: str, port: int) -> None:
    """Serves until interrupted.

    Raises:
        UsageError: the port is in use, or the address is none of this machine's.
    """
    with _listening(host, port) as listener:
        config = uvicorn.Config(
            create_app(assistant, library), host=host, port=port, access_log=False,
            timeout_graceful_shutdown=2,
        )  # fmt: skip
        uvicorn.Server(config).run([listener])


def _listening(host: str, port: int) -> socket.socket:
    """Takes the port before anything heavy is built: no two servers can both believe in it."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(
            f"cannot listen on {host}:{port} ({error}); choose another with --port or --host"
        ) from error
    return listener


def _theme() -> gr.themes.Base:
    return gr.themes.Base(
        primary_hue=gr.themes.colors.red,
        neutral_hue=gr.themes.colors.stone,
        font=_FONTS,
        font_mono=["ui-monospace", "monospace"],
    )


def _html(elem_id: str, js_on_load: str | None = None) -> gr.HTML:
    return gr.HTML(elem_id=elem_id, apply_default_css=False, js_on_load=js_on_load)


def chat_page(pool: QuestionPool, library: Library, words: Words, other: Words) -> gr.Blocks:
    """The page of one language."""
    with gr.Blocks(
        title=f"{words.product} · {words.tagline}", analytics_enabled=False, fill_height=True
    ) as blocks:
        page: gr.Blocks = blocks
        banner = _html("banner")
        with gr.Tab(words.chat_tab, elem_id="chat-tab"):
            chat = ChatTab(pool, library, words)
        with gr.Tab(words.library_tab, elem_id="library-tab"):
            speeches = LibraryTab(library, words)

    def head() -> str:
        return show.banner_html(len(library.documents()), words, other)

    with page:
        page.load(head, None, banner, **_QUIET)
        page.load(chat.opened, chat.kept, chat.view, **_QUIET)
        page.load(speeches.shown, speeches.filters, speeches.view, **_QUIET)
        for change in speeches.changes:
            change.then(head, None, banner, **_QUIET)
            change.then(chat.welcome, None, chat.chat, **_QUIET)
            change.then(speeches.shown, speeches.filters, speeches.view, **_QUIET)
    return page


class ChatTab:
    """The chat with its sources: the components, and what each event changes in them."""

    def __init__(self, pool: QuestionPool, library: Library, words: Words) -> None:
        self._pool = pool
        self._library = library
        self._words = words
        self.kept = gr.BrowserState([], storage_key=_STORAGE_KEY, secret=_STORAGE_SECRET)
        self._asked = gr.State("")
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=3, min_width=320, elem_id="talk"):
                self._lay_out_talk()
            with gr.Column(scale=2, min_width=320, elem_id="evidence"):
                gr.HTML(f"<h2>{words.sources}</h2>", apply_default_css=False)
                self._sources = _html("sources")
        self.view = [
            self.kept, self._asked, self.chat, self._box, self._send, self._stop, self._sources
        ]  # fmt: skip
        self._connect()

    def _lay_out_talk(self) -> None:
        words = self._words
        self.chat = gr.Chatbot(
            show_label=False, layout="bubble", buttons=[], latex_delimiters=[], allow_tags=False,
            editable="user", group_consecutive_messages=False, height="100%", elem_id="chat",
        )  # fmt: skip
        with gr.Row(elem_id="ask"):
            self._box = gr.Textbox(
                placeholder=words.ask_label, label=words.ask_label, show_label=False, lines=1,
                container=False, max_lines=6, max_length=MAX_QUESTION, scale=6, autofocus=True,
                elem_id="question",
            )  # fmt: skip
            self._send = gr.Button(words.send, variant="primary", min_width=72, elem_id="send")
            self._stop = gr.Button(words.stop, visible=False, min_width=72, elem_id="stop")
        self._fresh = gr.Button(words.new_conversation, size="sm", elem_id="fresh")

    def _connect(self) -> None:
        chat, kept, view = self.chat, self.kept, self.view
        typed = gr.on(
            [self._box.submit, self._send.click], self.ask, [self._box, kept], view, **_ASKS
        )
        retried = chat.retry(self.retry, kept, view, **_ASKS)
        edited = chat.edit(self.edit, kept, view, **_ASKS)
        chosen = chat.example_select(self.choose, kept, view, **_ASKS)
        asking = [typed, retried, edited, chosen]
        for event in asking:
            event.failure(self.failed, [self._asked, kept], view, **_QUIET)
        self._stop.click(self.stopped, [self._asked, kept], view, cancels=asking, **_QUIET)
        self._fresh.click(lambda: self._shown([]), None, view, cancels=asking, **_QUIET)

    def opened(self, kept: object) -> Update:
        """The conversation that the browser kept, and examples from the library as it is now."""
        update = self._shown(read_answers(kept))
        update[self.chat] = {**self.welcome(), "value": update[self.chat]}
        return update

    def welcome(self) -> Update:
        """What the chat says while it is empty."""
        return gr.update(
            placeholder=show.placeholder_html(len(self._library.documents()), self._words),
            examples=[{"text": text} for text in example_questions(self._library, self._words)],
        )

    async def ask(self, text: str, kept: object) -> AsyncIterator[Update]:
        """Puts a question and shows the answer as it comes."""
        question, answers = text.strip(), read_answers(kept)
        if not question:
            return
        before = [*show.chat_messages(answers, self._words), show.user_message(question)]
        yield self._busy(question) | {self.chat: [*before, show.assistant_message("")]}
        grown = ""
        try:
            async for piece in self._pool.stream(Question(question, turns(answers))):
                if isinstance(piece, Answer):
                    yield self._shown([*answers, to_keep(answer_json(piece))])
                else:
                    grown += piece
                    yield {self.chat: [*before, show.assistant_message(grown)]}
        except TooManyQuestionsError:
            yield self._not_answered(question, answers, self._words.busy)

    async def retry(self, kept: object, event: gr.RetryData) -> AsyncIterator[Update]:
        """Asks a question of the conversation again; what came after it is dropped."""
        async for update in self._again(show.plain(event.value), kept, event.index):
            yield update

    async def edit(self, kept: object, event: gr.EditData) -> AsyncIterator[Update]:
        """Asks the changed question in the place of the old one."""
        async for update in self._again(show.plain(event.value), kept, event.index):
            yield update

    async def choose(self, kept: object, event: gr.SelectData) -> AsyncIterator[Update]:
        """Asks an example question."""
        async for update in self.ask(event.value["text"], kept):
            yield update

    async def _again(
        self, question: str, kept: object, index: int | tuple[int, int]
    ) -> AsyncIterator[Update]:
        message = index if isinstance(index, int) else index[0]
        async for update in self.ask(question, read_answers(kept)[: message // 2]):
            yield update

    def stopped(self, question: str, kept: object) -> Update:
        """The conversation as it was; the question goes back into the box."""
        return self._shown(read_answers(kept)) | {self._box: question}

    def failed(self, question: str, kept: object) -> Update:
        """What the page shows when the assistant broke down."""
        return self._not_answered(question, read_answers(kept), self._words.failed)

    def _shown(self, answers: list[Json]) -> Update:
        last = answers[-1] if answers else None
        return {
            self.kept: answers,
            self.chat: show.chat_messages(answers, self._words),
            self._sources: show.sources_html(last, self._words),
            self._send: gr.Button(visible=True),
            self._stop: gr.Button(visible=False),
        }

    def _busy(self, question: str) -> Update:
        return {
            self._asked: question,
            self._box: "",
            self._send: gr.Button(visible=False),
            self._stop: gr.Button(visible=True),
        }

    def _not_answered(self, question: str, answers: list[Json], why: str) -> Update:
        update = self._shown(answers)
        update[self.chat] += [show.user_message(question), show.said_message(why)]
        return update | {self._box: question}


class LibraryTab:
    """The list of speeches, the way in and the way out."""

    def __init__(self, library: Library, words: Words) -> None:
        self._library = library
        self._words = words
        self._upload = gr.File(
            label=words.upload, file_count="multiple", height=130, elem_id="upload"
        )
        self._news = _html("news")
        with gr.Row(elem_id="filters"):
            search = gr.Textbox(
                placeholder=words.search_speeches, label=words.search_speeches, show_label=False,
                container=False, scale=3, elem_id="search",
            )  # fmt: skip
            self._speaker = self._choice(words.all_speakers, words.speaker)
            self._year = self._choice(words.all_years, words.date)
        self._table = _html("shelf", js_on_load=_REMOVE_ON_CLICK)
        self.filters = [search, self._speaker, self._year]
        self.view = [self._table, self._speaker, self._year]
        gr.on(
            [search.change, self._speaker.change, self._year.change],
            self._listed, self.filters, self._table, trigger_mode="always_last", **_QUIET,
        )  # fmt: skip
        self.changes = [
            self._upload.upload(self.take_in, self._upload, [self._news, self._upload], **_ASKS),
            self._table.remove(self.take_out, None, self._news, **_QUIET),
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
