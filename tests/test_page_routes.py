"""Our own pages over HTTP: a draft, terms, about, and the original files of speeches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from web_fakes import HOSTILE, Desk, MemoryLibrary, QuotingAssistant

from rag.api import create_api
from rag.question_pool import QuestionPool
from rag.settings import Settings


@pytest.fixture
def library() -> MemoryLibrary:
    return MemoryLibrary(removed={"gone"})


@pytest.fixture
def client(library: MemoryLibrary) -> Iterator[TestClient]:
    with TestClient(create_api(QuestionPool(QuotingAssistant(library)), library)) as client:
        yield client


def words(html: str) -> str:
    """What a reader sees of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


# ---- a draft


def test_each_sentence_of_a_draft_has_its_verdict_and_its_source(client: TestClient) -> None:
    draft = "去年全县关停排污企业37家。去年全县关停排污企业73家。火星上有水。"
    page = client.post("/check", data={"draft": draft}).text
    assert "共 3 句，有据 33%" in page
    items = page.split('<ol class="verdicts">')[1].split("</ol>")[0].split("<li ")[1:]
    verdicts = [words(f"<{item}").split()[0] for item in items]
    assert verdicts == ["有据", "与原文不符", "没有找到依据"]
    assert "数字不同" in items[1]
    assert 'href="/source/lake2019?start=' in items[1]
    link = unescape(re.findall(r'href="([^"]+)"', items[0])[0])
    assert 'id="cited">去年全县关停排污企业37家' in client.get(link).text
    assert draft in page  # to go on with


def test_a_hostile_draft_is_shown_and_nothing_else(client: TestClient) -> None:
    reply = client.post("/check", data={"draft": f"</textarea>{HOSTILE}。"})
    assert "<script>" not in reply.text
    assert "<img" not in reply.text
    assert "script-src" not in reply.headers["content-security-policy"]


def test_a_draft_that_cannot_be_checked_is_told_why(client: TestClient) -> None:
    assert client.get("/check").status_code == 200
    assert "verdicts" not in client.post("/check", data={"draft": " \n"}).text
    assert "没有可核对的句子" in client.post("/check", data={"draft": "……！"}).text
    long = client.post("/check", data={"draft": "字" * 20_001})
    assert (long.status_code, "文稿有 20001 字" in long.text) == (413, True)


def test_a_full_house_keeps_the_draft(library: MemoryLibrary) -> None:
    pool = QuestionPool(QuotingAssistant(library), workers=1, waiting=-1)
    with TestClient(create_api(pool, library)) as client:
        reply = client.post("/check", data={"draft": "镜湖干净了。"})
    assert reply.status_code == 503
    assert "现在提问的人太多" in reply.text
    assert "镜湖干净了。</textarea>" in reply.text


# ---- terms


def test_a_term_is_counted_and_its_bars_lead_to_its_sentences(client: TestClient) -> None:
    page = client.get("/trends", params={"q": "全县"}).text
    assert "“全县”共出现 3 次，见于 2 篇讲话。" in page
    year = re.findall(r'<a href="([^"]+)">2019</a>', page)[0]
    narrowed = client.get(unescape(year).split("#")[0]).text
    excerpts = narrowed.split('<ol class="excerpts">')[1].split("</ol>")[0]
    assert excerpts.count("<mark>全县</mark>") == 2
    assert "种树" not in excerpts
    link = unescape(re.findall(r'href="(/source/[^"]+)"', excerpts)[0])
    assert 'id="cited"' in client.get(link).text


def test_a_term_that_is_nowhere_and_no_term(client: TestClient) -> None:
    nowhere = client.get("/trends", params={"q": "<i>火星</i>"}).text
    assert "讲话里没有出现“&lt;i&gt;火星&lt;/i&gt;”。" in nowhere
    without = words(client.get("/trends").text)
    assert without.index("2020 在云台县教育") < without.index("2019-03-08 在云台县环境")


def test_a_speech_full_of_markup_is_named_literally(client: TestClient) -> None:
    for path in ("/trends", "/trends?q=种树"):
        page = client.get(path).text
        assert "<script>" not in page
        assert HOSTILE in unescape(page)


# ---- about, languages


def test_about_tells_what_there_is(client: TestClient) -> None:
    page = words(client.get("/about").text)
    assert "3 篇讲话，3 个段落，来自 3 个文件" in page
    assert "letters-8" in page
    assert "http://testserver/v1" in page


def test_the_other_language_is_a_click_away_and_leads_back(client: TestClient) -> None:
    page = client.get("/check").text
    (link,) = re.findall(r'href="(/language/en[^"]*)"', page)
    reply = client.get(link, follow_redirects=False)
    assert reply.headers["location"] == "/check"
    assert '<html lang="en">' in client.get("/check").text
    assert client.get("/language/en?back=//evil.example").status_code == 422


@pytest.mark.parametrize("path", ["/check", "/trends", "/about", "/source/lake2019"])
@pytest.mark.parametrize(("language", "lang"), [("zh-CN", "zh-CN"), ("en", "en")])
def test_every_page_is_in_the_visitors_language(
    client: TestClient, path: str, language: str, lang: str
) -> None:
    page = client.get(path, headers={"Accept-Language": language})
    assert f'<html lang="{lang}">' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


# ---- original files


def test_the_original_is_offered_where_it_is_kept(
    library: MemoryLibrary, client: TestClient, tmp_path: Path
) -> None:
    kept = tmp_path / "讲话 原稿.html"
    kept.write_bytes(b"<script>alert(1)</script>")
    library.originals["lake2019"] = kept
    page = client.get("/source/lake2019").text
    (link,) = re.findall(r'href="(/original/[^"]+)"', page)
    reply = client.get(link)
    assert reply.content == kept.read_bytes()
    assert reply.headers["content-type"] == "application/octet-stream"
    assert reply.headers["content-disposition"].startswith("attachment;")
    assert "%E8%AE%B2%E8%AF%9D%20" in reply.headers["content-disposition"]
    assert str(tmp_path) not in str(reply.headers)
    assert "sandbox" in reply.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("doc_id", "status"),
    [("school2020", 404), ("never", 404), ("gone", 410), ("../../etc/passwd", 404)],
)
def test_an_original_that_is_not_there_is_said(
    client: TestClient, doc_id: str, status: int
) -> None:
    assert "/original/" not in client.get("/source/school2020").text
    reply = client.get(f"/original/{doc_id}")
    assert reply.status_code == status


# ---- the settings


def test_settings_that_cannot_be_saved_are_told_why(library: MemoryLibrary) -> None:
    desk = Desk(Settings(Path("library"), encoder="/srv/models/some-encoder"))
    pool = QuestionPool(QuotingAssistant(library))
    with TestClient(create_api(pool, library, desk=desk)) as client:
        page = client.post("/settings", data={"passages": "0", "model": HOSTILE})
        assert page.status_code == 422
        assert "at least 1" in page.text
        assert "<script>" not in page.text
        assert desk.settings.passages == 10
        assert "some-encoder" in page.text
        assert "/srv" not in page.text
        assert client.post("/settings", data={"base_url": "http://x.example"}).status_code == 422


def test_without_a_desk_nothing_can_be_changed(client: TestClient) -> None:
    assert "不能在网页上更改" in client.get("/settings").text
    assert client.post("/settings", data={"passages": "1"}).status_code == 403


# ---- a speech that was removed


def test_the_words_of_a_removed_speech_are_found_where_they_stand_now(
    client: TestClient, library: MemoryLibrary
) -> None:
    quote = "今年新建改建学校12所,新增学位8600个。"
    page = client.get("/source/gone", params={"start": 3, "end": 9, "quote": quote})
    assert page.status_code == 410
    (link,) = re.findall(r'<li><a href="([^"]+)"', page.text)
    assert f'id="cited">{quote}' in client.get(unescape(link)).text
    changed = quote.replace("12", "21")
    for other in ({"quote": changed}, {"quote": ""}, {}):
        told = client.get("/source/gone", params=other)
        assert (told.status_code, "<li>" in told.text) == (410, False)
    library.remove(["school2020"])
    assert "<li>" not in client.get("/source/gone", params={"quote": quote}).text
