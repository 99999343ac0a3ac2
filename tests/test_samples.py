"""The sample speeches and the golden questions agree.

The files are decoded here by plain means, so that no reader vouches for itself.
"""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import pytest

TESTS = Path(__file__).parent
SPEECHES = TESTS.parent / "samples" / "speeches"
COMPILATION = "工会与机关党建讲话汇编.txt"
GB18030 = "2022年全市工业高质量发展大会讲话.txt"
WITH_BOM = "2023年财政工作会议讲话.txt"

Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    lines = (TESTS / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


class VisibleText(HTMLParser):
    """Collects what a browser would show."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def html_text(path: Path) -> str:
    parser = VisibleText()
    parser.feed(path.read_text(encoding="utf-8"))
    return "".join(parser.parts)


def docx_text(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def file_text(name: str) -> str:
    path = SPEECHES / name
    if path.suffix == ".docx":
        return docx_text(path)
    if path.suffix == ".html":
        return html_text(path)
    return path.read_bytes().decode("gb18030" if name == GB18030 else "utf-8-sig")


def speech_text(speech: Row) -> str:
    text = file_text(speech["file"])
    if speech["file"] != COMPILATION:
        return text
    parts = re.split(r"^第[一二三]篇:", text, flags=re.MULTILINE)[1:]
    return next(part for part in parts if part.startswith(speech["title"]))


SPEECH_ROWS = rows("sample_speeches.jsonl")
TEXTS = [speech_text(speech) for speech in SPEECH_ROWS]
QUESTIONS = rows("golden.jsonl")
ANSWERABLE = [q for q in QUESTIONS if q["answers"]]


def candidates(question: Row) -> list[str]:
    """Texts of the speeches that the question's ``speech`` names, as score.py reads it."""
    key = question["speech"]
    return [
        text
        for speech, text in zip(SPEECH_ROWS, TEXTS, strict=True)
        if key in f"{speech['title']}{speech['speaker']}"
    ]


def by_id(questions: list[Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("question", questions, ids=[q["id"] for q in questions])


def test_every_file_is_described() -> None:
    assert {speech["file"] for speech in SPEECH_ROWS} == {p.name for p in SPEECHES.iterdir()}


@pytest.mark.parametrize("position", range(len(SPEECH_ROWS)))
def test_a_speech_has_a_speechs_length(position: int) -> None:
    body = re.sub(r"\s", "", TEXTS[position])
    assert 1000 <= len(body) <= 2500
    assert SPEECH_ROWS[position]["title"] in TEXTS[position]
    assert SPEECH_ROWS[position]["speaker"] in TEXTS[position]
    assert "\ufffd" not in TEXTS[position]


def test_titles_tell_the_speeches_apart() -> None:
    assert max(Counter(speech["title"] for speech in SPEECH_ROWS).values()) == 1


def test_encodings_are_what_they_claim() -> None:
    raw = (SPEECHES / GB18030).read_bytes()
    for too_small in ("utf-8", "gbk"):
        with pytest.raises(UnicodeDecodeError):
            raw.decode(too_small)
    assert {"镕", "堃", "㛃"} <= set(raw.decode("gb18030"))
    assert (SPEECHES / WITH_BOM).read_bytes().startswith(b"\xef\xbb\xbf")
    assert (SPEECHES / WITH_BOM).read_bytes().count(b"\r\n") > 10


def test_the_compilation_has_the_dirt_it_is_for() -> None:
    text = file_text(COMPILATION)
    for dirt in (
        "郦　棠",
        "**同志在",
        "职\n工的心坎",
        "全年共培训党务干部人,占应训人数的.%",
        "本文章共2页,当前在第2页 上一页 [1] [2]",
        "发表时间:2021-03-24 查看次数:217 来源:岫阳县总工会办公室 [关闭]",
    ):
        assert text.count(dirt) >= 1, dirt
    assert not set("，：；（）") & set(text)
    for speech in SPEECH_ROWS:
        if speech["file"] == COMPILATION:
            assert text.count(speech["title"]) == 2


def test_the_docx_uses_real_styles() -> None:
    document = docx.Document(str(SPEECHES / "2022年秋季教育工作会议讲话.docx"))
    styles = Counter(p.style.name for p in document.paragraphs if p.style)
    assert styles["Title"] == 1
    assert styles["Heading 1"] == 3
    assert styles["Heading 2"] == 9
    assert len(document.tables) == 1


def test_question_ids_are_unique_and_kinds_are_many() -> None:
    assert len({q["id"] for q in QUESTIONS}) == len(QUESTIONS)
    least = {
        "figure": 15, "who": 6, "when": 5, "where": 4, "list": 4, "outline": 4, "definition": 2,
        "how": 2, "followup": 6, "comparison": 2, "several": 10, "missing_figure": 2, "unanswerable": 10,
    }  # fmt: skip
    counts = Counter(q["kind"] for q in QUESTIONS)
    assert set(counts) == set(least)
    assert not {kind: n for kind, n in counts.items() if n < least[kind]}


@by_id(ANSWERABLE)
def test_answers_stand_in_the_named_speech(question: Row) -> None:
    texts = candidates(question)
    assert texts
    for part in question["answers"]:
        forms = part if isinstance(part, list) else [part]
        assert any(form in text for form in forms for text in texts), part


@by_id(
    [
        q
        for q in ANSWERABLE
        if q.get("require") == "all" and q["kind"] not in ("comparison", "several")
    ]
)
def test_all_parts_stand_in_one_speech(question: Row) -> None:
    assert any(all(p in text for p in question["answers"]) for text in candidates(question))


@by_id([q for q in QUESTIONS if q["kind"] == "followup"])
def test_a_followup_ends_its_history_with_the_assistant(question: Row) -> None:
    roles = [turn["role"] for turn in question["history"]]
    assert roles == ["user", "assistant"]


def test_what_cannot_be_answered_has_no_answers() -> None:
    for question in QUESTIONS:
        declined = question["kind"] in {"missing_figure", "unanswerable"}
        assert declined == (not question["answers"]), question["id"]
