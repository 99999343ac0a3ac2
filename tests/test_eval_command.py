"""`jianghua eval` as its users see it, on two speeches and with an encoder that needs no model."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

import rag.assembly
from embeddings.testing import HashEncoder
from rag.cli import main

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
QUESTIONS: list[dict[str, Any]] = [
    {"id": "forest", "question": "去年全市造林多少亩？", "answers": ["1047亩"], "speech": "林业",
     "kind": "figure"},
    {"id": "schools", "question": "今年新建学校多少所？", "answers": ["12所"], "speech": "教育",
     "kind": "figure"},
    {"id": "date", "question": "林业讲话的日期是哪天？", "answers": ["2018年5月4日"], "speech": "林业"},
    {"id": "lost", "question": "全年共培训校长多少人？", "answers": [], "kind": "missing"},
    {"id": "strange", "question": "量子计算机有几台？", "answers": [], "kind": "absent"},
]  # fmt: skip
FILES = ["latency.png", "recall.png", "results.json", "risk_coverage.png"]


@pytest.fixture(autouse=True)
def library(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two speeches in the library that the environment names."""
    monkeypatch.setattr(rag.assembly, "open_encoder", lambda settings, notice: HashEncoder())
    for name in ("PASSAGES", "GENERATOR", "ENCODER"):
        monkeypatch.delenv(f"JIANGHUA_{name}", raising=False)
    monkeypatch.setenv("JIANGHUA_LIBRARY", str(tmp_path / "library"))
    for name, text in (("林业", FOREST), ("教育", SCHOOLS)):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
        assert main(["ingest", str(tmp_path / f"{name}.txt")]) == 0
    capsys.readouterr()


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return written(tmp_path / "questions.jsonl", QUESTIONS)


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def run(*arguments: object) -> int:
    return main(["eval", *map(str, arguments)])


def result(capsys: pytest.CaptureFixture[str], *arguments: object) -> Any:
    capsys.readouterr()
    assert run(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    capsys.readouterr()
    assert run(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1, err
    return err


def timeless(document: Any) -> Any:
    """The document without its times."""
    if isinstance(document, dict):
        return {k: timeless(v) for k, v in document.items() if not k.startswith("seconds")}
    return [timeless(v) for v in document] if isinstance(document, list) else document


def test_each_question_with_what_was_expected_and_what_came(
    capsys: pytest.CaptureFixture[str], questions: Path
) -> None:
    found = result(capsys, questions)
    rows = {row["id"]: row for row in found["questions"]}
    assert list(rows) == [question["id"] for question in QUESTIONS]
    forest = rows["forest"]
    assert forest["expected"] == ["1047亩"]
    assert len(forest["documents"]) == 1
    assert (forest["answered"], forest["verdict"]) == (True, "right")
    assert 0 < forest["confidence"] <= 1
    assert any("造林1047亩" in citation["quote"] for citation in forest["citations"])
    assert rows["date"]["confidence"] == 1.0  # a rule answers from the metadata
    assert (rows["lost"]["verdict"], rows["lost"]["reason"]) == ("declined", "figure_missing")


def test_figures_count_the_rows(capsys: pytest.CaptureFixture[str], questions: Path) -> None:
    found = result(capsys, questions)
    verdicts = [row["verdict"] for row in found["questions"]]
    figures = found["figures"]
    right = sum(verdict in ("right", "declined") for verdict in verdicts)
    assert figures["success"]["value"] == right / 5
    assert (figures["answered"]["n"], figures["declined"]["n"]) == (3, 2)
    assert figures["citation_exact"]["value"] == figures["citation_marked"]["value"] == 1.0
    assert set(found["kinds"]) == {"figure", "missing", "absent"}
    assert all(f["low"] <= f["value"] <= f["high"] for f in figures.values())
    now = found["circumstances"]
    assert (now["encoder"], now["documents"], now["passages"]) == ("hash-64", 2, 10)


def test_again_the_same(capsys: pytest.CaptureFixture[str], questions: Path) -> None:
    assert timeless(result(capsys, questions)) == timeless(result(capsys, questions))


def test_results_and_plots_in_a_folder(
    capsys: pytest.CaptureFixture[str], questions: Path, tmp_path: Path
) -> None:
    from PIL import Image

    out = tmp_path / "new" / "run"
    printed = result(capsys, questions, "--out", out)
    assert sorted(path.name for path in out.iterdir()) == FILES
    assert json.loads((out / "results.json").read_text(encoding="utf-8")) == printed
    for name in FILES:
        if name.endswith(".png"):
            with Image.open(out / name) as picture:
                assert picture.width >= 800
                assert len(picture.convert("RGB").getcolors(1 << 20)) > 10  # something is drawn


def test_a_single_question_is_drawn_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for question in (QUESTIONS[0], QUESTIONS[4]):
        one = written(tmp_path / "one.jsonl", [question])
        assert run(one, "--out", tmp_path / question["id"]) == 0
        assert sorted(p.name for p in (tmp_path / question["id"]).iterdir()) == FILES


def test_a_table_for_a_person(capsys: pytest.CaptureFixture[str], questions: Path) -> None:
    assert run(questions) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("5 questions · 2 speeches · extractive · 10 passages")
    lines = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    assert "95 % interval" in out
    assert lines["citation_exact"].split()[1] == "100.0"
    assert {"success", "passage_hit@5", "declined", "seconds_p95"} <= set(lines)
    assert "missing" in lines  # the table of kinds


def test_the_worst_misses(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    wrong = [
        QUESTIONS[0] | {"answers": [["[red]999亩", "九百亩"], "三棵\x1b[2J"], "doc_ids": ["none"]},
        QUESTIONS[1],
    ]
    assert run(written(tmp_path / "wrong.jsonl", wrong), "--show", 3) == 0
    out, err = capsys.readouterr()
    assert "1 of 2 questions name documents that are not in this library" in err
    assert "WRONG forest · figure · confidence" in out
    assert "expected  [red]999亩 / 九百亩 and 三棵 [2J" in out
    assert "  came      " in out
    assert "passage with the answer: not found · right document: not found" in out
    assert "schools" not in out.split("WRONG forest")[1]


def test_two_runs(capsys: pytest.CaptureFixture[str], questions: Path, tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    assert run(questions, "--out", before, "--k", 1) == 0
    compared = result(capsys, questions, "--out", after, "--compare", before)["comparison"]
    assert compared["circumstances"] == {"passages": ["1", "10"]}
    assert compared["questions"] == 5
    assert "passage_hit@1" in compared["figures"]
    assert "passage_hit@5" not in compared["figures"]  # the earlier run did not list so many
    again = result(capsys, after, "--compare", before / "results.json")  # asks nothing
    assert again["comparison"] == compared
    assert run(after, "--compare", before) == 0
    out = capsys.readouterr().out
    assert "compared over 5 questions" in out
    assert "passages: 1 → 10" in out
    assert f"{len(compared['better'])} better" in out
    assert f"{len(compared['worse'])} worse" in out


def test_what_got_worse_is_named(
    capsys: pytest.CaptureFixture[str], questions: Path, tmp_path: Path
) -> None:
    assert run(questions, "--out", tmp_path / "run") == 0
    kept = json.loads((tmp_path / "run" / "results.json").read_text(encoding="utf-8"))
    forest = next(row for row in kept["questions"] if row["id"] == "forest")
    forest |= {"verdict": "refused", "answered": False}
    other = tmp_path / "other.json"
    other.write_text(json.dumps(kept), encoding="utf-8")
    capsys.readouterr()
    assert run(other, "--compare", tmp_path / "run") == 0
    out = capsys.readouterr().out
    assert "0 better" in out
    assert "1 worse\n  forest  right → refused  去年全市造林多少亩？" in out


def test_several_files_are_one_set(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    first = written(tmp_path / "1.jsonl", QUESTIONS[:2])
    second = written(tmp_path / "2.jsonl", QUESTIONS[3:])
    assert len(result(capsys, first, second)["questions"]) == 4


def test_a_question_asked_within_a_speech(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    row = QUESTIONS[0] | {"within": []}
    found = result(capsys, written(tmp_path / "q.jsonl", [row]))["questions"][0]
    assert (found["hits"], found["verdict"], found["confidence"]) == ([], "refused", 0.0)


# ---- errors


def test_a_bad_line_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = written(tmp_path / "q.jsonl", [QUESTIONS[0], {"id": "x", "question": "?"}])
    line = refused(capsys, path, "--out", tmp_path / "run")
    assert "q.jsonl, line 2: expected" in line
    assert "'answers' should be a list, got None" in line


def test_an_earlier_run_that_is_none_is_told_before_anything_is_asked(
    capsys: pytest.CaptureFixture[str], questions: Path, tmp_path: Path
) -> None:
    assert "cannot be read" in refused(capsys, questions, "--compare", tmp_path / "nowhere")
    assert "no result" in refused(capsys, questions, "--compare", questions)


def test_no_library(capsys: pytest.CaptureFixture[str], questions: Path, tmp_path: Path) -> None:
    assert "there is no library" in refused(capsys, questions, "--library", tmp_path / "nowhere")


def test_a_folder_that_cannot_be_made(capsys: pytest.CaptureFixture[str], questions: Path) -> None:
    assert "cannot be made" in refused(capsys, questions, "--out", questions)


@pytest.mark.parametrize(
    ("library", "options"), [("ir_measures", []), ("matplotlib", ["--out", "run"])]
)
def test_without_the_extra(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    questions: Path,
    library: str,
    options: list[str],
) -> None:
    monkeypatch.setitem(sys.modules, library, None)  # an import of it then fails
    assert 'pip install "jianghua[evaluation]"' in refused(capsys, questions, *options)
