"""What the chat shows: every text escaped, every marker a link, refusals told from answers."""

from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from web_fakes import HOSTILE, MemoryLibrary, QuotingAssistant, entry, speeches

from rag import presentation as show
from rag import shelf
from rag.corrections import DateNotUnderstoodError, changes
from rag.examples import example_questions
from rag.feedback import FeedbackLog
from rag.ingestion import SourceReport
from rag.kept_conversations import Conversations, as_kept, read_kept, to_keep, turns
from rag.schema import Answer, Citation, Document, Metadata, Question, Reason, Section
from rag.uploads import kept_uploads
from rag.wire import answer_json
from rag.words import EN, ZH

LAKE, SCHOOL, HOSTILE_SPEECH = speeches()


class Reader(HTMLParser):
    """The tags and the visible text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        self.text += "\n" if tag in {"br", "p", "li"} else ""

    def handle_data(self, data: str) -> None:
        self.text += data

    def links(self) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == "a"]


def rendered(source: str) -> Reader:
    """As the chat shows it: Markdown first, with HTML let through."""
    return Reader(MarkdownIt("commonmark", {"html": True, "linkify": False}).render(source))


def quoting(
    *quotes: tuple[Document, str], text: str | None = None, **fields: Any
) -> dict[str, Any]:
    citations = tuple(
        Citation(i, document, document.text.index(q), document.text.index(q) + len(q))
        for i, (document, q) in enumerate(quotes, 1)
    )
    text = text or " ".join(f"{c.quote} [{c.marker}]" for c in citations)
    values = {"answered": True, "coverage": 1.0, "seconds": 0.04} | fields
    return answer_json(Answer("问?", text, citations=citations, **values))


# ---- escaping


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n")))
def test_literal_text_means_nothing_to_markdown_or_html(text: str) -> None:
    source = show.literal(text)
    assert "\n" not in source
    assert set(re.findall(r"<[^>]*>", source)) <= {"<br>"}
    assert not re.search(r"[*_`#\[\]()!|~$\\{}:/@]", source.replace("<br>", "").replace("&#", ""))
    assert unescape(source.replace("<br>", "\n")) == text


@given(st.text("讲话*_`#<>&[]()!|~$\\{}:/-1. \n"))
def test_a_question_comes_back_from_the_chat_as_it_was(question: str) -> None:
    content = show.user_message(question)["content"]
    assert show.plain(content) == question
    assert show.plain([{"text": content, "type": "text"}]) == question


def test_hostile_text_shows_literally_in_an_answer() -> None:
    html = show.answer_html(quoting((HOSTILE_SPEECH, f"全县种树500万棵。{HOSTILE}")), ZH)
    page = rendered(html)
    assert {tag for tag, _ in page.tags} <= {"div", "p", "a", "span", "strong"}
    assert HOSTILE in page.text
    (link,) = page.links()
    assert str(link["href"]).startswith("/source/hostile?")
    assert html.count('<span class="card">') == 1


def test_hostile_text_shows_literally_in_sources_and_lists() -> None:
    answer = quoting((HOSTILE_SPEECH, f"全县种树500万棵。{HOSTILE}"))
    listed = entry(HOSTILE_SPEECH)
    report = SourceReport(f"/srv/{HOSTILE.replace('/', '')}", "failed", error=HOSTILE)
    for html in (
        show.sources_html([answer], ZH),
        shelf.shelf_html([listed], 1, ZH),
        shelf.reports_html([report], ZH),
        shelf.said_html(HOSTILE),
    ):
        page = Reader(html)
        assert not {"script", "img", "b"} & {tag for tag, attributes in page.tags if attributes}
        assert "script" not in {tag for tag, _ in page.tags}
        assert HOSTILE in page.text
        assert all("javascript:" not in str(link["href"]) for link in page.links())


# ---- answers


def test_each_marker_is_a_link_to_its_place_with_a_card() -> None:
    html = show.answer_html(quoting((LAKE, "关停排污企业37家"), (SCHOOL, "新增学位8600个")), ZH)
    first, second = rendered(html).links()
    start = LAKE.text.index("关停排污企业37家")
    assert str(first["href"]).startswith(f"/source/lake2019?start={start}&end={start + 9}&quote=")
    assert str(first["href"]).endswith("#cited")
    for said in (
        "在云台县环境保护大会上的讲话",
        "周闻山 · 2019-03-08",
        "一、认清形势",
        "关停排污企业37家",
    ):
        assert said in rendered(html.split('class="card"')[1]).text
    assert "trail=" in str(second["href"])


def test_a_card_breaks_no_paragraph_and_shortens_a_long_quote() -> None:
    start = LAKE.text.index("第1条措施")
    quote = LAKE.text[start : LAKE.text.index("三、加强领导")]
    html = show.answer_html(quoting((LAKE, quote), text="逐项落实 [1]"), ZH)
    card = html.split('<span class="card">')[1].split("</p>")[0]
    assert "<br>" not in card
    assert rendered(card).text.count("第5条措施") == 1
    assert "第9条措施" not in rendered(card).text
    assert "…" in rendered(card).text


def test_a_marker_without_citation_is_no_link() -> None:
    page = rendered(show.answer_html(quoting((LAKE, "37家"), text="37家 [1],另见 [7]。"), ZH))
    assert len(page.links()) == 1
    assert "另见 [7]。" in page.text


def test_the_short_answer_is_bold_once_and_never_inside_a_link() -> None:
    answer = quoting((LAKE, "关停排污企业37家"), text="1. 共37家,即37家 [1]", short_answer="37家")
    html = show.answer_html(answer, ZH)
    assert html.count("<strong>37家</strong>") == 1
    assert (
        "<strong>1</strong>"
        not in show.answer_html(answer | {"short_answer": "1"}, ZH).split("<a")[1]
    )


def test_a_short_answer_over_lines_breaks_no_tag() -> None:
    answer = quoting((LAKE, "37家"), text="37家\n有回音 [1]", short_answer="家\n有")
    assert "<strong>" not in show.answer_html(answer, ZH)


def test_coverage_is_shown_in_the_language_of_the_page() -> None:
    answer = quoting((LAKE, "37家"), coverage=0.6)
    assert "有据 60%" in rendered(show.answer_html(answer, ZH)).text
    assert "60% supported" in rendered(show.answer_html(answer, EN)).text


@pytest.mark.parametrize("reason", list(Reason))
def test_a_refusal_looks_different_and_offers_the_nearest_passages(reason: Reason) -> None:
    library = MemoryLibrary()
    *_, declined = QuotingAssistant(library).stream(Question("火星上有什么?"))
    assert isinstance(declined, Answer)
    answer = answer_json(declined) | {"reason": reason.value}
    page = rendered(show.answer_html(answer, ZH))
    assert page.tags[0] == ("div", {"class": "refusal"})
    assert ZH.verdicts[reason] in page.text
    assert len(page.links()) == 1
    assert "有据" not in page.text


def test_a_refusal_that_cites_offers_what_it_cites() -> None:
    answer = quoting(
        (LAKE, "37家"), text="没有答案。 [1]", answered=False, reason=Reason.NO_EVIDENCE
    )
    page = rendered(show.answer_html(answer, ZH))
    assert "[1]" not in page.text
    assert len(page.links()) == 1
    assert "37家" in page.text


def test_sources_name_title_speaker_date_section_and_quote() -> None:
    page = Reader(show.sources_html([quoting((LAKE, "铺设污水管网118公里"))], ZH))
    for words in (
        "在云台县环境保护大会上的讲话", "周闻山 · 2019-03-08",
        "一、认清形势,增强治理镜湖的责任感 › (一)成绩来之不易。", "铺设污水管网118公里",
    ):  # fmt: skip
        assert words in page.text
    assert ZH.sources_steps[0] in show.sources_html([], ZH)


def test_sources_name_other_printings_and_trust_no_link_that_comes_back() -> None:
    answer = quoting((LAKE, "铺设污水管网118公里"))
    other = {"doc_id": "reprint", "title": HOSTILE, "date": "2019-05-01", "url": "javascript:1"}
    answer["citations"][0]["also_in"] = [other]
    page = Reader(show.sources_html([answer], ZH))
    assert ZH.also_printed in page.text
    assert f"{HOSTILE} · 2019-05-01" in page.text
    assert str(page.links()[1]["href"]).startswith("/source/reprint?start=")
    assert len(page.links()) == 2


# ---- conversations


def test_a_conversation_is_shown_again_as_it_was() -> None:
    answers = (to_keep(quoting((LAKE, "37家"))), to_keep(quoting((SCHOOL, "12所"))))
    kept = as_kept(Conversations().with_answers(answers))
    read = read_kept(json.loads(json.dumps(kept)))
    assert show.chat_messages(read.answers, ZH) == show.chat_messages(answers, ZH)
    assert [t.content for t in turns(read.answers)] == ["问?", "37家 [1]", "问?", "12所 [1]"]
    assert [t.role for t in turns(read.answers)] == ["user", "assistant"] * 2


def test_conversations_are_kept_apart_and_the_latest_comes_first() -> None:
    lake, school = (to_keep(quoting((LAKE, "37家"))),), (to_keep(quoting((SCHOOL, "12所"))),)
    one = Conversations().with_answers(lake)
    two = one.opened(None).with_answers(school)
    assert [c.number for c in two.kept] == [2, 1]
    assert (two.current, two.answers) == (2, school)
    back = two.opened(1).with_answers(lake + lake)
    assert [(c.number, len(c.answers)) for c in back.kept] == [(1, 2), (2, 1)]
    assert [c.title for c in back.renamed("  镜湖  ").kept] == ["镜湖", "问?"]
    assert back.renamed("  ") == back
    gone = back.discarded()
    assert ([c.number for c in gone.kept], gone.current, gone.answers) == ([2], None, ())


def test_a_conversation_keeps_the_speeches_that_it_is_about() -> None:
    lake = (to_keep(quoting((LAKE, "37家"))),)
    about = Conversations().with_answers(lake, ("lake2019",))
    two = about.opened(None).with_answers(lake)
    read = read_kept(json.loads(json.dumps(as_kept(two))))
    assert read.within == ()
    assert read.opened(1).within == ("lake2019",)
    assert read.opened(1).with_answers(lake * 2).within == ()
    old = as_kept(about)
    del old["conversations"][0]["within"]  # kept before there was a choice
    assert read_kept(old).within == ()


def test_no_more_is_kept_than_a_browser_holds() -> None:
    answer = (to_keep(quoting((LAKE, "37家"))),)
    many = Conversations()
    for _ in range(35):
        many = many.opened(None).with_answers(answer)
    assert [c.number for c in many.kept] == list(range(35, 5, -1))
    assert len(Conversations().with_answers(answer * 50).answers) == 40


@pytest.mark.parametrize(
    "kept",
    [
        None, "x", [], {"current": 1}, {"current": None, "conversations": [{"number": 1}]},
        {"current": 1, "conversations": [{"number": 1, "title": "t", "answers": [{"answer": 3}]}]},
    ],
)  # fmt: skip
def test_what_a_browser_made_up_is_dropped(kept: object) -> None:
    assert read_kept(kept) == Conversations()


def test_a_reason_that_there_is_not_is_made_up() -> None:
    refusal = quoting(text="没有", answered=False) | {"reason": "because"}
    made_up = {"number": 1, "title": "t", "answers": [refusal]}
    assert read_kept({"current": 1, "conversations": [made_up]}) == Conversations()
    assert "没有找到依据" in show.answer_html(refusal | {"reason": None}, ZH)


def test_feedback_becomes_questions_for_an_evaluation(tmp_path: Path) -> None:
    log = FeedbackLog(tmp_path)
    assert log.questions() == []
    good = quoting((LAKE, "37家"), short_answer="37家")
    declined = quoting(text="没有", answered=False, reason=Reason.NO_EVIDENCE)
    log.add(good | {"question": "多少家?"}, helpful=False, reason="少了")
    log.add(good | {"question": "多少家?"}, helpful=True)
    log.add(declined | {"question": "火星?"}, helpful=True)
    log.add(good | {"question": "几所?"}, helpful=False, reason=" 答非所问\n")
    assert FeedbackLog(tmp_path).questions() == [
        {"id": "f1", "question": "多少家?", "answers": ["37家"], "helpful": True, "reason": ""},
        {"id": "f2", "question": "火星?", "answers": [], "helpful": True, "reason": ""},
        {"id": "f3", "question": "几所?", "helpful": False, "reason": "答非所问"},
    ]


# ---- library


def test_example_questions_name_what_the_library_has() -> None:
    library = MemoryLibrary()
    questions = example_questions(library, ZH)
    assert (
        questions[0]
        == "《在云台县环境保护大会上的讲话》中，“认清形势,增强治理镜湖的责任感”是怎么说的？"
    )
    assert questions[1] == "林一苇在讲话中提出了哪些要求？"
    assert len(questions) == 3
    library.held.clear()
    assert example_questions(library, ZH) == []


def test_masked_speakers_make_no_example() -> None:
    masked = Document("m", "全文", Metadata(title="在会上的讲话", speaker="**同志"))
    library = MemoryLibrary(held={"lake2019": LAKE, "m": masked})
    assert example_questions(library, ZH)[1] == "《在会上的讲话》主要讲了什么？"


def test_a_heading_of_markdown_is_asked_about_without_its_marks() -> None:
    text = "## 一、认清治水形势\n要治水。"
    heading = text.split("\n", maxsplit=1)[0]
    section = Section(1, "一", heading, 0, len(heading), len(text))
    speech = Document("s", text, Metadata(title="在治水会上的讲话"), (section,))
    (question,) = example_questions(MemoryLibrary(held={"s": speech}), ZH)
    assert question == "《在治水会上的讲话》中，“认清治水形势”是怎么说的？"


LISTED = [
    entry(Document(doc_id, "全文", about))
    for doc_id, about in {
        "a": Metadata(
            title="在环保大会上的讲话", speaker="周闻山", date="2019-03-08", venue="环保大会"
        ),
        "b": Metadata(title="在教育会议上的讲话", speaker="林一苇", date="2020"),
        "c": Metadata(title="工会報告", speaker="周闻山"),
    }.items()
]


@pytest.mark.parametrize(
    ("words", "speaker", "year", "found"),
    [
        ("", None, None, "bac"),
        ("讲话", None, None, "ba"),
        ("环保 周闻山", None, None, "a"),
        ("报告", None, None, "c"),
        ("", "周闻山", None, "ac"),
        ("", "周闻山", "2019", "a"),
        ("", None, "2020", "b"),
        ("没有", None, None, ""),
    ],
)
def test_the_list_is_narrowed_by_words_speaker_and_year(
    words: str, speaker: str | None, year: str | None, found: str
) -> None:
    assert "".join(s.doc_id for s in shelf.matching(LISTED, words, speaker, year)) == found


def test_the_choices_are_what_the_library_has() -> None:
    assert shelf.speakers(LISTED) == ["林一苇", "周闻山"]  # by sound: Lin, Zhou
    assert shelf.years(LISTED) == ["2020", "2019"]


def test_the_menu_of_speeches_has_the_newest_and_the_chosen_ones() -> None:
    assert shelf.speech_choices(LISTED) == [
        ("在教育会议上的讲话 · 2020", "b"), ("在环保大会上的讲话 · 2019-03-08", "a"),
        ("工会報告", "c"),
    ]  # fmt: skip
    many = [
        entry(Document(str(n), "文", Metadata(title="题", date=f"{n:04}"))) for n in range(1, 3001)
    ]
    offered = [doc_id for _, doc_id in shelf.speech_choices(many, ("7", "3000"))]
    assert len(offered) == 2001
    assert offered[-1] == "7"


# ---- corrections


def test_what_was_written_becomes_what_has_changed() -> None:
    about = Metadata(title="题", speaker="甲", date="2019", venue="会", office="县长")
    written = {
        "title": "题",
        "speaker": " 乙 ",
        "date": "2019年3月8日",
        "venue": "",
        "publisher": "",
    }
    assert changes(about, written) == {"speaker": "乙", "date": "2019-03-08", "venue": None}
    assert changes(about, {"date": "２０１９"}) == {}
    assert changes(about, {"date": ""}) == {"date": None}


@pytest.mark.parametrize("date", ["昨天", "2019-13-01", "2019年2月30日", "3月8日"])
def test_a_date_that_is_none_is_refused(date: str) -> None:
    with pytest.raises(DateNotUnderstoodError, match=date):
        changes(Metadata(), {"date": date})


def test_a_report_names_the_file_and_not_where_the_server_keeps_it() -> None:
    failed = SourceReport("/srv/secret/讲话.txt", "failed", error="/srv/secret/讲话.txt is empty")
    html = shelf.reports_html([failed], ZH)
    assert "secret" not in html
    assert "讲话.txt is empty" in html
    assert "未能读取" in html


def test_uploads_of_the_same_name_do_not_replace_each_other(tmp_path: Path) -> None:
    one, two = tmp_path / "1" / "讲话.txt", tmp_path / "2" / "讲话.txt"
    for path, text in ((one, "甲"), (two, "乙")):
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    root = tmp_path / "library"
    kept = kept_uploads([one, two], root)
    assert [path.read_text(encoding="utf-8") for path in kept] == ["甲", "乙"]
    assert kept_uploads([one], root) == kept[:1]
    assert {path.name for path in kept} == {"讲话.txt"}
    assert len([path for path in root.rglob("*") if path.is_file()]) == 2


def test_the_list_stands_in_the_order_of_a_column() -> None:
    def listed(order: shelf.Order) -> str:
        return "".join(e.doc_id for e in shelf.matching(LISTED, order=order))

    newest = listed(shelf.Order())
    oldest = listed(shelf.Order().turned_to("date"))
    dated = [e.doc_id for e in LISTED if e.metadata.date]
    undated = [e.doc_id for e in LISTED if not e.metadata.date]
    assert sorted(newest[: len(dated)]) == sorted(dated)
    assert oldest[: len(dated)] == newest[: len(dated)][::-1]
    assert newest[len(dated) :] == oldest[len(dated) :] == "".join(undated)  # last either way
    by_speaker = shelf.Order().turned_to("speaker")
    assert (by_speaker.column, by_speaker.descending) == ("speaker", False)


def test_chinese_is_sorted_by_its_sound() -> None:
    names = ["周闻山", "安乐", "林一苇", "白鹭"]
    assert sorted(names, key=shelf.alphabetical) == ["安乐", "白鹭", "林一苇", "周闻山"]


def test_an_uploads_failures_come_first_and_are_counted() -> None:
    done = SourceReport("/srv/好.txt", "added", chunks=2)
    failed = SourceReport("/srv/坏.txt", "failed", error="/srv/坏.txt is broken <b>")
    html = shelf.reports_html([done, failed], ZH)
    assert "2 个文件：已加入 1；未能读取 1" in html
    assert html.index("坏.txt") < html.index("好.txt")
    assert "/srv" not in html
    assert "<b>" not in html.replace("<b>坏", "").replace("<b>好", "")
