"""Large payloads in chunks, both ways; what is received grants what is sent. Knows nothing of calls."""

from __future__ import annotations

import io
import threading
from collections import deque
from collections.abc import Callable

from .failures import BridgeError
from .frames import payload_frame, payload_of, value_frame
from .outbox import Outbox
from .wire import pb


class OutgoingTransfers:
    """Payloads that are being sent in chunks, as the host grants them."""

    def __init__(self, outbox: Outbox, limits: pb.Limits) -> None:
        self._outbox = outbox
        self._limits = limits
        self._chunk_bytes = limits.chunk_bytes
        self._open: dict[int, tuple[memoryview, int]] = {}
        self._last = 0
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """How many are under way."""
        return len(self._open)

    def frame(self, tag: int, call: bytes, data: bytes, content_type: str = "") -> bytes:
        """The frame of a Result or an Item of a call (as `call_field` writes it) with this value. Raises BRIDGE_PAYLOAD_TOO_LARGE."""
        if not content_type and len(data) <= self._chunk_bytes:
            return value_frame(tag, call, data)
        return payload_frame(tag, call, self.payload_of(data, content_type))

    def payload_of(self, data: bytes, content_type: str = "") -> bytes:
        """The payload to put into a frame. Raises BRIDGE_PAYLOAD_TOO_LARGE."""
        if len(data) <= self._chunk_bytes:
            return payload_of(data, content_type)
        if len(data) > self._limits.payload_bytes:
            raise too_large(len(data), self._limits.payload_bytes)
        with self._lock:
            self._last += 1
            transfer = self._last
            self._open[transfer] = (memoryview(data), 0)
        payload = pb.Payload(content_type=content_type, transfer=transfer, size_bytes=len(data))
        announced: bytes = payload.SerializeToString()
        return announced

    def granted(self, transfer: int, chunks: int) -> None:
        """Sends as many chunks as are granted. Runs on the stream's loop only."""
        found = self._open.get(transfer)
        if found is None:
            return
        data, sent = found
        for _ in range(chunks):
            part = data[sent : sent + self._limits.chunk_bytes]
            if not part:
                break
            sent += len(part)
            self._outbox.chunk(transfer, part)
        if sent >= len(data):
            del self._open[transfer]
        else:
            self._open[transfer] = (data, sent)


class _Incoming:
    def __init__(self, size: int, deliver: Callable[[bytes], None]) -> None:
        self.size = size
        self.deliver = deliver
        # Hands out what was written to it without another copy; chunks that are kept to be joined cost as much memory again.
        self.value = io.BytesIO()
        self.got = 0
        self.ungranted = 0


class IncomingTransfers:
    """Payloads that are being put together of chunks. Runs on the stream's loop only."""

    def __init__(self, outbox: Outbox, limits: pb.Limits) -> None:
        self._outbox = outbox
        self._limits = limits
        self._open: dict[int, _Incoming] = {}

    def receive(self, payload: pb.Payload, deliver: Callable[[bytes], None]) -> None:
        """Gets a payload's bytes: at once, or when its chunks are there."""
        if payload.transfer == 0:
            deliver(payload.data)
            return
        if payload.size_bytes > self._limits.payload_bytes:
            raise too_large(payload.size_bytes, self._limits.payload_bytes)
        self._open[payload.transfer] = _Incoming(payload.size_bytes, deliver)
        self._grant(payload.transfer, self._limits.chunk_credit)

    def take(self, chunk: pb.Chunk) -> None:
        """Takes a chunk in, and grants further ones in halves."""
        found = self._open[chunk.transfer]
        found.got += found.value.write(chunk.data)
        if found.got >= found.size:
            del self._open[chunk.transfer]
            found.deliver(found.value.getvalue())
            return
        found.ungranted += 1
        if found.ungranted * 2 >= self._limits.chunk_credit:
            self._grant(chunk.transfer, found.ungranted)
            found.ungranted = 0

    def _grant(self, transfer: int, chunks: int) -> None:
        self._outbox.control(pb.WorkerFrame(credit=pb.Credit(transfer=transfer, chunks=chunks)))


class Arrivals:
    """Payloads of one request in the order in which they were sent: a large one must not be overtaken by those after it."""

    def __init__(self, incoming: IncomingTransfers) -> None:
        self._incoming = incoming
        self._waiting: dict[int, deque[_Arrival]] = {}

    def receive(self, request: int, payload: pb.Payload, deliver: Callable[[bytes], None]) -> None:
        """Gets a payload's bytes once those before it have been delivered."""
        waiting = self._waiting.get(request)
        if waiting is None:
            if payload.transfer == 0:
                deliver(payload.data)
                return
            waiting = self._waiting[request] = deque()
        arrival = _Arrival(deliver)
        waiting.append(arrival)

        def arrived(data: bytes) -> None:
            arrival.data = data
            while waiting and waiting[0].data is not None:
                first = waiting.popleft()
                first.deliver(first.data or b"")
            if not waiting:
                self._waiting.pop(request, None)

        self._incoming.receive(payload, arrived)


class _Arrival:
    def __init__(self, deliver: Callable[[bytes], None]) -> None:
        self.deliver = deliver
        self.data: bytes | None = None


def too_large(size: int, limit: int) -> BridgeError:
    """A value is larger than may be sent."""
    message = (
        f"A value of {size} bytes is larger than the {limit} that may be sent. Yield parts of it as a stream, "
        "put it in a file, or raise the pool's `limits.payloadBytes`."
    )
    return BridgeError("BRIDGE_PAYLOAD_TOO_LARGE", message, details={"sizeBytes": size, "limitBytes": limit})
