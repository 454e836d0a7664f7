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


class RequestGate:
    """A counter with two kinds of waiters: threads and coroutines."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._lock = threading.Lock()
        self._waiting: deque[Callable[[], object]] = deque()
        self._numbers = itertools.count(1)

    def next_number(self) -> int:
        """A number that no other request of this worker has."""
        return next(self._numbers)

    def enter(self, call: _Cancellable) -> None:
        """Waits for room. Raises Cancelled where the call has been called off meanwhile."""
        if self._enter():
            self._leave_if_cancelled(call)
            return
        turn = threading.Lock()
        turn.acquire()
        if not self._enter_or(turn.release):
            turn.acquire()
        self._leave_if_cancelled(call)

    async def enter_async(self, call: _Cancellable) -> None:
        """`enter` for coroutines."""
        if self._enter():
            self._leave_if_cancelled(call)
            return
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()

        def give() -> None:
            # A coroutine that was cancelled while it waited takes no place; the next one gets it.
            if turn.done():
                self.leave()
            else:
                turn.set_result(None)

        if not self._enter_or(lambda: loop.call_soon_threadsafe(give)):
            try:
                await turn
            except asyncio.CancelledError:
                if not turn.cancelled():
                    self.leave()
                raise
        self._leave_if_cancelled(call)

    def leave(self) -> None:
        """Gives a place to whoever waits longest."""
        with self._lock:
            if not self._waiting:
                self._free += 1
                return
            offer = self._waiting.popleft()
        offer()

    def _enter(self) -> bool:
        with self._lock:
            if self._free <= 0:
                return False
            self._free -= 1
            return True

    def _enter_or(self, offer: Callable[[], object]) -> bool:
        with self._lock:
            if self._free > 0:
                self._free -= 1
                return True
            self._waiting.append(offer)
            return False

    def _leave_if_cancelled(self, call: _Cancellable) -> None:
        if call.cancelled is not None:
            self.leave()
            raise Cancelled(call.cancelled)
