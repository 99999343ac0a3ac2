"""How long the page takes, and what the chat adds to an answer: a served library seen through Chromium.

    python -m rag serve --library DIR --port 7931 &
    python benchmarks/web.py http://127.0.0.1:7931 QUESTIONS.jsonl

Opens the page in a fresh browser context several times until a question can be typed and the example
questions are there. Then asks each question over the API and in the page, in turn, after asking
each once untimed. Overhead is what passes beyond the seconds that the answer itself took. With ``--pid`` of the server,
the processor time of both ways is told as well, which other work on the machine changes less.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession

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
    parser.add_argument("--pid", type=int, help="of the server")
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
        _overheads(browser, options.address, questions, options.pid)
        browser.close()


def _openings(browser: Browser, options: argparse.Namespace) -> list[float]:
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


def _overheads(browser: Browser, address: str, questions: list[str], pid: int | None) -> None:
    page = browser.new_context(locale="zh-CN").new_page()
    page.goto(address)
    page.wait_for_selector("#chat .example")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    own, api, chat = [], [], []
    server_api, server_chat, browser_chat = [], [], []
    for question in questions:
        _asked(address, question)
        at_first = _processor(pid)
        seconds, took = _asked(address, question)
        between, drawn = _processor(pid), _tasks(session)
        own.append(1000 * seconds)
        api.append(1000 * (took - seconds))
        chat.append(page.evaluate(_ASK, question) - 1000 * seconds)
        server_api.append(between - at_first)
        server_chat.append(_processor(pid) - between)
        browser_chat.append(_tasks(session) - drawn)
        page.click("#fresh")  # the next one follows nothing
        page.wait_for_selector("#chat .example")
    _tell("answer itself, as in batch", own)
    _tell("POST /api/ask beyond that", api)
    _tell("chat, click to complete answer, beyond that", chat)
    if pid:
        _tell("processor time of the server, by POST /api/ask", server_api)
        _tell("processor time of the server, by the chat", server_chat)
    _tell("tasks of the page in the browser", browser_chat)


def _processor(pid: int | None) -> float:
    """Milliseconds of processor time that a process has used; 0 where none is named."""
    if pid is None:
        return 0.0
    ticks = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    return 1000 * sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _tasks(session: CDPSession) -> float:
    """Milliseconds that the page's main thread has worked."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(1000 * next(m["value"] for m in metrics if m["name"] == "TaskDuration"))


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
