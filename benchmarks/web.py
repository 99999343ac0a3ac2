"""How long the page takes, and what the chat adds to an answer: a served library seen through Chromium.

    python -m rag serve --library DIR --port 7931 &
    python benchmarks/web.py http://127.0.0.1:7931 QUESTIONS.jsonl

Opens the page in a fresh browser context several times until a question can be typed and the example
questions are there. Then asks each question over the API and in the page, in turn, after asking
each once untimed. Overhead is what passes beyond the seconds that the answer itself took.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

_READY = "#question textarea:enabled"
_ASK = """(question) => new Promise((done) => {
  const count = () => document.querySelectorAll('#chat .answer:not(.growing), #chat .refusal').length;
  const before = count(), field = document.querySelector('#question textarea');
  const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set;
  set.call(field, question);
  field.dispatchEvent(new Event('input', {bubbles: true}));
  setTimeout(() => {
    const asked = performance.now();
    new MutationObserver((_, watching) => {
      if (count() <= before) return;
      watching.disconnect();
      done(performance.now() - asked);
    }).observe(document.querySelector('#chat'), {childList: true, subtree: true});
    document.querySelector('#send').click();
  }, 200);
})"""


def main() -> None:
    """Measures and prints the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("questions", type=Path)
    parser.add_argument("--opened", type=int, default=10)
    options = parser.parse_args()
    lines = options.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines if line.strip()]

    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        _tell("page until a question can be typed", _openings(browser, options))
        _overheads(browser, options.address, questions)
        browser.close()


def _openings(browser: Any, options: argparse.Namespace) -> list[float]:
    """Milliseconds of each opening, with nothing cached."""
    took = []
    for _ in range(options.opened):
        context = browser.new_context(locale="zh-CN")
        page = context.new_page()
        started = time.perf_counter()
        page.goto(options.address, wait_until="commit")
        page.wait_for_selector(_READY)
        page.wait_for_selector("#chat .example")
        took.append(1000 * (time.perf_counter() - started))
        context.close()
    return took


def _overheads(browser: Any, address: str, questions: list[str]) -> None:
    page = browser.new_context(locale="zh-CN").new_page()
    page.goto(address)
    page.wait_for_selector("#chat .example")
    own, api, chat = [], [], []
    for question in questions:
        _asked(address, question)
        seconds, took = _asked(address, question)
        own.append(1000 * seconds)
        api.append(1000 * (took - seconds))
        chat.append(page.evaluate(_ASK, question) - 1000 * seconds)
        page.click("#fresh")  # the next one follows nothing
        page.wait_for_selector("#chat .example")
    _tell("answer itself, as in batch", own)
    _tell("POST /api/ask beyond that", api)
    _tell("chat, click to complete answer, beyond that", chat)


def _asked(address: str, question: str) -> tuple[float, float]:
    """Seconds that the answer took, and that passed until it was here."""
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(  # noqa: S310 - an address of this machine
        f"{address}/api/ask", body, {"Content-Type": "application/json"}
    )
    started = time.perf_counter()
    with urllib.request.urlopen(request) as reply:  # noqa: S310
        answer = json.load(reply)
    return answer["seconds"], time.perf_counter() - started


def _tell(name: str, milliseconds: list[float]) -> None:
    middle, worst = statistics.median(milliseconds), max(milliseconds)
    sys.stdout.write(
        f"{name}: median {middle:.0f} ms, longest {worst:.0f} ms ({len(milliseconds)} times)\n"
    )


if __name__ == "__main__":
    main()
