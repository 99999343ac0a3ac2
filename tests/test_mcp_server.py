"""A client of the Model Context Protocol asks here."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from web_fakes import LAKE_TEXT, MemoryLibrary, QuotingAssistant
from web_serving import serving

from rag.api import create_api
from rag.question_pool import QuestionPool

pytest.importorskip("mcp", reason="pip install 'jianghua[mcp]'")


@pytest.fixture(scope="module")
def assistant() -> QuotingAssistant:
    return QuotingAssistant(MemoryLibrary())


@pytest.fixture(scope="module")
def address(assistant: QuotingAssistant) -> Iterator[str]:
    with serving(create_api(QuestionPool(assistant), assistant.library)) as address:
        yield address


def called(address: str, tool: str, **arguments: Any) -> Any:
    """What a tool gives back to the protocol's own client."""
    from mcp import Client

    async def call() -> Any:
        async with Client(f"{address}/mcp") as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(call())


def given(address: str, tool: str, **arguments: Any) -> dict[str, Any]:
    result = called(address, tool, **arguments)
    assert not result.is_error, result.content
    written: dict[str, Any] = json.loads(result.content[0].text)
    assert result.structured_content in (written, {"result": written})
    return written


def test_the_tools_are_listed_with_what_they_take(address: str) -> None:
    from mcp import Client

    async def listed() -> Any:
        async with Client(f"{address}/mcp") as client:
            return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in asyncio.run(listed())}
    assert set(tools) == {"ask", "search", "get_source"}
    assert set(tools["ask"].input_schema["properties"]) == {"question", "within"}
    assert tools["search"].input_schema["required"] == ["question"]


def test_an_answer_comes_with_citations_that_can_be_opened(
    address: str, assistant: QuotingAssistant
) -> None:
    import httpx

    answer = given(address, "ask", question="去年关停了多少家排污企业?", within=["lake2019"])
    assert answer["answered"] is True
    assert assistant.asked[-1].within == frozenset({"lake2019"})
    cited = answer["citations"][1]
    assert LAKE_TEXT[cited["start"] : cited["end"]] == cited["quote"]
    assert cited["url"].startswith(f"{address}/source/lake2019?start=")
    assert 'id="cited">去年全县关停排污企业37家' in httpx.get(cited["url"]).text


def test_passages_are_searched(address: str) -> None:
    hits = given(address, "search", question="第1条措施", k=2)["hits"]
    assert len(hits) == 2
    assert LAKE_TEXT[hits[0]["start"] : hits[0]["end"]] == hits[0]["text"]


def test_a_long_speech_is_read_in_parts(address: str, assistant: QuotingAssistant) -> None:
    lake = assistant.library.held["lake2019"]
    assistant.library.held["long"] = type(lake)("long", "句子。" * 9000)
    whole, at = "", 0
    while at is not None:
        part = given(address, "get_source", doc_id="long", start=at)
        whole, at = whole + part["text"], part["next_start"]
    assert whole == "句子。" * 9000
    speech = given(address, "get_source", doc_id="lake2019")
    assert (speech["text"], speech["next_start"]) == (LAKE_TEXT, None)
    assert speech["url"] == f"{address}/source/lake2019"
    assert speech["sections"][0]["heading"].startswith("一、")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_source", {"doc_id": "never"}),
        ("ask", {"question": ""}),
        ("search", {"question": "问", "k": 0}),
        ("erase", {}),
    ],
)
def test_a_wrong_call_is_told_so(address: str, tool: str, arguments: dict[str, Any]) -> None:
    from mcp import MCPError

    try:
        result = called(address, tool, **arguments)
    except MCPError:
        return
    assert result.is_error
