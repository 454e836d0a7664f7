"""The way onto event loops from other threads. Knows nothing of what runs there."""

from __future__ import annotations

import threading
from asyncio import AbstractEventLoop
from collections.abc import Callable

_Run = tuple[Callable[..., object], tuple[object, ...]]


class Loops:
    """Hands things to loops; waking one costs more than most of what is handed to it."""

    def __init__(self) -> None:
        self._gathering = 0
        self._gathered: dict[AbstractEventLoop, list[_Run]] = {}

    def gather(self) -> None:
        """What this thread hands over from now on waits until it says `wake`. For whoever leads."""
        self._gathering = threading.get_ident()

    def wake(self) -> None:
        """Hands over what was gathered, each loop's at once; gathers no more."""
        self._gathering = 0
        if self._gathered:
            gathered, self._gathered = self._gathered, {}
            for loop, runs in gathered.items():
                _hand(loop, _run_all, runs)

    def run(self, loop: AbstractEventLoop, run: Callable[..., object], *args: object) -> None:
        """Runs something on a loop of another thread, unless that is closed: then the worker is ending, and nobody waits any more."""
        if threading.get_ident() != self._gathering:
            _hand(loop, run, *args)
            return
        runs = self._gathered.get(loop)
        if runs is None:
            runs = self._gathered[loop] = []
        runs.append((run, args))


loops = Loops()
"""Of this process: it has one stream, and one thread at a time that leads it."""


def _hand(loop: AbstractEventLoop, run: Callable[..., object], *args: object) -> None:
    try:
        loop.call_soon_threadsafe(run, *args)
    except RuntimeError:
        return


def _run_all(runs: list[_Run]) -> None:
    for run, args in runs:
        run(*args)
