"""The socket, and the one host that is served on it. Knows nothing of frames beyond the first."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio

from .connection import Connection, ready_frame, refusal
from .output import Output
from .settings import Settings
from .wire import pb

_METHOD = "/dspex.v1.Worker/Connect"
_LISTENING_FD = 3
_HELLO_S = 30


class _Service(grpc.GenericRpcHandler):  # type: ignore[misc]
    def __init__(self, settings: Settings, output: Output, dspy_version: str) -> None:
        self._settings = settings
        self._output = output
        self._dspy_version = dspy_version
        self._served = False
        self.over = asyncio.Event()

    def service(self, details: Any) -> Any:
        if details.method != _METHOD:
            return None
        return grpc.stream_stream_rpc_method_handler(
            self._connect,
            request_deserializer=pb.HostBatch.FromString,
            # Batches are made as bytes.
            response_serializer=None,
        )

    async def _connect(self, requests: AsyncIterator[pb.HostBatch], _context: Any) -> AsyncIterator[bytes]:
        first = await asyncio.wait_for(anext(requests), _HELLO_S)
        hello = first.frames[0].hello if first.frames else pb.Hello()
        failure = refusal(hello, self._settings.token)
        if failure is None and self._served:
            failure = pb.Failure(code="SERVED", message="it has a host already")
        if failure is not None:
            yield pb.WorkerBatch(frames=[pb.WorkerFrame(result=pb.Result(failure=failure))]).SerializeToString()
            return
        self._served = True
        connection = Connection(asyncio.get_running_loop(), hello.limits, self._output)
        connection.outbox.control(ready_frame(self._dspy_version))
        reading = asyncio.create_task(self._read(connection, first, requests))
        watching = asyncio.create_task(self._watch(connection, hello.limits.silence_ms / 1000))
        try:
            while (batch := await connection.next_batch()) is not None:
                yield batch
        finally:
            reading.cancel()
            watching.cancel()
            connection.end()
            self.over.set()

    async def _read(self, connection: Connection, first: pb.HostBatch, requests: AsyncIterator[pb.HostBatch]) -> None:
        try:
            # Output goes to the host once it knows that this is its worker.
            self._output.connect(connection.outbox, first.frames[0].hello.limits.log_bytes)
            connection.take(first)
            async for batch in requests:
                connection.take(batch)
        finally:
            self.over.set()

    async def _watch(self, connection: Connection, most_silence: float) -> None:
        # Not an event: it is the absence of one that is waited for.
        while (left := most_silence - connection.silence) > 0:  # noqa: ASYNC110
            await asyncio.sleep(max(left, 0.05))
        self.over.set()


async def serve(settings: Settings, output: Output, dspy_version: str) -> None:
    """Serves one host until it is gone."""
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    service = _Service(settings, output, dspy_version)
    server.add_generic_rpc_handlers((service,))
    old_mask = os.umask(0o177)
    try:
        port = server.add_insecure_port(settings.address)
    finally:
        os.umask(old_mask)
    await server.start()
    address = settings.address
    if address.startswith("unix:"):
        # gRPC sets the mode itself, to one that lets everybody in; the folder is the first wall, this the second.
        os.chmod(address.removeprefix("unix:"), stat.S_IRUSR | stat.S_IWUSR)
    else:
        address = f"{address.rpartition(':')[0]}:{port}"
    with os.fdopen(_LISTENING_FD, "w") as listening:
        listening.write(json.dumps({"address": address}) + "\n")
    await service.over.wait()
    # Time for the last frames to be read; whatever does not notice that it is over ends with the process.
    await server.stop(grace=2)
