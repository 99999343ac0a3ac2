"""What the lines above a speech say together: title, subtitle, speaker, office, date, venue.

Reads lines up to the salutation or the first sentence. Precision before recall: what is not certain
stays empty. Does not know where a speech begins in its source, nor page chrome, which it is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag.dates import dates_in, iso_date
from rag.head_lines import HeadLine, whole_lines
from rag.names import Speaker, speaker_in_line
from rag.publication import about_paper, is_letterhead, is_publishing_line, publication
from rag.schema import Metadata
from rag.signatures import bare_name, is_office, signed
from rag.titles import (
    LONGEST_TITLE,
    closed_up,
    is_counted,
    is_salutation,
    is_speech_title,
    names_meeting,
    read_meeting,
    read_subtitle,
    read_title,
    without_blanks,
    without_book_marks,
    without_dashes,
    without_hashes,
    without_marker,
    without_number,
)

_HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[、．.](?!\d)"
    r"|第[一二三四五六七八九十]+[章节条](?:\s|$)"
)
_SENTENCE = re.compile(r"[。；;]|[，,、：:.…]$|^[。，、；：！？,.)）】”」』]")
_OPENING = re.compile(
    "现在|現在|今天|今年|刚才|下面|我们|我[代是来]|这次|最近|近日|日前|为了|为进一步|根据|按照|"
    "本报讯|新华社|.{0,12}\\d日[电讯]|图为|附件|目录$|目 录$|[问答][:：]|主持人[:：]"
)
_CAPTION = re.compile(r"(?:(?<!答)(?<!中外)记者|通讯员|摄影)[^。！？]{0,24}(?:摄(?:影)?[）)]?)?$")
_CLOCK = re.compile(r"\d[:：时]\d")
_DATE_FIRST = re.compile(r"[（(](?P<date>[^（）()]{6,30})[)）]\s*")
_DATE_LAST = re.compile(r"(?P<before>.{2,60}?)\s*[（(](?P<date>[^（）()]{6,30})[)）]")
_MEETING_NOTE = re.compile(  # a plain 时间： is a publishing line
    r"(?:(?P<time>(?:会议|讲话)时间|时间(?=.*地点))|(?:会议|讲话)?地点|主持人?|参加人员?|出席|列席|记录人?)\s*[:：]"
)
_MASKED_DATE = re.compile(
    r"[（(]?[\d×xXＸ*＊某〇○_]{1,4}年[\d×xXＸ*＊某〇○_]{1,2}月(?:[\d×xXＸ*＊某〇○_]{1,2}日)?[)）]?"
)
_CONTINUES = re.compile(r"[和及与暨的并、]|(?:\d{4}年度?)?(?:政府)?工作报告$")
_TITLE_LABEL = re.compile(r"^(?:标\s*题|名\s*称|题\s*目)\s*[:：]\s*")
_MOST_LINES = 30  # a title block is no longer
_MOST_TITLE_LINES = 3
_LONGEST_LINE = 120


@dataclass(slots=True)
class _Block:
    """What has been read so far; ``groups`` are runs of title lines."""

    groups: list[list[str]] = field(default_factory=list)
    marker_title: str | None = None
    titled: int | None = None  # the group that the subtitle stands under
    speaker: Speaker = field(default_factory=Speaker)
    several: bool = False  # whether more than one person is named with an office
    alone: str | None = None  # a name without office: a speaker's, or a reporter's
    dated: str | None = None  # a date on its own line
    found: Metadata = field(default_factory=Metadata)
    saluted: bool = False
    open: bool = False  # whether the next title line goes on with the last group
    previous: str = ""


def read_title_block(lines: Sequence[HeadLine], hint: str | None = None) -> Metadata:
    """The metadata that the lines above a speech give.

    Args:
        lines: The first lines of a speech, from its title on.
        hint: A title from the container; of several titles in the text it tells the right one.
    """
    block = _Block()
    for line in whole_lines(lines[:_MOST_LINES]):
        if line.is_chrome or _CAPTION.search(line.text):
            block.open, block.previous = False, ""
        elif not _take(block, line.text):
            return _metadata(block, hint)
        else:
            block.previous = line.text
    # Nothing follows: such lines are no title block unless they show a speech.
    return _metadata(block, hint) if _is_speech(block) else Metadata()


def salutation_after(lines: Sequence[str]) -> int | None:
    """How many lines a speech's head has, if nothing but a head stands above the salutation.

    Args:
        lines: The lines from a title on, no more than a head may have.
    """
    block = _Block()
    for position, line in enumerate(lines):
        if not _take(block, line):
            return position if block.saluted else None
        block.previous = line
    return None


def _take(block: _Block, line: str) -> bool:
    """Read one line into ``block``; false where the speech itself has begun."""
    if is_counted(counted := without_hashes(line)):
        title = without_number(without_marker(counted))
        block.marker_title = closed_up(title) or block.marker_title
        return True
    if _take_issue(block, line):
        return True
    line = _take_off_date(block, line)
    if len(line) > _LONGEST_LINE:
        return _end(block, line)
    if is_salutation(line):
        block.saluted = True
        return False
    readers = (_take_meeting_note, _take_subtitle, _take_date, _take_signature, _take_speaker)
    if not line or any(reader(block, line) for reader in readers):
        block.open = False
        return True
    return _take_title(block, line)


def _take_issue(block: _Block, line: str) -> bool:
    """A line on the page or the paper itself; what stands above 会议文件 is its letterhead."""
    told = publication([line]) if is_publishing_line(line) else None
    if told is None and not read_subtitle(line):
        told = about_paper(line)
    if told is None:
        return False
    block.found = block.found.filled_from(told)
    if is_letterhead(line) and "文件" in line and block.open:
        block.groups.pop()
    block.open = False
    return True


def _take_off_date(block: _Block, line: str) -> str:
    """Take the date off (2005-07-07)同志们: or 工作报告（2012年2月29日）; the rest of the line."""
    first = _DATE_FIRST.match(line)
    if first and (date := _noted_date(block, first["date"])):
        block.dated = block.dated or date
        return line[first.end() :]
    last = _DATE_LAST.fullmatch(line)
    if last and (date := _noted_date(block, last["date"])):
        block.dated = block.dated or date
        return last["before"]
    if both := _named_and_dated(line):
        block.dated = block.dated or both[0]
        return both[1]
    return line


def _named_and_dated(line: str) -> tuple[str, str] | None:
    """The date of 林岩 2016年1月12日 or 2016年1月12日 县长 林岩, and the rest of the line."""
    dates = dates_in(line)
    if len(dates) != 1 or len(dates[0].iso) == 4:
        return None
    before, after = line[: dates[0].start], line[dates[0].end :]
    rest = before if not after else after if not before else ""
    return (dates[0].iso, rest.strip()) if rest != rest.strip() and _names(rest) else None


def _names(text: str) -> bool:
    """Whether a text is somebody's name, with the office or alone."""
    found = speaker_in_line(text)
    return bool(found and found.name) or bare_name(text.strip()) is not None


def _noted_date(block: _Block, text: str) -> str | None:
    """The date in brackets, a note such as 根据录音整理 after it allowed; not a meeting's date."""
    dates = dates_in(text, year=_year(block))
    if len(dates) != 1 or dates[0].start > 0 or len(dates[0].iso) == 4:
        return None
    rest = text[dates[0].end :]
    return dates[0].iso if len(rest) <= 12 and "在" not in rest and "通过" not in rest else None


def _year(block: _Block) -> int | None:
    """The year that the titles name, for a date that leaves it out."""
    titles = [line for group in block.groups for line in group]
    years = {date.iso[:4] for title in titles for date in dates_in(title)}
    return int(years.pop()) if len(years) == 1 else None


def _take_meeting_note(block: _Block, line: str) -> bool:
    """时间：2011年8月25日 地点：县会议室: when and where, who presides."""
    note = _MEETING_NOTE.match(line)
    if note and note["time"] and (dates := dates_in(line)):
        block.dated = block.dated or dates[0].iso
    return note is not None


def _take_subtitle(block: _Block, line: str) -> bool:
    found = read_subtitle(line) or read_meeting(line)
    if found is None:
        bare = without_dashes(line)
        if bare == line or _names(bare) or not block.groups or len(bare) > LONGEST_TITLE:
            return False
        block.found = block.found.filled_from(Metadata(subtitle=bare))
        return True
    if block.groups and block.titled is None:
        block.titled = len(block.groups) - 1
    if found.speaker:
        block.speaker = Speaker(found.speaker, found.office)
    block.found = block.found.filled_from(replace(found, speaker=None, office=None))
    return True


def _take_date(block: _Block, line: str) -> bool:
    date = iso_date(line)
    if not date or len(date) == 4:
        return _MASKED_DATE.fullmatch(line) is not None
    if _CLOCK.search(line):
        block.found = block.found.filled_from(Metadata(published=date))
    elif is_office(block.previous):
        if block.open and block.groups[-1][-1] == closed_up(block.previous):  # taken for a title
            block.groups[-1].pop()
            block.groups = [group for group in block.groups if group]
        issued = Metadata(published=date, publisher=without_blanks(block.previous))
        block.found = block.found.filled_from(issued)
    else:
        block.dated = block.dated or date
    return True


def _take_signature(block: _Block, line: str) -> bool:
    by = signed(line)
    block.found = block.found.filled_from(by)
    return by.publisher is not None


def _take_speaker(block: _Block, line: str) -> bool:
    if not (block.groups or block.marker_title or block.found.subtitle):
        return _take_leading_speaker(block, line)
    line = without_dashes(line)
    found = speaker_in_line(line) or Speaker()
    if found.name:
        block.several |= block.speaker.name not in (None, found.name)
        block.speaker = block.speaker if block.speaker.name else found
        return True
    if name := bare_name(line.strip("（）()【】[]")):
        above = speaker_in_line(block.previous) or Speaker()
        if above.office and not above.name:
            block.speaker = Speaker(name, above.office)
        block.alone = block.alone or name
        return True
    return found.office is not None and not is_speech_title(line)


def _take_leading_speaker(block: _Block, line: str) -> bool:
    """A line above any title names a speaker only with the office."""
    found = speaker_in_line(line)
    if not (found and found.name and found.office):
        return False
    block.speaker = found
    return True


def _take_title(block: _Block, line: str) -> bool:
    title = closed_up(without_book_marks(_TITLE_LABEL.sub("", without_hashes(line))))
    starts_text = _HEADING.match(title) or _OPENING.match(title) or _SENTENCE.search(title)
    if starts_text or (block.groups and line.startswith("#")):
        return _end(block, line)
    if len(title) > LONGEST_TITLE or not re.search(r"[^\W\d_]", title):
        return False
    if _is_bracketed(title) or title.count("（") != title.count("）"):
        return True
    if block.open and is_office(title):
        return True  # who issued it, below its title
    if not block.open:
        block.groups.append([])
    block.groups[-1].append(title)
    block.open = not line.startswith("#")  # a heading by its mark is whole
    return True


def _end(block: _Block, line: str) -> bool:
    """The speech begins with this line; one that begins with 。 shows that it began above."""
    if line[0] in "。，、；" and block.open:
        block.groups.pop()
    return False


def _is_bracketed(title: str) -> bool:
    """Whether a line is a remark in brackets: （送审稿）."""
    return title[0] in "（(［[" and title[-1] in ")）］]"


def _metadata(block: _Block, hint: str | None) -> Metadata:
    title = _chosen_title(block, hint)
    speaker = Speaker() if block.several else block.speaker
    if not (speaker.name or block.several) and block.alone and _is_speech(block):
        speaker = Speaker(block.alone)
    found = replace(
        block.found,
        title=title,
        speaker=speaker.name,
        office=speaker.office if speaker.name else None,
        date=block.found.date or block.dated,
    )
    for stated in (title, block.marker_title):
        told = read_title(stated) if stated else Metadata()
        if found.speaker and told.speaker != found.speaker:
            told = replace(told, office=None)  # it would be another person's
        found = found.filled_from(told)
    return found


def _is_speech(block: _Block) -> bool:
    """Whether anything shows that somebody speaks here."""
    titles = [title for group in block.groups for title in group] + [block.marker_title or ""]
    shown = block.saluted or block.found.venue or block.speaker.name or block.dated
    return bool(shown or any(map(is_speech_title, titles)))


def _chosen_title(block: _Block, hint: str | None) -> str | None:
    """The title above the subtitle, or that of the hint, or the first; a longer form if any."""
    titles = [_joined(group) for group in block.groups if group]
    if not titles:
        subtitle = block.found.subtitle or ""
        return block.marker_title or (subtitle if is_speech_title(subtitle) else None)
    chosen = titles[min(block.titled or 0, len(titles) - 1)]
    if block.titled is None and hint:
        chosen = next((t for t in titles if without_blanks(t) in without_blanks(hint)), chosen)
    longer = [t for t in (*titles, block.marker_title or "") if chosen in t and is_speech_title(t)]
    return max([chosen, *longer], key=len)


def _joined(group: Sequence[str]) -> str:
    """Title lines as one; a line of a character or two is the end of a broken one."""
    if is_office(group[0]) and names_meeting(group[-1]) and group[-1].startswith("在"):
        return group[-1]  # whose paper it is, above the title
    joined = group[0]
    for line in group[1:] if len(group) <= _MOST_TITLE_LINES else ():
        if line not in joined:
            goes_on = len(line) <= 2 or _goes_on(joined, line)
            joined += line if goes_on else f" {line}"
    return joined


def _goes_on(above: str, line: str) -> bool:
    """Whether a title's line needs the one above: 青禾县人民政府 / 工作报告, …情况 / 和2019年预算…."""
    if line.startswith("关于") or (line.endswith("工作报告") and _CONTINUES.fullmatch(line)):
        return is_office(above)
    return bool(_CONTINUES.match(line)) or above.endswith(("的", "和", "与", "及", "、", "暨"))
