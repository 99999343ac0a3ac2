"""All words of the web pages, one catalogue per language.

The type checker sees to it that no language lacks a word. The fixed words of answers
are in ``phrasing``, words for a model in ``prompts``; messages of errors stay with the errors.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.schema import Reason


@dataclass(frozen=True, slots=True)
class Words:
    """The catalogue of one language. Fields with ``{…}`` are for ``str.format``."""

    code: str  # names the catalogue
    lang: str  # for the lang attribute
    home: str  # path of the chat page in this language
    product: str
    tagline: str

    # the page of a speech
    speaker: str
    date: str
    published: str
    publisher: str
    venue: str
    also_printed: str
    listed: str  # between the members of a list
    original_page: str
    plain_text: str
    outline: str
    page_number: str
    page_chrome: str
    citations: str
    citation_of: str
    previous_citation: str
    next_citation: str
    quote_moved: str
    unknown_document: str
    unknown_document_help: str
    removed_document: str
    removed_document_help: str
    back_to_questions: str

    # the chat
    other_language: str
    chat_tab: str
    library_tab: str
    library_size: str
    library_empty: str
    placeholder: str
    ask_label: str
    send: str
    stop: str
    new_conversation: str
    conversation: str
    rename: str
    discard: str
    discard_sure: str
    conversation_title: str  # heads an export
    copy_answer: str
    copied: str
    as_markdown: str
    as_word: str
    what_is_wrong: str
    thanks: str
    sources: str
    sources_empty: str
    verdicts: dict[Reason, str]  # headings of refusals
    nearest: str
    coverage: str
    coverage_help: str
    quoted: str  # what the extractive generator did
    written_by: str
    took: str
    failed: str
    busy: str

    # example questions
    example_title: str
    example_heading: str
    example_speaker: str

    # the library
    title: str
    search_speeches: str
    all_speakers: str
    all_years: str
    upload: str
    reading: str
    statuses: dict[str, str]
    counts: str
    delete: str
    delete_sure: str
    deleted: str
    shown_of: str
    nothing_found: str


ZH = Words(
    code="zh",
    lang="zh-CN",
    home="/",
    product="讲话",
    tagline="有据可查的问答，每句话都能回到原文",
    speaker="讲话人",
    date="讲话日期",
    published="发布日期",
    publisher="发布单位",
    venue="场合",
    also_printed="另见：",
    listed="；",
    original_page="原网页",
    plain_text="纯文本",
    outline="提纲",
    page_number="第 {n} 页",
    page_chrome="网页附带文字（{n} 行）",
    citations="引文",
    citation_of="引文 {n} / {total}",
    previous_citation="‹ 上一条",
    next_citation="下一条 ›",
    quote_moved="原文已有改动，下面这段引文现在找不到了：",
    unknown_document="这个链接不对",
    unknown_document_help="资料库里从来没有这个编号的讲话。请检查链接是否完整。",
    removed_document="已不在资料库中",
    removed_document_help="这篇讲话曾经收录，后来被移除了，所以打不开原文。",
    back_to_questions="回到提问",
    other_language="English",
    chat_tab="问答",
    library_tab="资料库",
    library_size="已收录 {n} 篇讲话",
    library_empty="资料库还是空的",
    placeholder="想从讲话里查什么？",
    ask_label="请输入问题",
    send="提问",
    stop="停止",
    new_conversation="新对话",
    conversation="对话",
    rename="改名",
    discard="删除",
    discard_sure="确定删除",
    conversation_title="讲话问答",
    copy_answer="复制（附参考文献）",
    copied="已复制",
    as_markdown="导出 Markdown",
    as_word="导出 Word",
    what_is_wrong="哪里有问题？（可不填）",
    thanks="已记下，谢谢。",
    sources="来源",
    sources_empty="回答引用的原文会列在这里。",
    verdicts={
        Reason.NO_EVIDENCE: "没有找到依据",
        Reason.FIGURE_MISSING: "原文缺少这个数字",
        Reason.UNVERIFIED: "没有得到原文支持",
        Reason.EMPTY_LIBRARY: "资料库还是空的",
    },
    nearest="最接近的段落",
    coverage="有据 {percent}",
    coverage_help="回答的句子中有多少得到所引原文支持",
    quoted="原文摘录",
    written_by="由 {generator} 写成",
    took="{seconds} 秒",
    failed="这次没有答出来，请再试一次。",
    busy="现在提问的人太多，请稍后再试。",
    example_title="《{title}》主要讲了什么？",
    example_heading="《{title}》中，“{heading}”是怎么说的？",
    example_speaker="{speaker}在讲话中提出了哪些要求？",
    title="题目",
    search_speeches="查找题目、讲话人、场合",
    all_speakers="全部讲话人",
    all_years="全部年份",
    upload="加入讲话",
    reading="正在读取 {name}",
    statuses={
        "added": "已加入",
        "unchanged": "没有变化",
        "updated": "已更新",
        "failed": "未能读取",
    },
    counts="{documents} 篇讲话，{chunks} 个段落",
    delete="移除",
    delete_sure="确定移除",
    deleted="已移出资料库：{title}",
    shown_of="共 {total} 篇，显示 {shown} 篇",
    nothing_found="没有符合条件的讲话。",
)

EN = Words(
    code="en",
    lang="en",
    home="/en/",
    product="Jianghua",
    tagline="Answers from the speeches themselves, each sentence with its source",
    speaker="Speaker",
    date="Given on",
    published="Published on",
    publisher="Publisher",
    venue="Occasion",
    also_printed="Also printed as: ",
    listed="; ",
    original_page="Original page",
    plain_text="Plain text",
    outline="Outline",
    page_number="Page {n}",
    page_chrome="Text of the web page around the speech ({n} lines)",
    citations="Citations",
    citation_of="Citation {n} of {total}",
    previous_citation="‹ Previous",
    next_citation="Next ›",
    quote_moved="The text has changed; this quote is no longer in it: ",
    unknown_document="This link is wrong",
    unknown_document_help="The library never had this speech. Please check that the link is whole.",
    removed_document="No longer in the library",
    removed_document_help="This speech was in the library and has been removed since.",
    back_to_questions="Back to the questions",
    other_language="中文",
    chat_tab="Ask",
    library_tab="Library",
    library_size="{n} speeches in the library",
    library_empty="The library is empty",
    placeholder="What would you like to find in the speeches?",
    ask_label="Your question (in Chinese)",
    send="Ask",
    stop="Stop",
    new_conversation="New conversation",
    conversation="Conversation",
    rename="Rename",
    discard="Delete",
    discard_sure="Really delete",
    conversation_title="Questions and answers from speeches",
    copy_answer="Copy with references",
    copied="Copied",
    as_markdown="Export Markdown",
    as_word="Export Word",
    what_is_wrong="What is wrong? (optional)",
    thanks="Noted, thank you.",
    sources="Sources",
    sources_empty="The passages that an answer quotes are listed here.",
    verdicts={
        Reason.NO_EVIDENCE: "No evidence found",
        Reason.FIGURE_MISSING: "The source leaves this figure out",
        Reason.UNVERIFIED: "Not supported by the sources",
        Reason.EMPTY_LIBRARY: "The library is empty",
    },
    nearest="Nearest passages",
    coverage="{percent} supported",
    coverage_help="How many of the answer's sentences the cited passages support",
    quoted="quoted verbatim",
    written_by="written by {generator}",
    took="{seconds} s",
    failed="No answer this time. Please try again.",
    busy="Too many questions at once. Please try again in a moment.",
    example_title="《{title}》主要讲了什么？",
    example_heading="《{title}》中，“{heading}”是怎么说的？",
    example_speaker="{speaker}在讲话中提出了哪些要求？",
    title="Title",
    search_speeches="Search title, speaker, occasion",
    all_speakers="All speakers",
    all_years="All years",
    upload="Add speeches",
    reading="Reading {name}",
    statuses={"added": "added", "unchanged": "unchanged", "updated": "updated", "failed": "failed"},
    counts="{documents} speeches, {chunks} passages",
    delete="Remove",
    delete_sure="Really remove",
    deleted="Removed from the library: {title}",
    shown_of="{shown} of {total} speeches",
    nothing_found="No speech matches.",
)

CATALOGUES = {words.code: words for words in (ZH, EN)}
