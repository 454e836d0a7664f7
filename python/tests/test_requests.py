"""The gate of open requests: who waits there gets a place in turn, or is called off, and no place is lost."""

import asyncio
import threading
import time

import pytest

from dspex_worker.failures import Cancelled
from dspex_worker.requests import RequestGate

PATIENCE = 30


class Asking:
    """A call as the gate sees it."""

    cancelled = None


class Thread:
    """A thread that enters the gate."""

    def __init__(self, gate, call):
        self.outcome = None
        self._gate = gate
        self._call = call
        self._thread = threading.Thread(target=self._enter, daemon=True)
        self._thread.start()

    def _enter(self):
        try:
            self._gate.enter(self._call)
            self.outcome = "in"
        except Cancelled as error:
            self.outcome = str(error)

    def join(self):
        self._thread.join(PATIENCE)
        return self.outcome


class Coroutine:
    """A coroutine that enters the gate, on a loop of its own."""

    def __init__(self, gate, call):
        self._thread = Thread(_Async(gate), call)

    def join(self):
        return self._thread.join()


class _Async:
    def __init__(self, gate):
        self._gate = gate

    def enter(self, call):
        asyncio.run(self._gate.enter_async(call))


def wait_for(gate, waiting):
    until = time.monotonic() + PATIENCE
    while len(gate._waiting) != waiting:
        assert time.monotonic() < until
        time.sleep(0.001)


@pytest.fixture
def gate():
    """One with a single place, which is taken."""
    gate = RequestGate(1)
    gate.enter(Asking())
    return gate


def places(gate):
    return gate._free


@pytest.mark.parametrize("kind", [Thread, Coroutine])
def test_gives_a_place_to_whoever_waits(gate, kind):
    waiting = kind(gate, Asking())
    wait_for(gate, 1)
    gate.leave()
    assert waiting.join() == "in"
    assert places(gate) == 0
    gate.leave()
    assert places(gate) == 1


@pytest.mark.parametrize("kind", [Thread, Coroutine])
def test_a_call_that_is_called_off_waits_no_longer(gate, kind):
    call, other = Asking(), Asking()
    mine = [kind(gate, call) for _ in range(3)]
    wait_for(gate, 3)
    theirs = kind(gate, other)
    wait_for(gate, 4)
    call.cancelled = "enough"
    gate.call_off(call)
    assert [each.join() for each in mine] == ["enough"] * 3
    wait_for(gate, 1)
    gate.leave()
    assert theirs.join() == "in"
    gate.leave()
    assert places(gate) == 1


@pytest.mark.parametrize("kind", [Thread, Coroutine])
def test_a_call_that_was_called_off_does_not_begin_to_wait(gate, kind):
    call = Asking()
    call.cancelled = "enough"
    assert kind(gate, call).join() == "enough"
    gate.leave()
    assert kind(gate, call).join() == "enough"
    assert places(gate) == 1


@pytest.mark.parametrize("kind", [Thread, Coroutine])
def test_no_place_is_lost_where_both_come_at_once(kind):
    gate = RequestGate(1)
    for _ in range(100):
        gate.enter(Asking())
        call = Asking()
        waiting = kind(gate, call)
        wait_for(gate, 1)
        leaving = threading.Thread(target=gate.leave)
        leaving.start()
        call.cancelled = "enough"
        gate.call_off(call)
        leaving.join()
        if waiting.join() == "in":
            gate.leave()
        assert places(gate) == 1


def test_a_coroutine_that_is_cancelled_leaves_its_place_to_the_next(gate):
    async def enter_and_cancel():
        task = asyncio.create_task(gate.enter_async(Asking()))
        await asyncio.sleep(0)
        gate.leave()
        task.cancel()
        await asyncio.wait([task])
        # What was on its way to it.
        await asyncio.sleep(0)

    asyncio.run(enter_and_cancel())
    assert places(gate) == 1
