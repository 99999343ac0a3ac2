"""The chat in Gradio: questions, answers, their sources, and the conversations of a browser.

Thin on purpose: HTML comes from ``rag.presentation``, words from ``rag.words``, answers from the
pool, conversations from ``rag.kept_conversations``.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from datetime import date
from typing import Any

import gradio as gr

from rag import presentation as show
from rag.api import MAX_QUESTION
from rag.conversation_keeper import ConversationKeeper
from rag.errors import UnknownDocumentError
from rag.examples import example_questions
from rag.exports import as_markdown, as_text
from rag.feedback import FeedbackLog
from rag.kept_conversations import Conversations, to_keep, turns
from rag.question_pool import QuestionPool, TooManyQuestionsError
from rag.references import referencing
from rag.schema import Answer, Question
from rag.services import Library
from rag.shelf import speech_choices
from rag.wire import Json, answer_json
from rag.word_export import as_word
from rag.words import Words
from ui_parts.common import LONG, QUIET, html

_STORAGE_KEY = "jianghua-conversations"
_STORAGE_SECRET = "jianghua"  # noqa: S105 - the state is the user's own; this only names its format
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_UNTIL_SENT = 0.01  # seconds: an answer is on its way before work begins that nobody waits for
_WITH_ADDRESS = "(kept) => [kept, location.origin]"

Update = dict[Any, Any]  # component → its new value
Answers = tuple[Json, ...]


class ChatTab:
    """The chat with its sources: the components, and what each event changes in them."""

    def __init__(
        self, pool: QuestionPool, library: Library, words: Words, keeper: ConversationKeeper
    ) -> None:
        self._pool = pool
        self._keeper = keeper
        self._library = library
        self._words = words
        self._feedback = FeedbackLog(library.root)
        self.kept = gr.BrowserState(None, storage_key=_STORAGE_KEY, secret=_STORAGE_SECRET)
        self._asked = gr.State("")
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=3, min_width=320, elem_id="talk"):
                self._lay_out_conversations()
                self._lay_out_talk()
                self._lay_out_actions()
            with gr.Column(scale=2, min_width=320, elem_id="evidence"):
                html("evidence-head", f"<h2>{words.sources}</h2>")
                self._sources = html("sources")
        # Gradio makes each of them anew at each step of an answer, changed or not.
        self._growing = [
            self.kept, self._asked, self.chat, self._box, self._sources, self._picker, self._bar,
        ]  # fmt: skip
        self.view = [*self._growing, self._title, self._sure, self.within]
        self._connect_questions()
        self._connect_conversations()
        self._connect_actions()

    # ---- layout

    def _lay_out_conversations(self) -> None:
        words = self._words
        with gr.Row(elem_id="conversations", visible=False) as self._bar:
            self._picker = gr.Dropdown(
                label=words.conversation, show_label=False, container=False, scale=3,
                min_width=140, elem_id="picker",
            )  # fmt: skip
            self._fresh = _small(words.new_conversation, "fresh")
            self._rename = _small(words.rename, "rename")
            self._discard = _small(words.discard, "discard")
            self._sure = _small(words.discard_sure, "discard-sure", visible=False)
        self._title = gr.Textbox(
            label=words.rename, show_label=False, container=False, visible=False, elem_id="title"
        )

    def _lay_out_talk(self) -> None:
        words = self._words
        self.chat = gr.Chatbot(
            show_label=False, layout="bubble", buttons=[], latex_delimiters=[], allow_tags=False,
            editable="user", group_consecutive_messages=False, height="100%", elem_id="chat",
        )  # fmt: skip
        self.within = gr.Dropdown(
            [], value=[], multiselect=True, label=words.within, show_label=False, container=False,
            elem_id="within", visible=False,
        )  # fmt: skip
        with gr.Row(elem_id="ask"):
            self._box = gr.Textbox(
                placeholder=words.ask_label, label=words.ask_label, show_label=False, lines=1,
                container=False, max_lines=6, max_length=MAX_QUESTION, scale=6, autofocus=True,
                elem_id="question",
            )  # fmt: skip
            self._send = gr.Button(words.send, variant="primary", min_width=72, elem_id="send")
            self._stop = gr.Button(words.stop, min_width=72, elem_id="stop")

    def _lay_out_actions(self) -> None:
        words = self._words
        with gr.Row(elem_id="actions"):
            self._copy = _small(words.copy_answer, "copy")
            self._markdown = _small(words.as_markdown, "as-markdown")
            self._word = _small(words.as_word, "as-word")
        self._why = gr.Textbox(
            placeholder=words.what_is_wrong, label=words.what_is_wrong, show_label=False,
            container=False, visible=False, elem_id="why",
        )  # fmt: skip
        self._judged = gr.State(None)
        self._file = gr.JSON(visible="hidden")
        self._text = gr.Textbox(visible="hidden")

    # ---- questions

    def _connect_questions(self) -> None:
        chat, kept, view, growing = self.chat, self.kept, self.view, self._growing
        known = [kept, self.within]
        typed = gr.on(
            [self._box.submit, self._send.click], self.ask, [self._box, *known], growing,
            trigger_mode="always_last", **LONG,  # one sent while an answer grows comes after it
        )  # fmt: skip
        retried = chat.retry(self.retry, known, growing, **LONG)
        edited = chat.edit(self.edit, known, growing, **LONG)
        chosen = chat.example_select(self.choose, known, growing, **LONG)
        self._asking = [typed, retried, edited, chosen]
        for event in self._asking:
            event.failure(self.failed, [self._asked, kept], view, **QUIET)
        stop = self._stop.click
        stop(self.stopped, [self._asked, kept], view, cancels=self._asking, **QUIET)

    def opened(self, kept: object, request: gr.Request) -> Update:
        """The conversation that the browser kept, and examples from the library as it is now.

        An address with ``?within=ID`` starts a new one about that speech.
        """
        conversations = self._keeper.moved_in(kept)
        asked_for = self._still_there(request.query_params.getlist("within"))
        if asked_for:
            conversations = conversations.opened(None)
        update = self._shown(conversations)
        update[self.chat] = {**self._welcome(), "value": update[self.chat]}
        chosen = asked_for or self._still_there(conversations.within)
        update[self.within] = self._choosable(chosen)
        return update

    def library_changed(self, within: list[str]) -> Update:
        """Examples and choices from the library as it is now."""
        chosen = self._still_there(within)
        return {self.chat: self._welcome(), self.within: self._choosable(chosen)}

    def _welcome(self) -> Update:
        return gr.update(
            placeholder=show.placeholder_html(len(self._library.documents()), self._words),
            examples=[{"text": text} for text in example_questions(self._library, self._words)],
        )

    def _choosable(self, chosen: list[str]) -> Update:
        choices = speech_choices(self._library.documents(), chosen)
        return gr.update(choices=choices, value=chosen, visible=len(choices) > 1)

    def _still_there(self, doc_ids: Iterable[str]) -> list[str]:
        found = []
        for doc_id in dict.fromkeys(doc_ids):
            with suppress(UnknownDocumentError):
                found.append(self._library.document(doc_id).doc_id)
        return found

    async def ask(self, text: str, kept: object, within: list[str]) -> AsyncIterator[Update]:
        """Puts a question at the end of the conversation."""
        conversations = self._keeper.read(kept)
        async for update in self._answered(text, conversations, conversations.answers, within):
            yield update

    async def retry(
        self, kept: object, within: list[str], event: gr.RetryData
    ) -> AsyncIterator[Update]:
        """Asks a question of the conversation again; what came after it is dropped."""
        async for update in self._again(show.plain(event.value), kept, within, event.index):
            yield update

    async def edit(
        self, kept: object, within: list[str], event: gr.EditData
    ) -> AsyncIterator[Update]:
        """Asks the changed question in the place of the old one."""
        async for update in self._again(show.plain(event.value), kept, within, event.index):
            yield update

    async def choose(
        self, kept: object, within: list[str], event: gr.SelectData
    ) -> AsyncIterator[Update]:
        """Asks an example question."""
        async for update in self.ask(event.value["text"], kept, within):
            yield update

    async def _again(
        self, question: str, kept: object, within: list[str], index: int | tuple[int, int]
    ) -> AsyncIterator[Update]:
        conversations = self._keeper.read(kept)
        before = conversations.answers[: _message(index) // 2]
        async for update in self._answered(question, conversations, before, within):
            yield update

    async def _answered(
        self, text: str, conversations: Conversations, answers: Answers, within: list[str]
    ) -> AsyncIterator[Update]:
        """Shows the answer to a question that follows ``answers``, as it comes."""
        question = text.strip()
        if not question:
            return
        asked = Question(question, turns(answers), frozenset(within) if within else None)
        before = [*show.chat_messages(answers, self._words), show.user_message(question)]
        try:
            async for grown in self._pool.growing(asked):
                if isinstance(grown, Answer):
                    answered = (*answers, to_keep(answer_json(grown)))
                    changed = conversations.with_answers(answered, tuple(within))
                    yield self._talk(changed)
                    await asyncio.sleep(_UNTIL_SENT)
                    yield self._listed(changed)
                else:
                    update: Update = {self.chat: [*before, show.assistant_message(grown)]}
                    yield update if grown else self._busy(question) | update
        except TooManyQuestionsError:
            yield self._not_answered(question, conversations, self._words.busy)

    def stopped(self, question: str, kept: object) -> Update:
        """The conversation as it was; the question goes back into the box."""
        return self._shown(self._keeper.read(kept)) | {self._box: question}

    def failed(self, question: str, kept: object) -> Update:
        """What the page shows when the assistant broke down."""
        return self._not_answered(question, self._keeper.read(kept), self._words.failed)

    def _shown(self, conversations: Conversations) -> Update:
        closed = {self._title: gr.update(visible=False), self._sure: gr.update(visible=False)}
        return self._talk(conversations) | self._listed(conversations) | closed

    def _talk(self, conversations: Conversations) -> Update:
        """Keeps the conversations, and shows the open one with its sources."""
        answers = conversations.answers
        return {
            self.kept: self._keeper.keep(conversations),
            self.chat: show.chat_messages(answers, self._words),
            self._sources: show.sources_html(answers, self._words),
        }

    def _listed(self, conversations: Conversations) -> Update:
        """Shows which conversations there are."""
        choices = [(c.title, c.number) for c in conversations.kept]
        return {
            self._picker: gr.update(choices=choices, value=conversations.current),
            self._bar: gr.update(visible=bool(choices)),
        }

    def _busy(self, question: str) -> Update:
        return {self._asked: question, self._box: ""}

    def _not_answered(self, question: str, conversations: Conversations, why: str) -> Update:
        update = self._talk(conversations) | self._listed(conversations)
        update[self.chat] += [show.user_message(question), show.said_message(why)]
        return update | {self._box: question}

    # ---- conversations

    def _connect_conversations(self) -> None:
        kept, view = self.kept, self.view
        stopping: dict[str, Any] = {"cancels": self._asking, **QUIET}
        self._picker.input(
            lambda number, kept: self._turned_to(self._keeper.opened(kept, number)),
            [self._picker, kept], view, **stopping,
        )  # fmt: skip
        self._fresh.click(
            lambda kept: self._turned_to(self._keeper.opened(kept, None)), kept, view, **stopping
        )
        self._discard.click(lambda: gr.update(visible=True), None, self._sure, **QUIET)
        self._sure.click(
            lambda kept: self._turned_to(self._keeper.read(kept).discarded()),
            kept,
            view,
            **stopping,
        )
        self._rename.click(self._rename_asked, kept, self._title, **QUIET)
        self._title.submit(
            lambda title, kept: self._shown(self._keeper.read(kept).renamed(title)),
            [self._title, kept], view, **QUIET,
        )  # fmt: skip

    def _turned_to(self, conversations: Conversations) -> Update:
        """Another conversation, with the speeches that it is about."""
        return self._shown(conversations) | {
            self.within: self._choosable(self._still_there(conversations.within))
        }

    def _rename_asked(self, kept: object) -> Update:
        opened = self._keeper.read(kept).open
        return gr.update(visible=opened is not None, value=opened.title if opened else "")

    # ---- what becomes of an answer

    def _connect_actions(self) -> None:
        kept = self.kept
        self._copy.click(self.copied, kept, self._text, **LONG).then(
            None, self._text, None, js="(text) => { jianghua.copy(text) }"
        )
        for button, export in ((self._markdown, self.markdown), (self._word, self.word)):
            button.click(export, [kept, self._text], self._file, js=_WITH_ADDRESS, **QUIET).then(
                None, self._file, None, js="(file) => { jianghua.save(file) }"
            )
        self.chat.like(self.judge, kept, [self._why, self._judged], **LONG)
        self._why.submit(self.explain, [self._why, self._judged], self._why, **LONG)

    def copied(self, kept: object) -> str:
        """The last answer with its references."""
        answers = self._keeper.read(kept).answers
        gr.Info(self._words.copied, duration=2)
        return as_text(answers[-1], referencing(self._library, date.today()))

    def markdown(self, kept: object, address: str) -> Json:
        """The conversation as a Markdown file."""
        cite = referencing(self._library, date.today())
        text = as_markdown(self._keeper.read(kept).answers, cite, address, self._words)
        return self._download("md", "text/markdown", text.encode())

    def word(self, kept: object, address: str) -> Json:
        """The conversation as a Word file."""
        cite = referencing(self._library, date.today())
        data = as_word(self._keeper.read(kept).answers, cite, address, self._words)
        return self._download("docx", _WORD, data)

    def _download(self, suffix: str, kind: str, data: bytes) -> Json:
        name = f"{self._words.conversation_title}-{date.today().isoformat()}.{suffix}"
        return {"name": name, "type": kind, "base64": base64.b64encode(data).decode()}

    def judge(self, kept: object, event: gr.LikeData) -> tuple[Update, Json | None]:
        """Notes a thumb; a thumb down asks for a reason."""
        answer = self._keeper.read(kept).answers[_message(event.index) // 2]
        helpful = event.liked is True
        self._feedback.add(answer, helpful)
        gr.Info(self._words.thanks, duration=2)
        return gr.update(visible=not helpful, value=""), None if helpful else answer

    def explain(self, reason: str, answer: Json | None) -> Update:
        """Notes the reason for a thumb down."""
        if answer and reason.strip():
            self._feedback.add(answer, helpful=False, reason=reason)
            gr.Info(self._words.thanks, duration=2)
        return gr.update(visible=False)


def _small(text: str, elem_id: str, visible: bool = True) -> gr.Button:
    return gr.Button(text, size="sm", min_width=0, scale=0, visible=visible, elem_id=elem_id)


def _message(index: int | tuple[int, int]) -> int:
    """The position of a message, which Gradio gives in two ways."""
    return index if isinstance(index, int) else index[0]
