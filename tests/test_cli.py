"""The command line as other people's scripts use it: output, exit codes, one line for each error.

The library is built with an encoder that needs no model; nothing else is replaced.
"""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

import rag.assembly
from embeddings.batching import Rows
from embeddings.testing import HashEncoder
from rag.cli import main
from rag.settings import Settings

FOREST = """在澄州市林业工作会议上的讲话
(2018年5月4日)
同志们:
一、总结成绩
去年全市造林1047亩,栽种云杉21万株。
二、部署任务
一是管好苗圃。二是防好山火。三是护好湿地。
"""
SCHOOLS = """在澄州市教育工作会议上的讲话
(2019年3月8日)
今年新建学校12所,新增学位8600个。
全年共培训校长人,占应训人数的.%。
"""
ANSWER_KEYS = (
    "id question answer answered reason short_answer citations hits coverage confidence generator "
    "seconds"
)
CITATION_KEYS = "marker doc_id title speaker date section start end quote url"
HIT_KEYS = "doc_id title speaker text start end score"


class CountingEncoder(HashEncoder):
    """Counts the passages that it encodes."""

    def __init__(self) -> None:
        self.passages = 0

    def encode_documents(self, texts: Sequence[str]) -> Rows:
        self.passages += len(texts)
        return super().encode_documents(texts)


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CountingEncoder:
    """The encoder that every command gets; the environment names a library in a fresh folder."""
    encoder = CountingEncoder()
    monkeypatch.setattr(rag.assembly, "open_encoder", lambda settings, notice: encoder)
    for name in (f.name.upper() for f in fields(Settings)):
        monkeypatch.delenv(f"JIANGHUA_{name}", raising=False)
    monkeypatch.setenv("JIANGHUA_LIBRARY", str(tmp_path / "library"))
    return encoder


@pytest.fixture
def speeches(tmp_path: Path) -> Path:
    folder = tmp_path / "speeches"
    folder.mkdir()
    (folder / "林业.txt").write_text(FOREST, encoding="utf-8")
    (folder / "教育.txt").write_text(SCHOOLS, encoding="utf-8")
    return folder


@pytest.fixture
def filled(speeches: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The ids of the speeches in a filled library, by the first words of their titles."""
    reply = result(capsys, "ingest", speeches)
    documents = [d for source in reply["sources"] for d in source["documents"]]
    return {d["title"][4:6]: d["doc_id"] for d in documents}


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def result(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    """What a command prints with ``--json``; it must succeed."""
    capsys.readouterr()
    assert run(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """The one line on stderr of a command that must end with exit code 2 and no result."""
    capsys.readouterr()
    assert run(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("jianghua: ")
    assert err.count("\n") == 1, err
    return err


# ---- errors


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("options", [[], ["--model", "m"], ["--base-url", "http://127.0.0.1:9/v1"]])
def test_an_endpoint_of_which_too_little_is_said(
    capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    message = refused(capsys, "ask", "造林多少亩？", "--generator", "openai", *options)
    assert "needs --base-url" in message
    assert "--model" in message


@pytest.mark.usefixtures("filled")
def test_a_model_that_is_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    options = ["--generator", "transformers", "--model", tmp_path]
    assert "no language model could be loaded" in refused(capsys, "ask", "造林多少亩？", *options)


@pytest.mark.usefixtures("filled")
def test_an_endpoint_that_is_down_costs_no_answer(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    endpoint = ["--generator", "openai", "--base-url", "http://127.0.0.1:9/v1", "--model", "m"]
    assert run("ask", "去年全市造林多少亩？", "--json", *endpoint) == 0
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert (answer["answered"], answer["generator"]) == (True, "extractive")
    assert "1047亩" in answer["answer"]
    assert answer["notice"].startswith("连接不上语言模型")
    assert answer["notice"] in err
    hits = result(capsys, "search", "造林", *endpoint)["hits"]  # no model is needed for that
    assert hits


def test_a_missing_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "没有.txt does not exist" in refused(capsys, "ingest", tmp_path / "没有.txt")
    assert not (tmp_path / "library").exists()


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf\r\n \n"])
def test_an_empty_file(capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes) -> None:
    (tmp_path / "空.txt").write_bytes(content)
    assert "is empty" in refused(capsys, "ingest", tmp_path / "空.txt")


def test_a_folder_with_nothing_in_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    assert "no speech" in refused(capsys, "ingest", tmp_path / "nothing")


def test_a_folder_without_a_format_that_is_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "a.exe").write_bytes(b"MZ")
    line = refused(capsys, "ingest", folder)
    assert "no speech" in line
    assert "a.exe has no reader" in line


def test_a_folder_whose_files_hold_no_speech(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "blank"
    folder.mkdir()
    (folder / "a.txt").write_text(" \n", encoding="utf-8")
    line = refused(capsys, "ingest", folder)
    assert "no speech" in line
    assert "a.txt" in line


def test_some_files_fail_and_the_others_are_in(
    capsys: pytest.CaptureFixture[str], speeches: Path
) -> None:
    (speeches / "坏.docx").write_bytes(b"not a zip file")
    assert run("ingest", speeches, "--json") == 1
    sources = json.loads(capsys.readouterr().out)["sources"]
    statuses = {Path(source["path"]).name: source["status"] for source in sources}
    assert statuses == {"坏.docx": "failed", "林业.txt": "added", "教育.txt": "added"}
    assert len(result(capsys, "library", "list")["documents"]) == 2


def test_all_named_files_fail(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("a.docx", "b.docx"):
        (tmp_path / name).write_bytes(b"not a zip file")
    assert run("ingest", tmp_path / "a.docx", tmp_path / "b.docx") == 1
    assert "2 failed" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    [
        ["ask", "问题"],
        ["search", "问题"],
        ["library", "list"],
        ["library", "show", "x"],
        ["library", "verify"],
    ],
    ids=" ".join,
)
def test_an_unknown_library(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str]
) -> None:
    line = refused(capsys, *command, "--library", tmp_path / "nowhere")
    assert f"there is no library in {tmp_path / 'nowhere'}" in line


def test_a_port_in_use(
    capsys: pytest.CaptureFixture[str], speeches: Path, opened: CountingEncoder
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        line = refused(capsys, "serve", speeches, "--port", taken.getsockname()[1])
    assert "cannot listen" in line
    assert opened.passages == 0


def test_a_served_path_that_is_missing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "does not exist" in refused(capsys, "serve", tmp_path / "没有")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"question": "?"}\n[1]\n', "line 2: expected a JSON object with a question"),
        (b"not json\n", "line 1: expected a JSON object with a question"),
        (b'\n{"ask": "a"}\n', "line 2: expected a JSON object with a question ('question'"),
        (b'{"question": "?", "history": 3}\n', "'history' should be a list"),
        (b"\n\n", "holds no question"),
        ("问题".encode("gb18030"), "is not UTF-8"),
    ],
)
def test_a_bad_file_of_questions(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    filled: dict[str, str],
    content: bytes,
    said: str,
) -> None:
    questions, out = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    questions.write_bytes(content)
    assert said in refused(capsys, "batch", questions, "--out", out)
    assert not out.exists()


def test_a_file_of_questions_or_answers_that_cannot_be(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, filled: dict[str, str]
) -> None:
    assert "cannot be read" in refused(capsys, "batch", tmp_path / "q", "--out", tmp_path / "a")
    (tmp_path / "q").write_text('{"question": "?"}', encoding="utf-8")
    line = refused(capsys, "batch", tmp_path / "q", "--out", tmp_path / "no" / "a")
    assert "cannot be written" in line


@pytest.mark.parametrize("command", ["show", "text", "remove"])
def test_an_unknown_document(
    capsys: pytest.CaptureFixture[str], filled: dict[str, str], command: str
) -> None:
    assert "the document x is not in the library" in refused(capsys, "library", command, "x")


def test_a_removed_document_is_no_longer_there(
    capsys: pytest.CaptureFixture[str], filled: dict[str, str]
) -> None:
    assert result(capsys, "library", "remove", filled["林业"]) == {"removed": [filled["林业"]]}
    assert "no longer" in refused(capsys, "library", "show", filled["林业"])


@pytest.mark.parametrize(
    ("variable", "value"), [("PASSAGES", "many"), ("PORT", "-1"), ("THREADS", "0")]
)
def test_a_setting_of_the_wrong_kind(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(f"JIANGHUA_{variable}", value)
    assert f"JIANGHUA_{variable} should be a whole number" in refused(capsys, "library", "list")


def test_an_empty_question(capsys: pytest.CaptureFixture[str], filled: dict[str, str]) -> None:
    assert "the question is blank" in refused(capsys, "ask", " ")


def test_an_encoder_that_is_not_there(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from embeddings.encoder import SentenceTransformerEncoder

    def load(*arguments: object, **options: object) -> None:
        raise FileNotFoundError("no model could be loaded from 'x'")

    monkeypatch.undo()
    monkeypatch.setenv("JIANGHUA_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setattr(SentenceTransformerEncoder, "load", load)
    (tmp_path / "a.txt").write_text(FOREST, encoding="utf-8")
    assert "no model" in refused(capsys, "ingest", tmp_path / "a.txt", "--encoder", "x")


# ---- results


def test_ingest_tells_what_became_of_each_file(
    capsys: pytest.CaptureFixture[str], speeches: Path
) -> None:
    reply = result(capsys, "ingest", speeches)
    assert list(reply) == ["sources", "documents", "chunks", "seconds"]
    forest = next(s for s in reply["sources"] if s["path"].endswith("林业.txt"))
    assert list(forest) == "path status documents chunks encoding notes error".split()
    assert (forest["status"], forest["encoding"], forest["error"]) == ("added", "utf-8", None)
    (document,) = forest["documents"]
    assert list(document) == ["doc_id", "title", "speaker", "date"]
    assert document["title"] == "在澄州市林业工作会议上的讲话"
    assert document["date"] == "2018-05-04"
    assert reply["documents"] == 2
    assert reply["chunks"] == sum(source["chunks"] for source in reply["sources"])


def test_the_second_time_nothing_is_encoded(
    capsys: pytest.CaptureFixture[str], speeches: Path, opened: CountingEncoder
) -> None:
    first = result(capsys, "ingest", speeches)
    encoded = opened.passages
    assert encoded == first["chunks"]
    second = result(capsys, "ingest", speeches)
    assert {source["status"] for source in second["sources"]} == {"unchanged"}
    assert opened.passages == encoded
    (speeches / "教育.txt").write_text(SCHOOLS + "还要建好操场。\n", encoding="utf-8")
    third = result(capsys, "ingest", speeches)
    assert sorted(s["status"] for s in third["sources"]) == ["unchanged", "updated"]


def test_library_text_is_the_stored_text_and_nothing_else(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    text = "\n\n　　首行缩进，行末有空格  \n\n末行之后还有空行\n \n"
    row = {"id": "a1", "title": "题", "text": text}
    (tmp_path / "a.jsonl").write_text(json.dumps(row), encoding="utf-8")
    assert run("ingest", tmp_path / "a.jsonl") == 0
    capfdbinary.readouterr()
    assert run("library", "text", "a1") == 0
    assert capfdbinary.readouterr().out.decode("utf-8") == text


def test_ask_prints_the_object_of_the_contract(
    capsys: pytest.CaptureFixture[str], filled: dict[str, str]
) -> None:
    answer = result(capsys, "ask", "去年全市造林多少亩？")
    assert list(answer) == ANSWER_KEYS.split()
    assert answer["id"] is None
    assert answer["citations"]
    assert {tuple(c) for c in answer["citations"]} == {tuple(CITATION_KEYS.split())}
    assert {tuple(h) for h in answer["hits"]} == {tuple(HIT_KEYS.split())}


def test_quotes_and_passages_stand_in_the_text_that_is_printed(
    capsys: pytest.CaptureFixture[str], filled: dict[str, str]
) -> None:
    answer = result(capsys, "ask", "去年全市造林多少亩？")
    texts = {i: result(capsys, "library", "text", i)["text"] for i in filled.values()}
    for piece in answer["citations"] + answer["hits"]:
        verbatim = piece["quote"] if "quote" in piece else piece["text"]
        assert texts[piece["doc_id"]][piece["start"] : piece["end"]] == verbatim


def test_asked_in_plain_form_it_prints_the_answer_and_its_sources(
    capsys: pytest.CaptureFixture[str], filled: dict[str, str]
) -> None:
    answer = result(capsys, "ask", "全市林业讲话的日期是哪天？")
    assert run("ask", "全市林业讲话的日期是哪天？") == 0
    out = capsys.readouterr().out
    assert out.startswith(answer["answer"])
    for citation in answer["citations"]:
        assert f"[{citation['marker']}] {citation['title']}" in out
    assert ("最接近的段落" in out) == (not answer["answered"])


def test_the_nearest_passage_of_a_refusal_is_called_that(
    capsys: pytest.CaptureFixture[str], filled: dict[str, str]
) -> None:
    answer = result(capsys, "ask", "全年共培训校长多少人？")
    assert (answer["answered"], answer["reason"]) == (False, "figure_missing")
    assert run("ask", "全年共培训校长多少人？") == 0
    told, _, nearest = capsys.readouterr().out.partition("\n\n最接近的段落：\n\n")
    assert told == answer["answer"]
    assert nearest.startswith("[1] 在澄州市教育工作会议上的讲话")
    assert "“全年共培训校长人,占应训人数的.%。”" in nearest


def test_an_empty_library_says_so(
    capsys: pytest.CaptureFixture[str], filled: dict[str, str]
) -> None:
    result(capsys, "library", "remove", *filled.values())
    answer = result(capsys, "ask", "造林多少亩？")
    assert (answer["answered"], answer["reason"]) == (False, "empty_library")
    assert answer["citations"] == answer["hits"] == []


def test_batch_answers_each_line_in_its_order(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, filled: dict[str, str]
) -> None:
    questions, out = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    rows: list[dict[str, Any]] = [
        {"id": "z", "question": "新建学校多少所？"},
        {"id": "a", "question": "造林多少亩？", "within": [filled["教育"]]},
        {"id": "blank", "question": " "},
        {"question": "造林多少亩？"},
        {"id": 7, "question": "新增学位呢？", "history": [
            {"role": "user", "content": "新建学校多少所？"},
            {"role": "assistant", "content": "12所[1]"},
        ]},
    ]  # fmt: skip
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    questions.write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    assert run("batch", questions, "--out", out, "--k", 1) == 0
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [answer["id"] for answer in answers] == ["z", "a", "blank", None, 7]
    assert [answer["question"] for answer in answers] == [row["question"] for row in rows]
    assert [len(answer["hits"]) for answer in answers] == [1, 1, 0, 1, 1]
    assert answers[2]["reason"] == "no_evidence"
    assert {hit["doc_id"] for hit in answers[1]["hits"]} == {filled["教育"]}
    assert {tuple(answer) for answer in answers} == {tuple(ANSWER_KEYS.split())}


def test_search_ranks_passages_and_takes_their_number(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, filled: dict[str, str]
) -> None:
    found = result(capsys, "search", "造林云杉")
    assert list(found) == ["question", "hits"]
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert "云杉" in found["hits"][0]["text"]
    assert len(scores) > 1
    monkeypatch.setenv("JIANGHUA_PASSAGES", "1")
    assert result(capsys, "search", "造林云杉")["hits"] == found["hits"][:1]
    assert result(capsys, "search", "造林云杉", "--k", 2)["hits"] == found["hits"][:2]


def test_library_show_has_metadata_and_outline(
    capsys: pytest.CaptureFixture[str], filled: dict[str, str]
) -> None:
    shown = result(capsys, "library", "show", filled["林业"])
    assert (shown["doc_id"], shown["date"]) == (filled["林业"], "2018-05-04")
    assert "一、总结成绩" in [section["heading"] for section in shown["sections"]]
    assert run("library", "show", filled["林业"]) == 0
    assert "  一、总结成绩\n" in capsys.readouterr().out


def test_library_list_and_verify(
    capsys: pytest.CaptureFixture[str], filled: dict[str, str]
) -> None:
    listed = result(capsys, "library", "list")["documents"]
    assert {entry["doc_id"] for entry in listed} == set(filled.values())
    assert result(capsys, "library", "verify") == {"ok": True, "problems": []}
    assert result(capsys, "library", "verify", "--repair")["ok"]


def test_an_option_wins_over_the_environment(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, speeches: Path
) -> None:
    other = tmp_path / "other"
    assert run("ingest", speeches, "--library", other) == 0
    assert not (tmp_path / "library").exists()
    assert len(result(capsys, "library", "list", "--library", other)["documents"]) == 2


@pytest.mark.model
def test_serve_says_where_once_pages_are_served(speeches: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "rag", "serve", str(speeches), "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8") as server:
        assert server.stderr is not None
        try:
            lines = iter(server.stderr.readline, "")
            ready = next(line for line in lines if "讲话已就绪" in line)
            assert f"http://127.0.0.1:{port} " in ready
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/library") as reply:
                assert len(json.load(reply)["documents"]) == 2
        finally:
            server.send_signal(signal.SIGTERM)


def test_an_answer_cites_the_earliest_printing_and_names_the_others(
    capsys: pytest.CaptureFixture[str], speeches: Path, filled: dict[str, str]
) -> None:
    body = FOREST + "".join(f"第{n}个林场今年造林{n}{n}亩,管护{n}年。\n" for n in range(2, 40))
    (speeches / "林业.txt").write_text(body, encoding="utf-8")
    head, own = (
        "在澄州市林业工作会议上的讲话\n(2018年5月4日)",
        "在全市造林工作会议上的讲话\n(2018年6月1日)",
    )
    (speeches / "a.txt").write_text(body.replace(head, own), encoding="utf-8")
    result(capsys, "ingest", speeches)
    answer = result(capsys, "ask", "去年全市造林多少亩?")
    (citation, *_) = answer["citations"]
    assert "1047亩" in citation["quote"]
    assert citation["date"] == "2018-05-04"
    (other,) = citation["also_in"]
    assert (other["date"], other["doc_id"] != citation["doc_id"]) == ("2018-06-01", True)
    limited = {"question": "去年全市造林多少亩?", "within": [other["doc_id"]]}
    questions, out = speeches.parent / "q.jsonl", speeches.parent / "a.jsonl"
    questions.write_text(json.dumps(limited), encoding="utf-8")
    result(capsys, "batch", questions, "--out", out)
    (citation, *_) = json.loads(out.read_text(encoding="utf-8"))["citations"]
    assert citation["doc_id"] == other["doc_id"]
    assert "also_in" not in citation


def test_verify_loads_the_encoder_only_to_encode(
    capsys: pytest.CaptureFixture[str],
    filled: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    opened: CountingEncoder,
) -> None:
    loaded = []
    monkeypatch.setattr(
        rag.assembly, "open_encoder", lambda settings, notice: loaded.append(1) or opened
    )
    damages = {
        "DELETE FROM signatures": (0, "not compared"),
        "UPDATE vectors SET row = zeroblob(128) WHERE key = 1": (1, "not of length one"),
    }
    for statement, (times, problem) in damages.items():
        with closing(sqlite3.connect(tmp_path / "library" / "library.sqlite3")) as raw:
            raw.execute(statement)
            raw.commit()
        assert run("library", "verify") == 1
        assert problem in capsys.readouterr().out
        assert loaded == []
        report = result(capsys, "library", "verify", "--repair")
        assert (report["ok"], report["problems"], len(loaded)) == (True, [], times)
        assert problem in report["mended"][0]
    assert run("library", "verify", "--repair") == 0
    assert "The library is whole." in capsys.readouterr().out


def test_refresh_reads_anew_what_has_changed_and_keeps_what_is_gone(
    capsys: pytest.CaptureFixture[str], speeches: Path, filled: dict[str, str], tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "library" / "library.sqlite3")) as raw:
        raw.execute("UPDATE sources SET versions = '0.0'")  # as an older parser left them
        raw.execute('UPDATE documents SET metadata = \'{"title": "旧"}\'')
        raw.commit()
    (speeches / "林业.txt").unlink()
    reply = result(capsys, "library", "refresh")
    (source,) = reply["sources"]
    assert (Path(source["path"]).name, source["status"]) == ("教育.txt", "updated")
    (gone,) = reply["passed_over"]
    assert Path(gone["path"]).name == "林业.txt"
    titles = {entry["title"] for entry in result(capsys, "library", "list")["documents"]}
    assert titles == {"在澄州市教育工作会议上的讲话", "旧"}
    assert result(capsys, "library", "refresh")["sources"][0]["status"] == "unchanged"
    assert run("library", "refresh") == 0
    assert "is gone" in capsys.readouterr().out


def test_an_ingest_tells_lost_numbers_and_what_it_passed_over(
    capsys: pytest.CaptureFixture[str], speeches: Path
) -> None:
    lines = ["在澄州市大会上的讲话", "一、总结成绩", "去年不错。", "三、部署任务", "今年更好。"]
    (speeches / "缺.txt").write_text("\n".join(lines), encoding="utf-8")
    (speeches / "~$缺.docx").write_bytes(b"x" * 162)
    (speeches / "程序.exe").write_bytes(b"MZ")
    reply = result(capsys, "ingest", speeches)
    notes = {Path(source["path"]).name: source["notes"] for source in reply["sources"]}
    assert notes == {"缺.txt": ["the outline leaves out 二"], "林业.txt": [], "教育.txt": []}
    passed_over = {Path(one["path"]).name: one["reason"] for one in reply["passed_over"]}
    assert passed_over == {
        "~$缺.docx": "is a lock file of an open document",
        "程序.exe": "has no reader for .exe",
    }
    assert run("ingest", speeches) == 0
    table = capsys.readouterr().out
    for words in ("缺.txt", "the outline leaves out 二", "程序.exe", "passed over", "utf-8"):
        assert words in table
    assert "3 files, 3 speeches, 0 failed" in table


def test_check_judges_each_sentence_of_a_draft(
    capsys: pytest.CaptureFixture[str], filled: dict[str, str], tmp_path: Path
) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("去年全市造林1047亩。去年全市造林1147亩。", encoding="utf-8")
    report = result(capsys, "check", draft)
    judged = [(s["verdict"], s["reason"]) for s in report["sentences"]]
    assert judged == [("supported", None), ("contradicted", "figure")]
    assert report["coverage"] == 0.5
    (citation,) = report["sentences"][1]["citations"]
    assert "1047亩" in citation["quote"]
