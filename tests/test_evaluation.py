"""Judging, counting and comparing answers, against truth worked out by hand or by brute force."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from handmade import forest_speech, whole

from rag.errors import UsageError
from rag.evaluation.comparison import compare
from rag.evaluation.curves import curves
from rag.evaluation.figures import by_kind, figures
from rag.evaluation.gold import Labelled, Part, equals, holds, overlap
from rag.evaluation.labels import labelled_in
from rag.evaluation.outcomes import JudgedCitation, JudgedHit, Outcome, Verdict, judged
from rag.evaluation.refusal import (
    Confidences,
    RefusalPoint,
    RiskPoint,
    mean_risk,
    refusal_auc,
    refusal_curve,
    refusal_now,
    risk_coverage,
)
from rag.evaluation.report import worst
from rag.evaluation.runs import Circumstances, Run, read_run, run_json
from rag.evaluation.statistics import (
    bootstrap,
    mcnemar,
    p_of_difference,
    pooled_interval,
    quantile,
    sign_flips,
    wilson,
)
from rag.schema import Answer, Citation, Document, Question, Reason

# ---- whether a text says it


@pytest.mark.parametrize(
    ("text", "answers", "says"),
    [
        ("共有 ８３ 家“企业”", ("83家企业",), True),
        ("共有61家企业", ("83家",), False),
        ("共有61家企业", ("83家", "61家"), True),
        ("乙和丙", (("甲", "乙"), "丙"), True),
        ("甲和乙", (("甲", "乙"), "丙"), False),
        ("什么都可以", (), False),
    ],
)
def test_a_text_says_it(text: str, answers: tuple[Part, ...], says: bool) -> None:
    assert holds(text, answers) is says


def test_all_parts_where_all_are_asked_for() -> None:
    assert holds("甲和乙", ("甲", "丙"))
    assert not holds("甲和乙", ("甲", "丙"), whole=True)
    assert holds("甲、乙、丙", ("甲", "丙"), whole=True)


def test_of_a_long_answer_four_fifths_of_its_grams() -> None:
    answer = "".join(chr(0x4E00 + i) for i in range(28))  # 28 characters: 25 grams, 20 are enough
    assert holds("前" + answer[:23] + "后", (answer,))  # 23 in a row: 20 grams
    assert not holds("前" + answer[:22] + "后", (answer,))  # 19
    short = answer[:24]
    assert not holds(short[:23], (short,))


def test_short_answers() -> None:
    assert equals(" 83家", ("61家", ("83 家", "八十三家")))
    assert not equals("83家企业", ("83家",))
    # 3 characters in common, 4 and 6 long: F1 = 2·3 / 10
    assert overlap("造林三亩", ("造林一百五亩",)) == pytest.approx(0.6)
    assert overlap("", ("三亩",)) == 0.0


# ---- labelled questions


def labels(tmp_path: Path, *rows: object) -> tuple[Labelled, ...]:
    path = tmp_path / "questions.jsonl"
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")
    return labelled_in([path])


def test_a_question_with_all_its_labels(tmp_path: Path) -> None:
    row = {"id": 7, "question": "几家？", "answers": ["甲", ["乙", "丙"]], "require": "all",
           "doc_ids": ["d", "e", "d"], "speech": "", "kind": "figure", "within": ["d"],
           "evidence": "a field of somebody else"}  # fmt: skip
    (found,) = labels(tmp_path, row)
    question = Question("几家？", within=frozenset({"d"}))
    assert found == Labelled("7", question, ("甲", ("乙", "丙")), True, ("d", "e"), None, "figure")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"question": 3, "answers": ["甲"], "id": "b"}, "'question' should be a string"),
        ({"question": "?", "id": "b"}, "'answers' should be a list, got None"),
        ({"question": "?", "id": "b", "answers": "甲"}, "'answers' should be a list, got '甲'"),
        ({"question": "?", "id": "b", "answers": [" 《》"]}, "should be some words"),
        ({"question": "?", "id": "b", "answers": [[]]}, "should be some words"),
        ({"question": "?", "id": "b", "answers": [["甲", 3]]}, "should be some words"),
        ({"question": "?", "answers": []}, "'id' should be a string"),
        ({"question": "?", "id": "a", "answers": []}, "'id' a was on an earlier line"),
        ({"question": "?", "id": "b", "answers": [], "require": 2}, "'require' should be"),
        ({"question": "?", "id": "b", "answers": [], "doc_ids": "d"}, "'doc_ids' should be a list"),
        ({"question": "?", "id": "b", "answers": [], "kind": 3}, "'kind' should be a string"),
    ],
)
def test_a_line_that_is_no_labelled_question(tmp_path: Path, row: object, said: str) -> None:
    with pytest.raises(UsageError, match=r"questions.jsonl, line 3: expected") as error:
        labels(tmp_path, {"id": "a", "question": "?", "answers": []}, row)
    assert said in str(error.value)


def test_ids_differ_over_all_files(tmp_path: Path) -> None:
    for name in "ab":
        row = {"id": "q", "question": "?", "answers": []}
        (tmp_path / name).write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(UsageError, match=r"b, line 1: .*'id' q was on an earlier line"):
        labelled_in([tmp_path / "a", tmp_path / "b"])


# ---- one answer against its labels


FOREST = forest_speech()
LABELLED = Labelled("q", Question("造林多少亩？"), ("1047亩",), documents=("forest",))


def answer(text: str = "去年全市造林1047亩。[1]", **fields: Any) -> Answer:
    start = FOREST.text.index("去年全市造林")
    cited = (Citation(1, FOREST, start, start + 12),)
    given: dict[str, Any] = {"answered": True, "citations": cited, "hits": (whole(FOREST),)}
    return Answer("造林多少亩？", text, **(given | fields))


def outcome_of(labelled: Labelled, given: Answer, stored: str = FOREST.text) -> Outcome:
    return judged(labelled, labelled.documents or None, given, lambda doc_id: stored)


def test_what_is_right() -> None:
    found = outcome_of(LABELLED, answer(short_answer="1047亩", confidence=0.9))
    assert (found.verdict, found.succeeded, found.answerable) == (Verdict.RIGHT, True, True)
    assert (found.supported, found.short_exact, found.short_f1) == (True, True, 1.0)
    (citation,), (hit,) = found.citations, found.hits
    assert (citation.right, citation.exact, citation.marked) == (True, True, True)
    assert (hit.right, hit.holds) == (True, True)


@pytest.mark.parametrize(
    ("answers", "given", "verdict"),
    [
        (("1047亩",), answer("今年要抓好三件事。[1]"), Verdict.WRONG),
        (("1047亩",), answer(answered=False), Verdict.REFUSED),
        ((), answer(answered=False, reason=Reason.NO_EVIDENCE), Verdict.DECLINED),
        ((), answer(), Verdict.UNFOUNDED),
    ],
)
def test_what_became_of_a_question(
    answers: tuple[str, ...], given: Answer, verdict: Verdict
) -> None:
    found = outcome_of(replace(LABELLED, answers=answers), given)
    assert found.verdict is verdict
    assert found.succeeded is (verdict is Verdict.DECLINED)


def test_a_quote_that_is_not_there_and_a_marker_that_is_missing() -> None:
    found = outcome_of(LABELLED, answer("去年全市造林1047亩。"), "x" + FOREST.text)
    (citation,) = found.citations
    assert (citation.exact, citation.marked) == (False, False)


def test_another_document_with_the_same_words_supports_nothing() -> None:
    found = outcome_of(replace(LABELLED, documents=("other",)), answer())
    assert (found.verdict, found.supported) == (Verdict.RIGHT, False)
    assert (found.hits[0].right, found.citations[0].right) == (False, False)
    unnamed = outcome_of(replace(LABELLED, documents=()), answer())
    assert (unnamed.supported, unnamed.hits[0].right) == (True, None)


# ---- figures of hand-made outcomes


def outcome(name: str, verdict: Verdict, ranked: str = "", **fields: Any) -> Outcome:
    """An outcome whose passages are of the documents named by these letters; a capital one says it."""
    answerable = verdict in (Verdict.RIGHT, Verdict.WRONG, Verdict.REFUSED)
    answered = verdict not in (Verdict.REFUSED, Verdict.DECLINED)
    documents = fields.pop("documents", ("a",) if answerable else None)
    known = {
        "id": name, "question": f"问{name}", "kind": None, "expected": ("答",) if answerable else (),
        "whole": False, "documents": documents, "verdict": verdict, "answer": "答[1]", "answered": answered,
        "reason": None if answered else "no_evidence", "short_answer": None, "confidence": 0.5, "seconds": 0.1,
        "short_exact": False, "short_f1": 0.0, "supported": False, "citations": (),
        "hits": tuple(
            JudgedHit(
                c.lower(), "题", 0, 100 * i, 1.0,
                None if documents is None else c.lower() in documents, c.isupper(),
            )
            for i, c in enumerate(ranked, 1)
        ),
    }  # fmt: skip
    return Outcome(**(known | fields))


def values(outcomes: list[Outcome], passages: int = 10) -> dict[str, float]:
    return {name: figure.value for name, figure in figures(outcomes, passages).items()}


def test_ranked_documents_and_passages() -> None:
    found = values(
        [
            outcome("1", Verdict.RIGHT, "Abc"),
            outcome("2", Verdict.WRONG, "bbaA"),  # second document, fourth passage
            outcome("3", Verdict.REFUSED, "bcdefA"),  # sixth
            outcome("4", Verdict.REFUSED, "BC"),  # says it, but is of another document
            outcome("5", Verdict.DECLINED, "abc"),  # has no say
            outcome("6", Verdict.RIGHT, "", documents=None),  # nothing found, no document named
        ]
    )
    assert found["doc_hit@1"] == 1 / 4
    assert found["doc_hit@5"] == found["doc_recall@5"] == 2 / 4
    assert found["doc_hit@10"] == 3 / 4
    assert found["doc_mrr@10"] == pytest.approx((1 + 1 / 2 + 1 / 6) / 4)
    gains = 1 + 1 / math.log2(3) + 1 / math.log2(7)
    assert found["doc_ndcg@10"] == pytest.approx(gains / 4)
    assert [found[f"passage_hit@{k}"] for k in (1, 5, 10)] == [1 / 5, 2 / 5, 3 / 5]


def test_documents_count_once_and_passages_each() -> None:
    found = values([outcome("1", Verdict.RIGHT, "bbbbbA")])
    assert (found["doc_hit@5"], found["doc_mrr@10"], found["passage_hit@5"]) == (1.0, 0.5, 0.0)


def test_several_right_documents() -> None:
    found = values([outcome("1", Verdict.RIGHT, "xaB", documents=("a", "b"))])
    assert found["doc_hit@1"] == 0
    assert found["doc_recall@5"] == 1.0
    best = 1 + 1 / math.log2(3)
    assert found["doc_ndcg@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(4)) / best)


def test_measures_that_look_at_more_passages_than_there_are_are_left_out() -> None:
    found = values([outcome("1", Verdict.RIGHT, "A")], passages=5)
    assert {"doc_hit@5", "passage_hit@5"} <= set(found)
    assert not {name for name in found if name.endswith("hit@10") or name.endswith("recall@10")}


def test_answers_refusals_and_citations() -> None:
    def cited(*right: bool) -> tuple[JudgedCitation, ...]:
        return tuple(
            JudgedCitation(i, "a", "题", 0, 2, "引文", flag, True, i < 3)
            for i, flag in enumerate(right, 1)
        )

    found = figures(
        [
            outcome("1", Verdict.RIGHT, "ab", citations=cited(True, True, True), supported=True,
                    short_answer="答", short_exact=True, short_f1=1.0, kind="x"),
            outcome("2", Verdict.WRONG, "a", citations=cited(True, False), short_f1=0.5, kind="y"),
            outcome("3", Verdict.REFUSED),
            outcome("4", Verdict.DECLINED),
            outcome("5", Verdict.UNFOUNDED),
        ],
        10,
    )  # fmt: skip
    value = {name: figure.value for name, figure in found.items()}
    assert value["success"] == 2 / 5
    assert (value["answered"], value["answer_contains"]) == (2 / 3, 1 / 3)
    assert (value["short_em"], value["short_f1"]) == (1 / 3, 0.5)
    assert (value["citation_supports"], value["cited_right_doc"]) == (1 / 3, 1 / 3)
    assert (value["citation_exact"], value["citation_marked"]) == (1.0, 4 / 5)
    assert (value["declined"], value["risk"]) == (1 / 2, 2 / 3)
    assert value["passage_chars"] == (100 + 200 + 100) / 3
    assert value["answer_chars"] == 4
    assert found["citation_exact"].n == 2  # questions, not citations
    assert (found["success"].low, found["success"].high) == wilson(2, 5)


def test_a_run_without_short_answers_has_no_figures_for_them() -> None:
    assert "short_em" not in values([outcome("1", Verdict.RIGHT)])


def test_only_unanswerable_questions() -> None:
    found = values([outcome("1", Verdict.DECLINED), outcome("2", Verdict.DECLINED)])
    assert set(found) == {"success", "declined", "seconds_p50", "seconds_p95"}


def test_figures_of_each_kind() -> None:
    found = by_kind(
        [
            outcome("1", Verdict.RIGHT, kind="figure"),
            outcome("2", Verdict.WRONG, kind="figure"),
            outcome("3", Verdict.DECLINED, kind="absent"),
            outcome("4", Verdict.RIGHT),
        ],
        10,
    )
    assert list(found) == ["absent", "figure"]
    assert found["figure"]["success"].value == 0.5
    assert found["absent"]["declined"].n == 1


def test_curves_over_k() -> None:
    found = curves([outcome("1", Verdict.RIGHT, "bA"), outcome("2", Verdict.WRONG, "Ab")], 3)
    assert [f.value for f in found.doc_recall] == [0.5, 1.0, 1.0]
    assert [f.value for f in found.passage_hit] == [0.5, 1.0, 1.0]
    assert found.refusal == ()


def test_the_worst_come_first() -> None:
    outcomes = [
        outcome("right", Verdict.RIGHT, confidence=0.1),
        outcome("sure refusal", Verdict.REFUSED, confidence=0.1),
        outcome("wrong", Verdict.WRONG, confidence=0.6),
        outcome("refusal", Verdict.REFUSED, confidence=0.4),
        outcome("surely wrong", Verdict.UNFOUNDED, confidence=0.9),
    ]
    order = [o.id for o in worst(outcomes)]
    assert order == ["surely wrong", "wrong", "sure refusal", "refusal"]


# ---- confidence


MIXED = [
    outcome("1", Verdict.RIGHT, confidence=0.9),
    outcome("2", Verdict.UNFOUNDED, confidence=0.8),
    outcome("3", Verdict.RIGHT, confidence=0.8),
    outcome("4", Verdict.WRONG, confidence=0.7),
    outcome("5", Verdict.REFUSED, confidence=0.3),
    outcome("6", Verdict.DECLINED, confidence=0.2),
    outcome(
        "7", Verdict.DECLINED, confidence=0.95, reason="figure_missing"
    ),  # whatever the threshold
    outcome("8", Verdict.DECLINED, confidence=None, reason="empty_library"),
]


def test_risk_over_coverage() -> None:
    points = risk_coverage(Confidences.of(MIXED))
    assert points == [
        RiskPoint(0.9, 1 / 8, 0.0),
        RiskPoint(0.8, 3 / 8, 1 / 3),  # of equal confidence all or none are answered
        RiskPoint(0.7, 4 / 8, 2 / 4),
    ]
    assert mean_risk(Confidences.of(MIXED)) == pytest.approx((0 * 1 + 2 / 3 + 1 / 2) / 4)


def test_every_threshold() -> None:
    points = refusal_curve(Confidences.of(MIXED))
    assert points == [
        RefusalPoint(0.9, 1 / 4, 4 / 4),
        RefusalPoint(0.8, 2 / 4, 3 / 4),
        RefusalPoint(0.7, 3 / 4, 3 / 4),
        RefusalPoint(0.3, 4 / 4, 3 / 4),
        RefusalPoint(0.2, 4 / 4, 2 / 4),
        RefusalPoint(0.0, 4 / 4, 0.0),
    ]
    assert refusal_now(Confidences.of(MIXED)) == RefusalPoint(0.7, 3 / 4, 3 / 4)


def test_auc_is_the_share_of_pairs_in_order() -> None:
    generator = np.random.default_rng(5)
    inside, outside = generator.integers(6, size=30) / 6, generator.integers(5, size=20) / 6
    pairs = [(a > b) + (a == b) / 2 for a in inside for b in outside]
    outcomes = [outcome(f"i{i}", Verdict.RIGHT, confidence=c) for i, c in enumerate(inside)]
    outcomes += [outcome(f"o{i}", Verdict.UNFOUNDED, confidence=c) for i, c in enumerate(outside)]
    assert refusal_auc(Confidences.of(outcomes)) == pytest.approx(np.mean(pairs))


def test_nothing_to_say_of_confidence() -> None:
    none = Confidences.of([outcome("1", Verdict.REFUSED)])
    assert risk_coverage(none) == refusal_curve(none) == []
    assert math.isnan(mean_risk(none))
    assert math.isnan(refusal_auc(none))
    assert refusal_now(none) is None


# ---- intervals and tests


def test_wilson_as_published() -> None:
    # Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29
    for share, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(share, n) == pytest.approx((low, high), abs=5e-5)


def test_a_bootstrap_of_a_mean_is_near_its_standard_error() -> None:
    sample = np.random.default_rng(1).normal(10, 2, size=400)
    low, high = bootstrap(len(sample), lambda draw: float(sample[draw].mean()))
    error = 1.96 * sample.std() / math.sqrt(len(sample))
    assert (low, high) == pytest.approx((sample.mean() - error, sample.mean() + error), abs=0.03)
    assert bootstrap(len(sample), lambda draw: float(sample[draw].mean())) == (low, high)


def test_intervals_of_pooled_means() -> None:
    ones = np.ones(5)
    assert pooled_interval(np.array([1.0, 0, 1, 1, 0]), ones) == wilson(3, 5)
    assert pooled_interval(np.array([3.0, 2, 1, 4, 2]), np.array([3.0, 2, 1, 4, 2])) == wilson(5, 5)
    low, high = pooled_interval(np.array([1.0, 2, 1, 0, 2]), np.full(5, 2.0))
    assert 0 <= low < 0.6 < high <= 1


def test_quantiles() -> None:
    ten = np.array([3.0, 1, 2, 5, 4, 6, 8, 7, 10, 9])
    assert [quantile(ten, share) for share in (0.0, 0.5, 0.95, 1.0)] == [1, 6, 10, 10]


@pytest.mark.parametrize(("better", "worse"), [(0, 0), (5, 0), (3, 1), (2, 2), (1, 7)])
def test_mcnemar_by_counting_all_coins(better: int, worse: int) -> None:
    coins = list(itertools.product((0, 1), repeat=better + worse))
    extreme = abs(better - worse)
    as_extreme = sum(abs(2 * sum(row) - len(row)) >= extreme for row in coins)
    assert mcnemar(better, worse) == pytest.approx(as_extreme / len(coins))


def test_flipped_signs_by_trying_all() -> None:
    differences = np.array([0.5, 0.25, -0.1, 0.4, 0.3, 0.0, 0.2])
    flips = itertools.product((-1, 1), repeat=len(differences))
    sums = [abs(differences @ np.array(flip)) for flip in flips]
    exact = np.mean([s >= abs(differences.sum()) - 1e-9 for s in sums])
    assert sign_flips(differences) == pytest.approx(exact, abs=0.01)


def test_the_test_that_fits() -> None:
    assert p_of_difference(np.array([1.0, 1, 1, 1, 1, 0, 0])) == mcnemar(5, 0) == 0.0625
    assert p_of_difference(np.zeros(4)) == 1.0
    assert p_of_difference(np.array([0.5, -0.5, 0.5, -0.5])) == 1.0


# ---- runs and their comparison


def run(*outcomes: Outcome, **fields: Any) -> Run:
    known = {"version": "1", "library": "l", "generation": 3, "documents": 2, "encoder": "e",
                 "generator": "extractive", "passages": 10}  # fmt: skip
    return Run(Circumstances(**(known | fields)), outcomes)


def test_a_run_comes_back_as_it_was(tmp_path: Path) -> None:
    labelled = replace(LABELLED, answers=("1047亩", ("一千零四十七亩", "1047 亩")))
    kept = run(outcome_of(labelled, answer(confidence=0.5)), *MIXED)
    (tmp_path / "results.json").write_text(json.dumps(run_json(kept)), encoding="utf-8")
    assert read_run(tmp_path) == read_run(tmp_path / "results.json") == kept


@pytest.mark.parametrize("content", ["", "[]", '{"format": 2}', '{"questions": []}'])
def test_what_is_no_run(tmp_path: Path, content: str) -> None:
    (tmp_path / "results.json").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="no result of this version's jianghua eval"):
        read_run(tmp_path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_run(tmp_path / "nowhere")


def test_two_runs_question_by_question() -> None:
    before = run(
        outcome("1", Verdict.RIGHT, "A", seconds=0.2),
        outcome("2", Verdict.WRONG, "bA", seconds=0.2),
        outcome("3", Verdict.REFUSED, "b", seconds=0.2),
        outcome("4", Verdict.DECLINED, seconds=0.2),
        outcome("gone", Verdict.RIGHT),
        outcome("relabelled", Verdict.DECLINED),
    )
    after = run(
        outcome("relabelled", Verdict.RIGHT),
        outcome("4", Verdict.UNFOUNDED, seconds=0.1),
        outcome("3", Verdict.RIGHT, "bA", seconds=0.1),
        outcome("2", Verdict.RIGHT, "A", seconds=0.1),
        outcome("1", Verdict.RIGHT, "A", seconds=0.3),
        encoder="other",
    )
    found = compare(before, after)
    assert (found.questions, found.left_out) == (4, 2)
    assert found.circumstances == {"encoder": ("e", "other")}
    assert [(c.id, c.before, c.after) for c in found.better] == [
        ("3", "refused", "right"),
        ("2", "wrong", "right"),
    ]
    assert [(c.id, c.before, c.after) for c in found.worse] == [("4", "declined", "unfounded")]
    success = found.figures["success"]
    assert (success.before, success.after, success.difference) == (0.5, 0.75, 0.25)
    assert (success.up, success.down, success.n, success.p) == (2, 1, 4, 1.0)
    mrr = found.figures["doc_mrr@10"]
    assert mrr.before == pytest.approx((1 + 1 / 2 + 0) / 3)
    assert mrr.after == pytest.approx((1 + 1 + 1 / 2) / 3)
    assert found.figures["risk"].n == 2  # answered in both runs
    seconds = found.figures["seconds"]
    assert (seconds.before, seconds.difference) == pytest.approx((0.2, -0.05))


def test_a_run_against_itself_is_no_different() -> None:
    one = run(*MIXED)
    found = compare(one, one)
    assert (found.better, found.worse, found.left_out) == ((), (), 0)
    assert {(d.difference, d.low, d.high, d.p) for d in found.figures.values()} == {(0, 0, 0, 1)}


def test_runs_that_have_nothing_in_common() -> None:
    with pytest.raises(UsageError, match="no question in common"):
        compare(run(outcome("1", Verdict.RIGHT)), run(outcome("2", Verdict.RIGHT)))


def test_documents_are_ranked_by_their_first_passages() -> None:
    other = Document("other", FOREST.text)
    found = outcome_of(LABELLED, answer(hits=(whole(other), whole(FOREST), whole(other))))
    assert found.ranked == ("other", "forest")
