"""OpenAI's own client asks here: answers, streams, citations as annotations, refused requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from web_fakes import LAKE_TEXT, MemoryLibrary, QuotingAssistant
from web_serving import serving

from rag.api import create_api
from rag.chat_completions import url_citations
from rag.question_pool import QuestionPool
from rag.schema import Answer, Citation, Document, Metadata

openai = pytest.importorskip("openai", reason="pip install openai")
QUESTION = "去年关停了多少家排污企业?"


@pytest.fixture(scope="module")
def assistant() -> QuotingAssistant:
    return QuotingAssistant(MemoryLibrary())


@pytest.fixture(scope="module")
def address(assistant: QuotingAssistant) -> Iterator[str]:
    with serving(create_api(QuestionPool(assistant), assistant.library)) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Any]:
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client:
        yield client


def asked(client: Any, *messages: tuple[str, Any], **more: Any) -> Any:
    listed = [{"role": role, "content": content} for role, content in messages]
    return client.chat.completions.create(model="jianghua", messages=listed, **more)


def test_the_model_is_listed(client: Any) -> None:
    assert [model.id for model in client.models.list()] == ["jianghua"]
    assert client.models.retrieve("jianghua").owned_by == "jianghua"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-4o")


def test_annotations_lead_from_each_marker_to_its_sentence(client: Any, address: str) -> None:
    message = asked(client, ("user", QUESTION)).choices[0].message
    assert message.role == "assistant"
    assert "37家" in message.content
    for number, annotation in enumerate(message.annotations, start=1):
        cited = annotation.url_citation
        assert message.content[cited.start_index : cited.end_index] == f"[{number}]"
        assert cited.title == "在云台县环境保护大会上的讲话"
        assert cited.url.startswith(f"{address}/source/lake2019?start=")
    assert len(message.annotations) == message.content.count("[")


def test_a_link_of_an_annotation_opens_the_sentence(client: Any) -> None:
    import httpx

    annotation = asked(client, ("user", QUESTION)).choices[0].message.annotations[1]
    page = httpx.get(annotation.url_citation.url)
    assert page.status_code == 200
    assert 'id="cited">去年全县关停排污企业37家' in page.text


def test_every_marker_is_annotated_as_often_as_it_stands() -> None:
    document = Document("d", "甲乙丙丁", Metadata(title="题"))
    one, two = Citation(1, document, 0, 2), Citation(2, document, 2, 4)
    answer = Answer("问", "甲[1]丙[2]甲[1]乱[7]", True, citations=(one, two))
    found = [a["url_citation"] for a in url_citations(answer, "http://here")]
    assert [(f["start_index"], f["end_index"]) for f in found] == [(1, 4), (5, 8), (9, 12)]
    assert [f["url"].split("?")[1][:13] for f in found] == [
        "start=0&end=2", "start=2&end=4", "start=0&end=2",
    ]  # fmt: skip


def test_a_stream_says_what_the_whole_answer_says(client: Any) -> None:
    whole = asked(client, ("user", QUESTION)).choices[0].message
    text, last = "", None
    for chunk in asked(client, ("user", QUESTION), stream=True):
        text += chunk.choices[0].delta.content or ""
        last = chunk.choices[0]
    assert text == whole.content
    assert last is not None
    assert last.finish_reason == "stop"
    assert [a["url_citation"] for a in last.delta.annotations] == [
        a.url_citation.model_dump() for a in whole.annotations
    ]


def test_a_refusal_is_told_from_an_answer(client: Any) -> None:
    refused = asked(client, ("user", "火星上有没有水?"))
    assert refused.choices[0].message.content == "资料库中没有找到依据。"
    assert refused.choices[0].message.annotations == []
    assert refused.jianghua["answered"] is False
    assert refused.jianghua["reason"] == "no_evidence"
    assert asked(client, ("user", QUESTION)).jianghua["short_answer"] == "37家"


def test_the_conversation_and_the_limit_reach_the_assistant(
    client: Any, assistant: QuotingAssistant
) -> None:
    asked(
        client,
        ("system", "Answer in English."),
        ("user", "谁讲的?"),
        ("assistant", "周闻山"),
        ("user", [{"type": "text", "text": "镜湖呢?"}]),
        temperature=0.1,
        extra_body={"within": ["lake2019"]},
    )
    last = assistant.asked[-1]
    assert last.text == "镜湖呢?"
    assert [(turn.role, turn.content) for turn in last.history] == [
        ("user", "谁讲的?"), ("assistant", "周闻山"),
    ]  # fmt: skip
    assert last.within == frozenset({"lake2019"})


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([], "messages"),
        ([("assistant", "好")], "the last message should be the user's question"),
        ([("user", " ")], "the last message should be the user's question"),
        ([("user", "问" * 2001)], "the question has 2001 characters; at most 2000"),
        ([("robot", "问")], r"messages\.0\.role"),
    ],
)
def test_what_is_no_question_is_refused_in_openais_form(
    client: Any, messages: list[tuple[str, str]], said: str
) -> None:
    with pytest.raises(openai.BadRequestError, match=said) as caught:
        asked(client, *messages)
    assert caught.value.type == "invalid_request_error"


def test_a_model_of_somebody_else_is_refused(client: Any) -> None:
    with pytest.raises(openai.NotFoundError, match="the one here is 'jianghua'") as caught:
        client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "问"}])
    assert caught.value.code == "model_not_found"


@pytest.mark.parametrize("stream", [False, True])
def test_a_full_house_is_said_in_openais_form(stream: bool) -> None:
    library = MemoryLibrary()
    pool = QuestionPool(QuotingAssistant(library), workers=1, waiting=-1)
    with (
        serving(create_api(pool, library)) as address,
        openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client,
        pytest.raises(openai.APIError, match="Too many questions"),
    ):
        list(asked(client, ("user", QUESTION), stream=stream))
    assert b'outcome="turned_away"} 1.0' in pool.metrics.exposition()


def test_nothing_but_the_text_of_the_speech_is_in_the_answer(client: Any) -> None:
    content = asked(client, ("user", "第1条措施")).choices[0].message.content
    for line in content.split("\n"):
        assert line.rsplit(" [", 1)[0] in LAKE_TEXT
