"""What is to happen later on the stream's side: deadlines, further interruptions, the look at the host's silence.

Whoever leads adds timers and runs them; any thread may cancel one. Knows nothing of the stream.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable

_FEW = 256


class Timer:
    """Something that is to happen."""

    __slots__ = ("run",)

    def __init__(self, run: Callable[[], None]) -> None:
        self.run: Callable[[], None] | None = run

    def cancel(self) -> None:
        """It does not happen, unless it is happening now."""
        self.run = None


class Timers:
    """What is to happen, soonest first."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Timer]] = []
        self._numbers = itertools.count()
        self._most = _FEW

    def add(self, delay: float, run: Callable[[], None]) -> Timer:
        """Has something happen in so many seconds."""
        if len(self._due) >= self._most:
            # Most calls end long before their time is up: what they leave here must not pile up until then.
            self._due = [entry for entry in self._due if entry[2].run is not None]
            heapq.heapify(self._due)
            self._most = max(_FEW, 2 * len(self._due))
        timer = Timer(run)
        heapq.heappush(self._due, (time.monotonic() + delay, next(self._numbers), timer))
        return timer

    def left(self) -> float | None:
        """Runs what is due, and answers the seconds until there is more; None where nothing is to happen."""
        while self._due:
            at, _, timer = self._due[0]
            run = timer.run
            if run is not None and (left := at - time.monotonic()) > 0:
                return left
            heapq.heappop(self._due)
            if run is not None:
                run()
        return None
