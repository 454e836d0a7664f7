"""A process that has its imports done and makes workers of itself: one that is wanted is ready in hundredths of a second.

Each worker gets a guardian of its own, as one that is started alone has, and the host hears of each how it ended.
It starts no thread and nothing of gRPC: neither would be whole in a fork. Knows nothing of handlers or of the stream.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import sys
import time
import traceback
from typing import Any, NoReturn

from .guardian import guard
from .settings import Settings

_CONTROL_FD = 3
"""To the host, both ways, a line of JSON each time; in a worker this number is the pipe by which it says where it listens."""
_GRACE_S = 2.0
_LOOK_S = 0.1


class _Forked:
    """A worker's guardian, as its fork-server knows it."""

    def __init__(self, number: int, pid: int, leash: int, listening: int) -> None:
        self.number = number
        self.pid = pid
        self.leash = leash
        """At its end, the guardian ends all that it watches."""
        self.listening = listening
        self.said = b""
        self.kill_at: float | None = None
        try:
            self.pidfd = os.pidfd_open(pid)
        except (AttributeError, OSError):
            self.pidfd = -1

    def end(self) -> None:
        """Has the guardian end it; a second time does nothing."""
        if self.leash >= 0:
            os.close(self.leash)
            self.leash = -1
            self.kill_at = time.monotonic() + _GRACE_S

    def close(self) -> None:
        """Lets go of it."""
        for fd in (self.leash, self.listening, self.pidfd):
            if fd >= 0:
                os.close(fd)


def fork_workers() -> Settings:
    """Forks workers as the host says; returns in each of them, with its settings, and nowhere else."""
    threads = _threads()
    if threads > 1:
        raise SystemExit(
            f"dspex: {threads - 1} threads run after the imports of the fork-server, and no fork would have them. "
            'Take the module that starts them out of `preload`, or start the pool\'s workers by `startBy: "spawn"`.'
        )
    # What is there now is never looked at again by the collector, and so never copied for a worker.
    gc.collect()
    gc.freeze()
    return _Server().run()


def tell_failure() -> NoReturn:
    """Ends a worker that does not come so far as to listen: tells the host the exception at hand, by the pipe meant for the address."""
    lines = traceback.format_exc().rstrip().split("\n")
    with contextlib.suppress(OSError):
        os.write(_CONTROL_FD, (json.dumps({"printed": lines}) + "\n").encode())
    os._exit(1)


class _Server:
    def __init__(self) -> None:
        self._forked: dict[int, _Forked] = {}
        self._heard = b""

    def run(self) -> Settings:
        self._say({"ready": os.getpid()})
        while True:
            for fd in self._readable():
                if fd == _CONTROL_FD:
                    settings = self._hear()
                    if settings is not None:
                        return settings
                else:
                    self._listen(fd)
            self._bury()

    def _readable(self) -> list[int]:
        watched = [_CONTROL_FD]
        patience: float | None = None
        for forked in self._forked.values():
            watched += [fd for fd in (forked.listening, forked.pidfd) if fd >= 0]
            if forked.kill_at is not None or forked.pidfd < 0:
                patience = _LOOK_S
        poll = select.poll()
        for fd in watched:
            poll.register(fd, select.POLLIN)
        return [fd for fd, _ in poll.poll(None if patience is None else patience * 1000)]

    def _hear(self) -> Settings | None:
        """Does what the host says; answers settings in a worker that has just been forked."""
        data = os.read(_CONTROL_FD, 65536)
        if not data:
            # The host is gone; the guardian above ends everything below.
            os._exit(0)
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            said = json.loads(line)
            if "end" in said:
                forked = self._forked.get(said["end"])
                if forked is not None:
                    forked.end()
                continue
            settings = self._fork(said["start"], said["settings"])
            if settings is not None:
                return settings
        return None

    def _fork(self, number: int, said: dict[str, Any]) -> Settings | None:
        settings = Settings(**said)
        leash_read, leash = os.pipe()
        listening, listening_write = os.pipe()
        pid = os.fork()
        if pid == 0:
            self._become(settings, leash_read, listening_write, (leash, listening))
            return settings
        os.close(leash_read)
        os.close(listening_write)
        self._forked[number] = _Forked(number, pid, leash, listening)
        self._say({"forked": number, "pid": pid})
        return None

    def _become(self, settings: Settings, leash: int, listening: int, others: tuple[int, ...]) -> None:
        """Makes the fork a worker, behind a guardian of its own."""
        for fd in others:
            os.close(fd)
        for forked in self._forked.values():
            forked.close()
        os.setpgid(0, 0)
        # The leash is the guardian's standard input, as it is where a host starts one worker alone.
        os.dup2(leash, 0)
        os.dup2(listening, _CONTROL_FD)
        os.close(leash)
        os.close(listening)
        guard(settings.memory_limit, settings.folder)
        _reseed()

    def _listen(self, fd: int) -> None:
        forked = next((forked for forked in self._forked.values() if forked.listening == fd), None)
        if forked is None:
            return
        data = os.read(fd, 65536)
        forked.said += data
        if not data or forked.said.endswith(b"\n"):
            os.close(fd)
            forked.listening = -1
            if forked.said.endswith(b"\n"):
                # As it is: what a module has written there is the host's to refuse, and not this server's end.
                self._say({"said": forked.number, "line": forked.said.decode(errors="replace")})

    def _bury(self) -> None:
        for forked in list(self._forked.values()):
            pid, status = os.waitpid(forked.pid, os.WNOHANG)
            if pid == 0:
                if forked.kill_at is not None and time.monotonic() > forked.kill_at:
                    # What it watched comes up at the guardian above, which ends it.
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(forked.pid, signal.SIGKILL)
                continue
            if forked.listening >= 0:
                self._listen(forked.listening)
            del self._forked[forked.number]
            forked.close()
            self._say({"exited": forked.number, **_ending(status)})

    def _say(self, line: dict[str, Any]) -> None:
        data = (json.dumps(line) + "\n").encode()
        try:
            while data:
                data = data[os.write(_CONTROL_FD, data) :]
        except OSError:
            os._exit(0)


def _ending(status: int) -> dict[str, Any]:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        try:
            return {"code": None, "signal": signal.Signals(number).name}
        except ValueError:
            return {"code": None, "signal": f"signal {number}"}
    return {"code": os.WEXITSTATUS(status), "signal": None}


def _reseed() -> None:
    """Python's own generator is seeded anew in each fork; numpy's would draw the same in all workers."""
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()


def _threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        import threading

        return threading.active_count()
