import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.lexical import IndexedPassage, LexicalIndex
from rag.terms import terms

TEXTS = {
    1: "云水县工会组建企业工会一千零四十七家",
    2: "云水县今年新建学校三所，改建学校五所",
    3: "白岭市工会会员达到23万人，学校工会全覆盖，工会工作",
    4: "安全生产",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("统一战线", ["统一", "一战", "战线"]),
        ("我", ["我"]),
        ("召开 COVID-19 会", ["召开", "covid", "19", "会"]),
        ("增长8.5%,达1,047家", ["增长", "8.5", "达", "1047", "家"]),
        ("７３個", ["73", "个"]),
        ("政　府", ["政府"]),
        ("", []),
        ("，。！", []),
    ],
)
def test_terms_are_bigrams_words_and_numbers(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("chinese", "arabic"),
    [
        ("七十三个", "73"),
        ("一千零四十七家", "1047"),
        ("二〇一一年", "2011"),
        ("二0一一年", "2011"),
        ("二十三万人", "23"),
        ("三个方面", "3"),
        ("百分之八点五", "8.5"),
        ("第十二届", "12"),
    ],
)
def test_chinese_numerals_give_their_value(chinese: str, arabic: str) -> None:
    assert arabic in terms(chinese)


NO_NUMERALS = "万一,统一思想,一是,十分重要,千方百计,十三五规划,几十个,十几人,三五成群,百姓,亿元"


@pytest.mark.parametrize("text", NO_NUMERALS.split(","))
def test_words_that_look_like_numerals_give_no_number(text: str) -> None:
    assert not [term for term in terms(text) if term.isdigit()]


@given(st.text())
def test_terms_never_hold_a_blank(text: str) -> None:
    assert all(term and not any(c.isspace() for c in term) for term in terms(text))


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    return LexicalIndex.create(tmp_path / "lexical")


def passage(key: int, document: int, text: str) -> IndexedPassage:
    return IndexedPassage(key, document, terms(text))


def filled(index: LexicalIndex) -> LexicalIndex:
    index.update([passage(k, k % 2 + 10, t) for k, t in TEXTS.items()], [], generation=5)
    return index


def bm25(passages: dict[int, list[str]], query: list[str], key: int) -> float:
    """Okapi BM25 with k1 = 1.2 and b = 0.75, after Robertson and Zaragoza (2009)."""
    average = sum(map(len, passages.values())) / len(passages)
    score = 0.0
    for term in query:
        holders = sum(term in words for words in passages.values())
        idf = math.log(1 + (len(passages) - holders + 0.5) / (holders + 0.5))
        count = passages[key].count(term)
        length = len(passages[key])
        score += idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length / average))
    return score


def test_scores_are_bm25(index: LexicalIndex) -> None:
    filled(index)
    query = terms("学校工会")
    keys, scores = index.search(query, 10)
    words = {key: terms(text) for key, text in TEXTS.items()} | {0: []}  # 0: the marker
    expected = {key: bm25(words, query, key) for key in words}
    ranked = sorted((key for key in words if expected[key]), key=lambda key: -expected[key])
    assert keys.tolist() == ranked
    np.testing.assert_allclose(scores, [expected[key] for key in ranked], rtol=1e-3)


def test_a_repeated_term_weighs_twice(index: LexicalIndex) -> None:
    filled(index)
    once = index.search(["学校"], 4)[1]
    twice = index.search(["学校", "学校"], 4)[1]
    np.testing.assert_allclose(twice, 2 * once, rtol=1e-6)


def test_figures_match_in_either_script(index: LexicalIndex) -> None:
    filled(index)
    assert index.search(terms("1047"), 1)[0].tolist() == [1]
    assert index.search(terms("二十三"), 1)[0].tolist() == [3]


def test_search_within_documents_leaves_scores_alone(index: LexicalIndex) -> None:
    filled(index)
    everywhere, scores_everywhere = index.search(terms("工会学校"), 10)
    keys, scores = index.search(terms("工会学校"), 10, [10])
    assert keys.tolist() == [2]
    assert scores[0] == pytest.approx(scores_everywhere[everywhere.tolist().index(2)])
    assert index.search(terms("工会"), 10, [])[0].size == 0
    assert index.search(terms("工会"), 10, [99])[0].size == 0


def test_ties_are_ordered_by_key(index: LexicalIndex) -> None:
    index.update([passage(key, 1, "同一句话") for key in (7, 3, 5)], [], generation=1)
    assert index.search(terms("一句"), 3)[0].tolist() == [3, 5, 7]


@pytest.mark.parametrize("text", ['学校" OR *', "terms:学校 AND NOT (", "-学校", "^学校~2"])
def test_signs_of_a_query_language_mean_nothing(index: LexicalIndex, text: str) -> None:
    filled(index)
    assert index.search(terms(text), 10)[0].tolist() == index.search(["学校"], 10)[0].tolist()
    assert index.search(["学校 工会", "*", "AND"], 10)[0].size == 0


def test_removed_passages_are_not_found(index: LexicalIndex) -> None:
    filled(index)
    index.update([passage(9, 11, "新建学校")], [2, 3], generation=6)
    assert index.search(terms("学校"), 10)[0].tolist() == [9]
    assert (len(index), index.keys.tolist(), index.generation) == (3, [1, 4, 9], 6)


def test_the_generation_is_kept_with_the_passages(index: LexicalIndex, tmp_path: Path) -> None:
    assert (index.generation, len(index)) == (0, 0)
    filled(index)
    again = LexicalIndex.open(tmp_path / "lexical")
    assert (again.generation, len(again)) == (5, 4)


def test_another_reader_sees_updates_after_reload(index: LexicalIndex, tmp_path: Path) -> None:
    reader = LexicalIndex.open(tmp_path / "lexical")
    filled(index)
    assert len(reader) == 0
    reader.reload()
    assert reader.search(terms("安全"), 1)[0].tolist() == [4]


def test_document_frequency_counts_passages(index: LexicalIndex) -> None:
    filled(index)
    assert index.document_frequency(["工会", "学校", "无"]) == {"工会": 2, "学校": 2, "无": 0}


def test_much_deleted_asks_for_rebuilding(index: LexicalIndex) -> None:
    index.update([passage(key, 1, "一句话") for key in range(1, 1201)], [], generation=1)
    assert not index.wants_rebuilding
    index.update([], list(range(1, 801)), generation=2)
    assert index.wants_rebuilding


def test_a_folder_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no lexical index"):
        LexicalIndex.open(tmp_path)


def test_a_damaged_index_is_refused(index: LexicalIndex, tmp_path: Path) -> None:
    filled(index)
    (tmp_path / "lexical" / "meta.json").write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="lexical"):
        LexicalIndex.open(tmp_path / "lexical")
