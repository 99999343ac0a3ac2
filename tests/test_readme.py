"""What the README says about commands, options, settings, formats, files and answers is so."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from rag.cli import main
from rag.readers.formats import format_named
from rag.schema import Answer, Chunk, Citation, Document, Hit
from rag.settings import Settings
from rag.wire import answer_json

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    return README.split(f"\n## {name}\n")[1].split("\n## ")[0]


def help_of(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as done:
        main([*words, "--help"])
    assert done.value.code == 0
    return capsys.readouterr().out


def commands(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The help of each command below these words that has no commands of its own."""
    text = help_of(words, capsys)
    _, _, listed = text.partition("\ncommands:\n")
    if not listed:
        return {" ".join(words): text}
    found = {}
    for name in re.findall(r"^    ([\w-]+)", listed, re.MULTILINE):
        found |= commands([*words, name], capsys)
    return found


def test_every_command_and_option_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    found = commands([], capsys)
    assert {"ingest", "ask", "library verify"} <= set(found)
    told = section("Command line")
    for name, text in found.items():
        assert f"`jianghua {name}" in told, f"the README does not name jianghua {name}"
        for option in set(re.findall(r"--[a-z][a-z-]+", text)):
            assert re.search(rf"{option}\b", told), f"the README does not name {option} of {name}"


def test_no_command_is_made_up(capsys: pytest.CaptureFixture[str]) -> None:
    named = re.findall(r"^\| `jianghua ([a-z -]*[a-z])", section("Command line"), re.MULTILINE)
    assert sorted(named) == sorted(commands([], capsys))


def test_every_setting_is_named() -> None:
    named = set(re.findall(r"^\| `(JIANGHUA_[A-Z_]+)`", section("Settings"), re.MULTILINE))
    assert named == {f"JIANGHUA_{f.name.upper()}" for f in fields(Settings)} | {"JIANGHUA_CACHE"}


def test_every_format_is_read() -> None:
    named = re.findall(r"`(\.[a-z]+)`", section("What it reads"))
    assert len(named) > 20
    assert [suffix for suffix in named if format_named(f"x{suffix}") is None] == []


def test_every_path_of_the_tree_is_there() -> None:
    tree = section("What is where").split("```")[1]
    folder = ROOT
    for line in tree.strip().splitlines():
        name = line.split()[0]
        place = (folder if line.startswith(" ") else ROOT) / name
        assert place.exists(), f"{name} is in the README's tree and nowhere else"
        if not line.startswith(" "):
            folder = place


def test_the_answer_shown_has_the_fields_of_an_answer() -> None:
    shown = json.loads(re.findall(r"```json\n(.*?)```", README, re.DOTALL)[0])
    document = Document("d", "岫阳的年份")
    answer = Answer(
        "问",
        "答[1]",
        answered=True,
        citations=(Citation(1, document, 0, 2),),
        hits=(Hit(document, Chunk(0, 2), 1.0),),
    )
    real = answer_json(answer, "q1")
    assert list(shown) == list(real)
    assert list(shown["citations"][0]) == list(real["citations"][0])
    assert list(shown["hits"][0]) == list(real["hits"][0])


def test_the_answer_shown_is_one_of_the_samples() -> None:
    shown = json.loads(re.findall(r"```json\n(.*?)```", README, re.DOTALL)[0])
    quote = shown["citations"][0]["quote"]
    texts = [p.read_bytes().decode("utf-8", "ignore") for p in (ROOT / "samples").rglob("*.txt")]
    assert any(quote in text for text in texts)
    assert shown["short_answer"] in quote
    assert shown["citations"][0]["end"] - shown["citations"][0]["start"] == len(quote)
