"""Sentences of reports from places that do not exist, the same ones each time."""

from __future__ import annotations

import itertools

PLACES = [
    "青石县",
    "白溪镇",
    "云岭市",
    "长河区",
    "松山县",
    "东平乡",
    "柳湾街道",
    "北坪镇",
    "南塘县",
    "金沙区",
]
SUBJECTS = [
    "工会组织",
    "义务教育",
    "农村公路",
    "财政预算",
    "安全生产",
    "招商引资",
    "污水处理",
    "职工培训",
    "医疗保险",
    "文化活动",
]
PHRASES = [
    "{place}今年{subject}投入{n}万元，同比增长{p}%。",
    "要切实加强{place}的{subject}工作，确保{n}个项目按期完成。",
    "过去一年，{subject}覆盖{place}{n}个村，群众满意度达到{p}%。",
    "{place}在{subject}方面还存在不少问题，必须高度重视，认真整改。",
    "关于{subject}：一是健全制度，二是落实责任，三是强化监督，{place}要走在前列。",
    "截至年底，{place}共建立{subject}站点{n}处，新增{p}处。",
    "会议指出，{subject}是{place}发展的基础，也是民生的底线。",
    "希望{place}的同志们再接再厉，把{subject}这件事办好。",
    "{place}推进{subject}的做法，被评为全省{n}个典型案例之一。",
    "对{subject}中的{p}类情形，{place}要建立台账，逐一销号。",
]
QUESTIONS = ["{place}的{subject}投入了多少？", "{place}怎样加强{subject}？"]


def sentences(templates: list[str]) -> list[str]:
    """One for each template, place and subject."""
    choices = enumerate(itertools.product(templates, PLACES, SUBJECTS))
    return [
        template.format(place=place, subject=subject, n=37 + i * 13 % 900, p=i * 7 % 97)
        for i, (template, place, subject) in choices
    ]
