"""How many requests to the host may be open at once, over all calls of a worker. Knows nothing of what is asked."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

from .failures import Cancelled


class _Cancellable(Protocol):
    @property
    def cancelled(self) -> str | None: ...


class _Waiter:
    """Who waits for room. `wake` has it look whether it got any."""

    __slots__ = ("call", "has_place", "wake")

    def __init__(self, call: _Cancellable, wake: Callable[[], object]) -> None:
        self.call = call
        self.has_place = False
        self.wake = wake


class RequestGate:
    """A counter with two kinds of waiters: threads and coroutines."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._lock = threading.Lock()
        self._waiting: deque[_Waiter] = deque()
        self._numbers = itertools.count(1)

    def next_number(self) -> int:
        """A number that no other request of this worker has."""
        return next(self._numbers)

    def enter(self, call: _Cancellable) -> None:
        """Waits for room. Raises Cancelled where the call has been called off meanwhile."""
        if not self._enter():
            turn = threading.Lock()
            turn.acquire()
            waiter = _Waiter(call, turn.release)
            if self._waits(waiter):
                turn.acquire()
            if not waiter.has_place:
                raise Cancelled(call.cancelled)
        self._leave_if_cancelled(call)

    async def enter_async(self, call: _Cancellable) -> None:
        """`enter` for coroutines."""
        if not self._enter():
            loop = asyncio.get_running_loop()
            turn: asyncio.Future[None] = loop.create_future()

            def wake() -> None:
                if not turn.done():
                    turn.set_result(None)
                elif waiter.has_place:
                    # A coroutine that was cancelled while it waited takes no place; the next one gets it.
                    self.leave()

            waiter = _Waiter(call, lambda: loop.call_soon_threadsafe(wake))
            if self._waits(waiter):
                try:
                    await turn
                except asyncio.CancelledError:
                    if not turn.cancelled() and waiter.has_place:
                        self.leave()
                    raise
            if not waiter.has_place:
                raise Cancelled(call.cancelled)
        self._leave_if_cancelled(call)

    def leave(self) -> None:
        """Gives a place to whoever waits longest."""
        with self._lock:
            if not self._waiting:
                self._free += 1
                return
            waiter = self._waiting.popleft()
            waiter.has_place = True
        waiter.wake()

    def call_off(self, call: _Cancellable) -> None:
        """Wakes whoever waits for a call that has been called off: without a place, of which there may be none for long."""
        with self._lock:
            woken = [waiter for waiter in self._waiting if waiter.call is call]
            for waiter in woken:
                self._waiting.remove(waiter)
        for waiter in woken:
            waiter.wake()

    def _enter(self) -> bool:
        with self._lock:
            if self._free <= 0:
                return False
            self._free -= 1
            return True

    def _waits(self, waiter: _Waiter) -> bool:
        """Whether it has to wait for `wake`; if not, it has a place or its call has been called off."""
        with self._lock:
            if self._free > 0:
                self._free -= 1
                waiter.has_place = True
                return False
            # Looked at under the lock: a call is called off first, and those that wait for it are woken after.
            if waiter.call.cancelled is not None:
                return False
            self._waiting.append(waiter)
            return True

    def _leave_if_cancelled(self, call: _Cancellable) -> None:
        if call.cancelled is not None:
            self.leave()
            raise Cancelled(call.cancelled)
