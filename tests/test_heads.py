"""Heads of speeches as offices, newspapers and collections write them, with title, speaker and date.

The heads in ``heads.jsonl`` are invented in the manner of real ones, their truth is made by hand. What
a head does not state is null: a wrong name or date under a quote is worse than none.
"""

import json
from pathlib import Path

import pytest

from rag.schema import Metadata, SourceText
from rag.speeches import documents_of

SENTENCE = "全县上下团结奋进，各项工作取得了明显成效，群众得到更多实惠。"
BODY = f"\n{SENTENCE * 3}\n一、总结成绩\n{SENTENCE * 4}\n二、部署任务\n{SENTENCE * 4}\n"
HEADS = [
    json.loads(line)
    for line in (Path(__file__).parent / "heads.jsonl").read_text(encoding="utf-8").splitlines()
]
NAMES = [head["name"] for head in HEADS]


def parsed(text: str, given: Metadata | None = None) -> Metadata:
    (document,) = documents_of(SourceText(text, given=given or Metadata()))
    return document.metadata


def test_every_head_has_a_name_of_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("head", HEADS, ids=NAMES)
def test_a_head(head: dict[str, str | None]) -> None:
    found = parsed(f"{head['head']}{BODY}")
    told = {"title": found.title, "speaker": found.speaker, "date": found.date}
    assert told == {field: head[field] for field in told}


@pytest.mark.parametrize("head", [h for h in HEADS if h["report"]], ids=lambda h: h["name"])
def test_what_is_given_beside_a_report_wins(head: dict[str, str | None]) -> None:
    given = Metadata(title="报告", speaker="云汀", date="2001-02-03")
    found = parsed(f"{head['head']}{BODY}", given)
    assert (found.title, found.speaker, found.date) == ("报告", "云汀", "2001-02-03")
