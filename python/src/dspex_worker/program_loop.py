"""The one loop on which all coroutines of users run, in a thread of its own. Knows nothing of calls."""

from __future__ import annotations

import asyncio
import contextlib
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
                threading.Thread(target=_run, args=(self._loop,), name="dspex-programs", daemon=True).start()
            return self._loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    """Runs a loop for as long as the process lives: one handler must not end it for all others."""
    while not loop.is_closed():
        # A task that raises one of these has it besides: whoever awaits that task fails by it. `stop` ends the run without one.
        with contextlib.suppress(SystemExit, KeyboardInterrupt):
            loop.run_forever()
