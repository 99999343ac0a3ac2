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
from web_fakes import HOSTILE, LAKE_TEXT, Desk, MemoryLibrary, QuotingAssistant
from web_serving import serving

from rag.feedback import FeedbackLog
from rag.schema import Document, Metadata, Printing
from rag.settings import Settings

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
    desk: Desk


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    import ui

    library = MemoryLibrary(root=tmp_path_factory.mktemp("library"), removed={"gone"})
    assistant = QuotingAssistant(library)
    desk = Desk(Settings(library.root, passages=7), {"passages": "JIANGHUA_PASSAGES"})
    with serving(ui.create_app(assistant, library, desk=desk)) as address:
        yield Site(address, library, assistant, desk)


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
        """Whether it is an error.

        None is what Gradio notes when leaving a page breaks off its connection, or what the browser
        says of the page of a removed speech, which has the status 410.
        """
        expected = ("AbortError", "Connection errored out", "status of 410")
        return message.type == "error" and not any(said in message.text for said in expected)

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


def background(page: Any, selector: str) -> str:
    return str(page.locator(selector).first.evaluate("e => getComputedStyle(e).backgroundColor"))


def overflow(page: Any) -> int:
    """By how many pixels the page is wider than the window."""
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(width))


def test_from_the_question_to_the_highlighted_sentence(page: Any, site: Site) -> None:
    page.goto(site.address)
    site.assistant.gate.clear()
    ask(page, QUESTION)
    page.wait_for_selector("#chat .growing >> text=今天召开全县")  # the first piece, and no more
    assert SENTENCE not in page.inner_text("#chat")
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
    (nearest,) = page.locator(".sources li").all()  # the passage that it offers, unnumbered
    assert SENTENCE in nearest.inner_text()
    assert nearest.locator(".number").count() == 0
    assert background(page, "#chat .refusal") != background(page, "#chat .bot-row")


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


def test_a_question_sent_while_an_answer_grows_comes_after_it(page: Any, site: Site) -> None:
    site.assistant.gate.clear()
    page.goto(site.address)
    ask(page, QUESTION)
    page.wait_for_selector("#chat .growing >> text=今天召开全县")
    page.fill("#question textarea", "火星上有没有水?")
    page.press("#question textarea", "Enter")
    page.wait_for_timeout(300)
    assert page.input_value("#question textarea") == "火星上有没有水?"  # it waits
    site.assistant.gate.set()
    page.wait_for_selector("#chat .refusal")
    assert page.locator("#chat .user").all_inner_texts() == [QUESTION, "火星上有没有水?"]
    assert SENTENCE in page.inner_text("#chat")
    row, talk = (page.locator(at).bounding_box() for at in ("#chat .refusal", "#chat"))
    assert row["width"] > 0.9 * talk["width"]


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
    row.locator(".removal summary").click()
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
    page.goto(f"{site.address}/trends?q=学校&by=meaning")
    look("topic")
    page.goto(f"{site.address}/settings")
    look("settings")
    page.goto(f"{site.address}/source/gone")
    look("removed")
    assert found == {name: [] for name in found}


def test_a_changed_question_is_asked_in_the_place_of_the_old_one(page: Any, site: Site) -> None:
    page.goto(site.address)
    ask(page, "火星上有没有水?")
    page.wait_for_selector("#chat .refusal")
    page.click("#chat button[aria-label='编辑']")
    page.fill("#chat .user-row textarea", QUESTION)
    page.click("#chat button[aria-label='发送']")
    page.wait_for_selector("#chat a.cite")
    assert page.locator("#chat .user-row").count() == 1
    assert page.locator("#chat .refusal").count() == 0
    assert QUESTION in page.inner_text("#chat .user-row")


def test_the_sources_follow_the_answer_that_is_pointed_at(page: Any, site: Site) -> None:
    def shown() -> str:
        return str(page.locator("#sources .of-answer:not([hidden])").inner_text())

    page.goto(site.address)
    ask(page, QUESTION)
    page.wait_for_selector("#chat a.cite")
    ask(page, "今年新建了几所学校?")
    page.wait_for_function("document.querySelectorAll('#chat .answer:not(.growing)').length === 2")
    assert "学校12所" in shown()
    assert SENTENCE not in shown()
    page.locator("#chat a.cite").nth(1).focus()
    assert SENTENCE in shown()
    assert "学校12所" not in shown()
    assert page.locator("#sources .pointed").inner_text().startswith("2")
    assert overflow(page) == 0


def test_an_answer_is_said_aloud_once_and_whole(page: Any, site: Site) -> None:
    page.goto(site.address)
    page.wait_for_selector("#chat .example")
    site.assistant.gate.clear()
    ask(page, QUESTION)
    page.wait_for_selector("#chat .growing >> text=今天召开全县")
    said = page.locator("#announced")
    assert said.get_attribute("aria-live") == "polite"
    assert said.inner_text() == ""  # nothing is read out while it grows
    assert page.locator("#chat [aria-live=polite]").count() == 0
    site.assistant.gate.set()
    page.wait_for_selector("#chat a.cite")
    page.wait_for_function("document.querySelector('#announced').textContent.includes('37家')")
    assert "周闻山" not in said.inner_text()  # the cards are not part of it


def test_two_clicks_from_the_start_to_a_checked_answer(page: Any, site: Site) -> None:
    page.goto(site.address)
    ask(page, QUESTION)  # the first: an example question takes as many
    with page.expect_popup() as opened:
        page.locator("#chat a.cite").nth(1).click()
    cited = opened.value.locator("#cited")
    cited.wait_for()
    assert opened.value.evaluate(
        "getComputedStyle(document.querySelector('#cited')).backgroundColor"
    ) != background(opened.value, "article")


def test_two_clicks_from_the_start_to_an_uploaded_file(
    page: Any, site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "两次点击.txt"
    file.write_text("在云台县点击大会上的讲话\n点两次。", encoding="utf-8")
    page.goto(site.address)
    page.click("#library-tab-button")
    with page.expect_file_chooser() as chooser:
        page.click("#upload button")
    chooser.value.set_files(file)
    page.wait_for_selector("#news >> text=两次点击.txt 已加入")
    site.library.remove(["两次点击"])


def test_a_click_on_a_tab_that_is_not_heard_is_not_lost(page: Any, site: Site) -> None:
    page.goto(site.address)
    page.wait_for_selector("#library-tab-button")
    page.evaluate(
        """() => {
          const deaf = document.querySelector('#library-tab-button').cloneNode(true);
          document.body.append(deaf);
          deaf.click();
          deaf.remove();
        }"""
    )
    page.wait_for_selector("#upload button")


def test_an_upload_shows_how_far_it_is(page: Any, site: Site, tmp_path: Path) -> None:
    files = [tmp_path / "先.txt", tmp_path / "后.txt"]
    for file in files:
        file.write_text(f"在云台县{file.stem}会上的讲话\n说了。", encoding="utf-8")
    page.goto(f"{site.address}/#library")
    page.wait_for_selector(".shelf")
    site.library.reading.clear()
    page.set_input_files("#upload input[type=file]", files)
    page.wait_for_selector("#news [role=status] >> text=正在读取 先.txt")
    assert "0/2 个文件" in page.inner_text("#news")
    assert page.locator("#news progress").get_attribute("value") == "0.000"
    site.library.reading.set()
    page.wait_for_selector("#news >> text=2 个文件：已加入 2")
    assert page.locator("#news progress").count() == 0
    site.library.remove(["先", "后"])


@pytest.mark.parametrize("way", ["chosen", "dropped"])
def test_a_folder_is_taken_in_with_all_that_is_below_it(
    page: Any, site: Site, tmp_path: Path, way: str
) -> None:
    folder = tmp_path / "讲话集"
    (folder / "旧").mkdir(parents=True)
    (folder / ".隐藏.txt").write_text("不该读到", encoding="utf-8")
    for path in (folder / "上.txt", folder / "旧" / "下.txt"):
        path.write_text(f"在云台县{path.stem}会上的讲话\n说了。", encoding="utf-8")
    page.goto(f"{site.address}/#library")
    page.wait_for_selector(".shelf")
    if way == "chosen":
        with page.expect_file_chooser() as chooser:
            page.click("[data-folder]")
        chooser.value.set_files(folder)
    else:
        drop(page, "#upload", folder)
    page.wait_for_selector("#news >> text=2 个文件：已加入 2")
    assert "隐藏" not in page.inner_text("#news")
    site.library.remove(["上", "下"])


def drop(page: Any, selector: str, path: Path) -> None:
    """Drops a file or folder of this machine as a hand would, which no script of a page can."""
    page.locator(selector).scroll_into_view_if_needed()
    box = page.locator(selector).bounding_box()
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send(
            "Input.dispatchDragEvent",
            {
                "type": kind, "x": box["x"] + 40, "y": box["y"] + 40,
                "data": {"items": [], "files": [str(path)], "dragOperationsMask": 1},
            },
        )  # fmt: skip


def test_the_list_is_sorted_narrowed_and_opened(page: Any, site: Site) -> None:
    def titles() -> list[str]:
        return [
            text.split("\n")[0] for text in page.locator(".shelf tbody th > a").all_inner_texts()
        ]

    page.goto(f"{site.address}/#library")
    page.wait_for_selector(".shelf")
    lake, school = "在云台县环境保护大会上的讲话", "在云台县教育工作会议上的讲话"
    assert titles()[:2] == [school, lake]  # the newest first
    page.focus("[data-sort=date]")
    page.keyboard.press("Enter")
    page.wait_for_selector("th[aria-sort=ascending] [data-sort=date]")
    assert titles()[:2] == [lake, school]
    page.click("[data-sort=speaker]")  # Lin before Zhou
    page.wait_for_selector("th[aria-sort=ascending] [data-sort=speaker]")
    assert [t for t in titles() if t in (lake, school)] == [school, lake]
    page.click("#filters [aria-label='发布单位']")
    page.click("#filters [role=option] >> text=云台县政府办公室")
    page.wait_for_function("document.querySelectorAll('.shelf tbody tr').length === 1")
    assert titles() == [lake]
    page.click(".preview summary")
    page.wait_for_selector(".preview li >> text=(二)问题不容回避。")
    assert page.locator(".preview li").count() == 5
    assert overflow(page) == 0


def test_settings_are_changed_and_hold_at_once(page: Any, site: Site) -> None:
    try:
        page.goto(site.address)
        page.click(".banner >> text=设置")
        fixed = page.locator("fieldset", has_text="每问检索的段落数")
        assert fixed.locator("input").is_disabled()
        assert fixed.locator("input").input_value() == "7"
        assert "由 JIANGHUA_PASSAGES 设定" in fixed.inner_text()
        page.check("input[value=strict]")
        page.fill("input[name=model]", "某模型")
        page.click("main button")
        page.wait_for_selector("[role=status] >> text=已保存")
        settings = site.desk.settings
        assert (settings.strictness, settings.model) == ("strict", "某模型")
        assert settings.passages == 7
        assert page.locator("input[value=strict]").is_checked()
        assert overflow(page) == 0
        page.check("input[value=en]")
        page.click("main button")
        page.wait_for_selector("[role=status] >> text=Saved")  # the page itself has changed
        page.goto(site.address)
        page.wait_for_url("**/en/")
    finally:
        site.desk.settings = Settings(site.library.root, passages=7)


def test_a_topic_is_followed_by_its_meaning(page: Any, site: Site) -> None:
    page.goto(f"{site.address}/trends")
    page.fill("#term", "学校和教师")
    page.check("input[value=meaning]")
    page.click("main button")
    page.wait_for_selector("text=意思最接近“学校和教师”")
    assert "林一苇" in page.locator(".excerpts li a").first.inner_text()
    with page.expect_navigation():
        page.click("table.bars >> text=2020")
    assert "by=meaning" in page.url
    assert all("林一苇" in item for item in page.locator(".excerpts li a").all_inner_texts())
    assert overflow(page) == 0
    with page.expect_navigation():
        page.click(".excerpts a >> nth=0")
    assert page.locator("#cited").count() == 1


def test_a_speech_prints_without_what_surrounds_it(page: Any, site: Site) -> None:
    page.goto(f"{site.address}/source/lake2019?start=114&end=130#cited")
    page.emulate_media(media="print")
    for hidden in (".site", ".contents.wide", ".contents.narrow", ".tools", ".fold >> nth=0"):
        assert not page.locator(hidden).is_visible(), hidden
    assert SENTENCE in page.inner_text("article")
    assert page.locator("h1").is_visible()
    line = page.locator("#cited").evaluate("e => getComputedStyle(e).textDecorationLine")
    assert line == "underline"  # paper may have no colours
    assert page.pdf().startswith(b"%PDF")


def test_a_speech_tells_its_pages_its_other_printings_and_what_is_gone(
    page: Any, site: Site
) -> None:
    paged = Document("paged", "第一页的话\n第二页的话", Metadata(title="两页"), pages=(0, 6))
    site.library.held["paged"] = paged
    own, other = (Printing(d, t) for d, t in (("paged", "两页"), ("lake2019", "转载")))
    site.library.printings = dict.fromkeys(("paged", "lake2019"), (own, other))
    try:
        page.goto(f"{site.address}/source/paged?start=6&end=11#cited")
        shown = [
            line.evaluate("e => getComputedStyle(e, '::before').content")
            for line in page.locator(".line[data-page]").all()
        ]
        assert shown == ['"第 1 页"', '"第 2 页"']
        page.click(".printings >> text=转载")
        assert page.url.endswith("/source/lake2019")
    finally:
        del site.library.held["paged"]
        site.library.printings = {}
    for doc_id, status, said in (("gone", 410, "已不在资料库中"), ("never", 404, "这个链接不对")):
        reply = page.request.get(f"{site.address}/source/{doc_id}")
        assert (reply.status, said in reply.text()) == (status, True)


def test_an_empty_library_leads_to_where_it_is_filled(page: Any, site: Site) -> None:
    held, site.library.held = site.library.held, {}
    try:
        page.goto(site.address)
        page.click("#chat .welcome .fill")
        page.wait_for_selector("#upload", state="visible")
        page.wait_for_selector("#shelf >> text=把讲话拖到上面的框里")
        assert overflow(page) == 0
    finally:
        site.library.held = held


def test_the_keyboard_reaches_the_text_past_the_head(page: Any, site: Site) -> None:
    page.goto(f"{site.address}/check")
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate("e => e.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "draft"


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
    page.click(".banner >> text=趋势")
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
    with page.expect_navigation():
        page.click("table.bars >> text=2019")
    assert page.locator(".excerpts li").count() == 2
    page.click(".excerpts a >> nth=1")
    assert page.locator("#cited").inner_text().startswith(SENTENCE)
