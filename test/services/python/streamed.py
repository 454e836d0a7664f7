"""Generators that the services tests take elements of."""

import asyncio
import contextlib
import threading
import time

import dspex

_made: dict[str, int] = {}
_closed: dict[str, threading.Event] = {}


@dspex.register("counted")
def counted(name, n=None, fail_at=None):
    """Counts what it has made, and says when it is closed."""
    _made[name] = 0
    _closed[name] = threading.Event()
    try:
        while n is None or _made[name] < n:
            if _made[name] == fail_at:
                raise ValueError(f"no {fail_at}")
            yield _made[name]
            _made[name] += 1
    finally:
        _closed[name].set()


@dspex.register("counted-async")
async def counted_async(name, n=None, fail_at=None):
    with contextlib.closing(counted(name, n, fail_at)) as numbers:
        for number in numbers:
            yield number
            await asyncio.sleep(0)


@dspex.register("made")
def made(name):
    return _made[name]


@dspex.register("wait-closed")
def wait_closed(name):
    return _closed[name].wait(60)


@dspex.register("slow")
def slow():
    yield "first"
    while True:
        time.sleep(0.01)


@dspex.register("doubled")
def doubled(values):
    for value in values:
        yield dspex.host_tool("double")(value)


@dspex.register("kept")
def kept(values):
    for value in values:
        dspex.current_call().state["last"] = value
        yield value


@dspex.register("last")
def last():
    return dspex.current_call().state.get("last")


@dspex.register("parts")
def parts(size, n):
    for _ in range(n):
        yield "x" * size


@dspex.register("plain")
def plain():
    return 1


@dspex.register("slowly")
def slowly(n, seconds):
    for number in range(n):
        time.sleep(seconds)
        yield number
