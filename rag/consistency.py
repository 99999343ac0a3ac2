"""Whether a sentence can be about what the question names: the year, the speaker, the ordinal, the place.

A look-alike (another year's report, the next school) shares all words but the one that matters; the words' weight
does not show that. What is not certain counts as fitting.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.answer_sorts import counts_something_else
from rag.contrasts import names_the_counterpart, tells_only_the_start
from rag.gazetteer import is_province, places_in
from rag.home_place import homes_of
from rag.named_things import tagged_words
from rag.naming import contradicts_year, years_of
from rag.normal_form import normalise
from rag.numerals import numeral_value
from rag.query import Kind, Query, years_in
from rag.schema import Document, Hit, Quote
from rag.told_years import tells_of_another_year

_READ = 20_000  # characters of a speech that are searched for a place
_ORDINAL = re.compile(
    "第(?P<number>[0-9]{1,3}|[一二三四五六七八九十百]{1,5})(?![个点条项]|方面|部分|一|步)(?P<noun>[\u4e00-\u9fff]?)"
)

_OFFICE = re.compile(
    "(副?)(书记|[省市县区镇乡村州旗]长|局长|主任|主席|部长|院长|校长|秘书长|会长|厅长|处长|科长|总理|董事长|经理|行长|司令|主编)"
)


def fits(query: Query, hit: Hit) -> bool:
    """Whether a passage may answer the question."""
    if query.facet is not None and contradicts_year(query, hit.document):
        return False  # who gave one year's report is not told by another's
    title = normalise(hit.document.title)
    near = title + "\n" + normalise(hit.text)
    return (
        _fits_years(query, hit, near)
        and _fits_speakers(query, hit, near)
        and ordinals_in(normalise(query.text)) <= ordinals_in(near)
        and _fits_places(query, hit, near)
    )


def _fits_years(query: Query, hit: Hit, near: str) -> bool:
    """A speech tells of its own year and the one before; of others only where it names them."""
    own = years_of(hit.document)
    if not query.years or not own:
        return True
    told = own | {str(int(year) - 1) for year in own} | years_in(near)
    return bool(query.years & told)


def _fits_speakers(query: Query, hit: Hit, near: str) -> bool:
    speaker = hit.document.metadata.speaker
    if not query.speakers or speaker in query.speakers or speaker is None:
        return True
    return any(normalise(name).removesuffix("同志") in near for name in query.speakers)


def ordinals_in(normal: str) -> frozenset[tuple[int, str]]:
    """The ordinal numbers in a text in the normal form, and the character after each: 第四初级中学, 第12号.

    第一 is mostly a word.
    """
    found = ((match["number"], match["noun"]) for match in _ORDINAL.finditer(normal))
    values = ((int(n) if n.isdigit() else numeral_value(n), noun) for n, noun in found)
    return frozenset((value, noun) for value, noun in values if value is not None and value > 1)


def _fits_places(query: Query, hit: Hit, near: str) -> bool:
    """A speech that names another place of the same rank in its title does not tell of this one."""
    asked = places_in(normalise(query.text))
    if not asked or any(place in near for place in asked):
        return True
    titled = _own_places(hit)
    rivals = {is_province(place) for place in titled} & {is_province(place) for place in asked}
    if not rivals:
        return True
    text = normalise(hit.document.text[:_READ])
    return any(place in text for place in asked)


_OWN_AREA = re.compile("[全我本](?P<kind>省|市|县|区|州|旗|镇|乡)(?!长|委|级)")


def tells_of_another_place(
    query: Query, quote: Quote, hit: Hit, beside: Sequence[Document] = ()
) -> bool:
    """Whether the question names a place and the sentence speaks of the speaker's own, which is another: 全县….

    Args:
        query: The question.
        quote: The sentence.
        hit: The passage that it is of.
        beside: Other speeches of the library on the same matter.
    """
    asked, said = places_in(normalise(query.text)), normalise(quote.text)
    if not asked or not _OWN_AREA.search(said) or any(place in said for place in asked):
        return False
    kinds = {match["kind"] for match in _OWN_AREA.finditer(said)}
    homes = (name for name in homes_of(hit.document, beside) if name[-1] in kinds)
    own = _own_places(hit) or frozenset(name[:-1] for name in homes)
    is_own = any(place.endswith(tuple(own)) for place in asked)
    return bool(own) and not is_own and not any(place in normalise(hit.text) for place in asked)


_COMPARED = re.compile("[比较与同和继后]$|相比|不同于|区别于")


def names_another_of_its_kind(query: Query, quote: Quote) -> bool:
    """Whether the sentence names another place's thing of the kind that is asked about: 平昌冬奥会 for 北京冬奥会."""
    said = normalise(quote.text)
    for place, thing in _things_of_places(normalise(query.text)):
        if place not in said and thing in said:
            others = [own for own, named in _things_of_places(said) if named == thing]
            if others and not any(_COMPARED.search(said.split(own)[0][-2:]) for own in others):
                return True
    return False


def names_another_of_the_list(query: Query, quote: Quote, hit: Hit) -> bool:
    """Whether of 上海 and 北京, each of which is asked for, a sentence names the other one and not this one."""
    if not query.member:
        return False
    said = normalise(quote.text)
    others = [one for one in query.beside if one in said and one not in query.member]
    for other in others:
        said = said.replace(other, "")
    return bool(others) and query.member not in said + normalise(hit.above)


@lru_cache(maxsize=2048)
def _things_of_places(normal: str) -> tuple[tuple[str, str], ...]:
    """Places with the nouns right behind them: (北京, 冬奥会)."""
    words = [("", "x"), *tagged_words(normal)]
    return tuple(
        (place, thing)
        for (before, _), (place, kind), (thing, tag) in zip(
            words, words[1:], words[2:], strict=False
        )
        if (kind == "ns" or (before == "年" and kind in ("nr", "nz")))  # 2018年平昌冬奥会
        and tag in ("n", "nz", "j")
        and len(thing) > 1
    )


def is_look_alike(query: Query, quote: Quote, hit: Hit, beside: Sequence[Document] = ()) -> bool:
    """Whether a sentence has the question's words, and tells of another year, place or thing than the one asked about."""
    return (
        _is_taken(query, quote)
        or tells_of_another_year(query, quote, hit)
        or tells_of_another_place(query, quote, hit, beside)
        or names_another_of_its_kind(query, quote)
        or names_another_of_the_list(query, quote, hit)
        or names_the_deputy(query, quote)
        or names_the_counterpart(query, quote.text)
        or tells_only_the_start(query, quote.text)
        or (query.kind is Kind.FIGURE and counts_something_else(query.text, quote.text))
    )


def _is_taken(query: Query, quote: Quote) -> bool:
    """Whether the sentence already tells of another member of the list that is asked for."""
    return any(
        doc_id == quote.document.doc_id and start <= quote.start and quote.end <= end
        for doc_id, start, end in query.taken
    )


def names_the_deputy(query: Query, quote: Quote) -> bool:
    """Whether a sentence names 县委副书记 and no 县委书记 where that one is asked for, or the reverse."""
    asked = _OFFICE.findall(normalise(query.text))
    said = frozenset(_OFFICE.findall(normalise(quote.text))) if asked else frozenset()
    return any(
        (deputy, office) not in said and ("" if deputy else "副", office) in said
        for deputy, office in asked
    )


def _own_places(hit: Hit) -> frozenset[str]:
    metadata = hit.document.metadata
    told = (metadata.title, metadata.subtitle, metadata.venue, metadata.office)
    return places_in(normalise(" ".join(part for part in told if part)))
