"""How many elements of its result a call may send: granted by the host, waited for by threads and by coroutines.

Knows nothing of what is sent.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from .failures import Cancelled
from .loops import loops


class Credit:
    """A counter that can be waited for, until it is called off. One thread or coroutine spends, another grants."""

    def __init__(self) -> None:
        # Each counted up by one side only, so that whoever finds some left needs no lock.
        self._granted = 0
        self._spent = 0
        self._reason: str | None = None
        self._lock = threading.Lock()
        self._wakers: list[Callable[[], None]] = []

    def grant(self, items: int) -> None:
        """Allows so many more."""
        with self._lock:
            self._granted += items
            wakers, self._wakers = self._wakers, []
        for wake in wakers:
            wake()

    def cancel(self, reason: str) -> None:
        """Wakes whoever waits, with Cancelled."""
        with self._lock:
            self._reason = reason
            wakers, self._wakers = self._wakers, []
        for wake in wakers:
            wake()

    def spend(self) -> None:
        """Takes one, waiting for it."""
        while not self._spend():
            ready = threading.Lock()
            ready.acquire()
            if self._spend_or(ready.release):
                return
            ready.acquire()

    async def spend_async(self) -> None:
        """`spend` for coroutines."""
        loop = asyncio.get_running_loop()
        while not self._spend():
            future: asyncio.Future[None] = loop.create_future()
            if self._spend_or(lambda waiting=future: loops.run(loop, _wake, waiting)):  # type: ignore[misc]
                return
            await future

    def _spend(self) -> bool:
        if self._spent < self._granted and self._reason is None:
            self._spent += 1
            return True
        return False

    def _spend_or(self, wake: Callable[[], None]) -> bool:
        with self._lock:
            if self._reason is not None:
                raise Cancelled(self._reason)
            if self._spend():
                return True
            self._wakers.append(wake)
            return False


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
