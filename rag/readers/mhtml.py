"""Saved web archives (mhtml): the page inside a MIME message."""

from __future__ import annotations

import email
from email.message import Message

from rag.errors import ReadError
from rag.readers.web import read_html
from rag.schema import Reading

_PAGES = ("text/html", "application/xhtml+xml")


def read_mhtml(data: bytes) -> Reading:
    """The visible text of the first page in the archive, which is the one that was saved.

    Raises:
        ReadError: There is no page in it.
    """
    for part in email.message_from_bytes(data).walk():
        if part.get_content_type() in _PAGES:
            return read_html(_content(part), part.get_content_charset())
    raise ReadError("has no web page in it; save the page anew")


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
