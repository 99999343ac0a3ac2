"""What encoding costs: the project's encoder beside sentence-transformers' own, in one run.

Run `python benchmarks/encoding.py`. The same folder and the same 120 generated passages of 30 to
400 characters; `encode` as its documentation starts (float32) and in bfloat16. Rows are printed
with wall and processor seconds: where others use the machine, only the latter can be compared.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from generated_text import PHRASES, QUESTIONS, sentences
from sentence_transformers import SentenceTransformer

from embeddings.packaged import default_model_folder
from embeddings.packaged_encoder import PackagedEncoder
from embeddings.processor import has_bfloat16

ROUNDS = 2
LOADING = (
    "from embeddings.packaged_encoder import PackagedEncoder\n"
    "PackagedEncoder.load().encode_queries(['有多少家基层工会？'])"
)


def passages(count: int) -> list[str]:
    """Generated sentences in a row, 30 to 400 characters."""
    choose = random.Random(0)
    pool = sentences(PHRASES)
    return ["".join(choose.sample(pool, choose.randint(1, 14)))[:400] for _ in range(count)]


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor time of one run."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def compare(title: str, works: dict[str, Callable[[], object]], amount: int, unit: str) -> None:
    """The best of some interleaved rounds, and its ratio to the last of ``works``."""
    for work in works.values():
        work()
    rounds = [[seconds(work) for work in works.values()] for _ in range(ROUNDS)]
    best = np.array(rounds).min(axis=0)  # (works, 2)
    print(f"\n{title:<34}{'wall s':>9}{'cpu s':>9}{unit + '/cpu s':>16}{'cpu, ours = 1':>16}")
    for name, (wall, cpu) in zip(works, best, strict=True):
        print(f"{name:<34}{wall:>9.3f}{cpu:>9.3f}{amount / cpu:>16,.0f}{cpu / best[-1][1]:>16.2f}")


def main() -> None:
    folder = str(default_model_folder())
    plain = SentenceTransformer(folder, device="cpu", model_kwargs={"dtype": torch.float32})
    theirs = {"SentenceTransformer, float32": plain}
    if has_bfloat16():
        half = {"dtype": torch.bfloat16}
        theirs["SentenceTransformer, bfloat16"] = SentenceTransformer(
            folder, device="cpu", model_kwargs=half
        )
    ours = PackagedEncoder.load()
    texts, questions = passages(120), sentences(QUESTIONS)[:40]
    tokens = sum(map(len, plain.tokenizer(texts)["input_ids"]))
    print(f"{len(texts)} passages, {tokens:,} tokens; torch uses {torch.get_num_threads()} threads")
    documents = {name: lambda m=m: m.encode_document(texts) for name, m in theirs.items()}
    documents["PackagedEncoder"] = lambda: ours.encode_documents(texts)
    compare("passages", documents, tokens, "tokens")
    queries = {
        name: lambda m=m: [m.encode_query(text) for text in questions] for name, m in theirs.items()
    }
    queries["PackagedEncoder"] = lambda: [ours.encode_queries([q]) for q in questions]
    compare(f"{len(questions)} questions, one by one", queries, len(questions), "questions")
    agreement = (ours.encode_documents(texts) * plain.encode_document(texts)).sum(axis=1)
    print(f"\nlowest cosine to float32: {agreement.min():.5f}")
    cold = min(
        seconds(lambda: subprocess.run([sys.executable, "-c", LOADING], check=True))
        for _ in range(3)
    )
    print(f"import, load and first question in a new process: {cold[0]:.1f} s")


if __name__ == "__main__":
    main()
