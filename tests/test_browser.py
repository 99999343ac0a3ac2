"""The pages in a real Chromium: ask, see the answer come, click, land on the sentence."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from web_fakes import HOSTILE, LAKE_TEXT, MemoryLibrary, QuotingAssistant
from web_serving import serving

from rag.feedback import FeedbackLog

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MISSING = "no Chromium: apt-get install chromium fonts-noto-cjk, and pip install playwright"
ARGUMENTS = [
    "--no-sandbox", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-domain-reliability",
]  # fmt: skip
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
QUESTION, SENTENCE = "去年关停了多少家排污企业?", "去年全县关停排污企业37家"


@dataclass
class Site:
    """The application as it is served, and what stands behind it."""

    address: str
    library: MemoryLibrary
    assistant: QuotingAssistant


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    import ui

    library = MemoryLibrary(root=tmp_path_factory.mktemp("library"), removed={"gone"})
    assistant = QuotingAssistant(library)
    with serving(ui.create_app(assistant, library)) as address:
        yield Site(address, library, assistant)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip(MISSING)
    playwright = pytest.importorskip("playwright.sync_api", reason=MISSING)
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[WIDE, NARROW], ids=["1280", "390"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    return dict(request.param)


@pytest.fixture
def page(chromium: Any, site: Site, size: dict[str, int]) -> Iterator[Any]:
    """A page whose test fails when anything leaves this machine, throws, or breaks the policy."""
    context = chromium.new_context(viewport=size, locale="zh-CN")
    context.set_default_timeout(20_000)
    trouble: list[str] = []

    def complains(message: Any) -> bool:
        """Whether it is an error; Gradio notes it when leaving a page breaks off its connection."""
        broken_off = "AbortError" in message.text or "Connection errored out" in message.text
        return message.type == "error" and not broken_off

    def watch(opened: Any) -> None:
        opened.on("pageerror", lambda error: trouble.append(f"thrown: {error}"))
        opened.on("console", lambda message: complains(message) and trouble.append(message.text))

    def leaves(request: Any) -> None:
        if not request.url.startswith((site.address, "data:", "blob:")):
            trouble.append(f"leaves this machine: {request.url}")

    context.on("request", leaves)
    context.on("page", watch)
    yield context.new_page()
    site.assistant.gate.set()
    context.close()
    assert trouble == []


def ask(page: Any, question: str) -> None:
    page.fill("#question textarea", question)
    page.click("#send")


def check(page: Any, draft: str) -> None:
    page.fill("#draft", draft)
    page.click("main button")
    page.wait_for_selector(".verdicts")


def overflow(page: Any) -> int:
    """By how many pixels the page is wider than the window."""
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(width))


def test_from_the_question_to_the_highlighted_sentence(page: Any, site: Site) -> None:
    page.goto(site.address)
    site.assistant.gate.clear()
    ask(page, QUESTION)
    page.wait_for_selector("#chat .growing >> text=今天召开全县")  # the first piece, and no more
    assert SENTENCE not in page.inner_text("#chat .growing")
    site.assistant.gate.set()
    page.wait_for_selector("#chat a.cite")
    complete = page.inner_text("#chat .answer")
    assert SENTENCE in complete
    assert "有据 100%" in complete
    source = page.locator(".sources li").nth(1)
    assert "周闻山 · 2019-03-08" in source.inner_text()
    assert SENTENCE in source.inner_text()
    assert overflow(page) == 0
    with page.expect_popup() as opened:
        page.locator("#chat a.cite").nth(1).click()
    speech = opened.value
    speech.wait_for_load_state()
    assert speech.url.endswith("#cited")
    cited = speech.locator("#cited")
    assert cited.inner_text().startswith(SENTENCE)
    assert cited.evaluate(
        "e => { const b = e.getBoundingClientRect(); return b.top >= 0 && b.bottom <= innerHeight }"
    )
    assert overflow(speech) == 0
    speech.click("a[rel=prev]")
    speech.wait_for_function("document.querySelector('#cited').innerText.includes('今天召开')")


def test_the_sources_stand_beside_the_chat_or_below_it(page: Any, site: Site, size: Any) -> None:
    page.goto(site.address)
    chat, sources = page.locator("#talk").bounding_box(), page.locator("#evidence").bounding_box()
    if size == WIDE:
        assert sources["x"] >= chat["x"] + chat["width"]
    else:
        assert sources["y"] >= chat["y"] + chat["height"]


def test_a_far_sentence_is_scrolled_to(page: Any, site: Site) -> None:
    start = LAKE_TEXT.index("年底考核不达标")
    page.goto(f"{site.address}/source/lake2019?start={start}&end={start + 7}#cited")
    assert page.locator("#cited").inner_text() == "年底考核不达标"
    assert page.evaluate("scrollY") > 200
    top = page.locator("#cited").evaluate("e => e.getBoundingClientRect().top")
    assert 0 <= top <= page.viewport_size["height"]


def test_selecting_a_speech_gives_its_stored_text(page: Any, site: Site) -> None:
    page.goto(f"{site.address}/source/lake2019")
    page.locator("details.fold").evaluate("e => { e.open = true }")
    selected = page.evaluate(
        "() => { getSelection().selectAllChildren(document.querySelector('article'));"
        " return getSelection().toString() }"
    )
    assert LAKE_TEXT in selected.replace("网页附带文字（4 行）\n", "")


def test_a_speech_is_read_without_javascript(chromium: Any, site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport=NARROW)
    page = context.new_page()
    page.goto(f"{site.address}/source/lake2019")
    page.click("details.contents summary")
    page.click("details.contents a >> nth=3")
    assert page.locator("#s3").is_visible() or page.url.endswith("#s3")
    context.close()


def test_hostile_text_shows_literally_and_does_nothing(page: Any, site: Site) -> None:
    page.goto(site.address)
    page.wait_for_selector("#chat .example")
    assert page.get_by_text(HOSTILE).count() >= 1  # as an example question
    ask(page, "全县种树多少")
    page.wait_for_selector("#chat a.cite")
    assert HOSTILE in page.locator("#chat .answer").inner_text()
    assert HOSTILE in page.locator(".sources li").last.inner_text()
    page.click("#library-tab-button")
    page.wait_for_selector(".shelf")
    assert HOSTILE in page.locator(".shelf").inner_text()
    assert page.evaluate("window.hacked") is None
    page.goto(f"{site.address}/source/hostile")
    assert HOSTILE in page.locator("article").inner_text()
    assert page.evaluate("window.hacked") is None


def test_a_refusal_is_told_from_an_answer(page: Any, site: Site) -> None:
    page.goto(site.address)
    ask(page, "火星上有没有水?")
    page.wait_for_selector("#chat .refusal")
    assert "没有找到依据" in page.inner_text("#chat .refusal")
    assert page.locator("#chat .refusal a").count() == 1
    assert page.locator("#chat .answer").count() == 0
    assert page.locator(".sources li").count() == 0


def test_a_stopped_question_goes_back_into_the_box(page: Any, site: Site) -> None:
    site.assistant.gate.clear()
    page.goto(site.address)
    ask(page, QUESTION)
    page.wait_for_selector("#chat .growing >> text=今天召开全县")
    page.click("#stop")
    page.wait_for_selector("#send")
    assert page.input_value("#question textarea") == QUESTION
    assert page.locator("#chat .answer").count() == 0
    site.assistant.gate.set()
    page.click("#send")
    page.wait_for_selector("#chat a.cite")


def test_a_breakdown_is_said_and_the_question_kept(page: Any, site: Site) -> None:
    page.goto(site.address)
    ask(page, "故障了会怎样?")
    page.wait_for_selector("#chat .said")
    assert "这次没有答出来" in page.inner_text("#chat .said")
    assert page.input_value("#question textarea") == "故障了会怎样?"
    ask(page, QUESTION)
    page.wait_for_selector("#chat a.cite")


def test_a_closed_tab_stops_its_question(page: Any, site: Site) -> None:
    site.assistant.gate.clear()
    site.assistant.left.clear()
    page.goto(site.address)
    ask(page, QUESTION)
    page.wait_for_selector("#chat .growing >> text=今天召开全县")
    page.close()
    for _ in range(100):
        site.assistant.gate.set()
        site.assistant.gate.clear()
        if site.assistant.left.wait(0.1):
            break
    assert site.assistant.left.is_set()


def test_retry_edit_and_a_new_conversation(page: Any, site: Site) -> None:
    page.goto(site.address)
    ask(page, QUESTION)
    page.wait_for_selector("#chat a.cite")
    site.assistant.gate.clear()
    page.click("#chat button[aria-label='重试']")
    page.wait_for_selector("#chat .growing")
    site.assistant.gate.set()
    page.wait_for_selector("#chat a.cite")
    assert page.locator("#chat .answer").count() == 1
    page.reload()
    page.wait_for_selector("#chat a.cite")  # kept by the browser
    assert SENTENCE in page.inner_text("#sources")
    page.click("#fresh")
    page.wait_for_selector("#chat .example")
    assert page.locator("#chat .answer").count() == 0


def test_conversations_are_kept_apart_in_the_browser(page: Any, site: Site) -> None:
    page.goto(site.address)
    ask(page, QUESTION)
    page.wait_for_selector("#chat a.cite")
    page.click("#fresh")
    page.wait_for_selector("#chat .example")
    ask(page, "今年新建了几所学校?")
    page.wait_for_selector("#chat a.cite")
    assert "12所" in page.inner_text("#chat .answer")
    page.click("#rename")
    page.fill("#title textarea, #title input", "学校")
    page.keyboard.press("Enter")
    page.wait_for_selector("#title", state="hidden")
    assert page.input_value("#picker input") == "学校"
    page.reload()
    page.wait_for_selector("#chat a.cite")
    page.click("#picker input")
    page.click(f"#picker [role=option] >> text={QUESTION}")
    page.wait_for_selector("#chat .answer >> text=37家")
    page.click("#discard")
    page.click("#discard-sure")
    page.wait_for_selector("#chat .example")
    page.click("#picker input")
    (left,) = page.locator("#picker [role=option]").all_inner_texts()
    assert "学校" in left


def test_an_answer_is_taken_along(page: Any, site: Site) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(site.address)
    ask(page, QUESTION)
    page.wait_for_selector("#copy")
    page.click("#copy")
    page.wait_for_selector("text=已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(
        "[1] 周闻山. 在云台县环境保护大会上的讲话[EB/OL]. (2019-04-02)"
        f"[{date.today()}]. https://www.example.org/lake."
    )
    with page.expect_download() as markdown:
        page.click("#as-markdown")
    text = Path(markdown.value.path()).read_text(encoding="utf-8")
    assert f"{site.address}/source/lake2019?start=" in text
    with page.expect_download() as word:
        page.click("#as-word")
    assert word.value.suggested_filename.endswith(".docx")
    assert Path(word.value.path()).read_bytes().startswith(b"PK")


def test_feedback_is_noted_with_its_reason(page: Any, site: Site) -> None:
    page.goto(site.address)
    ask(page, QUESTION)
    page.wait_for_selector("#chat a.cite")
    page.click("#chat button[aria-label='踩']")
    page.fill("#why textarea, #why input", "少了一项")
    page.keyboard.press("Enter")
    page.wait_for_selector("#why", state="hidden")
    *_, last = FeedbackLog(site.library.root).lines()
    assert (last["helpful"], last["reason"]) == (False, "少了一项")
    assert last["answer"]["question"] == QUESTION


def test_an_example_question_is_asked_by_a_click(page: Any, site: Site) -> None:
    page.goto(site.address)
    page.click("#chat .example >> nth=1")
    page.wait_for_selector("#chat .user")
    assert "林一苇" in page.inner_text("#chat .user")


def test_files_go_into_the_library_and_speeches_out_of_it(
    page: Any, site: Site, tmp_path: Path
) -> None:
    good, empty = tmp_path / "新讲话.txt", tmp_path / "空.txt"
    good.write_text("在云台县种树大会上的讲话\n种树一千棵。", encoding="utf-8")
    empty.write_text(" ", encoding="utf-8")
    page.goto(site.address)
    page.click("#library-tab-button")
    page.wait_for_selector(".shelf")
    page.set_input_files("#upload input[type=file]", [good, empty])
    page.wait_for_selector(".reports .failed")
    report = page.inner_text("#news")
    assert "新讲话.txt 已加入" in report
    assert "空.txt 未能读取" in report
    page.wait_for_function("document.querySelector('.banner .size').innerText.includes('4')")
    row = page.locator(".shelf tbody tr", has_text="种树大会")
    row.locator("summary").click()
    row.locator("[data-remove]").click()
    page.wait_for_function("document.querySelector('.banner .size').innerText.includes('3')")
    assert "已移出资料库：在云台县种树大会上的讲话" in page.inner_text("#news")
    row.wait_for(state="detached")
    page.fill("#search textarea", "教育")
    page.wait_for_function("document.querySelectorAll('.shelf tbody tr').length === 1")
    assert overflow(page) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_bars_a_reader_from_the_pages(page: Any, site: Site, scheme: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python"
    ).Axe()
    page.emulate_media(color_scheme=scheme)
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        page.wait_for_timeout(300)  # colours fade in
        found[name] = [
            f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"
            for violation in axe.run(page).response["violations"]
            if violation["impact"] in {"serious", "critical"}
        ]

    page.goto(site.address)
    page.wait_for_selector("#chat .example")
    look("welcome")
    ask(page, QUESTION)
    page.wait_for_selector("#chat a.cite")
    ask(page, "火星上有没有水?")
    page.wait_for_selector("#chat .refusal")
    look("answers")
    page.locator("#chat a.cite").first.focus()
    look("card")
    page.click("#library-tab-button")
    page.wait_for_selector(".shelf")
    page.locator(".shelf .correct").first.click()
    page.wait_for_selector("#correction")
    look("library")
    page.goto(f"{site.address}/source/lake2019?start=114&end=130#cited")
    look("speech")
    page.goto(f"{site.address}/source/school2020")
    look("plain speech")
    page.goto(f"{site.address}/check")
    check(page, f"{SENTENCE}。去年全县关停排污企业73家。火星上有水。")
    look("draft")
    page.goto(f"{site.address}/trends")
    look("timeline")
    page.goto(f"{site.address}/trends?q=全县")
    look("term")
    page.goto(f"{site.address}/about")
    look("about")
    assert found == {name: [] for name in found}


def test_the_keyboard_is_enough(page: Any, site: Site) -> None:
    page.goto(site.address)
    page.wait_for_selector("#chat .example")
    page.focus("#question textarea")
    page.keyboard.insert_text(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("#chat a.cite")
    page.focus("#chat a.cite")
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring == "solid"
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    assert "/source/lake2019" in opened.value.url


def test_each_language_has_its_page(page: Any, site: Site) -> None:
    page.goto(site.address)
    page.wait_for_selector(".banner .language")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.click(".banner .language")
    page.wait_for_url("**/en/")
    page.wait_for_selector("text=What would you like to find")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("#send").inner_text() == "Ask"


def test_the_language_is_right_before_any_script_runs(page: Any, site: Site) -> None:
    for path, lang in (("/", "zh-CN"), ("/en/", "en")):
        html = page.request.get(site.address + path).text()
        assert re.findall(r"<html[^>]*?\slang=\"([^\"]*)\"", html) == [lang]


def test_a_markers_card_shows_its_source_to_pointer_and_keyboard(page: Any, site: Site) -> None:
    page.goto(site.address)
    ask(page, QUESTION)
    page.wait_for_selector("#chat a.cite")
    marker, card = page.locator("#chat a.cite").nth(1), page.locator("#chat .card").nth(1)
    assert not card.is_visible()
    marker.hover()
    card.wait_for()
    for said in ("在云台县环境保护大会上的讲话", "周闻山 · 2019-03-08", "一、认清形势", SENTENCE):
        assert said in card.inner_text()
    card.hover()  # the pointer can go to the card without losing it
    assert card.is_visible()
    box, line = card.bounding_box(), marker.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]
    assert box["y"] >= line["y"] + line["height"] or box["y"] + box["height"] <= line["y"]
    page.mouse.move(1, 1)
    card.wait_for(state="hidden")
    page.locator("#chat a.cite").first.focus()
    page.keyboard.press("Tab")
    card.wait_for()
    assert marker.evaluate("e => e === document.activeElement")
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    assert overflow(page) == 0


def test_a_conversation_is_kept_to_chosen_speeches(page: Any, site: Site) -> None:
    def chosen() -> list[str]:
        return [text.strip() for text in page.locator("#within .token").all_inner_texts()]

    page.goto(f"{site.address}/source/school2020")
    page.click("text=只问这篇")
    page.wait_for_selector("#within .token")
    assert chosen() == ["在云台县教育工作会议上的讲话 · 2020"]
    site.assistant.asked.clear()
    ask(page, "今年新建了几所学校?")
    page.wait_for_selector("#chat a.cite")
    page.click("#fresh")
    page.wait_for_selector("#within .token", state="detached")
    ask(page, QUESTION)
    page.wait_for_selector("#chat .answer >> text=37家")
    assert [q.within for q in site.assistant.asked] == [frozenset({"school2020"}), None]
    page.goto(site.address)
    page.wait_for_selector("#chat a.cite")
    page.click("#picker input")
    page.click("#picker [role=option] >> text=今年新建")
    page.wait_for_selector("#within .token")  # remembered with its conversation
    page.click("#chat button[aria-label='重试']")
    page.wait_for_function("document.querySelectorAll('#chat .growing').length === 0")
    assert overflow(page) == 0
    page.click("#within input")
    page.click("#within [role=option] >> text=环境保护")
    assert len(chosen()) == 2
    ask(page, "今年新建了几所学校?")
    page.wait_for_function("document.querySelectorAll('#chat .answer').length === 2")
    assert site.assistant.asked[-2].within == frozenset({"school2020"})
    assert site.assistant.asked[-1].within == frozenset({"school2020", "lake2019"})


def test_what_is_known_of_a_speech_is_corrected_by_hand(page: Any, site: Site) -> None:
    page.goto(site.address)
    page.click("#library-tab-button")
    row = page.locator(".shelf tbody tr", has_text="教育工作")
    row.locator(".correct").click()
    page.wait_for_function("document.activeElement.closest('#mend-title')")
    assert page.input_value("#mend-speaker input, #mend-speaker textarea") == "林一苇"
    page.fill("#mend-date input, #mend-date textarea", "某日")
    page.click("#save")
    page.wait_for_selector("#news >> text=看不懂这个日期")
    page.fill("#mend-date input, #mend-date textarea", "2020年5月6日")
    page.fill("#mend-speaker input, #mend-speaker textarea", " 林一  苇 ")
    page.click("#save")
    page.wait_for_selector("#correction", state="hidden")
    row.locator("td >> text=2020-05-06").wait_for()
    assert site.library.document("school2020").metadata.speaker == "林一 苇"
    assert overflow(page) == 0
    for field, value in (("speaker", "林一苇"), ("date", "2020")):
        site.library.correct("school2020", field, value)


def test_a_draft_is_checked_and_a_verdict_leads_to_its_source(page: Any, site: Site) -> None:
    page.goto(site.address)
    page.click(".banner >> text=核对")
    check(page, f"{SENTENCE}。去年全县关停排污企业73家。")
    assert page.locator(".verdicts > .supported").count() == 1
    assert "数字不同" in page.inner_text(".verdicts > .contradicted .verdict")
    assert overflow(page) == 0
    page.click(".verdicts > .contradicted blockquote a")
    assert page.locator("#cited").inner_text().startswith(SENTENCE)


def test_a_bar_leads_to_its_sentences(page: Any, site: Site) -> None:
    page.goto(site.address)
    page.click(".banner >> text=词频")
    page.wait_for_selector(".timeline")
    assert overflow(page) == 0
    page.fill("#term", "全县")
    page.keyboard.press("Enter")
    page.wait_for_selector("table.bars")
    widths = [
        bar.bounding_box()["width"]
        for bar in page.locator("table.bars").first.locator("rect").all()
        if bar.bounding_box()
    ]
    assert widths[0] == pytest.approx(2 * widths[-1], rel=0.02)  # 2019: 2, undated: 1
    assert overflow(page) == 0
    page.click("table.bars >> text=2019")
    assert page.locator(".excerpts li").count() == 2
    page.click(".excerpts a >> nth=1")
    assert page.locator("#cited").inner_text().startswith(SENTENCE)
