from benchmarks.kill import measure


def test_a_killed_ingest_loses_nothing_and_encodes_nothing_twice() -> None:
    rounds = measure(rounds=5, seed=7, count=20)
    assert [result.problems for result in rounds] == [()] * 5
