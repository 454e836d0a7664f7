"""What one call asks of its host: asked by threads and by coroutines, for one answer or for elements.

Knows nothing of how calls are run. The twin of `bridge/host-requests.ts`.
"""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from queue import SimpleQueue
from typing import Any, Protocol

from . import codec
from .failures import BridgeError, Cancelled, from_failure
from .frames import request_frame
from .loops import loops
from .outbox import Outbox
from .registry import registry
from .requests import RequestGate
from .transfers import OutgoingTransfers
from .wire import pb


class _Asker(Protocol):
    """The call that asks."""

    number: int
    field: bytes
    handler: str
    over: bool

    @property
    def cancelled(self) -> str | None: ...


class HostRequests:
    """The open requests of one call."""

    def __init__(
        self,
        call: _Asker,
        outbox: Outbox,
        outgoing: OutgoingTransfers,
        gate: RequestGate,
        about_to_wait: Callable[[], None],
    ) -> None:
        self.waiting_threads: set[int] = set()
        """Those that wait for the host."""
        self._call = call
        self._outbox = outbox
        self._outgoing = outgoing
        self._gate = gate
        self._about_to_wait = about_to_wait
        self._lock = threading.Lock()
        self._waiting: dict[int, Callable[[pb.Answer | None, bytes], None]] = {}

    def ask(self, kind: str, name: str, value: Any, slot: str = "") -> Any:
        """Asks the host and waits. Raises HostError with what the host fails with, Cancelled when the call is called off."""
        got: list[tuple[pb.Answer | None, bytes]] = []
        ready = threading.Lock()
        ready.acquire()

        def answered(answer: pb.Answer | None, data: bytes) -> None:
            got.append((answer, data))
            ready.release()

        # Before anything else: whoever leads would wait for what it is to read itself.
        self._about_to_wait()
        thread = threading.get_ident()
        try:
            self.waiting_threads.add(thread)
            self._gate.enter(self._call)
            try:
                self._request(kind, name, value, slot, answered)
                ready.acquire()
            finally:
                self._gate.leave()
        finally:
            self.waiting_threads.discard(thread)
        return self._value(*got[0])

    def ask_stream(self, kind: str, name: str, value: Any, credit: int, slot: str = "") -> Iterator[Any]:
        """Asks the host for elements and takes them one by one; it sends never more than `credit` of them ahead."""
        arrived: SimpleQueue[tuple[pb.Answer | None, bytes]] = SimpleQueue()
        taken = 0
        self._about_to_wait()
        thread = threading.get_ident()
        try:
            self.waiting_threads.add(thread)
            self._gate.enter(self._call)
        except BaseException:
            self.waiting_threads.discard(thread)
            raise
        try:
            # Only now: an interruption between the two would keep the place for ever.
            self.waiting_threads.discard(thread)
            number = self._request(kind, name, value, slot, lambda answer, data: arrived.put((answer, data)), credit)
            try:
                while True:
                    try:
                        self.waiting_threads.add(thread)
                        answer, data = arrived.get()
                    finally:
                        self.waiting_threads.discard(thread)
                    if _is_end(answer):
                        return
                    yield self._value(answer, data)
                    taken = self._grant_items(number, taken + 1, credit)
            finally:
                self._abandon(number)
        finally:
            self._gate.leave()

    async def ask_stream_async(
        self, kind: str, name: str, value: Any, credit: int, slot: str = ""
    ) -> AsyncIterator[Any]:
        """`ask_stream` for coroutines."""
        loop = asyncio.get_running_loop()
        arrived: asyncio.Queue[tuple[pb.Answer | None, bytes]] = asyncio.Queue()
        taken = 0
        await self._gate.enter_async(self._call)
        try:
            number = self._request(
                kind,
                name,
                value,
                slot,
                lambda answer, data: loops.run(loop, arrived.put_nowait, (answer, data)),
                credit,
            )
            try:
                while True:
                    answer, data = await arrived.get()
                    if _is_end(answer):
                        return
                    yield self._value(answer, data)
                    taken = self._grant_items(number, taken + 1, credit)
            finally:
                self._abandon(number)
        finally:
            self._gate.leave()

    async def ask_async(self, kind: str, name: str, value: Any, slot: str = "") -> Any:
        """`ask` for coroutines."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[tuple[pb.Answer | None, bytes]] = loop.create_future()
        deliver = functools.partial(loops.run, loop, _settle, future)
        await self._gate.enter_async(self._call)
        try:
            number = self._request(kind, name, value, slot, deliver, loop=loop)
            try:
                result = await future
            except asyncio.CancelledError:
                self._abandon(number)
                raise
        finally:
            self._gate.leave()
        return self._value(*result)

    def answered(self, answer: pb.Answer, data: bytes) -> None:
        """Hands an answer to whoever waits for it."""
        with self._lock:
            deliver = self._waiting.get(answer.request) if answer.more else self._waiting.pop(answer.request, None)
        if deliver is not None:
            deliver(answer, data)

    def wake_all(self) -> None:
        """Wakes everybody who waits: the call is over, or called off."""
        with self._lock:
            if not self._waiting:
                return
            waiting, self._waiting = list(self._waiting.values()), {}
        for deliver in waiting:
            deliver(None, b"")

    def _request(
        self,
        kind: str,
        name: str,
        value: Any,
        slot: str,
        deliver: Callable[[pb.Answer | None, bytes], None],
        items: int = 0,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> int:
        call = self._call
        payload = self._outgoing.payload_of(codec.encode(value))
        number = self._gate.next_number()
        frame = request_frame(call.field, number, kind, name, payload, slot, items)
        with self._lock:
            if call.over:
                raise call_over(call.handler)
            if call.cancelled is not None:
                raise Cancelled(call.cancelled)
            self._waiting[number] = deliver
            # Under the lock: a request behind its call's result would name a call that the host no longer knows.
            if loop is None:
                self._outbox.data(frame)
            else:
                self._outbox.data_from(loop, frame)
        return number

    def _grant_items(self, request: int, taken: int, credit: int) -> int:
        """Grants in halves: a frame for each element taken would be a frame for each element."""
        if taken * 2 < credit:
            return taken
        with self._lock:
            if request in self._waiting:
                grant = pb.Credit(request=request, items=taken)
                self._outbox.control(pb.WorkerFrame(call=self._call.number, credit=grant))
        return 0

    def _abandon(self, number: int) -> None:
        with self._lock:
            known = self._waiting.pop(number, None)
            if known is not None and not self._call.over:
                self._outbox.control(pb.WorkerFrame(call=self._call.number, abandon=pb.Abandon(request=number)))

    def _value(self, answer: pb.Answer | None, data: bytes) -> Any:
        if answer is None:
            reason = self._call.cancelled
            if reason is None:
                raise call_over(self._call.handler)
            raise Cancelled(reason)
        if answer.HasField("failure"):
            raise from_failure(answer.failure, answer.request)
        content_type = answer.value.content_type
        return registry.protocol(content_type).decode(data) if content_type else codec.decode(data)


def _settle(future: asyncio.Future[tuple[pb.Answer | None, bytes]], answer: pb.Answer | None, data: bytes) -> None:
    if not future.done():
        future.set_result((answer, data))


def _is_end(answer: pb.Answer | None) -> bool:
    return answer is not None and not answer.more and not answer.HasField("failure")


def call_over(handler: str) -> BridgeError:
    """A call is over, and something of it still asks."""
    message = (
        f"The call of {handler!r} is over, and its host answers it no more. "
        "Wait in the handler for the threads that it starts."
    )
    return BridgeError("BRIDGE_CALL_OVER", message, details={"handler": handler})
