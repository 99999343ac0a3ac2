"""Trains the reader: the upper layers and heads, over lower layers that stay as they are.

Each worker thread takes questions one after the other on one core and gives back gradients; one step is the mean over
its questions. Knows nothing of where examples come from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from rag.reading.model import Model, batch_of
from rag.reading.network import Head, Logits
from rag.reading.pairs import Pair, Tokenizer, pairs_of
from rag.training.examples import Candidate, Example


@dataclass(frozen=True, slots=True)
class Plan:
    """How it is trained."""

    steps: int = 1000
    questions: int = 8  # a step
    passages: int = 3  # a question
    characters: int = 160  # a passage, in three of four questions
    together: int = 2  # questions a worker reads at once
    layer_rate: float = 2e-4
    new_rate: float = 1e-3  # of heads and tables, which start from nothing
    decay: float = 0.01
    warm: float = 0.06  # share of the steps in which the rate rises
    seed: int = 7
    workers: int = 2


@dataclass(frozen=True, slots=True)
class Step:
    """What came of one step."""

    number: int
    relevance: float
    answerable: float
    place: float


def train(
    model: Model,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    plan: Plan,
) -> Iterator[Step]:
    """Trains the head of ``model`` in place, on the device that it is on; yields after each step.

    Its foundation may be in bfloat16.
    """
    foundation, head = model.foundation, model.head.train()
    chance = Random(plan.seed)  # noqa: S311  (no secret)
    optimizer = _optimizer(head, plan)
    parameters = list(head.parameters())
    order = _endless(len(examples), chance)
    known = next(foundation.parameters())
    device, half = known.device, known.dtype == torch.bfloat16

    def worker(own: list[Example]) -> tuple[list[Tensor], Tensor]:
        torch.set_num_threads(1)
        pairs = [
            pair
            for e in own
            for pair in pairs_of(
                tokenizer,
                e.question,
                [c.passage for c in e.candidates],
                [c.context for c in e.candidates],
            )
        ]
        batch = batch_of(pairs).to(device)
        x = foundation(batch.tokens, batch.positions, batch.lengths)
        with torch.autocast(device.type, torch.bfloat16, enabled=half):
            logits = head(x.float(), batch).cpu()
        losses = losses_of(logits, pairs, own) / plan.questions
        return list(torch.autograd.grad(losses @ _WEIGHTS, parameters)), losses.detach()

    with ThreadPoolExecutor(plan.workers) as pool:
        for step in range(plan.steps):
            drawn = [
                examples[next(order)].drawn(chance, plan.passages, plan.characters)
                for _ in range(plan.questions)
            ]
            drawn.sort(key=lambda e: -sum(len(c.passage) for c in e.candidates))
            parts = [
                drawn[i :: -(-len(drawn) // plan.together)]
                for i in range(-(-len(drawn) // plan.together))
            ]
            results = list(pool.map(worker, parts))
            for number, parameter in enumerate(parameters):
                parameter.grad = torch.stack([grads[number] for grads, _ in results]).sum(0)
            nn.utils.clip_grad_norm_(parameters, 1.0)
            for group in optimizer.param_groups:
                group["lr"] = group["full"] * _share(step, plan)
            optimizer.step()
            yield Step(step + 1, *torch.stack([losses for _, losses in results]).sum(0).tolist())


_WEIGHTS = torch.tensor([1.0, 0.5, 1.0])


def losses_of(logits: Logits, pairs: Sequence[Pair], examples: Sequence[Example]) -> Tensor:
    """Sums over the examples, (3,): relevance among the candidates, answerable, place of the answer.

    Places are compared over all passages of a question (Clark and Gardner, 2018), so that the
    best place of one passage may be held against that of another.
    """
    lengths = [len(p.tokens) for p in pairs]
    starts, ends = torch.split(logits.start, lengths), torch.split(logits.end, lengths)
    total, at = torch.zeros(3), 0
    for example in examples:
        own = slice(at, at + len(example.candidates))
        at = own.stop
        holds = torch.tensor([c.holds for c in example.candidates])
        answerable = functional.binary_cross_entropy_with_logits(
            logits.answerable[own], holds.float()
        )
        relevance = torch.zeros(())
        if holds.any() and not holds.all():
            scores = logits.relevance[own].log_softmax(0)
            relevance = -scores[holds].logsumexp(0)
        place = _place_loss(starts[own], ends[own], pairs[own], example.candidates)
        total = total + torch.stack([relevance, answerable, place])
    return total


def _place_loss(
    starts: Sequence[Tensor],
    ends: Sequence[Tensor],
    pairs: Sequence[Pair],
    candidates: Sequence[Candidate],
) -> Tensor:
    found: list[tuple[int, int]] = []
    shift = 0
    for pair, candidate in zip(pairs, candidates, strict=True):
        tokens = tokens_of(pair, candidate)
        if tokens is not None:
            found.append((shift + tokens[0], shift + tokens[1]))
        shift += len(pair.tokens)
    if not found:
        return torch.zeros(())
    start, end = torch.cat(list(starts)).log_softmax(0), torch.cat(list(ends)).log_softmax(0)
    return -(start[[s for s, _ in found]].mean() + end[[e for _, e in found]].mean()) / 2


def tokens_of(pair: Pair, candidate: Candidate) -> tuple[int, int] | None:
    """First and last token of the answer in the pair, or ``None`` if it is not there or cut off."""
    span = candidate.answer
    if span is None:
        return None
    inside = np.flatnonzero((pair.ends > span.start) & (pair.starts < span.end))
    if not len(inside) or pair.ends[inside[-1]] < span.end:
        return None
    return pair.first + int(inside[0]), pair.first + int(inside[-1])


def _optimizer(head: Head, plan: Plan) -> torch.optim.AdamW:
    layers = list(head.layers.parameters())
    known = {id(p) for p in layers}
    new = [p for p in head.parameters() if id(p) not in known]
    groups = [
        {"params": layers, "full": plan.layer_rate},
        {"params": new, "full": plan.new_rate},
    ]
    return torch.optim.AdamW(groups, lr=plan.layer_rate, weight_decay=plan.decay, betas=(0.9, 0.98))


def _share(step: int, plan: Plan) -> float:
    """Of the full rate: rising, then falling to nothing."""
    warm = max(1, round(plan.steps * plan.warm))
    return min((step + 1) / warm, max(0.0, (plan.steps - step) / (plan.steps - warm + 1)))


def _endless(count: int, chance: Random) -> Iterator[int]:
    while True:
        order = list(range(count))
        chance.shuffle(order)
        yield from order
