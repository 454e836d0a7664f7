"""The one stream to the host: handshake, calls, chunks, pings. Runs in the thread that leads; runs no user code itself.

Knows nothing of sockets and of how handlers are run.
"""

from __future__ import annotations

import hmac
import os
import platform
import time
from asyncio import AbstractEventLoop
from collections.abc import Callable
from typing import Any

import orjson

from . import __version__, codec
from .call import Call, CallPort
from .collector import Collector
from .execution import Execution, Running, deadline_reached, failed
from .failures import BridgeError, to_failure
from .frames import RESULT
from .lead import Lead
from .outbox import Outbox
from .output import Output
from .registry import Handler, registry
from .requests import RequestGate
from .stream import Stream
from .timers import Timer, Timers
from .transfers import Arrivals, IncomingTransfers, OutgoingTransfers
from .wire import pb

PROTOCOL_VERSION = 1
_END_SESSION = "dspex.end-session"


class _Open:
    """A call on the books."""

    __slots__ = ("call", "deadline", "running")

    def __init__(self, call: Call) -> None:
        self.call = call
        self.deadline: Timer | None = None
        self.running: Running | None = None


class Connection:
    """What a worker does for its host."""

    def __init__(
        self, stream: Stream, timers: Timers, lead: Lead, limits: pb.Limits, output: Output, collector: Collector
    ) -> None:
        self.outbox = Outbox(limits.batch_bytes, stream.send, stream.end)
        self._collector = collector
        self.drained = False
        self.heard_at = time.monotonic()
        self._timers = timers
        self._limits = limits
        self._output = output
        self._outgoing = OutgoingTransfers(self.outbox, limits)
        self._incoming = IncomingTransfers(self.outbox, limits)
        self._arrivals = Arrivals(self._incoming)
        self._port = CallPort(self.outbox, self._outgoing, RequestGate(limits.open_requests), lead.give_up)
        self._execution = Execution(self._outgoing, timers, lead, self.outbox)
        self._open: dict[int, _Open] = {}
        self._sessions: dict[str, dict[str, Any]] = {}

    @property
    def silence(self) -> float:
        """Seconds since the host was last heard."""
        return time.monotonic() - self.heard_at

    def take(self, batch: pb.HostBatch) -> None:
        """Handles what the host sent."""
        self.heard_at = time.monotonic()
        for frame in batch.frames:
            kind = frame.WhichOneof("body")
            if kind is not None:
                _TAKERS[kind](self, frame)

    def start_due(self) -> None:
        """Starts what was taken in."""
        self._collector.under_way(len(self._open))
        self._execution.start_due()

    def end(self) -> None:
        """Calls off whatever is under way: the host is gone."""
        for opened in list(self._open.values()):
            opened.call.cancel("the host is gone")

    def _start(self, frame: pb.HostFrame) -> None:
        start = frame.start
        number = frame.call
        name = start.handler
        items = start.items
        session = start.session
        payload = start.input
        call = Call(number, name, self._port, self._sessions.setdefault(session, {}) if session else None)
        if items:
            call.grant(items)
        if name == _END_SESSION:
            self._incoming.receive(payload, lambda data: self._end_session(call, data))
            return
        opened = self._open[number] = _Open(call)
        try:
            handler = registry.handler(name)
            if (handler.kind == "stream") != (items > 0):
                raise _wrong_kind(handler.name, handler.kind)
        except BridgeError as error:
            self._incoming.receive(payload, lambda _data: None)
            self._finish(number, failed(call, to_failure(error)))
            return
        deadline_ms = start.deadline_ms
        if deadline_ms > 0:
            seconds = deadline_ms / 1000
            opened.deadline = self._timers.add(
                seconds, lambda: self._cancel_call(number, deadline_reached(call, seconds))
            )
        content_type = payload.content_type
        if payload.transfer:
            self._incoming.receive(payload, lambda data: self._begin(opened, handler, content_type, data))
        else:
            self._begin(opened, handler, content_type, payload.data)

    def _begin(self, opened: _Open, handler: Handler, content_type: str, data: bytes) -> None:
        call = opened.call
        if call.cancelled is None:
            opened.running = self._execution.start(call, handler, content_type, data, self._ended)
        else:
            failure = pb.Failure(code="BRIDGE_CALL_CANCELLED", message=call.cancelled)
            self._ended(call, failed(call, failure), None)

    def _end_session(self, call: Call, data: bytes) -> None:
        session = _session_in(data)
        if session is None:
            way = "It is called by pools; end a session by its `close`."
            problem = f"A payload cannot be read: {_END_SESSION!r} takes an object with a text as `session`. {way}"
            frame = failed(call, to_failure(BridgeError("BRIDGE_PAYLOAD_INVALID", problem)))
        else:
            self._sessions.pop(session, None)
            frame = self._outgoing.frame(RESULT, call.field, codec.encode(None))
        self._finish(call.number, frame)

    def _ended(self, call: Call, frame: bytes, loop: AbstractEventLoop | None) -> None:
        # Whichever thread made it queues it, and sends it once it has nothing else to do; a coroutine's goes with those of others.
        opened = self._open.get(call.number)
        if opened is None:
            return
        if opened.deadline is not None:
            opened.deadline.cancel()
        self._output.flush(call)
        call.close()
        self._finish(call.number, frame, loop)

    def _finish(self, number: int, frame: bytes, loop: AbstractEventLoop | None = None) -> None:
        if loop is None:
            self.outbox.data_later(frame)
        else:
            self.outbox.data_from(loop, frame)
        # Taken off the books once it is queued: a drained connection ends when the books are empty.
        self._open.pop(number, None)
        if self.drained:
            self._finish_if_done()

    def _finish_if_done(self) -> None:
        if self.drained and not self._open and not self._outgoing.size:
            self.outbox.finish()

    def _cancel(self, frame: pb.HostFrame) -> None:
        self._cancel_call(frame.call, frame.cancel.reason or "cancelled")

    def _cancel_call(self, number: int, reason: str) -> None:
        opened = self._open.get(number)
        if opened is None:
            return
        opened.call.cancel(reason)
        if opened.running is not None:
            opened.running.call_off()

    def _credit(self, frame: pb.HostFrame) -> None:
        credit = frame.credit
        if credit.transfer:
            self._outgoing.granted(credit.transfer, credit.chunks)
            self._finish_if_done()
        elif (opened := self._open.get(frame.call)) is not None:
            opened.call.grant(credit.items)

    def _answer(self, frame: pb.HostFrame) -> None:
        answer = frame.answer
        opened = self._open.get(frame.call)

        def deliver(data: bytes) -> None:
            if opened is not None:
                opened.call.answered(answer, data)

        self._arrivals.receive(answer.request, answer.value, deliver)

    def _chunk(self, frame: pb.HostFrame) -> None:
        self._incoming.take(frame.chunk)

    def _ping(self, frame: pb.HostFrame) -> None:
        pong = pb.Pong(number=frame.ping.number, calls=len(self._open), rss_bytes=_rss_bytes())
        self.outbox.control(pb.WorkerFrame(pong=pong))

    def _drain(self, _frame: pb.HostFrame) -> None:
        self.drained = True
        self._finish_if_done()

    def _hello(self, _frame: pb.HostFrame) -> None:
        # A second one says nothing new.
        return


_TAKERS: dict[str, Callable[[Connection, pb.HostFrame], None]] = {
    "hello": Connection._hello,
    "start": Connection._start,
    "cancel": Connection._cancel,
    "credit": Connection._credit,
    "answer": Connection._answer,
    "chunk": Connection._chunk,
    "ping": Connection._ping,
    "drain": Connection._drain,
}


def refusal(hello: pb.Hello, token: str) -> pb.Failure | None:
    """Why a host is not served; None where it is."""
    if not hmac.compare_digest(hello.token, token):
        return pb.Failure(code="TOKEN", message="its token is wrong, so it is not the process that started this worker")
    if hello.protocol != PROTOCOL_VERSION:
        message = f"it speaks version {hello.protocol} of the protocol, this worker version {PROTOCOL_VERSION}"
        return pb.Failure(code="VERSION", message=message)
    return None


def ready_frame(dspy_version: str) -> pb.WorkerFrame:
    """What a worker says of itself."""
    handlers = [pb.Handler(name=handler.name, kind=handler.kind) for handler in registry.handlers]
    ready = pb.Ready(
        protocol=PROTOCOL_VERSION,
        pid=os.getpid(),
        worker_version=__version__,
        python_version=platform.python_version(),
        dspy_version=dspy_version,
        handlers=handlers,
    )
    return pb.WorkerFrame(ready=ready)


def _wrong_kind(name: str, kind: str) -> BridgeError:
    way = "Take its elements by `stream`." if kind == "stream" else "Await its one result by `call`."
    message = f"{name!r} is a handler of kind {kind}. {way}"
    return BridgeError("BRIDGE_HANDLER_KIND", message, details={"name": name, "kind": kind})


def _session_in(data: bytes) -> str | None:
    # Not by the codec, which makes values of users' classes: what they raise would end whoever leads.
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    session = value.get("session") if isinstance(value, dict) else None
    return session if isinstance(session, str) else None


def _rss_bytes() -> float:
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return float(int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
    except OSError:
        return 0.0
