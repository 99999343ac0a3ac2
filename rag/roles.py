"""Questions for who has a role, asked with the verb: whose are the 主演 of a film is told where somebody 饰演 in it.

Knows words alone; whether the other question is answered better is found out by asking it.
"""

from __future__ import annotations

import re

from rag.indicators import Named
from rag.normal_form import normalise

# The role, the question with the verb, and the words that tell of it.
_VERBS = """
主演|主要演员 谁出演了《{}》 主演|出演|扮演|饰|领衔|演员|表演|演技|男主|女主
导演 谁执导了《{}》 导演|执导
作者 谁写了《{}》 作者|所著|撰写|创作|写的
主持人 谁主持了{} 主持
发起人|发起者|发起方 谁发起了{} 发起|倡议
创始人|创办人|创办者|创立者|创建者 谁创办了{} 创办|创立|创建|成立|创始
发明人|发明者 谁发明了{} 发明
设计师|设计者 谁设计了{} 设计
主办方|主办单位|主办者 谁主办了{} 主办|举办
承办方|承办单位 谁承办了{} 承办
起草人|起草者|起草单位 谁起草了{} 起草
"""
_ROLES = tuple(tuple(line.split()) for line in _VERBS.strip().splitlines())
_ROLE = "|".join(role for role, _, _ in _ROLES)
_WORK = re.compile("《([^《》]+)》")
_ASKED = re.compile(
    f"(?:谁是|哪些人是)(?P<whose>.{{2,30}}?)的?(?P<role>{_ROLE})"
    f"|(?P<of>.{{2,30}}?)的?(?P<office>{_ROLE})(?:都|分别)?(?:是|有|为|叫)?(?:谁|哪些人?|哪几?[位个]人?|哪家|哪个单位)?"
)


def in_other_words(question: str) -> tuple[Named, ...]:
    """The question for a role as it is, then with its verb; none if no such role is asked for."""
    normal = normalise(question).rstrip("?？。")
    found = _ASKED.fullmatch(normal)
    if found is None:
        return ()
    role, what = found["role"] or found["office"], found["whose"] or found["of"]
    verb, told = next((verb, told) for names, verb, told in _ROLES if role in names.split("|"))
    if "《" in what:
        verb = verb.replace("《{}》", "{}")
    return (Named(normal, (role,)), Named(verb.format(what), tuple(told.split("|"))))


def tells_of_the_role(question: str, sentence: str) -> bool:
    """Whether the question asks for somebody by a role or its verb, and the sentence has a word that goes with it.

    Not where it names other works alone.
    """
    asked, said = normalise(question), normalise(sentence)
    works = _WORK.findall(said)
    if works and not any(work in asked for work in works):
        return False
    return any(
        re.search(told, said)
        for role, verb, told in _ROLES
        if re.search(f"{role}|{verb.split('{')[0]}".replace("《", ""), asked)
    )
