"""The process between host and worker: when either goes, it takes down whatever the worker has started.

It reaps what its descendants leave, also those in sessions of their own. Its leash is its standard input.
Knows nothing of streams or handlers. Where there is no `fork`, the worker guards itself by its standard input alone.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import sys
import threading
import time
from typing import NoReturn

MEMORY_EXIT = 86
"""The exit code that says: ended because it took more memory than it may."""

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_LOOK_S = 0.1
_STACKS = 1 << 30
"""What address space a limit leaves for stacks of threads and the like, which is reserved and never taken."""


def guard(memory_limit: int, folder: str | None = None, ends_orphans: bool = False) -> None:
    """Returns in the worker's process only; the guardian's ends with it, and takes the folder of its socket along.

    `memory_limit` is in bytes, 0 for none. `ends_orphans` is for a fork-server: each of its workers has a guardian of its own, so that
    what comes up here beside it is what a killed one has left.
    """
    if not hasattr(os, "fork"):
        threading.Thread(target=_exit_with_host, name="dspex-guardian", daemon=True).start()
        return
    guardian = os.getpid()
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    worker = os.fork()
    if worker != 0:
        _watch(worker, memory_limit, folder, ends_orphans)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != guardian:
        # The guardian died before the line above took hold.
        os._exit(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    _bound_memory(memory_limit)


def _bound_memory(memory_limit: int) -> None:
    """Has one huge allocation fail at once: the guardian looks ten times a second, and memory is taken faster."""
    if not memory_limit:
        return
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        before = _data_bytes()
        resource.setrlimit(resource.RLIMIT_DATA, (before + memory_limit + _STACKS,) * 2)


def _data_bytes() -> int:
    """What Linux counts against RLIMIT_DATA already: a fork begins with its parent's."""
    with contextlib.suppress(OSError, IndexError), open("/proc/self/status", encoding="ascii") as file:
        for line in file:
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return 0


def _watch(worker: int, memory_limit: int, folder: str | None, ends_orphans: bool) -> NoReturn:
    """Waits for the first of: the worker's end, the host's end, too much memory."""
    # The worker alone tells the host when it listens: while this end is open, the host waits.
    with contextlib.suppress(OSError):
        os.close(3)
    status = None
    try:
        pidfd = os.pidfd_open(worker)
    except (AttributeError, OSError):
        pidfd = -1
    while status is None:
        readable, _, _ = select.select([0] if pidfd < 0 else [0, pidfd], [], [], _LOOK_S)
        if 0 in readable and os.read(0, 4096) == b"":
            _end_all(worker)
            _remove(folder)
            os._exit(0)
        if memory_limit and _descendants_rss(os.getpid()) > memory_limit:
            sys.stderr.write(f"dspex: the worker took more than {memory_limit} bytes of memory and was ended\n")
            sys.stderr.flush()
            _end_all(worker)
            _remove(folder)
            os._exit(MEMORY_EXIT)
        status = _reap(worker)
        if ends_orphans:
            _end_orphans(worker)
    _end_all(None)
    _remove(folder)
    _exit_as(status)


def _remove(folder: str | None) -> None:
    """A host that was killed leaves its folder behind; nobody else knows that it is of no more use."""
    if folder is None:
        return
    for path, _, names in os.walk(folder, topdown=False):
        for name in names:
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(path, name))
        with contextlib.suppress(OSError):
            os.rmdir(path)


def _end_orphans(worker: int) -> None:
    own = os.getpid()
    try:
        with open(f"/proc/{own}/task/{own}/children", encoding="ascii") as file:
            pids = [int(word) for word in file.read().split()]
    except OSError:
        return
    for orphan in pids:
        if orphan == worker:
            continue
        for pid in (orphan, *_descendants(orphan)):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def _reap(worker: int) -> int | None:
    """Buries the dead; the worker's status where it is among them."""
    found = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if pid == 0:
            return found
        if pid == worker:
            found = status


def _end_all(worker: int | None) -> None:
    """Kills every descendant, again and again until there is none: one may have been forking."""
    if worker is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
    until = time.monotonic() + 5
    while time.monotonic() < until:
        pids = _descendants(os.getpid())
        # The dead are waited for as well, and nobody finds their numbers taken: one is not buried before its last thread has ended.
        if _bury_all() and not pids:
            return
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.002)


def _bury_all() -> bool:
    """Buries the dead; whether there is no child left, dead or alive."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        return True
    return False


def _exit_as(status: int) -> NoReturn:
    """Ends as the worker ended, so that the host sees its signal."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        with contextlib.suppress(ImportError, ValueError, OSError):
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 1)


def _descendants(root: int) -> list[int]:
    """Everything below a process, by Linux's table of processes; elsewhere nothing is known."""
    children: dict[int, list[int]] = {}
    dead: set[int] = set()
    try:
        names = os.listdir("/proc")
    except OSError:
        return []
    for name in names:
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                # The name in parentheses may itself hold parentheses and spaces.
                state, parent = file.read().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        children.setdefault(int(parent), []).append(int(name))
        if state == "Z":
            dead.add(int(name))
    found: list[int] = []
    waiting = [root]
    while waiting:
        below = children.get(waiting.pop(), [])
        # The dead lead on to their children: one that was read before its parent died still names that parent.
        found += [pid for pid in below if pid not in dead]
        waiting += below
    return found


def _descendants_rss(root: int) -> int:
    page = os.sysconf("SC_PAGE_SIZE")
    total = 0
    for pid in _descendants(root):
        with contextlib.suppress(OSError, IndexError, ValueError), open(f"/proc/{pid}/statm", encoding="ascii") as file:
            total += int(file.read().split()[1]) * page
    return total


def _prctl(option: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _exit_with_host() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)
