"""A reader in a real Chromium: signs in, asks, finds the conversation elsewhere, is signed out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from accounts import PASSWORD, READER, accounts_in, application
from test_browser import NARROW, QUESTION, WIDE, ask, chromium, overflow
from web_fakes import MemoryLibrary, QuotingAssistant
from web_serving import serving

from rag.access import Access, Accounts, Limits

pytestmark = pytest.mark.browser
__all__ = ["chromium"]  # a fixture


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Accounts]]:
    library = MemoryLibrary(root=tmp_path_factory.mktemp("library"))
    accounts = accounts_in(library.root)
    access = Access(accounts, None, Limits())
    with serving(application(QuotingAssistant(library), library, access=access)) as address:
        yield address, accounts


def signed_in(browser: Any, address: str, path: str) -> Any:
    page = browser.new_context(locale="zh-CN", viewport=WIDE).new_page()
    page.goto(address + path)
    page.fill("#name", READER)
    page.fill("#password", PASSWORD)
    page.click("main button")
    return page


def test_a_readers_way(chromium: Any, site: tuple[str, Accounts]) -> None:
    address, accounts = site
    page = signed_in(chromium, address, "/")
    ask(page, QUESTION)
    page.wait_for_selector("#chat a.cite")
    page.wait_for_selector("#conversations")
    assert QUESTION not in page.evaluate("JSON.stringify(localStorage)")
    page.click("#library-tab-button")
    page.wait_for_selector(".shelf")
    for closed in (
        "#upload",
        "#upload-more",
        "[data-remove]",
        "[data-correct]",
        ".removal summary",
    ):
        assert not page.locator(closed).first.is_visible(), closed
    for opened in (".shelf .preview", ".shelf [data-sort]"):
        assert page.locator(opened).first.is_visible(), opened

    elsewhere = signed_in(chromium, address, "/")
    elsewhere.click("#picker input")
    elsewhere.click(f"[role=option]:has-text('{QUESTION[:10]}')")
    elsewhere.wait_for_selector("#chat a.cite")

    accounts.users.set_password(accounts.users.named(READER), PASSWORD)  # ends all sessions
    page.click("#chat-tab-button")
    ask(page, QUESTION)
    page.wait_for_url("**/login?next=%2F")
    for opened in (page, elsewhere):
        opened.context.close()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_bars_anybody_from_signing_in(
    chromium: Any, site: tuple[str, Accounts], size: dict[str, int], scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    for locale, lang in (("zh-CN", "zh-CN"), ("en-GB", "en")):
        context = chromium.new_context(locale=locale, viewport=size, color_scheme=scheme)
        page = context.new_page()
        page.goto(site[0] + "/source/lake2019")
        assert page.evaluate("document.documentElement.lang") == lang
        assert page.evaluate("document.activeElement.id") == "name"
        page.keyboard.type("nobody")
        page.keyboard.press("Tab")
        page.keyboard.type("wrong wrong")
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=alert]")
        assert overflow(page) == 0
        grave = [v["id"] for v in axe.Axe().run(page).response["violations"]
                 if v["impact"] in ("serious", "critical")]  # fmt: skip
        assert grave == []
        context.close()
