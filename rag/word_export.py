"""A conversation as a Word document with real footnotes. The home of writing with python-docx.

python-docx knows no footnotes; their part of the package is written here, as ECMA-376 part 1,
section 17.11, describes it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from rag.exports import ReferenceOf, footnote, footnoted
from rag.wire import Json
from rag.words import Words

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RAISED = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/>'
    "</w:r></w:p></w:footnote>"
)


def as_word(
    answers: Sequence[Json], reference_of: ReferenceOf, address: str, words: Words
) -> bytes:
    """The conversation as the bytes of a docx file; the arguments are ``exports.as_markdown``'s."""
    import docx

    document = docx.Document()
    _use_chinese_font(document)
    document.add_heading(words.conversation_title, 1)
    notes: list[str] = []
    for answer in answers:
        document.add_heading(_xml_text(answer["question"]), 2)
        paragraph = document.add_paragraph()
        for part in footnoted(answer):
            if isinstance(part, str):
                paragraph = _add_text(document, paragraph, part)
            else:
                notes.append(footnote(part, reference_of, address))
                _add_footnote_mark(paragraph, len(notes))
    _add_footnotes(document, notes)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _xml_text(text: str) -> str:
    return _NOT_XML.sub("", text)


def _use_chinese_font(document: Any) -> None:  # noqa: ANN401 - python-docx has no public type
    from docx.oxml.ns import qn

    for style in ("Normal", "Heading 1", "Heading 2"):
        fonts = document.styles[style].element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), "宋体")


def _add_text(document: Any, paragraph: Any, text: str) -> Any:  # noqa: ANN401
    """Adds to the paragraph; each further line is a paragraph of its own, the last is returned."""
    first, *others = _xml_text(text).split("\n")
    paragraph.add_run(first)
    for line in filter(str.strip, others):
        paragraph = document.add_paragraph(line)
    return paragraph


def _add_footnote_mark(paragraph: Any, number: int) -> None:  # noqa: ANN401
    from docx.oxml import parse_xml

    run = f'<w:r xmlns:w="{_W}">{_RAISED}<w:footnoteReference w:id="{number}"/></w:r>'
    paragraph._p.append(parse_xml(run))


def _add_footnotes(document: Any, notes: Sequence[str]) -> None:  # noqa: ANN401
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    written = "".join(
        f'<w:footnote w:id="{i}"><w:p><w:r>{_RAISED}<w:footnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve"> {escape(_xml_text(note))}</w:t></w:r></w:p></w:footnote>'
        for i, note in enumerate(notes, 1)
    )
    xml = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:footnotes xmlns:w="{_W}">{_SEPARATORS}{written}</w:footnotes>'
    )
    part = Part(PackURI("/word/footnotes.xml"), _CONTENT, xml.encode(), document.part.package)
    document.part.relate_to(part, _RELATION)
