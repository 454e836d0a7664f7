"""Frames on their way to the host: gathered into batches bounded in bytes, control before data before chunks.

Any thread puts frames in; the stream's loop takes batches out. Knows nothing of what frames say.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable
from functools import lru_cache

from .wire import pb

_MOST_LOGS = 1000


class Outbox:
    """The queue before the stream. Frames wait as the bytes that they are: a batch is their concatenation, and no frame is copied twice."""

    def __init__(self, loop: asyncio.AbstractEventLoop, batch_bytes: int) -> None:
        self.batch_bytes = batch_bytes
        self._thread = threading.get_ident()
        self._control: deque[bytes] = deque()
        self._data: deque[bytes] = deque()
        self._chunks: deque[tuple[bytes, memoryview]] = deque()
        self._event = asyncio.Event()
        self._signal = _signal(loop, self._event.set)
        self._awake = False
        self._finished = False
        self._logs: deque[bytes] = deque()
        self._dropped_bytes = 0
        self._log_lock = threading.Lock()

    def control(self, frame: pb.WorkerFrame) -> None:
        """Queues a frame that goes ahead of all others."""
        self._control.append(frame.SerializeToString())
        self._wake()

    def data(self, frame: pb.WorkerFrame, wake: bool = True) -> None:
        """Queues a frame. Whoever does not wake the loop by it calls `wake` soon."""
        self._data.append(frame.SerializeToString())
        if wake:
            self._wake()

    def wake(self) -> None:
        """Wakes the loop, if anything waits for it."""
        if self._data:
            self._wake()

    def chunk(self, transfer: int, part: memoryview) -> None:
        """Queues a part of a transfer."""
        # All of the frame but the part itself, which is copied into its batch and nowhere else.
        inner = b"\x08" + _varint(transfer) + b"\x12" + _varint(len(part))
        self._chunks.append((b"\x42" + _varint(len(inner) + len(part)) + inner, part))
        self._wake()

    def log(self, call: int, log: pb.Log) -> None:
        """Queues a line of output; where too many wait it is dropped, and the next one says how much."""
        size = len(log.text)
        with self._log_lock:
            # A line that says what was dropped is not dropped itself: no later one may come to say it.
            if len(self._logs) >= _MOST_LOGS and not log.dropped_bytes:
                self._dropped_bytes += size
                return
            log.dropped_bytes += self._dropped_bytes
            self._dropped_bytes = 0
            frame = pb.WorkerFrame(call=call, log=log).SerializeToString()
            self._logs.append(frame)
            self._data.append(frame)
        self._wake()

    def finish(self) -> None:
        """Nothing more comes: once what waits has gone, there is no next batch."""
        self._finished = True
        self._awake = False
        self._wake()

    async def next_batch(self) -> bytes | None:
        """The next frames as a WorkerBatch, as soon as there are any; None when it is finished."""
        while True:
            # Cleared before the queues are looked at: whoever puts a frame in after this look wakes the next one.
            self._awake = False
            self._event.clear()
            if self._control or self._data or self._chunks:
                return self._gather()
            if self._finished:
                return None
            await self._event.wait()

    def _wake(self) -> None:
        if self._awake:
            return
        self._awake = True
        if threading.get_ident() == self._thread:
            self._event.set()
        else:
            self._signal()

    def _gather(self) -> bytes:
        parts: list[bytes | memoryview] = []
        left = self.batch_bytes
        while self._control:
            frame = self._control.popleft()
            parts += (_head(len(frame)), frame)
        chunks = self._chunks
        # Data leaves room for one chunk that waits.
        kept = min(sum(map(len, chunks[0])), left // 2) if chunks else 0
        while self._data:
            frame = self._data[0]
            if parts and len(frame) > left - kept:
                break
            self._data.popleft()
            parts += (_head(len(frame)), frame)
            left -= len(frame)
            if self._logs and self._logs[0] is frame:
                self._logs.popleft()
        while chunks:
            head, part = chunks[0]
            size = len(head) + len(part)
            if parts and size > left:
                break
            chunks.popleft()
            parts += (_head(size), head, part)
            left -= size
        return b"".join(parts)


@lru_cache(4096)
def _head(size: int) -> bytes:
    """What stands before a frame in a batch: it is field 1 there."""
    return b"\x0a" + _varint(size)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _signal(loop: asyncio.AbstractEventLoop, woken: Callable[[], None]) -> Callable[[], None]:
    """Makes what wakes the loop from other threads."""
    try:
        # An eventfd: `call_soon_threadsafe` costs twice as much, and half of a small call is waking threads.
        descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)  # type: ignore[attr-defined,unused-ignore]

        def read() -> None:
            os.eventfd_read(descriptor)  # type: ignore[attr-defined,unused-ignore]
            woken()

        loop.add_reader(descriptor, read)
    except (AttributeError, NotImplementedError):
        return lambda: _call_soon(loop, woken)
    # Never closed: a thread that wakes late must not write into whatever has its number by then. The process ends with its stream.
    return lambda: os.eventfd_write(descriptor, 1)  # type: ignore[attr-defined,unused-ignore]


def _call_soon(loop: asyncio.AbstractEventLoop, run: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(run)
    except RuntimeError:
        # The loop is closed: the worker is ending, and nobody reads any more.
        return
