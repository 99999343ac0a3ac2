"""The web application: our own routes, and beside them the chat page of each language, in Gradio.

Puts together what others make; ``ui_parts`` has the tabs. The home of Gradio and uvicorn.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable

import gradio as gr
import uvicorn
from fastapi import FastAPI

from rag import presentation as show
from rag.access import Access, Guard, is_loopback
from rag.api import create_api
from rag.conversation_keeper import ConversationKeeper
from rag.editing import EditorsOnly
from rag.errors import UsageError
from rag.language import LanguageOfChatPages, LanguageOfFirstPage, LanguageOfTheHouse
from rag.pages import WEB
from rag.question_pool import QuestionPool
from rag.security import LOOPBACK_NAMES, SameOriginOnly, SecurityHeaders
from rag.services import Assistant, Library, SettingsDesk
from rag.words import EN, ZH, Words
from ui_parts.chat import ChatTab
from ui_parts.common import QUIET, html, visitor
from ui_parts.library import LibraryTab

MAX_UPLOAD = "100mb"
_UPLOADS_DELETED = (600, 3600)  # every so many seconds, those that are so many seconds old
# Seconds that a thread at work keeps the interpreter from the one that serves; Python's own 0.005 are felt.
_TURN = 0.001
_FONTS = [
    "-apple-system", "PingFang SC", "Hiragino Sans GB", "Noto Sans CJK SC", "Source Han Sans SC",
    "Microsoft YaHei", "sans-serif",
]  # fmt: skip


# Gradio sets the page's language to the browser's, whatever the page is in; this sets it back.
_HEAD = """<link rel="icon" href="/web/icon.svg" type="image/svg+xml">
<script src="/web/chat.js"></script>
<script>
const page = document.documentElement, setBack = () => {{
  if (page.lang !== '{lang}') page.lang = '{lang}';
}};
new MutationObserver(setBack).observe(page, {{attributes: true, attributeFilter: ['lang']}});
setBack();
</script>"""


def create_app(
    assistant: Assistant,
    library: Library,
    names: frozenset[str] | None = None,
    access: Access | None = None,
    desk: SettingsDesk | None = None,
) -> FastAPI:
    """The whole web application: our own routes first, then the chat page of each language.

    Args:
        assistant: answers the questions.
        library: has the speeches.
        names: the host names that the server answers to; ``None``: to any.
        access: who may come in; left out: everybody.
        desk: changes the settings; without it they stay as they are.
    """
    access = access or Access()
    pool = QuestionPool(assistant)
    app = create_api(pool, library, access.accounts, assistant.near, desk)
    store = access.accounts.conversations if access.accounts else None
    keeper = ConversationKeeper(visitor, store)
    for words, other, path in ((EN, ZH, "/en"), (ZH, EN, "/")):
        refusal = words.account.readers_only
        gr.mount_gradio_app(
            app,
            chat_page(pool, EditorsOnly(library, visitor, refusal), words, other, keeper),
            path,
            footer_links=[],
            run_history=False,
            show_error=False,
            max_file_size=MAX_UPLOAD,
            theme=_theme(),
            css_paths=WEB / "static" / "chat.css",
            head=_HEAD.format(lang=words.lang),
        )
    app.add_middleware(LanguageOfChatPages)
    app.add_middleware(LanguageOfFirstPage)
    if desk is not None:
        app.add_middleware(LanguageOfTheHouse, language=lambda: desk.settings.language)
    app.add_middleware(Guard, access=access)
    app.add_middleware(SameOriginOnly, names=names)
    app.add_middleware(SecurityHeaders)
    return app


def serve(
    assistant: Assistant,
    library: Library,
    listener: socket.socket,
    access: Access,
    on_ready: Callable[[str], None] | None = None,
    desk: SettingsDesk | None = None,
) -> None:
    """Serves until interrupted.

    Args:
        assistant: answers the questions.
        library: has the speeches.
        listener: where to listen, see ``listening``.
        access: who may come in.
        on_ready: told the address once pages are served there.
        desk: changes the settings; without it they stay as they are.
    """
    sys.setswitchinterval(_TURN)
    host, port = listener.getsockname()[:2]
    guarded_by_name = is_loopback(host) and access.accounts is None
    names = LOOPBACK_NAMES if guarded_by_name else None
    config = uvicorn.Config(
        create_app(assistant, library, names, access, desk),
        access_log=False, log_level="warning",
        timeout_graceful_shutdown=2,
    )  # fmt: skip
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    _Server(config, lambda: on_ready(address) if on_ready else None).run([listener])


class _Server(uvicorn.Server):
    """Says when it is ready."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts to serve, and says so."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()


def listening(host: str, port: int) -> socket.socket:
    """Takes the port, before anything heavy is built: no two servers can both believe in it.

    Raises:
        UsageError: the port is in use, or the address is none of this machine's.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
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


def chat_page(
    pool: QuestionPool, library: Library, words: Words, other: Words, keeper: ConversationKeeper
) -> gr.Blocks:
    """The page of one language."""
    with gr.Blocks(
        title=f"{words.product} · {words.tagline}",
        analytics_enabled=False,
        fill_height=True,
        delete_cache=_UPLOADS_DELETED,
    ) as blocks:
        page: gr.Blocks = blocks
        banner = html("banner")
        with gr.Tab(words.chat_tab, elem_id="chat-tab"):
            chat = ChatTab(pool, library, words, keeper)
        with gr.Tab(words.library_tab, elem_id="library-tab"):
            speeches = LibraryTab(library, words, pool.metrics)

    def head() -> str:
        return show.banner_html(len(library.documents()), words, other, visitor())

    with page:
        page.load(head, None, banner, **QUIET)
        page.load(chat.opened, chat.kept, chat.view, **QUIET)
        page.load(speeches.shown, speeches.filters, speeches.view, **QUIET)
        for change in speeches.changes:
            change.then(head, None, banner, **QUIET)
            change.then(chat.library_changed, chat.within, [chat.chat, chat.within], **QUIET)
            change.then(speeches.shown, speeches.filters, speeches.view, **QUIET)
    return page
