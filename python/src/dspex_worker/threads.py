"""Threads for handlers that are no coroutines, and the way to interrupt one. Knows nothing of calls.

Reused, because making one costs more than a small call; as many as there are calls at once, because a handler may wait
for its host, which may be waiting for another handler of this worker.
"""

from __future__ import annotations

import contextlib
import ctypes
import threading
from collections.abc import Callable
from queue import SimpleQueue

from .failures import Cancelled


class Work:
    """One piece of work that a thread does: `do`, which may be interrupted, and `end`, which is not."""

    __slots__ = ("_lock", "_thread")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: int | None = None

    def do(self) -> None:
        """What is to be done."""
        raise NotImplementedError

    @property
    def thread(self) -> int | None:
        """The thread that is at it; None before and after."""
        return self._thread

    def end(self) -> None:
        """What follows, however it went: nothing, where nothing is said."""

    def run(self) -> None:
        """Does the work. An interruption that comes when it is just over is over with it."""
        try:
            self._thread = threading.get_ident()
            self.do()
        # Not `suppress`: it is a function, and a function can be interrupted where it begins.
        except Cancelled:
            pass
        finally:
            while True:
                try:
                    with self._lock:
                        self._thread = None
                    # From here on nobody interrupts it; what was on its way is raised here.
                    _pass()
                    break
                except Cancelled:
                    continue
        self.end()

    def interrupt(self) -> None:
        """Raises Cancelled in the thread that is at it, at its next step in Python; C code does not notice."""
        with self._lock:
            if self._thread is not None:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), ctypes.py_object(Cancelled))


class CallThreads:
    """A pool without an upper bound that keeps some idle threads."""

    def __init__(self, done: Callable[[], None], keep: int = 64) -> None:
        self._done = done
        """Told by each thread whenever it has nothing left to do."""
        self._keep = keep
        self._queue: SimpleQueue[Work] = SimpleQueue()
        self._lock = threading.Lock()
        self._idle = 0
        self._names = 0

    def start(self, work: Work) -> None:
        """Has a thread do the work, at once."""
        with self._lock:
            if self._idle > 0:
                self._idle -= 1
                self._queue.put(work)
                return
            self._names += 1
            name = f"dspex-call-{self._names}"
        threading.Thread(target=self._serve, args=(work,), name=name, daemon=True).start()

    def _serve(self, first: Work) -> None:
        work = first
        while True:
            # An interruption that comes when the work is just over is raised at the next call of a function.
            # It is meant for that work, and for nothing after it.
            try:
                work.run()
                _pass()
            except Cancelled:
                with contextlib.suppress(Cancelled):
                    _pass()
            with self._lock:
                stays = self._idle < self._keep
                if stays:
                    self._idle += 1
            # The last thing before it waits: whom it wakes would otherwise wait for the interpreter, which this thread still holds.
            self._done()
            if not stays:
                return
            work = self._queue.get()


def _pass() -> None:
    """Does nothing; the interpreter looks for interruptions when it begins a function."""
