"""Frames on their way to the host: gathered into batches bounded in bytes, control before data before chunks.

Any thread puts frames in; the stream's loop takes batches out. Knows nothing of what frames say.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable

from .wire import pb

_FRAME_BYTES = 32
_MOST_LOGS = 1000


class Outbox:
    """The queue before the stream."""

    def __init__(self, loop: asyncio.AbstractEventLoop, batch_bytes: int) -> None:
        self.batch_bytes = batch_bytes
        self._loop = loop
        self._thread = threading.get_ident()
        self._control: deque[pb.WorkerFrame] = deque()
        self._data: deque[tuple[pb.WorkerFrame, int]] = deque()
        self._chunks: deque[tuple[pb.WorkerFrame, int]] = deque()
        self._event = asyncio.Event()
        self._awake = False
        self._finished = False
        self._logs = 0
        self._dropped_bytes = 0
        self._log_lock = threading.Lock()

    def control(self, frame: pb.WorkerFrame) -> None:
        """Queues a frame that goes ahead of all others."""
        self._control.append(frame)
        self._wake()

    def data(self, frame: pb.WorkerFrame, size: int) -> None:
        """Queues a frame with so many bytes of payload."""
        self._data.append((frame, size))
        self._wake()

    def chunk(self, frame: pb.WorkerFrame, size: int) -> None:
        """Queues a part of a transfer."""
        self._chunks.append((frame, size))
        self._wake()

    def log(self, call: int, log: pb.Log) -> None:
        """Queues a line of output; where too many wait it is dropped, and the next one says how much."""
        size = len(log.text)
        with self._log_lock:
            # A line that says what was dropped is not dropped itself: no later one may come to say it.
            if self._logs >= _MOST_LOGS and not log.dropped_bytes:
                self._dropped_bytes += size
                return
            self._logs += 1
            log.dropped_bytes += self._dropped_bytes
            self._dropped_bytes = 0
        self.data(pb.WorkerFrame(call=call, log=log), size)

    def finish(self) -> None:
        """Nothing more comes: once what waits has gone, there is no next batch."""
        self._finished = True
        self._awake = False
        self._wake()

    async def next_batch(self) -> pb.WorkerBatch | None:
        """The next frames, as soon as there are any; None when it is finished."""
        while True:
            # Cleared before the queues are looked at: whoever puts a frame in after this look wakes the next one.
            self._awake = False
            self._event.clear()
            batch = self._gather()
            if batch.frames:
                return batch
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
            try:
                self._loop.call_soon_threadsafe(self._event.set)
            except RuntimeError:
                # The loop is closed: the worker is ending, and nobody reads any more.
                return

    def _gather(self) -> pb.WorkerBatch:
        batch = pb.WorkerBatch()
        left = self.batch_bytes
        while self._control:
            batch.frames.append(self._control.popleft())
        kept = min(self._chunks[0][1] + _FRAME_BYTES, left // 2) if self._chunks else 0
        left = self._take(self._data, batch, left, kept, self._count_log)
        self._take(self._chunks, batch, left, 0, lambda _frame: None)
        return batch

    def _take(
        self,
        queue: deque[tuple[pb.WorkerFrame, int]],
        batch: pb.WorkerBatch,
        left: int,
        kept: int,
        taken: Callable[[pb.WorkerFrame], None],
    ) -> int:
        while queue:
            frame, size = queue[0]
            size += _FRAME_BYTES
            if batch.frames and size > left - kept:
                break
            queue.popleft()
            batch.frames.append(frame)
            taken(frame)
            left -= size
        return left

    def _count_log(self, frame: pb.WorkerFrame) -> None:
        if frame.HasField("log"):
            with self._log_lock:
                self._logs -= 1
