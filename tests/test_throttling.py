"""Counting what a client may, by hand."""

from __future__ import annotations

import pytest

from rag.throttling import AtOnce, Throttle, TooOftenError


def test_one_too_many_is_refused_until_the_window_is_over() -> None:
    throttle = Throttle(2, 3600)
    for key in ("a", "a", "b", "b"):
        throttle.count(key)
    with pytest.raises(TooOftenError) as refused:
        throttle.count("a")
    assert 3590 <= refused.value.seconds <= 3600
    assert str(refused.value) == f"Too many requests; try again in {refused.value.seconds} s."
    throttle.forget("a")
    throttle.count("a")
    with pytest.raises(TooOftenError):
        throttle.count("b")


def test_keys_of_windows_that_are_over_take_no_room() -> None:
    throttle = Throttle(1, 1)
    for n in range(50):
        throttle.count(f"name {n}")
    storage = throttle._limiter.storage
    for key in list(storage.expirations):
        storage.expirations[key] = 0.0  # as if the second had passed
    throttle.count("another")
    storage.timer.join()
    assert len(storage.storage) == len(storage.expirations) == 1


def test_so_many_at_once_and_room_again_after_a_breakdown() -> None:
    at_once = AtOnce(2)
    with at_once.one("a"), at_once.one("a"):
        with pytest.raises(TooOftenError), at_once.one("a"):
            pass
        with at_once.one("b"):
            pass
    with pytest.raises(KeyError), at_once.one("a"):
        raise KeyError
    with at_once.one("a"), at_once.one("a"):
        pass
