"""Frames on their way to the host: gathered into batches bounded in bytes, control before data before chunks.

Any thread puts frames in, and sends what waits while nothing else is being sent. Knows nothing of what frames say.
"""

from __future__ import annotations

import threading
import time
from asyncio import AbstractEventLoop
from collections import deque
from collections.abc import Callable

from .frames import batched, chunk_head
from .wire import pb

_MOST_LOGS = 1000
_GATHER_S = 0.001


class Outbox:
    """The queue before the stream. Frames wait as the bytes that they are in a batch, which is their concatenation; none is copied twice.

    One batch is under way at a time; what is queued meanwhile makes the next one, so that many share what a message costs.
    """

    def __init__(self, batch_bytes: int, send: Callable[[bytes], None], end: Callable[[], None]) -> None:
        self.batch_bytes = batch_bytes
        self.gathering = 0
        """The thread whose frames wait until it flushes them itself: the leader's, while it handles what has come."""
        # Reentrant, because the collector may come at any time, and what it frees may print.
        self.lock = threading.RLock()
        """Held while a batch is gathered and sent: a thread that holds it must not be interrupted."""
        self._send = send
        self._end = end
        self._control: deque[bytes] = deque()
        self._data: deque[bytes] = deque()
        self._chunks: deque[tuple[bytes, memoryview]] = deque()
        self._under_way = False
        self._finished = False
        self._loops: set[AbstractEventLoop] = set()
        self._flushed_at = 0.0
        self._logs: deque[bytes] = deque()
        self._dropped_bytes = 0
        self._log_lock = threading.RLock()

    def control(self, frame: pb.WorkerFrame) -> None:
        """Queues a frame that goes ahead of all others."""
        self._control.append(batched(frame.SerializeToString()))
        self._queued()

    def data(self, frame: bytes) -> None:
        """Queues a frame."""
        self._data.append(frame)
        # Most come while a batch is under way: whoever hears that it has gone looks here again.
        if not self._under_way:
            self._queued()

    def data_later(self, frame: bytes) -> None:
        """Queues a frame for whoever calls `flush` soon."""
        self._data.append(frame)

    def data_from(self, loop: AbstractEventLoop, frame: bytes) -> None:
        """Queues a frame of a coroutine: it goes with those of others that are about to run, but soon."""
        self._data.append(frame)
        if time.monotonic() - self._flushed_at > _GATHER_S:
            self.flush()
        elif loop not in self._loops:
            self._loops.add(loop)
            loop.call_soon(self._flush_from, loop)

    def flush(self) -> None:
        """Sends what waits; where a batch is under way, that goes after it."""
        # Looked at without the lock: the frame was queued before, and whoever hears that the batch has gone looks at the queues after.
        if not self._under_way:
            self._flush()

    def sent(self) -> None:
        """A batch has gone; the next one goes."""
        self._under_way = False
        self._flush()

    def chunk(self, transfer: int, part: memoryview) -> None:
        """Queues a part of a transfer."""
        # The part itself is copied into its batch and nowhere else.
        self._chunks.append((chunk_head(transfer, len(part)), part))
        self._queued()

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
            frame = batched(pb.WorkerFrame(call=call, log=log).SerializeToString())
            self._logs.append(frame)
            self._data.append(frame)
        self._queued()

    def finish(self) -> None:
        """Nothing more comes: once what waits has gone, the stream is ended."""
        self._finished = True
        self.flush()

    def _queued(self) -> None:
        if threading.get_ident() != self.gathering:
            self.flush()

    def _flush_from(self, loop: AbstractEventLoop) -> None:
        self._loops.discard(loop)
        self.flush()

    def _flush(self) -> None:
        with self.lock:
            if self._under_way:
                return
            if self._control or self._data or self._chunks:
                # Said before anything is gathered: whoever comes in between queues, and the batch after this one takes it.
                self._under_way = True
                self._flushed_at = time.monotonic()
                self._send(self._gather())
            elif self._finished:
                self._under_way = True
                self._end()

    def _gather(self) -> bytes:
        if len(self._data) == 1 and not self._control and not self._chunks and not self._logs:
            return self._data.popleft()
        parts: list[bytes | memoryview] = []
        left = self.batch_bytes
        while self._control:
            parts.append(self._control.popleft())
        chunks = self._chunks
        # Data leaves room for one chunk that waits.
        kept = min(sum(map(len, chunks[0])), left // 2) if chunks else 0
        data = self._data
        while data:
            frame = data[0]
            if parts and len(frame) > left - kept:
                break
            data.popleft()
            parts.append(frame)
            left -= len(frame)
            if self._logs and self._logs[0] is frame:
                self._logs.popleft()
        while chunks:
            head, part = chunks[0]
            size = len(head) + len(part)
            if parts and size > left:
                break
            chunks.popleft()
            parts += (head, part)
            left -= size
        return b"".join(parts)
