"""Single lines at the head of a speech: titles, subtitles, salutations, a compilation's count.

Reads one line at a time; what the lines of a head mean together is in ``title_block``.
"""

from __future__ import annotations

import re

from rag.dates import dates_in, iso_date
from rag.names import Speaker, speaker_in_line, speaker_in_title
from rag.schema import Metadata

LONGEST_TITLE = 60
_LONGEST_MARKED = 80

_SPEECH_WORDS = (
    "[讲講][话話]|[报報]告|[致祝贺][辞词詞]|[发發]言|演[讲講]|演[说說]|祝酒词|[开閉闭開]幕[词辞詞]|主持词|[总總][结結]|"
    "党课|寄语|[说說]明|答(?:中外)?记者问"
)
_TAIL = (
    "(?:稿|提纲|摘要|材料|要点|全文|实录|范文|决议)?(?:之[一二三四五六七八九十])?"
    "(?:[（(][^（）()]{1,12}[)）])?"
)
_SPEECH = re.compile(rf"(?:{_SPEECH_WORDS}){_TAIL}$")
_LETTER = re.compile(r"(?:贺|慰问|公开|感谢|致歉|祝)信|一封信|倡议书|贺电")
_MEETING = re.compile(
    "(?:[会會议議坛壇式礼禮班节節宴座展赛堂]|活动|动员|辩论|集训|调研|现场|一线|培训|访谈|座谈)$"
)
_IN_MEETING = r"在(?P<venue>[^。；！？]{2,80}?)(?:上|期间|时)(?:的|所?作的?|所?做的?|发表的)?"
# 李明同志在某市某会议上的讲话
_TITLE_IN_MEETING = re.compile(
    rf"(?P<who>.{{0,40}}?){_IN_MEETING}(?P<what>[^，。]{{0,16}}?(?:{_SPEECH_WORDS}){_TAIL})"
)
# 国家主席李明发表二〇二〇年新年贺词
_GREETS = re.compile(rf"(?P<who>[^，。]{{2,30}}?)(?:发表|致)[^，。]{{0,10}}贺[词辞詞]{_TAIL}")
_OF_WHOM = re.compile(rf"(?P<who>[^，。]{{1,30}}同志)的?(?:重要)?(?:{_SPEECH_WORDS}){_TAIL}")
_ANSWERS = re.compile(
    r"(?P<who>[^，。]{2,40}?)(?:就[^。]{2,60})?(?:回?答)(?:中外|媒体)?记者的?(?:提)?问"
)
# ——2012年2月29日在某会议上, （2026年1月27日在某会议上的讲话）, followed perhaps by the speaker
_SUBTITLE = re.compile(
    rf"(?P<when>.{{0,40}}?){_IN_MEETING}(?P<what>.{{0,20}}?(?:{_SPEECH_WORDS}){_TAIL})?"
    r"(?P<rest>[\s，,].{2,40})?"
)
_PASSED = re.compile(
    r"(?P<when>.{6,30}?日)(?P<venue>[^。，]{4,60}会议)(?:审议)?(?:通过|批准|修订|决定)"
)
_HELD = re.compile(r"(?P<when>.{6,30}?[日号])(?P<venue>[^。，在]{4,60}(?:会议|大会|全会|座谈会))")
_NO_DAY = re.compile(r"[\s×xXＸ*＊]*[日号]$")  # 2007年12月 日
_DASH = re.compile(r"(?:[—–―─]+|-{2,}|－+|~{2,})\s*")
_SALUTATION = re.compile(
    r"(?:尊敬的|敬爱的|亲爱的|各位|諸位|诸位|同志们|同志們|女士们|先生们|朋友们|同学们|老师们|代表们|委员们|"
    r"乡亲们|战友们|父老乡亲|主席先生|全体(?:代表|同志|与会))"
)
_COUNT = r"(?:[一二三四五六七八九十百]{1,4}|\d{1,3})"
_GENRE_MARK = rf"(?:讲话|发言|演讲|致[辞词]|主持词|贺信)稿?之?{_COUNT}(?=\s*[】\])）:：]|$)"
_LONGEST_MARK = 16
_MARK = (
    rf"(?:第\s?{_COUNT}\s?篇|篇\s?{_COUNT}"
    rf"|(?:[范例样]文|[范样]本|模板|文章|文稿)\s?(?:第\s?{_COUNT}\s?篇|{_COUNT}|[（(]{_COUNT}[)）]))"
)
_MARKED_BEFORE = re.compile(
    rf"(?:[【\[（(<〈★☆◆●■▲]\s?{_MARK}\s?[】\])）>〉★☆◆●■▲]\s*[:：]?"
    rf"|(?:{_MARK}|{_GENRE_MARK})(?:[:：、.．\s]+|[—–-]{{1,2}}|(?=《)|$))\s*"
)
_MARKED_AFTER = re.compile(rf"\s*(?:[【\[（(]{_MARK}[】\])）]|(?<=[\s:：稿话词辞言讲告]){_MARK})$")
_NUMBERED = re.compile(rf"(?:{_COUNT}(?:[、．.:：]|\s(?=\D))|[（(【\[]{_COUNT}[】\])）])\s*(?=\S)")
_HASHES = re.compile(r"#{1,6}\s+")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")


def is_speech_title(line: str) -> bool:
    """Whether a line reads as the title of a speech: it ends with 讲话, 报告, 致辞 …"""
    return len(line) <= LONGEST_TITLE and bool(_SPEECH.search(line)) and "。" not in line


def is_signed(title: str) -> bool:
    """Whether what has this title is signed by who speaks in it: a speech or a letter."""
    return is_speech_title(title) or bool(_LETTER.search(title))


def names_meeting(line: str) -> bool:
    """Whether a line is a title that names its meeting: 李明同志在某会议上的讲话."""
    return is_speech_title(line) and bool(_TITLE_IN_MEETING.fullmatch(closed_up(line)))


def is_salutation(line: str) -> bool:
    """Whether a line addresses the listeners: 各位代表：, 同志们！."""
    return bool(_SALUTATION.match(line))


def is_marker(line: str) -> bool:
    """Whether a line carries a compilation's count: 第一篇:…, 【范文2】, …讲话 篇三."""
    return without_marker(line) != line


def without_marker(line: str) -> str:
    """A line without the compilation's count at its head or end."""
    if len(line) > _LONGEST_MARKED:
        return line
    before = _MARKED_BEFORE.match(line)
    after = _MARKED_AFTER.search(line, max(0, len(line) - _LONGEST_MARK))
    if not (before or after):
        return line
    title = line[before.end() if before else 0 : after.start() if after else len(line)]
    return without_book_marks(title)


def without_number(line: str) -> str:
    """A speech's title without the number before it: 3、李明同志在某会议上的讲话; else the line."""
    if not is_speech_title(line.removesuffix("》")):
        return line
    title = without_book_marks(_NUMBERED.sub("", line, count=1))
    return title if names_meeting(title) else line


def bare_title(line: str) -> str:
    """A title without Markdown's marks, a number of any kind and the marks of a book: 《…》."""
    bare = without_hashes(line)
    return without_book_marks(_NUMBERED.sub("", without_marker(bare), count=1))


def without_book_marks(title: str) -> str:
    """《李明在某会议上的讲话》 without its marks."""
    return title[1:-1] if title[:1] == "《" and title.find("》") == len(title) - 1 else title


def is_counted(line: str) -> bool:
    """Whether a line is a title with its count in a compilation, marked or numbered."""
    return is_marker(line) or without_number(line) != line


def without_hashes(line: str) -> str:
    """A line without Markdown's heading marks; the mask of **同志 is none."""
    bare = _HASHES.sub("", line, count=1)
    bold = _BOLD.fullmatch(bare)
    return bold[1] if bold else bare


def without_dashes(line: str) -> str:
    """A subtitle without the dashes before it; a list's single hyphen stays."""
    return _DASH.sub("", line, count=1) if _DASH.match(line) else line


def read_title(title: str) -> Metadata:
    """Speaker, office, date and venue as a title states them: 李明同志在某会议上的讲话."""
    match = _TITLE_IN_MEETING.fullmatch(closed_up(title))
    if not match:
        return _read_other_title(title)
    date, who = _date_first(match["who"])
    speaker = speaker_in_title(who.rstrip(":： ")) or Speaker()
    return Metadata(
        speaker=speaker.name, office=speaker.office, venue=_meeting(match["venue"]), date=date
    )


def _read_other_title(title: str) -> Metadata:
    """李明就春耕生产答记者问, 李明发表新年贺词, 李明同志的发言: who answers, who greets, who speaks."""
    closed = closed_up(title)
    match = next((m for p in (_ANSWERS, _GREETS, _OF_WHOM) if (m := p.fullmatch(closed))), None)
    speaker = (speaker_in_title(match["who"]) if match else None) or Speaker()
    return Metadata(speaker=speaker.name, office=speaker.office)


def read_subtitle(line: str) -> Metadata | None:
    """What a subtitle says, its words as ``subtitle``; ``None`` where the line is no such subtitle.

    It is set off by dashes or brackets or begins with a date, and names a meeting.
    """
    bare, set_off = _unwrapped(line)
    if decided := _read_passed(bare, set_off=set_off):
        return decided
    match = _SUBTITLE.fullmatch(bare)
    told = _when_and_who(match["when"]) if match else None
    if match is None or told is None:
        return None
    date, who = told
    held, venue = _dated_meeting(match["venue"])
    if not (match["what"] or venue) or not (set_off or date):
        return None
    speaker = (speaker_in_line(match["rest"].strip("，, ")) if match["rest"] else None) or who
    words = bare[: match.start("rest")] if match["rest"] else bare
    return Metadata(
        subtitle=words, date=date or held, venue=venue, speaker=speaker.name, office=speaker.office
    )


def read_meeting(line: str) -> Metadata | None:
    """在某县第七届人民代表大会第六次会议上: a line that is nothing but the meeting."""
    match = _SUBTITLE.fullmatch(line)
    if not match or match["when"] or match["what"] or match["rest"]:
        return None
    held, venue = _dated_meeting(match["venue"])
    return Metadata(subtitle=line, venue=venue, date=held) if venue else None


def _unwrapped(line: str) -> tuple[str, bool]:
    """A subtitle without the dashes or brackets around it, and whether it had any."""
    bare = without_dashes(line).strip()
    set_off = bare != line
    if set_off:
        bare = bare.rstrip("—–―─-－ ")
    if bare[:1] in ("（", "(") and bare[-1:] in (")", "）"):
        return bare[1:-1].strip(), True
    return bare, set_off


def _read_passed(bare: str, *, set_off: bool) -> Metadata | None:
    """2015年3月2日某委员会第三次会议通过; in brackets or after dashes 通过 may be missing."""
    passed = _PASSED.fullmatch(bare) or (_HELD.fullmatch(bare) if set_off else None)
    day = iso_date(passed["when"]) if passed else None
    if passed is None or day is None:
        return None
    return Metadata(subtitle=bare, date=day, venue=without_blanks(passed["venue"]))


def _when_and_who(text: str) -> tuple[str | None, Speaker] | None:
    """The date and the speaker before 在某会议上; ``None`` where something else stands there."""
    bare = text.strip("，, ")
    if not bare or (day := iso_date(bare)):
        return (day if bare else None), Speaker()
    date, rest = _date_first(bare)
    rest = _NO_DAY.sub("", rest)
    speaker = speaker_in_title(rest) if rest else Speaker()
    return (date, speaker) if speaker and (speaker.name or not rest) else None


def _dated_meeting(text: str) -> tuple[str | None, str | None]:
    """The date within 在2016年1月12日某会议上, and the meeting, if one is named."""
    date, rest = _date_first(text)
    return date, _meeting(rest)


def closed_up(title: str) -> str:
    """政 府 工 作 报 告 → 政府工作报告; single blanks between words stay."""
    pieces = title.split()
    if len(pieces) > 2 and all(len(piece) == 1 for piece in pieces):
        return "".join(pieces)
    return " ".join(pieces)


def without_blanks(text: str) -> str:
    """The text without any blanks."""
    return re.sub(r"\s+", "", text)


def _date_first(text: str) -> tuple[str | None, str]:
    """A date at the head of a text, and the rest."""
    dates = dates_in(text)
    if dates and dates[0].start == 0 and len(dates[0].iso) > 4:
        return dates[0].iso, text[dates[0].end :].strip()
    return None, text


def _meeting(text: str) -> str | None:
    """The meeting, if that is what the text names."""
    meeting = without_blanks(text)
    return meeting if len(meeting) > 2 and _MEETING.search(meeting) else None
