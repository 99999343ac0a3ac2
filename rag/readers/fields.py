"""Names that people give to the fields of a speech, and the values that stand beside them.

Serves JSONL, front matter, tables and ``metadata.csv`` alike. Values are kept as written: dates and
names are judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime

from rag.decoding import storable
from rag.schema import Metadata

_ALIASES = {
    "id": "id doc_id docid 编号 文档编号",
    "file": "file filename file_name path 文件 文件名 文件名称 路径",
    "text": "text content body full_text fulltext 正文 内容 全文 正文内容 讲话内容 讲话正文 原文 "
    "讲话全文 讲话稿 演讲稿 发言稿 报告全文 报告内容 报告正文 文章内容 article transcript",
    "title": "title headline 标题 题目 题名 名称 讲话标题 讲话题目 文章标题 "
    "报告标题 报告名称 演讲题目 演讲标题",
    "subtitle": "subtitle 副标题 副题",
    "speaker": "speaker author 讲话人 发言人 报告人 讲话者 演讲人 致辞人 主讲人 作者 姓名 "
    "领导 领导姓名 演讲者 发言者 致辞者 述职人",
    "date": "date speech_date 日期 时间 讲话日期 讲话时间 发言日期 发言时间 "
    "报告日期 报告时间 演讲日期 演讲时间 致辞日期 会议日期 会议时间",
    "year": "year 年份 年度",
    "published": "published publish_date pubdate publication_date 发布日期 发布时间 发表日期 "
    "发表时间 刊登日期 出版日期",
    "publisher": "publisher source 来源 发布机构 发布单位 出处 刊物",
    "venue": "venue meeting event place location 会议 会议名称 场合 活动 地点 讲话地点 会议地点",
    "office": "office position 职务 职位 身份 单位职务",
    "source_url": "source_url url link href 链接 网址 来源链接 原文链接 网页链接",
}
FIELD_OF_NAME = {name: field for field, names in _ALIASES.items() for name in names.split()}
_GIVEN = tuple(field.name for field in fields(Metadata))


def field_named(name: str) -> str | None:
    """The field that a column or key names (``讲话人`` → ``speaker``), or ``None``."""
    bare = "".join(name.replace("\ufeff", "").split()).strip(":：*#").casefold()
    return FIELD_OF_NAME.get(bare) or FIELD_OF_NAME.get(bare.replace("-", "_"))


def by_field(row: Mapping[str, object]) -> dict[str, str]:
    """The filled values of a row under our names.

    Of two columns for one field the one with our own name counts, else the first.
    """
    values: dict[str, str] = {}
    for name, value in sorted(row.items(), key=lambda item: item[0] not in _ALIASES):
        field = field_named(name)
        written = as_written(value)
        if field and written:
            values.setdefault(field, written)
    if values.get("publisher", "").startswith(("http://", "https://")):
        values.setdefault("source_url", values.pop("publisher"))  # "source" is either of them
    return values


def as_written(value: object) -> str:
    """A single value as text, ISO 8601 for dates; empty for none and for lists and objects."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a sheet keeps 2012 as 2012.0
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return storable(str(value)).strip()


def given(values: Mapping[str, str]) -> Metadata:
    """The metadata that ``by_field`` found; wins over what the text says."""
    return Metadata(**{field: values[field] for field in _GIVEN if field in values})


def hinted(values: Mapping[str, str]) -> Metadata:
    """A year beside the text is less than the date that the text may state, so it only hints."""
    return Metadata(date=values.get("year"))


def title_in(text: str, title: str | None) -> str | None:
    """A file's title property where the text has it; templates leave other titles there."""
    bare = "".join((title or "").split())
    return title.strip() if title and bare and bare in "".join(text.split()) else None
