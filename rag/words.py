"""All words of the web pages, one catalogue per language.

The type checker sees to it that no language lacks a word. The fixed words of answers
are in ``phrasing``, words for a model in ``prompts``; messages of errors stay with the errors.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag import account_words
from rag.account_words import AccountWords
from rag.agreement import Difference
from rag.schema import Reason
from rag.verifier import Ruling


@dataclass(frozen=True, slots=True)
class Words:
    """The catalogue of one language. Fields with ``{…}`` are for ``str.format``."""

    code: str  # names the catalogue
    lang: str  # for the lang attribute
    home: str  # path of the chat page in this language
    product: str
    tagline: str
    account: AccountWords

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
    stands_elsewhere: str
    back_to_questions: str

    original_file: str
    no_original: str
    no_original_help: str

    # the other pages
    skip: str
    pages: str
    check_page: str
    trends_page: str
    about_page: str
    check_help: str
    draft: str
    check: str
    checked: str
    no_sentence: str
    draft_too_long: str
    rulings: dict[Ruling, str]
    differences: dict[Difference, str]
    trends_help: str
    topic_help: str
    counted_by: str
    by_words: str
    by_meaning: str
    topic_found: str
    passages: str
    all_passages: str
    more_passages: str
    term: str
    count: str
    term_found: str
    term_not_found: str
    by_year: str
    by_speaker: str
    undated: str
    unknown_speaker: str
    times: str
    of_speeches: str
    sentences: str
    all_sentences: str
    more_occurrences: str
    timeline: str
    about_help: str
    holdings: str
    holdings_counts: str
    encoder: str
    no_encoder: str
    version: str
    health: str
    healthy: str
    unhealthy: str
    unhealthy_help: str
    for_programs: str
    api_description: str
    chat_api: str
    health_api: str
    metrics_api: str

    # the settings
    settings_page: str
    settings_help: str
    settings_unchangeable: str
    settings_saved: str
    fixed_by: str
    setting_names: dict[str, str]
    setting_helps: dict[str, str]
    choices: dict[str, dict[str, str]]  # setting → value → its word
    default_model: str
    given_at_start: str
    given_at_start_help: str
    not_given: str

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
    within: str
    ask_within: str
    copy_answer: str
    copied: str
    as_markdown: str
    as_word: str
    what_is_wrong: str
    thanks: str
    sources: str
    sources_steps: tuple[str, ...]  # how answers are read, before there is one
    sources_none: str
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
    progress: str
    files: str
    choose_folder: str
    upload_help: str
    all_publishers: str
    no_outline: str
    library_empty_help: str
    statuses: dict[str, str]
    counts: str
    delete: str
    delete_sure: str
    deleted: str
    correct: str
    correct_title: str
    field_names: tuple[str, str, str, str, str]  # of ``corrections.FIELDS``
    save: str
    cancel: str
    corrected: str
    date_not_understood: str
    shown_of: str
    nothing_found: str


ZH = Words(
    code="zh",
    lang="zh-CN",
    home="/",
    product="讲话",
    tagline="有据可查的问答，每句话都能回到原文",
    account=account_words.ZH,
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
    stands_elsewhere="引用的这段话，现在还见于：",
    back_to_questions="回到提问",
    original_file="原文件",
    no_original="原文件不在了",
    no_original_help="收录时读取的文件已被移走或改动，这里只保留了文字。",
    skip="跳到正文",
    pages="页面",
    check_page="核对",
    trends_page="趋势",
    about_page="关于",
    check_help="粘贴一段文稿，逐句与资料库里的讲话核对：数字、单位、日期、人名、引语是否与原文一致。",
    draft="文稿",
    check="开始核对",
    checked="共 {n} 句，有据 {percent}",
    no_sentence="这段文字里没有可核对的句子。",
    draft_too_long="文稿有 {n} 字，一次最多核对 {most} 字，请分段粘贴。",
    rulings={
        Ruling.SUPPORTED: "有据",
        Ruling.CONTRADICTED: "与原文不符",
        Ruling.UNSUPPORTED: "没有找到依据",
    },
    differences={
        Difference.FIGURE: "数字不同",
        Difference.UNIT: "单位不同",
        Difference.QUALIFIER: "限定词不同",
        Difference.NAME: "名称不同",
        Difference.DATE: "日期不同",
        Difference.NEGATION: "肯定与否定相反",
        Difference.QUOTE: "引语与原文不一致",
        Difference.NO_EVIDENCE: "资料库里没有提到",
    },
    trends_help="一个词或主题在各年、各人的讲话里出现了多少次，点开可看原文。",
    topic_help="词频只认字面；按意思找的是说到这个主题的段落，用词可以不同。",
    counted_by="统计方式",
    by_words="按字面",
    by_meaning="按意思",
    topic_found="意思最接近“{term}”的有 {n} 个段落，见于 {m} 篇讲话，最接近的在前。资料库没有谈到时，这里也会列出相对接近的段落，请看原文判断。",
    passages="段落",
    all_passages="全部段落",
    more_passages="另有 {n} 个段落没有列出。",
    term="词语或主题",
    count="统计",
    term_found="“{term}”共出现 {n} 次，见于 {m} 篇讲话。",
    term_not_found="讲话里没有出现“{term}”。",
    by_year="各年",
    by_speaker="各讲话人",
    undated="年份不详",
    unknown_speaker="讲话人不详",
    times="{n} 次",
    of_speeches="{m}/{total} 篇",
    sentences="原句",
    all_sentences="全部原句",
    more_occurrences="另有 {n} 处没有列出。",
    timeline="讲话年表",
    about_help="回答逐句注明出处，点开就是原文；没有依据时会直说没有。除非您指定了别处的模型，所有内容都留在这台机器上。",
    holdings="资料库",
    holdings_counts="{documents} 篇讲话，{passages} 个段落，来自 {sources} 个文件",
    encoder="编码器指纹",
    no_encoder="尚未编码",
    version="版本",
    health="状态",
    healthy="正常",
    unhealthy="资料库读不出来",
    unhealthy_help="请在服务器上运行 jianghua library verify --repair。",
    for_programs="供程序使用",
    api_description="接口说明（OpenAPI）",
    chat_api="兼容 OpenAI 的接口地址，模型名 jianghua",
    health_api="健康检查",
    metrics_api="运行指标（Prometheus）",
    settings_page="设置",
    settings_help="保存后立即生效，不必重启；设置随资料库保存。",
    settings_unchangeable="这台服务器的设置不能在网页上更改。",
    settings_saved="已保存，从下一个问题起生效。",
    fixed_by="启动时由 {name} 设定，这里不能更改",
    setting_names={
        "generator": "由谁组织回答",
        "model": "语言模型",
        "strictness": "依据要多充分才回答",
        "passages": "每问检索的段落数",
        "unsupported": "模型写的句子没有原文支持时",
        "language": "界面语言",
        "encoder": "编码器",
        "reranker": "重排模型",
        "base_url": "模型服务地址",
        "context": "模型上下文（词元）",
        "timeout": "等待模型服务（秒）",
        "threads": "线程数",
    },
    setting_helps={
        "generator": "摘录原文不会编造；用模型时，每句话仍逐句与原文核对。",
        "model": "模型的名称或所在文件夹；不填则用自带的。",
        "strictness": "越严格，越常回答“没有找到依据”。",
        "passages": "1 到 100，影响列出的段落和回答可用的材料。",
        "unsupported": "",
        "language": "访客自己选过语言的，以其选择为准。",
    },
    choices={
        "generator": {
            "extractive": "摘录原文",
            "transformers": "本机语言模型",
            "openai": "模型服务（OpenAI 接口）",
        },
        "strictness": {"lenient": "宽松", "normal": "适中", "strict": "严格"},
        "unsupported": {"drop": "删去", "mark": "标明"},
        "language": {"auto": "随浏览器", "zh": "中文", "en": "English"},
    },
    default_model="自带模型",
    given_at_start="启动时设定",
    given_at_start_help="这些只能在启动时用环境变量或命令行选项设定。",
    not_given="默认",
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
    within="只在所选讲话中查找（不选则查全部）",
    ask_within="只问这篇",
    copy_answer="复制（附参考文献）",
    copied="已复制",
    as_markdown="导出 Markdown",
    as_word="导出 Word",
    what_is_wrong="哪里有问题？（可不填）",
    thanks="已记下，谢谢。",
    sources="来源",
    sources_steps=(
        "回答里每句话后面都有编号，点开就是原文里的那一句。",
        "指到编号，先看是谁、何时、在哪一节说的。",
        "没有依据时会直说没有，并列出最接近的段落。",
    ),
    sources_none="这个回答没有引用原文。",
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
    progress="{done}/{total} 个文件，已编码 {encoded} 个段落",
    files="{n} 个文件：",
    choose_folder="选择文件夹",
    upload_help="Word、PDF、网页、文本、表格、压缩包均可，也可以直接拖入文件夹。",
    all_publishers="全部发布单位",
    no_outline="没有分条的提纲。",
    library_empty_help="资料库还是空的。把讲话拖到上面的框里，就可以提问了。",
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
    correct="更正",
    correct_title="更正《{title}》的信息，以后重新收录也会保留",
    field_names=("题目", "讲话人", "讲话日期", "场合", "发布单位"),
    save="保存",
    cancel="取消",
    corrected="已更正：{title}",
    date_not_understood="看不懂这个日期，请写成 2009-10-30 或 2009年10月30日。",
    shown_of="共 {total} 篇，显示 {shown} 篇",
    nothing_found="没有符合条件的讲话。",
)

EN = Words(
    code="en",
    lang="en",
    home="/en/",
    product="Jianghua",
    tagline="Answers from the speeches themselves, each sentence with its source",
    account=account_words.EN,
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
    stands_elsewhere="The words that were cited stand in:",
    back_to_questions="Back to the questions",
    original_file="Original file",
    no_original="The original file is gone",
    no_original_help="The file that was read has been moved or changed since; only its text is kept here.",
    skip="Skip to the text",
    pages="Pages",
    check_page="Check",
    trends_page="Trends",
    about_page="About",
    check_help=(
        "Paste a draft. Each sentence is held against the speeches: figures, units, dates, names and "
        "quotes must be those of the source."
    ),
    draft="Draft (in Chinese)",
    check="Check",
    checked="{n} sentences, {percent} supported",
    no_sentence="There is no sentence in this text that could be checked.",
    draft_too_long="The draft has {n} characters; at most {most} are checked at a time.",
    rulings={
        Ruling.SUPPORTED: "Supported",
        Ruling.CONTRADICTED: "Contradicted",
        Ruling.UNSUPPORTED: "Unsupported",
    },
    differences={
        Difference.FIGURE: "another figure",
        Difference.UNIT: "another unit",
        Difference.QUALIFIER: "another qualifier",
        Difference.NAME: "another name",
        Difference.DATE: "another date",
        Difference.NEGATION: "the opposite",
        Difference.QUOTE: "not the words of the source",
        Difference.NO_EVIDENCE: "the library does not speak of it",
    },
    trends_help="How often a term or topic occurs in each year and with each speaker, down to the sentences.",
    topic_help="Words are counted as they are written; meaning finds passages on the topic in any words.",
    counted_by="Count",
    by_words="by words",
    by_meaning="by meaning",
    topic_found=(
        "{n} passages in {m} speeches come nearest to “{term}”, the nearest first. There are nearest ones "
        "even where no speech is about it: read them before you trust the bars."
    ),
    passages="Passages",
    all_passages="All passages",
    more_passages="{n} more passages are not listed.",
    term="Term or topic (in Chinese)",
    count="Count",
    term_found="“{term}” occurs {n} times in {m} speeches.",
    term_not_found="No speech has “{term}”.",
    by_year="By year",
    by_speaker="By speaker",
    undated="undated",
    unknown_speaker="speaker unknown",
    times="{n} ×",
    of_speeches="{m} of {total} speeches",
    sentences="Sentences",
    all_sentences="All sentences",
    more_occurrences="{n} more occurrences are not listed.",
    timeline="The speeches in time",
    about_help=(
        "Each sentence of an answer names its source, a click away; where there is no evidence, that is "
        "said. Everything stays on this machine, unless you have named a model that is elsewhere."
    ),
    holdings="Library",
    holdings_counts="{documents} speeches, {passages} passages, from {sources} files",
    encoder="Fingerprint of the encoder",
    no_encoder="nothing encoded yet",
    version="Version",
    health="State",
    healthy="healthy",
    unhealthy="The library cannot be read",
    unhealthy_help="Please run on the server: jianghua library verify --repair",
    for_programs="For programs",
    api_description="Description of the API (OpenAPI)",
    chat_api="Address for OpenAI clients; the model is jianghua",
    health_api="Health",
    metrics_api="Metrics (Prometheus)",
    settings_page="Settings",
    settings_help="What is saved holds at once, without a restart, and is kept with the library.",
    settings_unchangeable="The settings of this server cannot be changed on its pages.",
    settings_saved="Saved; it holds from the next question on.",
    fixed_by="Set by {name} at the start; it cannot be changed here",
    setting_names={
        "generator": "Who puts answers into words",
        "model": "Language model",
        "strictness": "How much evidence an answer needs",
        "passages": "Passages a question",
        "unsupported": "A model's sentences without support",
        "language": "Language of the pages",
        "encoder": "Encoder",
        "reranker": "Reranker",
        "base_url": "Address of the model",
        "context": "Context of the model (tokens)",
        "timeout": "Wait for the model (seconds)",
        "threads": "Threads",
    },
    setting_helps={
        "generator": "Quotes cannot invent; a model's sentences are each held against the source.",
        "model": "A model's name or folder; left empty, the packaged one.",
        "strictness": "The stricter, the more often the answer is that there is no evidence.",
        "passages": "1 to 100: those that are listed, and that an answer may use.",
        "unsupported": "",
        "language": "Who has chosen a language keeps it.",
    },
    choices={
        "generator": {
            "extractive": "Quotes",
            "transformers": "A model on this machine",
            "openai": "A model behind an OpenAI interface",
        },
        "strictness": {"lenient": "Lenient", "normal": "Normal", "strict": "Strict"},
        "unsupported": {"drop": "are dropped", "mark": "are marked"},
        "language": {"auto": "The browser's", "zh": "中文", "en": "English"},
    },
    default_model="packaged model",
    given_at_start="Set at the start",
    given_at_start_help="These are set by environment variables or options when the server starts.",
    not_given="default",
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
    within="Only in these speeches (none chosen: in all)",
    ask_within="Ask this speech",
    copy_answer="Copy with references",
    copied="Copied",
    as_markdown="Export Markdown",
    as_word="Export Word",
    what_is_wrong="What is wrong? (optional)",
    thanks="Noted, thank you.",
    sources="Sources",
    sources_steps=(
        "Each sentence of an answer has a number, which opens the speech at that very sentence.",
        "Point at a number to see who said it, when, and in which section.",
        "Where there is no evidence, that is said, with the nearest passages.",
    ),
    sources_none="This answer quotes nothing.",
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
    progress="{done} of {total} files, {encoded} passages encoded",
    files="{n} files: ",
    choose_folder="Choose a folder",
    upload_help="Word, PDF, web pages, text, tables and archives; folders can be dropped as well.",
    all_publishers="All publishers",
    no_outline="No numbered outline.",
    library_empty_help="The library is empty. Drop speeches into the field above, then ask.",
    statuses={"added": "added", "unchanged": "unchanged", "updated": "updated", "failed": "failed"},
    counts="{documents} speeches, {chunks} passages",
    delete="Remove",
    delete_sure="Really remove",
    deleted="Removed from the library: {title}",
    correct="Correct",
    correct_title="Correct what is known of “{title}”; it stays so when the file is read again",
    field_names=("Title", "Speaker", "Given on", "Occasion", "Publisher"),
    save="Save",
    cancel="Cancel",
    corrected="Corrected: {title}",
    date_not_understood="This is no date; please write it as 2009-10-30.",
    shown_of="{shown} of {total} speeches",
    nothing_found="No speech matches.",
)

CATALOGUES = {words.code: words for words in (ZH, EN)}
