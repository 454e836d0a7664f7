"""The one host that is served: its first frame, its connection, and the end. Knows nothing of frames beyond the first."""

from __future__ import annotations

import gc
import json
import os
import stat
import threading

from .collector import Collector
from .connection import Connection, ready_frame, refusal
from .lead import Lead
from .loops import loops
from .output import Output
from .settings import Settings
from .stream import Server, Stream
from .timers import Timer, Timers
from .wire import pb

_LISTENING_FD = 3
_HELLO_S = 30.0


class _Guest:
    """A stream that has not said yet what it wants; what is no host of this worker is sent away."""

    def __init__(self, service: _Service, stream: Stream, patience: Timer) -> None:
        self._service = service
        self._stream = stream
        self._patience = patience
        self._refused = False
        self._connection: Connection | None = None

    def received(self, data: bytes) -> None:
        if self._service.is_over:
            return
        self._service.collector.passed(len(data))
        batch = pb.HostBatch.FromString(data)
        if self._connection is not None:
            self._connection.take(batch)
            return
        if self._refused:
            return
        self._patience.cancel()
        hello = batch.frames[0].hello if batch.frames else pb.Hello()
        failure = self._service.refusal(hello)
        if failure is None:
            self._connection = self._service.connect(self._stream, hello)
            self._connection.take(batch)
            return
        self._refused = True
        self._stream.send(
            pb.WorkerBatch(frames=[pb.WorkerFrame(result=pb.Result(failure=failure))]).SerializeToString()
        )

    def sent(self) -> None:
        if self._refused:
            self._stream.end()
        elif self._connection is not None:
            self._connection.outbox.sent()

    def closed(self) -> None:
        self._patience.cancel()
        if self._connection is not None:
            self._connection.end()
            self._service.end()


class _Service:
    """What runs in whichever thread leads."""

    def __init__(self, settings: Settings, output: Output, dspy_version: str) -> None:
        self._settings = settings
        self._output = output
        self._dspy_version = dspy_version
        self._timers = Timers()
        self._connection: Connection | None = None
        self.collector = Collector()
        self.is_over = False
        self.lead = Lead(self._step, self._flush)
        self.server = Server(settings.address, self._accept)

    def refusal(self, hello: pb.Hello) -> pb.Failure | None:
        failure = refusal(hello, self._settings.token)
        if failure is None and self._connection is not None:
            return pb.Failure(code="SERVED", message="it has a host already")
        return failure

    def connect(self, stream: Stream, hello: pb.Hello) -> Connection:
        connection = Connection(stream, self._timers, self.lead, hello.limits, self._output, self.collector)
        connection.outbox.gathering = threading.get_ident()
        connection.outbox.control(ready_frame(self._dspy_version))
        # Output goes to the host once it knows that this is its worker.
        self._output.connect(connection.outbox, hello.limits.log_bytes)
        self._connection = connection
        self._look_at(connection, hello.limits.silence_ms / 1000)
        return connection

    def end(self) -> None:
        self.is_over = True

    def _accept(self, stream: Stream) -> None:
        stream.listen(_Guest(self, stream, self._timers.add(_HELLO_S, stream.end)))

    def _look_at(self, connection: Connection, most_silence: float) -> None:
        left = most_silence - connection.silence
        if left > 0:
            self._timers.add(max(left, 0.05), lambda: self._look_at(connection, most_silence))
        else:
            connection.end()
            self.is_over = True

    def _step(self, may_wait: bool) -> bool:
        connection = self._connection
        if connection is not None:
            connection.outbox.gathering = threading.get_ident()
        loops.gather()
        left = self._timers.left()
        if self.is_over:
            # A timer has just found the host silent for too long: nothing may ever come that would end the wait.
            return False
        self.server.poll(left if may_wait else 0)
        connection = self._connection
        if connection is not None:
            connection.start_due()
            connection.outbox.gathering = 0
        loops.wake()
        return not self.is_over

    def _flush(self) -> None:
        if self._connection is not None:
            self._connection.outbox.flush()


def serve(settings: Settings, output: Output, dspy_version: str) -> None:
    """Serves one host until it is gone. For the main thread, which only waits."""
    old_mask = os.umask(0o177)
    try:
        service = _Service(settings, output, dspy_version)
    finally:
        os.umask(old_mask)
    address = settings.address
    if address.startswith("unix:"):
        # gRPC sets the mode itself, to one that lets everybody in; the folder is the first wall, this the second.
        os.chmod(address.removeprefix("unix:"), stat.S_IRUSR | stat.S_IWUSR)
    else:
        address = f"{address.rpartition(':')[0]}:{service.server.port}"
    with os.fdopen(_LISTENING_FD, "w") as listening:
        listening.write(json.dumps({"address": address}) + "\n")
    # What imports have made lives as long as the process: the collector need not go through it again and again.
    gc.freeze()
    service.lead.start()
    service.lead.over.acquire()
    # Time for the last frames to be read; whatever does not notice that it is over ends with the process.
    service.server.stop()
