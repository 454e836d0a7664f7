"""The one loop on which all coroutines of users run, in a thread of its own. Knows nothing of calls."""

from __future__ import annotations

import asyncio
import threading


class ProgramLoop:
    """The loop on which all coroutines of users run, in a thread of its own."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def get(self) -> asyncio.AbstractEventLoop:
        """The loop; started with the first coroutine."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="dspex-programs", daemon=True).start()
            return self._loop
