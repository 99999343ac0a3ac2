"""A small library in memory and an assistant that quotes it, for the tests of the web."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.corpus import DocumentEntry
from rag.errors import UnknownDocumentError
from rag.ingestion import DocumentName, Progress, SourceReport
from rag.kept_settings import adjusted
from rag.schema import (
    Answer,
    Chunk,
    Citation,
    Document,
    Hit,
    Holdings,
    Metadata,
    Printing,
    Question,
    Reason,
    Section,
    Span,
)
from rag.settings import Settings

HOSTILE = (
    "<script>window.hacked=1</script> <img src=x onerror=window.hacked=1> *粗* _斜_ `码` # 题 "
    "[链](javascript:window.hacked=1) $$x^2$$ ${window.hacked=1} {{value}} <b>b</b> &amp; http://evil.example/x"
)

LAKE_TEXT = "\n".join(
    [
        "首页 > 领导讲话",
        "字号 大 中 小",
        "打印本页",
        "关闭窗口",
        "在云台县环境保护大会上的讲话",
        "(2019年3月8日)",
        "同志们:",
        "    今天召开全县环境保护大会,主要是总结去年工作,部署今年任务。",
        "一、认清形势,增强治理镜湖的责任感",
        "去年全县关停排污企业37家,镜湖水质由劣五类提升到四类。群众满意度达到91.2%,比上年提高6.4个百分点。",
        "(一)成绩来之不易。各乡镇投入资金2.3亿元,铺设污水管网118公里。",
        "(二)问题不容回避。还有14个村没有接入管网,\n这是今年必须补上的短板。",
        "二、突出重点,打好三场硬仗",
        "一是打好清水硬仗。二是打好蓝天硬仗。三是打好净土硬仗。",
        *[
            f"第{n}条措施要逐项落实到乡镇、村组和责任人,做到件件有着落、事事有回音。"
            for n in range(1, 40)
        ],
        "三、加强领导,确保各项任务落到实处",
        "县政府每季度通报一次进展,年底考核不达标的一票否决。",
        "",
        "相关链接",
    ]
)
SCHOOL_TEXT = "\n".join(
    [
        "在云台县教育工作会议上的讲话",
        "一、办好家门口的学校",
        "今年新建改建学校12所,新增学位8600个。",
        "二、建强教师队伍",
        "全年招聘教师340名,其中乡村教师占六成。",
    ]
)


def section(
    text: str, heading: str, level: int, parent: int | None = None, until: str = ""
) -> Section:
    """The section that starts with ``heading`` and ends where ``until`` starts."""
    start = text.index(heading)
    end = text.index(until) if until else len(text)
    number = heading[: heading.index(")") + 1] if heading.startswith("(") else heading[0]
    return Section(level, number, heading, start, start + len(heading), end, parent)


def speeches() -> list[Document]:
    """Three speeches: one with outline and page chrome, a plain one, one full of mark-up."""
    lake, school = LAKE_TEXT, SCHOOL_TEXT
    chrome_end = lake.index("在云台县")
    return [
        Document(
            "lake2019",
            lake,
            Metadata(
                title="在云台县环境保护大会上的讲话",
                speaker="周闻山",
                date="2019-03-08",
                published="2019-04-02",
                publisher="云台县政府办公室",
                venue="全县环境保护大会",
                source_url="https://www.example.org/lake",
            ),
            (
                section(lake, "一、认清形势,增强治理镜湖的责任感", 1, None, "二、突出重点"),
                section(lake, "(一)成绩来之不易。", 2, 0, "(二)问题"),
                section(lake, "(二)问题不容回避。", 2, 0, "二、突出重点"),
                section(lake, "二、突出重点,打好三场硬仗", 1, None, "三、加强领导"),
                section(lake, "三、加强领导,确保各项任务落到实处", 1),
            ),
            (Span(0, chrome_end), Span(lake.index("相关链接"), len(lake))),
        ),
        Document(
            "school2020",
            school,
            Metadata(title="在云台县教育工作会议上的讲话", speaker="林一苇", date="2020"),
            (
                section(school, "一、办好家门口的学校", 1, None, "二、建强"),
                section(school, "二、建强教师队伍", 1),
            ),
        ),
        Document(
            "hostile",
            f"{HOSTILE}\n全县种树500万棵。{HOSTILE}",
            Metadata(title=HOSTILE, speaker=HOSTILE),
        ),
    ]


def entry(document: Document) -> DocumentEntry:
    """A document's line in a list."""
    return DocumentEntry(
        document.doc_id, document.metadata, document.title, len(document.text), 1,
        (f"/srv/files/{document.doc_id}.txt",), "2026-01-01T00:00:00+00:00",
    )  # fmt: skip


def open_gate() -> threading.Event:
    """A gate that stands open."""
    gate = threading.Event()
    gate.set()
    return gate


@dataclass
class MemoryLibrary:
    """Speeches in a dictionary."""

    held: dict[str, Document] = field(default_factory=lambda: {d.doc_id: d for d in speeches()})
    removed: set[str] = field(default_factory=set)
    printings: dict[str, tuple[Printing, ...]] = field(default_factory=dict)
    originals: dict[str, Path] = field(default_factory=dict)
    root: Path = Path("nowhere")  # a test that uploads names a folder
    reading: threading.Event = field(default_factory=open_gate)  # each file waits for it

    def holdings(self) -> Holdings:
        return Holdings(len(self.held), len(self.held), len(self.held), "letters-8")

    def original(self, doc_id: str) -> Path | None:
        return self.originals.get(self.document(doc_id).doc_id)

    def correct(self, doc_id: str, field: str, value: str | None) -> None:
        document = self.document(doc_id)
        mended = replace(document.metadata, **{field: value})
        self.held[doc_id] = replace(document, metadata=mended)

    def documents(self) -> list[DocumentEntry]:
        return [entry(d) for d in self.held.values()]

    def document(self, doc_id: str) -> Document:
        if doc_id not in self.held:
            raise UnknownDocumentError(f"no document {doc_id!r}")
        return self.held[doc_id]

    def printings_of(self, doc_id: str) -> tuple[Printing, ...]:
        return self.printings.get(doc_id, ())

    def was_removed(self, doc_id: str) -> bool:
        return doc_id in self.removed

    def remove(self, doc_ids: Iterable[str]) -> None:
        for doc_id in doc_ids:
            self.document(doc_id)
            self.removed.add(self.held.pop(doc_id).doc_id)

    def ingest(
        self, paths: Iterable[Path], on_progress: Callable[[Progress], None] | None = None
    ) -> Iterator[SourceReport]:
        paths = list(paths)
        for done, path in enumerate(paths):
            if on_progress:
                on_progress(Progress(done, len(paths), done, 1, str(path), done / len(paths)))
            self.reading.wait(30)
            text = path.read_text(encoding="utf-8")
            if not text.strip():
                yield SourceReport(str(path), "failed", error="the file is empty")
                continue
            document = Document(path.stem, text)
            self.held[path.stem] = document
            name = DocumentName(path.stem, document.title, document.metadata)
            yield SourceReport(str(path), "added", (name,), 1, "utf-8")


@dataclass
class QuotingAssistant:
    """Answers with the lines that hold the question's first two characters; else it declines."""

    library: MemoryLibrary
    gate: threading.Event = field(default_factory=open_gate)  # all pieces but the first wait for it
    asked: list[Question] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)  # set when a stream is left

    def search(self, question: Question, k: int) -> tuple[Hit, ...]:
        return tuple(self._hits(question)[:k])

    def near(self, topic: str) -> tuple[Hit, ...]:
        """The lines that share a character with the topic, those that share most of it first."""
        hits = [
            Hit(document, Chunk(start, end), len(set(topic) & set(document.text[start:end])))
            for document in self.library.held.values()
            for start, end in _lines(document.text)
        ]
        return tuple(sorted((h for h in hits if h.score), key=lambda h: -h.score))

    def _hits(self, question: Question) -> list[Hit]:
        hits = []
        for document in self.library.held.values():
            for start, end in _lines(document.text):
                if question.text[:2] in document.text[start:end]:
                    hits.append(Hit(document, Chunk(start, end), 1.0))
        return hits

    def stream(self, question: Question) -> Iterator[str | Answer]:
        self.asked.append(question)
        if question.text.startswith("故障"):
            raise ConnectionError("the model is gone")
        hits = self._hits(question)[:5]
        if not hits:
            first = next(iter(self.library.held.values()))
            near = (Hit(first, Chunk(*_lines(first.text)[9]), 0.1),)
            yield Answer(
                question.text, "资料库中没有找到依据。", False, Reason.NO_EVIDENCE, hits=near
            )
            return
        citations = tuple(
            Citation(i, hit.document, hit.chunk.start, hit.chunk.end)
            for i, hit in enumerate(hits, 1)
        )
        text = "\n".join(f"{c.quote} [{c.marker}]" for c in citations)
        short = next((n for n in ("37家", "12所") if n in text), None)
        try:
            for at in range(0, len(text), 12):
                yield text[at : at + 12]
                self.gate.wait(30)
        except GeneratorExit:
            self.left.set()
            raise
        yield Answer(
            question.text, text, True, None, short, citations, tuple(hits), 1.0, seconds=0.1
        )


@dataclass
class Desk:
    """Settings in memory."""

    settings: Settings
    fixed: dict[str, str] = field(default_factory=dict)

    def adjust(self, changes: Mapping[str, str]) -> None:
        self.settings = adjusted(self.settings, changes)


def _lines(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for line in text.split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return [(a, b) for a, b in spans if text[a:b].strip()]
