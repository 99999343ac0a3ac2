"""Settings that are changed while the server answers: kept, validated, in force at once."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from embeddings.testing import HashEncoder
from rag.adjustable import AdjustableAssistant
from rag.errors import UsageError
from rag.kept_settings import adjusted, keep, with_kept
from rag.library import Library
from rag.reading.reader import PACKAGED
from rag.schema import Answer, Question
from rag.settings import STRICTNESS, Settings

PLACES = ("青岚", "白鹭", "云台", "苇塘", "石门", "镜湖")
NUMBERS = "甲乙丙丁戊己"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    rows = [
        {
            "id": f"s{i}",
            "title": f"在{place}县工作会议上的讲话",
            "speaker": f"周闻{NUMBERS[i]}",
            "date": f"20{10 + i}-03-08",
            "text": f"在{place}县工作会议上的讲话\n去年{place}县新建改建学校{i + 3}所。\n"
            f"全县种树{i + 2}万棵,绿化荒山。\n各乡镇要把{place}湖的水管好。",
        }
        for i, place in enumerate(PLACES)
    ]
    path = tmp_path / "speeches.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    opened = Library.create(tmp_path / "library", HashEncoder())
    list(opened.ingest([path]))
    yield opened
    opened.close()


def opened(library: Library, fixed: Mapping[str, str] = {}) -> AdjustableAssistant:
    settings = Settings(library.root, passages=3, reranker="none")
    return AdjustableAssistant.open(library, HashEncoder(), settings, fixed)


def answer(assistant: AdjustableAssistant, question: str) -> Answer:
    *_, last = assistant.stream(Question(question))
    assert isinstance(last, Answer)
    return last


def test_a_change_holds_at_once_and_at_the_next_start(library: Library) -> None:
    assistant = opened(library)
    assert len(answer(assistant, "青岚县新建改建学校多少所?").hits) == 3
    assistant.adjust({"passages": "5", "strictness": "lenient"})
    assert len(answer(assistant, "青岚县新建改建学校多少所?").hits) == 5
    again = opened(library)
    assert (again.settings.passages, again.settings.strictness) == (5, "lenient")


def test_what_the_start_has_fixed_stays_and_is_not_kept(library: Library) -> None:
    keep({"passages": "9"}, library.root)
    assistant = opened(library, {"passages": "--k"})
    assert assistant.settings.passages == 3
    assistant.adjust({"passages": "7", "language": "en"})
    assert (assistant.settings.passages, assistant.settings.language) == (3, "en")
    assert opened(library).settings.passages == 9  # as it was kept before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"passages": "0"}, "at least 1"),
        ({"passages": "101"}, "at most 100"),
        ({"passages": "many"}, "whole number"),
        ({"generator": "oracle"}, "extractive or transformers or openai"),
        ({"strictness": "5"}, "lenient or normal or strict"),
        ({"base_url": "http://elsewhere.example/v1"}, "cannot be set here"),
        ({"library": "/"}, "cannot be set here"),
        ({"model": "m" * 301}, "at most 300"),
        ({"language": "en", "generator": "openai"}, "--base-url"),
    ],
)
def test_a_change_that_cannot_be_made_changes_nothing(
    library: Library, changes: dict[str, str], said: str
) -> None:
    assistant = opened(library)
    before = assistant.settings
    with pytest.raises(UsageError, match=said):
        assistant.adjust(changes)
    assert assistant.settings == before
    assert opened(library).settings == before
    assert answer(assistant, "青岚县新建改建学校多少所?").citations


def test_the_reader_is_not_loaded_again(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    folder.mkdir()
    shutil.copy(PACKAGED, folder / "reader.safetensors")
    settings = Settings(library.root, reranker=str(folder))
    assistant = AdjustableAssistant.open(library, HashEncoder(), settings, {})
    shutil.rmtree(folder)
    assistant.adjust({"passages": "5"})
    assert len(answer(assistant, "青岚县新建改建学校多少所?").hits) == 5


def test_the_stricter_the_fewer_answers_at_most(library: Library) -> None:
    questions = [
        f"{place}{asked}"
        for place in (*PLACES, "火星", "本地")
        for asked in ("县的学校怎么样?", "种树多少?", "湖水有多深?", "修了几条路?", "怎么管水?")
    ]
    assistant = opened(library)
    answered = {}
    for strictness in STRICTNESS:
        assistant.adjust({"strictness": strictness})
        answered[strictness] = {q for q in questions if answer(assistant, q).answered}
    assert answered["strict"] <= answered["normal"] <= answered["lenient"]
    assert answered["strict"] < set(questions)


def test_an_empty_model_is_the_default_one() -> None:
    settings = Settings(Path("library"), model="some/model")
    assert adjusted(settings, {"model": " "}).model is None


@pytest.mark.parametrize("text", ["{", "[]", '{"passages": "none"}', '{"port": "1"}'])
def test_a_file_that_does_not_hold_settings_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"settings\.json does not hold settings"):
        with_kept(Settings(tmp_path), tmp_path, {})


def test_a_topic_finds_the_passages_that_stand_out(tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311  (no secret)

    def noise() -> str:
        return "".join(chr(chance.randrange(0x5000, 0x6000)) for _ in range(120))

    rows = [{"id": f"n{i}", "text": f"{noise()}。"} for i in range(60)]
    rows += [{"id": f"t{i}", "text": "新建改建学校,改建学校,新建学校。" * 3} for i in range(2)]
    path = tmp_path / "speeches.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    library = Library.create(tmp_path / "library", HashEncoder())
    list(library.ingest([path]))
    hits = opened(library).near("新建改建学校")
    assert {hit.document.doc_id for hit in hits[:2]} == {"t0", "t1"}
    assert len(hits) < 8  # of 62: a twentieth of a bell curve is above two deviations
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert opened(library).near(" ") == ()
    library.close()
