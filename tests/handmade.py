"""Speeches, passages and weights of words made by hand, for tests that need no library and no model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.quantities import quantities
from rag.query import Query, understand
from rag.retrieval import Retrieval
from rag.schema import Chunk, Document, Hit, Metadata, Quote, Section
from rag.sentence_scorer import FEATURES, Candidate, Weights
from rag.terms import terms

FOREST = """云汀同志在澄州市林业工作会议上的讲话
(2018年5月4日)
同志们:
一、总结成绩
去年全市造林1047亩。
二、部署任务
今年要抓好三件事:一是管好苗圃。二是防好山火。三是护好湿地。
下面提三点要求:
(一)加强领导。各县要成立专班。
(二)压实责任。谁主管谁负责。
三、强化保障
要保障经费。
"""
_HEADINGS = (  # level, number, heading, where it ends, position of its parent
    (1, "一", "一、总结成绩", "二、部署任务", None),
    (1, "二", "二、部署任务", "三、强化保障", None),
    (4, "一是", "一是管好苗圃", "二是", 1),
    (4, "二是", "二是防好山火", "三是", 1),
    (4, "三是", "三是护好湿地", "\n下面", 1),
    (2, "(一)", "(一)加强领导", "(二)", 1),
    (2, "(二)", "(二)压实责任", "三、强化保障", 1),
    (1, "三", "三、强化保障", "", None),
)


def forest_speech() -> Document:
    """A speech with an outline of three levels; it announces three demands and makes two."""
    sections = []
    for level, number, heading, until, parent in _HEADINGS:
        start = FOREST.index(heading)
        end = FOREST.index(until, start + 1) if until else len(FOREST)
        sections.append(Section(level, number, heading, start, start + len(heading), end, parent))
    metadata = Metadata(
        title="云汀同志在澄州市林业工作会议上的讲话",
        speaker="云汀",
        date="2018-05-04",
        venue="澄州市林业工作会议",
    )
    return Document("forest", FOREST, metadata, tuple(sections))


def whole(document: Document, score: float = 1.0) -> Hit:
    """All of a document as one passage."""
    return Hit(document, Chunk(0, len(document.text)), score)


def retrieval_of(hits: Sequence[Hit]) -> Retrieval:
    """These passages as found, their raw scores alike."""
    even = np.ones(len(hits), np.float32)
    return Retrieval(tuple(hits), even, even)


def weights_of(query: Query, texts: Sequence[str], total: int = 50) -> Weights:
    """The weights of the question's words where these texts, of ``total``, are all that have them."""
    words = dict.fromkeys(terms(query.content))
    frequencies = {word: sum(word in terms(text) for text in texts) for word in words}
    return Weights(words, frequencies, total)


def asked(question: str, *texts: str) -> tuple[Query, Weights]:
    """A question as it is understood where 云汀 and 钟屿 have spoken, and the weights of its words."""
    query = understand(question, ["云汀", "钟屿", "**同志"])
    return query, weights_of(query, texts)


def candidate(sentence: str, probability: float = 0.5, **features: float) -> Candidate:
    """A sentence that is all of its document; of its features, whether it has a figure, and these."""
    document = Document("one", sentence)
    known = {"has_quantity": float(bool(quantities(sentence))), **features}
    row = tuple(known.get(name, 0.0) for name in FEATURES)
    return Candidate(Quote(document, 0, len(sentence)), 0, row, probability)
