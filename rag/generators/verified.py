"""Answers in a language model's words, of which only those stand that the passages support.

Each sentence is held against the passages as it ends, first those that the model names for it, then
all; its citations are the source sentences that support it. A true sentence that is beside the
question is left out. Knows no model by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from rag.errors import GenerationError
from rag.evidence import Selection
from rag.generators.relevance import Relevance
from rag.generators.written import WrittenSentence, written_sentences
from rag.language_model import LanguageModel
from rag.normal_form import normalise
from rag.phrasing import ModelTrouble, doubted
from rag.prompts import Prompt, answer_prompt, declines, gives_orders
from rag.query import Kind, Query
from rag.retrieval import Retrieval
from rag.schema import Hit, Quote, Reason, Statement
from rag.verifier import Ruling, Verdict, verify

MOST_TOKENS = 512  # of an answer
MOST_PASSAGES = 6  # that a model is given; more of them distract it
MOST_FAILURES = 6  # sentences in a row that do not stand, after which no more are read
_SURE = 0.8  # confidence of the evidence from which on a model's "not mentioned" is not believed
_SEVERAL = (Kind.SUMMARY, Kind.COMPARISON)


class VerifiedGenerator:
    """Lets a model write, and keeps what is supported."""

    def __init__(self, model: LanguageModel, show_doubted: bool = False) -> None:
        """Takes the model; ``show_doubted`` keeps unsupported sentences, marked as such."""
        self._model = model
        self._show_doubted = show_doubted

    @property
    def name(self) -> str:
        """The model's."""
        return self._model.name

    def statements(
        self, query: Query, selection: Selection, retrieval: Retrieval
    ) -> Iterator[Statement | Reason | None]:
        """The sentences that stand, each as soon as the model has written it.

        Raises:
            GenerationError: the model failed, or nothing of what it wrote stands.
        """
        most = min(MOST_TOKENS, self._model.context // 4)
        passages = passages_for(query, selection, retrieval.hits)
        prompt = self._fitting(query, passages, self._model.context - most)
        sieve = _Sieve(passages, Relevance(query, selection, passages), self._show_doubted)
        with closing(self._model.stream(prompt, most)) as pieces:
            for sentence in written_sentences(pieces):
                yield None
                yield from sieve.kept(sentence) if sentence else ()
                if sieve.failures >= MOST_FAILURES:
                    break
        if sieve.stands:
            return
        if not sieve.declined:
            raise GenerationError(sieve.trouble)
        if selection.confidence >= _SURE:
            raise GenerationError(ModelTrouble.DECLINED)
        yield Reason.NO_EVIDENCE

    def _fitting(self, query: Query, passages: list[Quote], budget: int) -> Prompt:
        """The prompt with as many passages as the model takes; the others are dropped from the list."""
        several = query.kind in _SEVERAL
        while passages:
            prompt = answer_prompt(query.text, passages, several)
            if self._model.tokens(prompt) <= budget:
                return prompt
            passages.pop()
        raise GenerationError(ModelTrouble.TOO_SMALL)


class _Sieve:
    """What becomes of a reply's sentences: each is said once, and only if it stands."""

    def __init__(self, passages: Sequence[Quote], relevance: Relevance, show_doubted: bool) -> None:
        self._passages = passages
        self._relevance = relevance
        self._show_doubted = show_doubted
        self._waiting: list[Statement] = []  # nothing doubted is shown before something stands
        self._begun = False
        self._seen: set[str] = set()
        self._beside = False  # whether a true sentence was beside the question
        self.stands = False
        self.declined = False
        self.failures = 0  # in a row

    def kept(self, sentence: WrittenSentence) -> list[Statement]:
        """The statements that are to be shown now."""
        if declines(sentence.text):
            self.declined = True
            return []
        words = normalise(sentence.text)
        is_claim = words not in self._seen and not words.endswith("?")
        self._seen.add(words)
        supported = is_claim and self._judged(sentence)
        self.failures = 0 if supported else self.failures + 1
        self.stands = self.stands or supported
        if not self.stands:
            return []
        shown, self._waiting = self._waiting, []
        return shown

    @property
    def trouble(self) -> ModelTrouble:
        """Why nothing stands."""
        if self._beside:
            return ModelTrouble.BESIDE
        return ModelTrouble.UNSUPPORTED if self._seen else ModelTrouble.EMPTY

    def _judged(self, sentence: WrittenSentence) -> bool:
        """Whether the sentence stands; what may be shown of it is put with the waiting ones."""
        verdict = self._verdict(sentence)
        supported = verdict.ruling is Ruling.SUPPORTED
        if supported and not self._relevance.of(sentence.text, verdict.evidence):
            self._beside = True
            return False
        if supported or self._show_doubted:
            contradicted = verdict.ruling is Ruling.CONTRADICTED
            text = sentence.text if supported else doubted(sentence.text, contradicted)
            line_break = "\n" if sentence.new_line and self._begun else ""
            quotes = verdict.evidence if supported else ()
            self._waiting.append(Statement(line_break + text, quotes, supported))
            self._begun = True
        return supported

    def _verdict(self, sentence: WrittenSentence) -> Verdict:
        """By the passages that the model names, else by all: a wrong marker is no lie."""
        numbered = dict(enumerate(self._passages, 1))
        named = [numbered[n] for n in sentence.marked if n in numbered]
        verdict = _without_orders(verify(sentence.text, named))
        if verdict.ruling is not Ruling.SUPPORTED:
            verdict = _without_orders(verify(sentence.text, self._passages))
        return verdict


def _without_orders(verdict: Verdict) -> Verdict:
    """What a speech tells a model to say is no evidence for it."""
    if any(gives_orders(quote.text) for quote in verdict.evidence):
        return replace(verdict, ruling=Ruling.UNSUPPORTED, evidence=())
    return verdict


def passages_for(query: Query, selection: Selection, hits: Sequence[Hit]) -> list[Quote]:
    """What a model is given: first what holds the evidence, then what else was found.

    A question about several speeches gets them in turn.
    """
    found = [Quote(hit.document, hit.chunk.start, hit.chunk.end) for hit in hits]
    quotes = [evidence.quote for evidence in selection.evidence]
    beside = [quote for quote in quotes if not any(_holds(passage, quote) for passage in found)]
    holding = [passage for passage in found if any(_holds(passage, quote) for quote in quotes)]
    by_place = {(q.document.doc_id, q.start, q.end): q for q in (*holding, *beside, *found)}
    ordered = list(by_place.values())
    return (_in_turn(ordered) if query.kind in _SEVERAL else ordered)[:MOST_PASSAGES]


def _holds(passage: Quote, quote: Quote) -> bool:
    same = passage.document.doc_id == quote.document.doc_id
    return same and passage.start <= quote.start and quote.end <= passage.end


def _in_turn(passages: Sequence[Quote]) -> list[Quote]:
    """The first passage of each speech, then the second of each, and so on."""
    turns: Counter[str] = Counter()
    numbered = []
    for passage in passages:
        turns[passage.document.doc_id] += 1
        numbered.append((turns[passage.document.doc_id], passage))
    return [passage for _, passage in sorted(numbered, key=lambda pair: pair[0])]
