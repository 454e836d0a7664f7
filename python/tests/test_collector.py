"""The collector comes later with many calls under way, and with many bytes."""

import gc

import pytest

from dspex_worker.collector import Collector


@pytest.fixture(autouse=True)
def thresholds():
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def test_it_comes_later_the_more_calls_are_under_way_and_as_before_when_they_are_over():
    collector = Collector()
    seen = []
    for calls in (0, 1, 64, 0):
        collector.under_way(calls)
        seen.append(gc.get_threshold())
    first, one, many, last = (young for young, *_ in seen)
    assert first == last == 700
    assert 700 < one < many
    assert {tuple(older) for _, *older in seen} == {(10, 10)}


def test_what_a_module_has_set_stays_what_it_starts_from():
    gc.set_threshold(5000, 3, 4)
    collector = Collector()
    collector.under_way(0)
    assert gc.get_threshold() == (5000, 3, 4)


class Held:
    """Holds itself, so that only the collector can free it."""

    freed = 0

    def __init__(self):
        self.self = self

    def __del__(self):
        Held.freed += 1


def test_many_bytes_bring_it():
    collector = Collector()
    gc.collect()
    gc.set_threshold(1_000_000, 10, 10)
    Held.freed = 0
    Held()
    collector.passed(20_000_000)
    assert Held.freed == 0
    collector.passed(20_000_000)
    assert Held.freed == 1
