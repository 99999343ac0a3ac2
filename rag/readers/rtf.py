"""RTF documents: the text that Word shows, with list numbers, which the file carries as text.

One pass over the control words; what it does not know it passes over, as the specification asks.
Hidden text, deleted revisions, page headers and page footers are left out; footnotes come last.
Specification: Rich Text Format 1.9.1.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace

from rag.errors import ReadError
from rag.schema import Reading, SourceText

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?"
    r"|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<symbol>[^a-zA-Z])|(?P<brace>[{}])|(?P<plain>[^\\{}\r\n]+)"
    r"|[\r\n]+|\\"
)
_SIGNS = {
    **dict.fromkeys(("par", "line", "sect", "page", "column", "row", "nestrow", "softline"), "\n"),
    **dict.fromkeys(("tab", "cell", "nestcell"), "\t"),
    **{"emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "bullet": "•"},
    **{"ldblquote": "“", "rdblquote": "”", "emspace": "\u2003", "enspace": "\u2002"},
}
_SYMBOLS = {"~": "\u00a0", "_": "-", "\n": "\n", "\r": "\n", "\\": "\\", "{": "{", "}": "}"}
_NOT_SHOWN = frozenset(
    "colortbl stylesheet info pict objdata header headerl headerr headerf footer footerl footerr "
    "footerf ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn fldinst annotation nonshppict shprslt sp "
    "private xe tc rxe".split()
)
_SHOWN_ALTHOUGH_STARRED = frozenset(("shpinst", "shptxt"))  # a text box
_LABELS = frozenset(("listtext", "pntext"))
_CODEC_OF_CHARSET = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5hkscs", 204: "cp1251"}
_CODEC_OF_PAGE = {936: "gb18030", 950: "big5hkscs", 65001: "utf-8"}
_DEFAULT_CODEC = "cp1252"


def read_rtf(data: bytes) -> Reading:
    """The text of an RTF document, a paragraph or table row a line.

    Raises:
        ReadError: It has no text that Word would show.
    """
    parser = _Parser(data.decode("latin-1"))
    parser.run()
    text = "\n".join("".join(part) for part in (parser.text, *parser.notes))
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # pairs are joined
    lines = "\n".join(line.rstrip("\t") for line in text.split("\n")).strip("\n")
    if not lines.strip():
        raise ReadError("has no text that Word would show; it may be damaged")
    return Reading((SourceText(lines),), "rtf")


@dataclass(slots=True)
class _Group:
    """What holds between two braces."""

    sink: list[str]  # where its text goes
    shown: bool = True  # false for a destination that is no text
    hidden: bool = False  # by its format
    starred: bool = False  # a program that does not know its first word skips it
    fallback: int = 1  # plain characters after each Unicode one, for old programs
    font: int = -1
    is_label: bool = False


@dataclass(slots=True)
class _Parser:
    source: str
    text: list[str] = field(default_factory=list)
    notes: list[list[str]] = field(default_factory=list)
    _groups: list[_Group] = field(default_factory=list)
    _group: _Group = field(init=False)
    _in_fonts: bool = False
    _charsets: dict[int, int] = field(default_factory=dict)
    _page_codec: str = _DEFAULT_CODEC
    _codec: str = ""
    _decoder: codecs.IncrementalDecoder = field(init=False)
    _to_skip: int = 0  # fallback characters that are still to come

    def run(self) -> None:
        """Read to the end, or to where the document's own brace closes."""
        self._group = _Group(self.text)
        self._choose_decoder()
        place = 0
        while token := _TOKEN.match(self.source, place):
            place = token.end()
            if word := token["word"]:
                number = int(token["number"]) if token["number"] else None
                if word == "bin":
                    place += max(number or 0, 0)
                else:
                    self._word(word, number)
            elif token["brace"]:
                self._brace(token["brace"])
            elif token["symbol"]:
                self._symbol(token["symbol"])
            elif token["byte"]:
                self._bytes(bytes.fromhex(token["byte"]))
            elif token["plain"]:
                self._bytes(token["plain"].encode("latin-1"))
        self.text.append(self._decoder.decode(b"", final=True))  # half a character at the end

    def _brace(self, brace: str) -> None:
        self._to_skip = 0
        if brace == "{":
            self._groups.append(self._group)
            self._group = replace(self._group, starred=False, is_label=False)
        elif self._groups:
            if self._group.is_label:
                label = "".join(self._group.sink).strip()
                self._groups[-1].sink.append(f"{label} " if label[-1:].isascii() else label)
            self._group = self._groups.pop()
        self._choose_decoder()

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._group.starred = True
        elif symbol in _SYMBOLS:
            self._write(_SYMBOLS[symbol])

    def _word(self, word: str, number: int | None) -> None:
        if self._group.starred or word in _NOT_SHOWN:
            self._group.starred = False
            self._group.shown &= word in _SHOWN_ALTHOUGH_STARRED
        match word:
            case "u" if number is not None:
                self._write(chr(number % 0x10000))
                self._to_skip = self._group.fallback
            case "uc":
                self._group.fallback = max(number or 0, 0)
            case "v" | "deleted":
                self._group.hidden = number != 0
            case "plain":
                self._group.hidden = False
            case "footnote":
                self._group.sink = []
                self.notes.append(self._group.sink)
            case _ if word in _LABELS:
                self._group.sink, self._group.is_label = [], self._group.shown
            case _ if word in _SIGNS:
                self._write(_SIGNS[word])
            case _:
                self._font_word(word, number or 0)

    def _font_word(self, word: str, number: int) -> None:
        match word:
            case "fonttbl":
                self._group.shown = False
            case "f":
                self._group.font = number
            case "fcharset" if not self._group.shown:
                self._charsets[self._group.font] = number
            case "ansicpg":
                self._page_codec = _known_codec(_CODEC_OF_PAGE.get(number, f"cp{number}"))
            case _:
                return
        self._choose_decoder()

    def _choose_decoder(self) -> None:
        charset = self._charsets.get(self._group.font, 0)
        codec = _CODEC_OF_CHARSET.get(charset, self._page_codec)
        if codec != self._codec:
            self._codec = codec
            self._decoder = codecs.getincrementaldecoder(codec)("replace")

    def _bytes(self, data: bytes) -> None:
        skipped = min(self._to_skip, len(data))
        self._to_skip -= skipped
        if self._group.shown and not self._group.hidden:
            self._group.sink.append(self._decoder.decode(data[skipped:]))

    def _write(self, text: str) -> None:
        if self._to_skip:
            self._to_skip -= 1
        elif self._group.shown and not self._group.hidden:
            self._group.sink.append(text)


def _known_codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return _DEFAULT_CODEC
