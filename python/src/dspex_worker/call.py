"""One call of the host: what its handler may ask for, and how it is called off. Knows nothing of threads or streams."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from queue import SimpleQueue
from typing import Any, TypeVar

from . import codec
from .credit import Credit
from .failures import BridgeError, Cancelled, from_failure
from .frames import item_frame, request_frame, value_of
from .loops import loops
from .outbox import Outbox
from .registry import registry
from .requests import RequestGate
from .transfers import OutgoingTransfers
from .wire import pb

Self = TypeVar("Self", bound="Call")
_current: contextvars.ContextVar[Call | None] = contextvars.ContextVar("dspex_call", default=None)


def current_call() -> Call:
    """The call that this code works for. Raises a RuntimeError where there is none."""
    call = _current.get()
    if call is None:
        raise RuntimeError("This code runs outside any call of dspex. In a thread of your own, hand the call over.")
    return call


class Call:
    """A call under way, as its handler sees it."""

    def __init__(
        self,
        number: int,
        handler: str,
        outbox: Outbox,
        outgoing: OutgoingTransfers,
        gate: RequestGate,
        state: dict[str, Any],
        about_to_wait: Callable[[], None],
    ) -> None:
        self.number = number
        self.handler = handler
        self.state = state
        """The state of the call's session; of a call without one its own, gone when it ends."""
        self.asking: set[int] = set()
        """Threads that wait for the host: these are woken when the call is called off, and need no exception out of the blue."""
        self.logged = 0
        self.has_asked = False
        """Whether a thread of it has waited for the host."""
        self._about_to_wait = about_to_wait
        self._outbox = outbox
        self._outgoing = outgoing
        self._gate = gate
        self._reason: str | None = None
        self._over = False
        self._lock = threading.Lock()
        self._waiting: dict[int, Callable[[pb.Answer | None, bytes], None]] = {}
        self._credit = Credit()

    def __deepcopy__(self: Self, _memo: Any) -> Self:
        # Optimizers copy programs with all that hangs on them; a call is one however often it is copied.
        return self

    def __copy__(self: Self) -> Self:
        return self

    def __reduce__(self) -> Any:
        raise TypeError("a call under way cannot be pickled; it belongs to this process")

    @property
    def cancelled(self) -> str | None:
        """Why the call was called off; None while it was not."""
        return self._reason

    def check(self) -> None:
        """Raises `Cancelled` once the call has been called off. For loops that ask the host nothing."""
        if self._reason is not None:
            raise Cancelled(self._reason)

    def ask(self, kind: str, name: str, value: Any, slot: str = "") -> Any:
        """Asks the host and waits. Raises HostError with what the host fails with, Cancelled when the call is called off."""
        got: list[tuple[pb.Answer | None, bytes]] = []
        ready = threading.Lock()
        ready.acquire()

        def answered(answer: pb.Answer | None, data: bytes) -> None:
            got.append((answer, data))
            ready.release()

        self.has_asked = True
        # Before anything else: whoever leads would wait for what it is to read itself.
        self._about_to_wait()
        thread = threading.get_ident()
        self.asking.add(thread)
        self._gate.enter(self)
        try:
            self._request(kind, name, value, slot, answered)
            ready.acquire()
        finally:
            self._gate.leave()
            self.asking.discard(thread)
        return self._value(*got[0])

    def ask_stream(self, kind: str, name: str, value: Any, credit: int, slot: str = "") -> Iterator[Any]:
        """Asks the host for elements and takes them one by one; it is never more than `credit` of them ahead."""
        arrived: SimpleQueue[tuple[pb.Answer | None, bytes]] = SimpleQueue()
        taken = 0
        self.has_asked = True
        self._about_to_wait()
        self._gate.enter(self)
        try:
            number = self._request(kind, name, value, slot, lambda answer, data: arrived.put((answer, data)), credit)
            try:
                thread = threading.get_ident()
                while True:
                    self.asking.add(thread)
                    try:
                        answer, data = arrived.get()
                    finally:
                        self.asking.discard(thread)
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
        await self._gate.enter_async(self)
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

        def settle(result: tuple[pb.Answer | None, bytes]) -> None:
            if not future.done():
                future.set_result(result)

        def deliver(answer: pb.Answer | None, data: bytes) -> None:
            loops.run(loop, settle, (answer, data))

        await self._gate.enter_async(self)
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

    def log(self, source: str, text: str, *, level: str = "", logger: str = "") -> None:
        """Sends a line of output to the host."""
        self._outbox.log(self.number, pb.Log(source=source, level=level, logger=logger, text=text))

    def progress(self, label: str, done: float, total: float = 0) -> None:
        """Says how far the work is."""
        frame = pb.WorkerFrame(call=self.number, progress=pb.Progress(label=label, done=done, total=total))
        self._outbox.data(frame.SerializeToString())

    # What follows is for the worker itself.

    def answered(self, answer: pb.Answer, data: bytes) -> None:
        """Hands an answer to whoever waits for it."""
        with self._lock:
            deliver = self._waiting.get(answer.request) if answer.more else self._waiting.pop(answer.request, None)
        if deliver is not None:
            deliver(answer, data)

    def cancel(self, reason: str) -> None:
        """Calls it off: everything that waits for the host is woken."""
        with self._lock:
            if self._reason is not None:
                return
            self._reason = reason
            waiting, self._waiting = list(self._waiting.values()), {}
        for deliver in waiting:
            deliver(None, b"")
        self._credit.cancel(reason)

    def grant(self, items: int) -> None:
        """Allows so many further elements."""
        self._credit.grant(items)

    def item(self, value: Any) -> None:
        """Sends one element, once the host has room for it."""
        self._credit.spend()
        self._send_item(value)

    async def item_async(self, value: Any) -> None:
        """`item` for coroutines."""
        await self._credit.spend_async()
        self._send_item(value)

    def _send_item(self, value: Any) -> None:
        payload = self._outgoing.payload_of(codec.encode(value))
        self._outbox.data(item_frame(self.number, value_of(payload)))

    def close(self) -> None:
        """It is over: whoever kept it in a thread of his own gets nothing more of the host by it."""
        with self._lock:
            self._over = True
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
        payload = self._outgoing.payload_of(codec.encode(value))
        number = self._gate.next_number()
        frame = request_frame(self.number, number, kind, name, payload, slot, items)
        with self._lock:
            if self._over:
                raise _call_over(self.handler)
            if self._reason is not None:
                raise Cancelled(self._reason)
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
                self._outbox.control(pb.WorkerFrame(call=self.number, credit=grant))
        return 0

    def _abandon(self, number: int) -> None:
        with self._lock:
            known = self._waiting.pop(number, None)
            if known is not None and not self._over:
                self._outbox.control(pb.WorkerFrame(call=self.number, abandon=pb.Abandon(request=number)))

    def _value(self, answer: pb.Answer | None, data: bytes) -> Any:
        if answer is None:
            if self._reason is None:
                raise _call_over(self.handler)
            raise Cancelled(self._reason)
        if answer.HasField("failure"):
            raise from_failure(answer.failure, answer.request)
        content_type = answer.value.content_type
        return registry.protocol(content_type).decode(data) if content_type else codec.decode(data)


def bind(call: Call) -> contextvars.Token[Call | None]:
    """Makes it the current call of this context."""
    return _current.set(call)


def bound_call() -> Call | None:
    """The current call of this context, if there is one."""
    return _current.get()


def _is_end(answer: pb.Answer | None) -> bool:
    return answer is not None and not answer.more and not answer.HasField("failure")


def _call_over(handler: str) -> BridgeError:
    message = (
        f"The call of {handler!r} is over, and its host answers it no more. "
        "Wait in the handler for the threads that it starts."
    )
    return BridgeError("BRIDGE_CALL_OVER", message, details={"handler": handler})
