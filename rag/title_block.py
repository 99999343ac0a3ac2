"""What the lines above a speech say: title, subtitle, speaker, office, date, venue, issuing office.

Reads lines up to the salutation or the first sentence. Precision before recall: what is not certain
stays empty. Does not know where a speech begins in its source, nor page chrome, which it is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rag.dates import dates_in, iso_date
from rag.names import Speaker, spaced_name, speaker_in_line, speaker_in_title, surnamed
from rag.schema import Metadata

SPEECH_WORDS = (
    "讲话|讲话稿|讲话提纲|讲话摘要|报告|工作报告|致辞|致词|发言|发言稿|发言材料|演讲|演讲稿|演讲词|演说|贺词|祝词|祝酒词|"
    "开幕词|闭幕词|开幕辞|闭幕辞|主持词|主持讲话|总结|总结讲话|党课|党课讲稿|讲稿|述职报告|寄语|表态发言|说明|动员讲话"
)
_SPEECH = re.compile(rf"(?:{SPEECH_WORDS})(?:[（(][^（）()]{{1,12}}[)）])?$")
_MEETING_END = "[会會议議坛壇式礼禮班节節宴训座展赛堂]|活动|典礼|动员|辩论|集训|调研|现场|一线|期间"
_IN_MEETING = rf"在(?P<venue>[^。；！？]{{2,80}}?)(?:上|期间|时)(?:的|所?作的?|发表的|所做的|做的)?"
# 李明同志在某市某会议上的讲话
_TITLE_IN_MEETING = re.compile(rf"(?P<who>.{{0,40}}?){_IN_MEETING}(?P<what>[^，。]{{0,16}}?(?:{SPEECH_WORDS}))")
# ——2012年2月29日在某会议上, （2026年1月27日在某会议上的讲话）, followed perhaps by the speaker
_SUBTITLE = re.compile(
    rf"(?P<when>.{{0,40}}?){_IN_MEETING}(?P<what>.{{0,20}}?(?:{SPEECH_WORDS}))?(?P<rest>[\s　].{{2,40}})?"
)
_PASSED = re.compile(r"(?P<when>.{6,30}?日)(?P<venue>[^。，]{4,60}会议)(?:审议)?(?:通过|批准|修订|决定)")
_DASH = re.compile(r"^[—–―─－\-~～]+\s*")
_SALUTATION = re.compile(
    r"(?:(?:尊敬的|敬爱的|亲爱的)|各位|諸位|诸位|同志们|同志們|女士们|先生们|朋友们|同学们|老师们|代表们|委员们|乡亲们|战友们|"
    r"主席先生|主持人|全体(?:代表|同志|与会)|父老乡亲)"
)
_MARKER = re.compile(
    r"[【\[（(]?(?:第(?:[一二三四五六七八九十百零〇]+|\d+)篇|篇(?:[一二三四五六七八九十]+|\d+)|(?:范文|例文)(?:[一二三四五六七八九十]+|\d+))"
    r"(?:[】\])）]\s*[:：]?|[:：、.．\s]+|$)\s*"
)
_OFFICE_NAME = re.compile(
    r"[\u3400-\u9fff（）()]{2,30}(?:办公室|办公厅|委办|府办|局|委员会|政府|县委|市委|省委|区委|党委|党组|工委|纪委|厅|院|总工会|工会|"
    r"协会|联合会|妇联|团委|组织部|宣传部|统战部|中心|学校|大学|集团|公司|税务总局|财政部|国务院|部|委|署)"
)
_SENTENCE = re.compile(r"[。；;]|[，,、：:]$")
_OPENING = re.compile(r"(?:现在|今天|今年|刚才|下面|我们|我代表|这次|最近|近日|日前|为了|为进一步|根据|按照|图为|图片)")
_HEADING = re.compile(r"(?:[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十]+[章节条]\s)")
_LONGEST_TITLE = 60
_MOST_LINES = 30  # a title block is no longer


@dataclass(frozen=True, slots=True)
class HeadLine:
    """A line at the head of a speech, and whether it is page chrome."""

    text: str
    is_chrome: bool = False


@dataclass(slots=True)
class _Block:
    """What has been read so far; groups are runs of title lines."""

    groups: list[list[str]] = field(default_factory=list)
    marker_title: str | None = None
    subtitle: str | None = None
    titled: int | None = None  # the group that the subtitle stands under
    speaker: Speaker = field(default_factory=Speaker)
    bare_name: str | None = None
    subtitle_date: str | None = None
    date: str | None = None
    published: str | None = None
    publisher: str | None = None
    venue: str | None = None
    saluted: bool = False
    open: bool = False  # whether the next title line goes on with the last group


def is_speech_title(line: str) -> bool:
    """Whether a line reads as the title of a speech: 李明同志在某会议上的讲话."""
    return len(line) <= _LONGEST_TITLE and bool(_SPEECH.search(line)) and "。" not in line


def is_meeting_subtitle(line: str) -> bool:
    """Whether a line gives the meeting, set off by dashes or brackets or begun with a date."""
    return len(line) <= 100 and _read_subtitle(line) is not None


def is_salutation(line: str) -> bool:
    """Whether a line addresses the listeners: 各位代表：, 同志们！."""
    return bool(_SALUTATION.match(line))


def without_marker(line: str) -> str:
    """A line without the 第一篇: of a compilation at its head."""
    return _MARKER.sub("", line, count=1)


def is_marker(line: str) -> bool:
    """Whether a line begins with a compilation's count: 第一篇:, 【范文2】, 篇三."""
    return bool(_MARKER.match(line))


def read_title(title: str) -> Metadata:
    """Speaker, office and venue as a title states them: 李明同志在某会议上的讲话."""
    match = _TITLE_IN_MEETING.fullmatch(_closed_up(title))
    if not match:
        return Metadata()
    dated, who = _split_date(match["who"])
    speaker = speaker_in_title(who) or Speaker()
    return Metadata(
        speaker=speaker.name, office=speaker.office, venue=_venue(match["venue"]), date=dated
    )


def read_title_block(lines: Iterable[HeadLine]) -> Metadata:
    """The metadata that the lines above a speech give."""
    block = _Block()
    previous = ""
    for line in list(lines)[:_MOST_LINES]:
        if line.is_chrome:
            block.open = False
        elif not _take(block, line.text, previous):
            break
        previous = "" if line.is_chrome else line.text
    return _metadata(block)


def signature(lines: Sequence[str]) -> Metadata:
    """Publisher and date from the last lines of a text: an office, then a date."""
    for above, below in zip(lines[-4:-1], lines[-3:], strict=False):
        if (date := iso_date(below)) and _is_office(above):
            return Metadata(publisher=_without_blanks(above), published=date)
    return _signed(lines[-1]) if lines else Metadata()


def _take(block: _Block, line: str, previous: str) -> bool:
    """Read one line into ``block``; false where the speech itself has begun."""
    if is_marker(line):
        block.marker_title = _closed_up(without_marker(line)) or block.marker_title
        return True
    line, saluted = _bracketed_date(block, line)
    if not line:
        block.saluted |= saluted
        return not saluted
    if is_salutation(line):
        block.saluted = True
        return False
    for reader in (_take_subtitle, _take_date, _take_signature, _take_speaker):
        if reader(block, line, previous):
            block.open = False
            return True
    return _take_title(block, line)


def _bracketed_date(block: _Block, line: str) -> tuple[str, bool]:
    """Take the date off the head of (2005-07-07)同志们:; the rest, and whether it salutes."""
    match = re.match(r"[（(](?P<date>[^（）()]{6,24})[)）]\s*", line)
    date = match and iso_date(match["date"])
    if not match or not date:
        return line, False
    block.date = block.date or date
    block.open = False
    rest = line[match.end() :]
    return ("", True) if is_salutation(rest) else (rest, False)


def _take_subtitle(block: _Block, line: str, _: str) -> bool:
    found = _read_subtitle(line)
    if found is None:
        if _DASH.match(line) and block.groups and len(line) <= _LONGEST_TITLE:
            block.subtitle = block.subtitle or _DASH.sub("", line)
            return True
        return False
    if block.groups and block.titled is None:
        block.titled = len(block.groups) - 1
    block.subtitle = block.subtitle or found.subtitle
    block.subtitle_date = block.subtitle_date or found.date
    block.venue = block.venue or found.venue
    if found.speaker:
        block.speaker = Speaker(found.speaker, found.office)
    return True


def _read_subtitle(line: str) -> Metadata | None:
    """The meeting, date and perhaps speaker of a subtitle; ``None`` where the line is none."""
    bare = _DASH.sub("", line).strip()
    dashed = bare != line
    bracketed = bare[:1] in ("（", "(") and bare[-1:] in (")", "）")
    bare = bare[1:-1].strip() if bracketed else bare
    if passed := _PASSED.fullmatch(bare):
        date = iso_date(passed["when"])
        return Metadata(subtitle=bare, date=date, venue=passed["venue"]) if date else None
    match = _SUBTITLE.fullmatch(bare)
    if not match:
        return None
    date = iso_date(match["when"].strip("，, （）()")) if match["when"] else None
    if match["when"] and not date:
        return None
    if not (dashed or bracketed or date) or not (match["what"] or _venue(match["venue"])):
        return None
    speaker = (speaker_in_line(match["rest"]) if match["rest"] else None) or Speaker()
    words = bare[: match.start("rest")].rstrip() if match["rest"] else bare
    return Metadata(
        subtitle=words,
        date=date,
        venue=_venue(match["venue"]),
        speaker=speaker.name,
        office=speaker.office,
    )


def _take_date(block: _Block, line: str, previous: str) -> bool:
    date = iso_date(line)
    if not date or len(date) == 4:
        return False
    if re.search(r"\d[:：时]\d", line):
        block.published = block.published or date
    elif _is_office(previous) and block.groups and block.groups[-1][-1:] == [previous]:
        block.groups[-1].pop()
        block.published, block.publisher = date, _without_blanks(previous)
    else:
        block.date = block.date or date
    return True


def _take_signature(block: _Block, line: str, _: str) -> bool:
    signed = _signed(line)
    block.publisher = block.publisher or signed.publisher
    block.published = block.published or signed.published
    return signed.publisher is not None


def _signed(line: str) -> Metadata:
    """某县教育局办公室 二0一一年八月三十日: who issued a text, and when."""
    parts = re.split(r"\s+", line.strip(), maxsplit=1)
    if len(parts) == 2 and _is_office(parts[0]) and (date := iso_date(parts[1])):
        return Metadata(publisher=parts[0], published=date)
    return Metadata()


def _take_speaker(block: _Block, line: str, previous: str) -> bool:
    if not (block.groups or block.marker_title or block.subtitle):
        return False
    name = surnamed(line.strip("（）()")) or spaced_name(line.strip("（）()"))
    if name:
        office = speaker_in_line(previous)
        if office and office.office and not office.name:
            block.speaker = Speaker(name, office.office)
        elif not block.speaker.name:
            block.bare_name = block.bare_name or name
        return True
    found = speaker_in_line(line)
    if found and found.name and not block.speaker.name:
        block.speaker = found
    return found is not None and (found.name is not None or not is_speech_title(line))


def _take_title(block: _Block, line: str) -> bool:
    title = _closed_up(line.lstrip("#").strip("* 　"))
    if _HEADING.match(line) or _OPENING.match(title) or _SENTENCE.search(title):
        _drop_begun_sentence(block, line)
        return False
    if len(title) > _LONGEST_TITLE or not re.search(r"[\w]{2}", title):
        return False
    if block.open:
        block.groups[-1].append(title)
    else:
        block.groups.append([title])
    block.open = True
    return True


def _drop_begun_sentence(block: _Block, line: str) -> None:
    """A line that begins with 。 shows that the lines above were a sentence, no title."""
    if line[0] in "。，、；" and block.open:
        block.groups.pop()


def _metadata(block: _Block) -> Metadata:
    title = _chosen_title(block)
    stated = [read_title(t) for t in (title, block.marker_title) if t]
    speaker = block.speaker
    if not speaker.name and block.bare_name and _is_speech(block):
        speaker = Speaker(block.bare_name, speaker.office)
    found = Metadata(
        title=title,
        subtitle=block.subtitle,
        speaker=speaker.name,
        office=speaker.office if speaker.name else None,
        date=block.subtitle_date or block.date,
        published=block.published,
        publisher=block.publisher,
        venue=block.venue,
    )
    for other in stated:
        if other.speaker and found.speaker and other.speaker != found.speaker:
            other = Metadata(venue=other.venue, date=other.date)
        found = found.filled_from(other)
    return found


def _is_speech(block: _Block) -> bool:
    """Whether anything shows that somebody speaks here: a name alone could be a reporter's."""
    titles = [t for group in block.groups for t in group] + [block.marker_title or ""]
    return bool(block.saluted or block.venue or block.date or any(map(is_speech_title, titles)))


def _chosen_title(block: _Block) -> str | None:
    """The title above the subtitle, or the first; a longer form of it elsewhere is preferred."""
    titles = [_joined(group) if len(group) <= 3 else group[0] for group in block.groups if group]
    if not titles:
        return block.marker_title
    chosen = titles[min(block.titled or 0, len(titles) - 1)]
    longer = [t for t in (*titles, block.marker_title or "") if chosen in t and is_speech_title(t)]
    return max([chosen, *longer], key=len)


def _joined(group: Sequence[str]) -> str:
    """Title lines as one; a line of a character or two is the end of a broken one."""
    joined = group[0]
    for line in group[1:]:
        if line in joined:
            continue
        joined += line if len(line) <= 2 else f" {line}"
    return joined


def _split_date(text: str) -> tuple[str | None, str]:
    """A date at the head of a text, and the rest."""
    dates = dates_in(text)
    if dates and dates[0].start == 0 and len(dates[0].iso) > 4:
        return dates[0].iso, text[dates[0].end :].strip()
    return None, text


def _venue(text: str) -> str | None:
    """The meeting, if that is what the text names."""
    venue = _without_blanks(text)
    return venue if re.search(rf"(?:{_MEETING_END})$", venue) and len(venue) > 2 else None


def _is_office(text: str) -> bool:
    return bool(_OFFICE_NAME.fullmatch(_without_blanks(text)))


def _closed_up(title: str) -> str:
    """政 府 工 作 报 告 → 政府工作报告; single blanks between words stay."""
    pieces = title.split()
    if len(pieces) > 2 and all(len(piece) == 1 for piece in pieces):
        return "".join(pieces)
    return " ".join(pieces)


def _without_blanks(text: str) -> str:
    return re.sub(r"\s+", "", text)
