"""What people say of answers: JSON lines in the library's folder, and questions made of them.

A line holds the answer as it was given, so that a later version can be measured on it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rag.wire import Json

_FILE = "feedback.jsonl"


class FeedbackLog:
    """Feedback of one library; may be used from many threads."""

    def __init__(self, root: Path) -> None:
        self._path = root / _FILE
        self._lock = threading.Lock()

    def add(self, answer: Json, helpful: bool, reason: str = "") -> None:
        """Notes what somebody thinks of an answer; the last word on an answer counts."""
        line = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "helpful": helpful,
            "reason": reason.strip(),
            "answer": answer,
        }
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def lines(self) -> Iterator[Json]:
        """All feedback, oldest first."""
        if not self._path.exists():
            return
        with self._path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)

    def questions(self) -> list[Json]:
        """Question lines for an evaluation, the latest feedback on each question.

        ``answers`` is what a helpful answer said, empty where it rightly declined; a wrong answer
        has none, since nobody has said yet what would be right.
        """
        latest = {line["answer"]["question"]: line for line in self.lines()}
        return [
            {"id": f"f{i}", "question": question, **_judged(line)}
            for i, (question, line) in enumerate(latest.items(), 1)
        ]


def _judged(line: Json) -> Json:
    judged = {"helpful": line["helpful"], "reason": line["reason"]}
    return {"answers": _said(line["answer"]), **judged} if line["helpful"] else judged


def _said(answer: Json) -> list[str]:
    if not answer["answered"]:
        return []
    return [answer["short_answer"] or answer["citations"][0]["quote"]]
