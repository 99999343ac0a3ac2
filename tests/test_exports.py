"""References in the form of the standard, and conversations to take along."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from web_fakes import HOSTILE, speeches

from rag.exports import as_markdown, as_text, markdown_literal
from rag.references import reference, with_references
from rag.schema import Answer, Citation, Document, Metadata
from rag.wire import answer_json
from rag.word_export import as_word
from rag.words import ZH

LAKE, SCHOOL, MARKED_UP = speeches()
DAY = date(2026, 11, 24)


def cited(text: str, *quotes: tuple[Document, str]) -> dict[str, Any]:
    citations = tuple(
        Citation(i, d, d.text.index(q), d.text.index(q) + len(q))
        for i, (d, q) in enumerate(quotes, 1)
    )
    return answer_json(Answer("怎么样?", text, True, citations=citations, coverage=1.0))


def reference_of(citation: dict[str, Any]) -> str:
    return f"《{citation['title']}》."


TWO = cited(
    "关停37家 [1]\n1. 学校12所[2],管网118公里[3]。",
    (LAKE, "37家"), (SCHOOL, "12所"), (LAKE, "118公里"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (Metadata(), "在会上的讲话[R]."),
        (Metadata(speaker="周闻山", date="2019-03-08"), "周闻山. 在会上的讲话[R]. 2019-03-08."),
        (
            Metadata(speaker="周闻山", publisher="云台县政府", venue="大会", date="2019"),
            "周闻山. 在会上的讲话[R]. 云台县政府, 2019.",
        ),
        (
            Metadata(speaker="周闻山", date="2019-03-08", published="2019-04-02", source_url="http://a.example/1"),
            "周闻山. 在会上的讲话[EB/OL]. (2019-04-02)[2026-11-24]. http://a.example/1.",
        ),
        (
            Metadata(source_url="http://a.example/1"),
            "在会上的讲话[EB/OL]. [2026-11-24]. http://a.example/1.",
        ),
    ],
)  # fmt: skip
def test_a_reference_has_the_form_of_the_standard(about: Metadata, expected: str) -> None:
    assert reference("在会上的讲话", about, DAY) == expected


def test_a_speech_has_one_number_however_often_it_is_cited() -> None:
    referenced = with_references(TWO, reference_of)
    assert referenced.text == "关停37家 [1]\n1. 学校12所[2],管网118公里[1]。"
    assert referenced.references == (
        "《在云台县环境保护大会上的讲话》.",
        "《在云台县教育工作会议上的讲话》.",
    )


def test_a_copied_answer_ends_with_its_references() -> None:
    assert as_text(TWO, reference_of) == (
        "关停37家 [1]\n1. 学校12所[2],管网118公里[1]。\n\n"
        "[1] 《在云台县环境保护大会上的讲话》.\n[2] 《在云台县教育工作会议上的讲话》."
    )
    assert as_text(cited("没有依据。"), reference_of) == "没有依据。"


def test_markdown_has_a_footnote_for_each_citation() -> None:
    text = as_markdown([TWO, TWO], reference_of, "http://127.0.0.1:7860", ZH)
    assert text.startswith(
        "# 讲话问答\n\n## 怎么样?\n\n关停37家 [^1]\n\n1\\. 学校12所[^2],管网118公里[^3]。"
    )
    assert "管网118公里[^6]。" in text
    assert (
        "[^1]: 《在云台县环境保护大会上的讲话》. “37家” http://127.0.0.1:7860/source/lake2019?start="
        in text
    )
    assert text.count("\n[^6]: ") == 1


@given(st.text("讲话*_`#<>[]()!|~$\\&{}:/-+=1. \n"))
def test_markdown_gives_no_meaning_to_a_speech(text: str) -> None:
    html = MarkdownIt("commonmark", {"html": True}).render(markdown_literal(f"甲{text}"))
    assert not any(
        f"<{tag}" in html
        for tag in ("em", "h1", "h2", "ul", "ol", "code", "a ", "img", "blockquote")
    )


def test_a_word_document_has_real_footnotes() -> None:
    data = as_word([TWO], reference_of, "http://127.0.0.1:7860", ZH)
    document = docx.Document(BytesIO(data))
    assert [p.text for p in document.paragraphs] == [
        "讲话问答", "怎么样?", "关停37家 ", "1. 学校12所,管网118公里。",
    ]  # fmt: skip
    with zipfile.ZipFile(BytesIO(data)) as package:
        notes = parse_xml(package.read("word/footnotes.xml"))
        body = package.read("word/document.xml").decode()
        types = package.read("[Content_Types].xml").decode()
    texts = ["".join(note.itertext()) for note in notes][2:]
    assert [text.split(" http")[0] for text in texts] == [
        " 《在云台县环境保护大会上的讲话》. “37家”",
        " 《在云台县教育工作会议上的讲话》. “12所”",
        " 《在云台县环境保护大会上的讲话》. “118公里”",
    ]
    assert [f'footnoteReference w:id="{i}"' in body for i in (1, 2, 3)] == [True] * 3
    assert "/word/footnotes.xml" in types


def test_word_takes_any_character_that_a_speech_may_hold() -> None:
    strange = Document("s", f"{HOSTILE}\x00\x0b\ufffe𠮷", Metadata(title=HOSTILE))
    answer = cited(f"{HOSTILE}\x01 [1]", (strange, strange.text))
    document = docx.Document(BytesIO(as_word([answer], reference_of, "http://x", ZH)))
    assert document.paragraphs[2].text == f"{HOSTILE} "
