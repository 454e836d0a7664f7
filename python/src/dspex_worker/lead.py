"""Who takes in what the host sends: one thread at a time, the leader, which runs short handlers itself.

Handing a handler to another thread costs several times what a small one does. So the leader runs those that have shown
themselves short, and a watchman looks after it: where one takes long after all, another thread becomes the leader, and
this one goes on with the handler as any other thread would. A handler that asks its host gives the lead up before it waits.
Knows nothing of the stream and of calls.
"""

from __future__ import annotations

import contextlib
import contextvars
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from typing import Protocol

from .failures import Cancelled

_LOOK_S = 0.01
"""Between two looks of the watchman: a handler that is at work at both has the lead taken from it."""
_STRETCH_S = 0.0003
"""After so much work it looks what else has come. More at a time, and host and worker take turns instead of working side by side."""


class _Work(Protocol):
    def run(self) -> None: ...


_Turn = tuple[int, threading.Lock]
"""One piece of work that a leader does itself: the thread, and a lock that is taken once. Whoever takes it has the lead after it."""


class Lead:
    """The lead of a stream. `flush` sends what waits. `step` handles what comes next, False once it is over; where it is told not
    to, it does not wait for it."""

    def __init__(self, step: Callable[[bool], bool], flush: Callable[[], None]) -> None:
        self.over = threading.Lock()
        """Held until it is over."""
        self.over.acquire()
        self._step = step
        self._flush = flush
        self._ready: deque[_Work] = deque()
        self._turn: _Turn | None = None
        self._turns = 0
        self._parked = False
        self._parking = threading.Lock()
        self._bell = threading.Lock()
        self._bell.acquire()

    def start(self) -> None:
        """Begins, in threads of its own: the main thread runs no handlers, for what is global in DSPy is the main thread's."""
        threading.Thread(target=self._watch, name="dspex-watchman", daemon=True).start()
        self._begin()

    def run_soon(self, work: _Work) -> None:
        """Has the leader do this work once it has handled what has come. For the leader alone."""
        self._ready.append(work)

    def give_up(self) -> None:
        """Has another thread lead if this one does: it is going to wait."""
        turn = self._turn
        if turn is not None and turn[0] == threading.get_ident() and turn[1].acquire(False):
            self._begin()

    def _begin(self) -> None:
        self._turn = None
        threading.Thread(target=self._lead, name="dspex-stream", daemon=True).start()

    def _lead(self) -> None:
        try:
            while True:
                self._flush()
                # First of all what has come: whoever takes the lead from a handler may find many like it, and pings behind them.
                if not self._step(not self._ready):
                    break
                if self._ready and not self._run_ready():
                    return
        except BaseException:
            # What the host sent could not be handled: it hears of it as a worker that is lost, and the log says why.
            traceback.print_exc()
        self.over.release()

    def _run_ready(self) -> bool:
        """Does some of the work; whether this thread still leads after it."""
        ready = self._ready
        thread = threading.get_ident()
        began = time.monotonic()
        while ready:
            work = ready.popleft()
            turn = (thread, threading.Lock())
            self._turns += 1
            self._turn = turn
            if self._parked:
                self._unpark()
            try:
                # A context of its own: what a handler leaves in it is not the next one's.
                contextvars.Context().run(work.run)
            except Cancelled:
                # Only whoever leads interrupts: another thread does by now.
                with contextlib.suppress(Cancelled):
                    _pass()
            if not turn[1].acquire(False):
                self._flush()
                return False
            self._turn = None
            if time.monotonic() - began > _STRETCH_S:
                break
        return True

    def _watch(self) -> None:
        seen: _Turn | None = None
        turns = -1
        while True:
            turn = self._turn
            if turn is not None and turn is seen and turn[1].acquire(False):
                self._begin()
            elif turns == self._turns and turn is None:
                self._park(turns)
            seen = turn
            turns = self._turns
            time.sleep(_LOOK_S)

    def _park(self, turns: int) -> None:
        # 1. It says that it sleeps, 2. looks once more; a leader 1. counts its turn, 2. looks whether it sleeps. One sees the other.
        self._parked = True
        if turns != self._turns:
            self._unpark()
        self._bell.acquire()

    def _unpark(self) -> None:
        with self._parking:
            if self._parked:
                self._parked = False
                self._bell.release()


def _pass() -> None:
    """Does nothing; the interpreter looks for interruptions when it begins a function."""
