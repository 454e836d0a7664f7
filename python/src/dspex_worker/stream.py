"""The host's stream, by gRPC's own completion queue: the only file that knows grpc.

Not by `grpc.aio`, whose events go through a thread of its own and a socket before its loop hears of them: a third of what a small
call takes. Any thread may send; one thread polls. Its classes are those that `grpc.server` is made of, the same in all versions
that the package allows. Knows nothing of frames.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

import grpc
from grpc._cython import cygrpc

_OPTIONS = (("grpc.so_reuseport", 0),)
_METHOD = b"/dspex.v1.Worker/Connect"
_GRACE_S = 2.0


class Listener(Protocol):
    """What hears of a stream. Runs in the thread that polls."""

    def received(self, data: bytes) -> None:
        """A message has come."""

    def sent(self) -> None:
        """What was sent last has gone."""

    def closed(self) -> None:
        """The stream is over: by its host, by its end, or because it broke. Told once."""


class Stream:
    """One stream of a host."""

    def __init__(self, call: Any, wants: list[Stream]) -> None:
        self._call = call
        # Of the server: it asks for the next message when there is nothing else to do, after what this one is answered with.
        self._wants = wants
        self._listener: Listener | None = None
        self._is_begun = False

    def listen(self, listener: Listener) -> None:
        """Begins to read."""
        self._listener = listener
        self._call.start_server_batch((cygrpc.ReceiveCloseOnServerOperation(0),), self._on_closed)
        self._wants.append(self)

    def read(self) -> None:
        """Asks for the next message."""
        self._call.start_server_batch((cygrpc.ReceiveMessageOperation(0),), self._on_received)

    def send(self, data: bytes) -> None:
        """Sends a message. The next one only when the listener has heard that this one has gone."""
        operations = (cygrpc.SendMessageOperation(data, 0),)
        self._call.start_server_batch(operations if self._is_begun else self._first(*operations), self._on_sent)

    def end(self, code: Any = grpc.StatusCode.OK) -> None:
        """Ends it; nothing is sent any more."""
        operations = (cygrpc.SendStatusFromServerOperation(None, code.value[0], b"", 0),)
        self._call.start_server_batch(operations if self._is_begun else self._first(*operations), _over)

    def _first(self, *operations: Any) -> tuple[Any, ...]:
        self._is_begun = True
        return (cygrpc.SendInitialMetadataOperation((), 0), *operations)

    def _on_received(self, event: Any) -> None:
        data = event.batch_operations[0].message()
        # None when the host sends no more; that it is over is told by `closed`.
        if data is None or self._listener is None:
            return
        self._listener.received(data)
        self._wants.append(self)

    def _on_sent(self, event: Any) -> None:
        if event.success and self._listener is not None:
            self._listener.sent()

    def _on_closed(self, _event: Any) -> None:
        if self._listener is not None:
            self._listener.closed()
            self._listener = None


class Server:
    """Listens where it was told to."""

    def __init__(self, address: str, accept: Callable[[Stream], None]) -> None:
        self._accept = accept
        self._wants: list[Stream] = []
        self._queue = cygrpc.CompletionQueue()
        self._server = cygrpc.Server(_OPTIONS, False)
        self._server.register_completion_queue(self._queue)
        self.port: int = self._server.add_http2_port(address.encode())
        """The port where the address left it open."""
        if not self.port:
            raise OSError(f"dspex-worker: cannot listen on {address}")
        self._server.start()
        self._next()

    def poll(self, most: float | None) -> None:
        """Waits for what happens next, so many seconds at most, and tells of it. For one thread at a time."""
        while self._wants:
            self._wants.pop().read()
        event = self._queue.poll(None if most is None else time.time() + most)
        if event.completion_type != _TIMEOUT:
            event.tag(event)

    def stop(self) -> None:
        """Gives what was sent last some time to be read, and listens no more."""
        stopped: list[Any] = []
        self._server.shutdown(self._queue, stopped.append)
        until = time.monotonic() + _GRACE_S
        while not stopped and (left := until - time.monotonic()) > 0:
            self.poll(left)

    def _next(self) -> None:
        self._server.request_call(self._queue, self._queue, self._on_call)

    def _on_call(self, event: Any) -> None:
        # Without a call where the server is being stopped.
        if not event.success or event.call_details is None:
            return
        self._next()
        stream = Stream(event.call, self._wants)
        if event.call_details.method == _METHOD:
            self._accept(stream)
        else:
            stream.end(grpc.StatusCode.UNIMPLEMENTED)


_TIMEOUT = cygrpc.CompletionType.queue_timeout


def _over(_event: Any) -> None:
    """Nothing: that a stream is over is told when it is closed."""
