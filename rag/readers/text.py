"""Plain text: the decoded bytes are the text. Knows no structure."""

from __future__ import annotations

from rag.decoding import REPLACEMENT, Decoded, decode
from rag.errors import ReadError
from rag.schema import Reading, SourceText

_MAX_STRANGE_SHARE = 0.1  # of all characters; a text of damaged bytes beyond this is something else
_LAYOUT_CONTROLS = "\n\t\r\f\v\x1a\x1b"


def read_text(data: bytes) -> Reading:
    """The whole of ``data`` as one text.

    Raises:
        ReadError: The bytes are no text in any encoding that is known here.
    """
    decoded = decoded_text(data)
    return Reading((SourceText(decoded.text),), decoded.encoding, damage_notes(decoded))


def decoded_text(data: bytes, declared: str | None = None) -> Decoded:
    """Decode ``data`` and refuse what is no text.

    Raises:
        ReadError: No encoding makes sense of it, or more than a tenth of its characters are damaged
            or control characters.
    """
    decoded = decode(data, declared)
    if decoded.doubtful or _strange_share(decoded.text) > _MAX_STRANGE_SHARE:
        raise ReadError(
            "is not text in UTF-8, GB18030, Big5 or UTF-16: give it the suffix of its format, "
            "or save it as text"
        )
    return decoded


def damage_notes(decoded: Decoded) -> tuple[str, ...]:
    """What to tell people about damaged bytes; empty where there are none."""
    if not decoded.damaged:
        return ()
    return (f"{decoded.damaged} damaged characters, shown as {REPLACEMENT}",)


def _strange_share(text: str) -> float:
    strange = sum(
        text.count(chr(code)) for code in range(32) if chr(code) not in _LAYOUT_CONTROLS
    ) + text.count(REPLACEMENT)
    return strange / max(len(text), 1)
