"""Clients asking a served library all the time: errors, waiting times, and whether memory stays flat.

Copies a library, gives each client a user and a token of its own, starts ``jianghua serve`` on the copy and asks over HTTP,
whole answers and streams in turn, with a pause between an answer and the next question, as a person makes one.

    python benchmarks/load.py LIBRARY [--questions FILE.jsonl] [--seconds 300] [--clients 32] [--pause 1]

A question line is ``{"question": …}``; without a file, each speech is asked about by its title and speaker.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np

from rag.access import Accounts
from rag.user_file import UserFile
from rag.users import Role

START = 180  # seconds that the server may take to start
UNUSED_PASSWORD = "never typed, each client has a token"  # noqa: S105


@dataclass
class Figures:
    """What the clients met."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)  # MiB, a figure a second
    processor: float = 0.0  # seconds of it that the server used


def tokens(library: Path, clients: int) -> list[str]:
    """A user and a token for each client."""
    accounts = Accounts.of(UserFile(library))
    return [
        accounts.tokens.make(accounts.users.add(f"client{n}", UNUSED_PASSWORD, Role.READER), "load")
        for n in range(clients)
    ]


@contextmanager
def served(library: Path) -> Iterator[tuple[str, int]]:
    """The address and process id of ``jianghua serve``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "rag", "serve", "--library", str(library), "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        for line in process.stderr or ():
            if str(port) in line:
                break
        else:
            raise SystemExit("the server did not start")
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait()


def resident(pid: int) -> float:
    """MiB of memory that a process has, all its threads together."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


def processor(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def client(
    address: str, token: str, questions: list[str], until: float, pause: float, figures: Figures
) -> None:
    """Asks until the time is up."""
    draw = random.Random(token)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=60) as asking:
        await asyncio.sleep(draw.uniform(0, pause))
        for number in range(10**9):
            if time.monotonic() > until:
                return
            await one(asking, draw.choice(questions), number % 2 == 1, figures)
            await asyncio.sleep(draw.uniform(0.5, 1.5) * pause)


async def one(asking: httpx.AsyncClient, question: str, as_stream: bool, figures: Figures) -> None:
    """One question, whole or as a stream, to its last byte."""
    started = time.monotonic()
    accept = {"Accept": "text/event-stream" if as_stream else "application/json"}
    try:
        reply = await asking.post("/api/ask", json={"question": question}, headers=accept)
    except httpx.HTTPError as error:
        figures.errors.append(type(error).__name__)
        return
    complete = "event: answer" in reply.text if as_stream else '"answered"' in reply.text
    if reply.status_code != 200 or not complete:
        figures.errors.append(f"{reply.status_code} {reply.text[:80]}")
        return
    figures.seconds.append(time.monotonic() - started)


async def watch(pid: int, until: float, figures: Figures) -> None:
    """Notes the memory each second, and at the end what the server worked."""
    before = processor(pid)
    while time.monotonic() < until:
        figures.memory.append(resident(pid))
        await asyncio.sleep(1)
    figures.processor = processor(pid) - before


async def asked_about(address: str, token: str) -> list[str]:
    """A question for each speech, by its title and its speaker."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=60) as asking:
        documents = (await asking.get("/api/library")).json()["documents"]
    return [f"{d['speaker'] or ''}在《{d['title']}》中提出了哪几点要求？" for d in documents]


async def measure(
    address: str, pid: int, questions: list[str], given: list[str], seconds: float, pause: float
) -> Figures:
    """All clients at once, for so long."""
    figures = Figures()
    questions = questions or await asked_about(address, given[0])
    async with httpx.AsyncClient(base_url=address, timeout=START) as first:
        first.headers["Authorization"] = f"Bearer {given[0]}"
        await one(first, questions[0], False, Figures())  # what is loaded at the first question
    until = time.monotonic() + seconds
    clients = [client(address, token, questions, until, pause, figures) for token in given]
    await asyncio.gather(watch(pid, until, figures), *clients)
    return figures


def told(figures: Figures, seconds: float) -> str:
    """The figures as lines."""
    median, high = np.percentile(figures.seconds or [float("nan")], [50, 95])
    spots = {"start": 0.05, "middle": 0.5, "end": 1.0}
    last = len(figures.memory) - 1
    memory = ", ".join(
        f"{name} {figures.memory[round(at * last)]:.0f}" for name, at in spots.items()
    )
    return "\n".join([
        f"questions  {len(figures.seconds)} ({len(figures.seconds) / seconds:.1f} a second)",
        f"errors     {len(figures.errors)} {sorted(set(figures.errors))[:5] or ''}",
        f"seconds    p50 {median:.2f}, p95 {high:.2f}, longest {max(figures.seconds, default=0):.2f}",
        f"memory     {memory}, highest {max(figures.memory):.0f} MiB",
        f"processor  {figures.processor:.0f} s used by the server, "
        f"{1000 * figures.processor / max(1, len(figures.seconds)):.0f} ms a question",
        f"load       {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, of everything that runs here",
    ])  # fmt: skip


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("library", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--pause", type=float, default=1.0, help="mean seconds before the next one")
    options = parser.parse_args()
    questions = []
    if options.questions:
        lines = options.questions.read_text(encoding="utf-8").splitlines()
        questions = [json.loads(line)["question"] for line in lines if line.strip()]
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        shutil.copytree(options.library, library)
        given = tokens(library, options.clients)
        with served(library) as (address, pid):
            run = measure(address, pid, questions, given, options.seconds, options.pause)
            print(told(asyncio.run(run), options.seconds))


if __name__ == "__main__":
    main()
