"""One call of the host: what its handler may ask for, and how it is called off. Knows nothing of how handlers are run and of the stream."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, TypeVar

from . import codec
from .credit import Credit
from .failures import Cancelled
from .frames import ITEM, batched, call_field
from .host_requests import HostRequests, call_over
from .outbox import Outbox
from .requests import RequestGate
from .transfers import OutgoingTransfers
from .wire import pb

Self = TypeVar("Self", bound="Call")
_NO_CALL = (
    "This code runs outside any call of dspex. A thread of your own works for the call that starts it "
    "where it is started by `contextvars.copy_context().run`."
)
_current: contextvars.ContextVar[Call | None] = contextvars.ContextVar("dspex_call", default=None)


def current_call() -> Call:
    """The call that this code works for. Raises a RuntimeError where there is none."""
    call = _current.get()
    if call is None:
        raise RuntimeError(_NO_CALL)
    return call


class CallPort:
    """What all calls of a connection use of it. `about_to_wait` is told before a thread waits for the host."""

    def __init__(
        self, outbox: Outbox, outgoing: OutgoingTransfers, gate: RequestGate, about_to_wait: Callable[[], None]
    ) -> None:
        self.outbox = outbox
        self.outgoing = outgoing
        self.gate = gate
        self.about_to_wait = about_to_wait


class Call:
    """A call under way, as its handler sees it. What few calls need is made when it is first needed."""

    __slots__ = (
        "__weakref__",
        "_credit",
        "_port",
        "_reason",
        "_requests",
        "_state",
        "field",
        "handler",
        "logged",
        "number",
        "over",
    )

    def __init__(self, number: int, handler: str, port: CallPort, state: dict[str, Any] | None) -> None:
        self.number = number
        self.field = call_field(number)
        """Its number as it stands in its frames."""
        self.handler = handler
        self.logged = 0
        self.over = False
        """Whether the host has its result, and answers it nothing any more."""
        self._port = port
        self._state = state
        self._reason: str | None = None
        self._requests: HostRequests | None = None
        self._credit: Credit | None = None

    def __deepcopy__(self: Self, _memo: Any) -> Self:
        # Optimizers copy programs with all that hangs on them; a call is one however often it is copied.
        return self

    def __copy__(self: Self) -> Self:
        return self

    def __reduce__(self) -> Any:
        raise TypeError("a call under way cannot be pickled; it belongs to this process")

    @property
    def state(self) -> dict[str, Any]:
        """The state of the call's session; of a call without one its own, gone when it ends."""
        state = self._state
        if state is None:
            with _first_use:
                state = self._state = {} if self._state is None else self._state
        return state

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
        return self._asking().ask(kind, name, value, slot)

    def ask_stream(self, kind: str, name: str, value: Any, credit: int, slot: str = "") -> Iterator[Any]:
        """Asks the host for elements and takes them one by one; it sends never more than `credit` of them ahead."""
        return self._asking().ask_stream(kind, name, value, credit, slot)

    def ask_stream_async(self, kind: str, name: str, value: Any, credit: int, slot: str = "") -> AsyncIterator[Any]:
        """`ask_stream` for coroutines."""
        return self._asking().ask_stream_async(kind, name, value, credit, slot)

    async def ask_async(self, kind: str, name: str, value: Any, slot: str = "") -> Any:
        """`ask` for coroutines."""
        return await self._asking().ask_async(kind, name, value, slot)

    def log(self, source: str, text: str, *, level: str = "", logger: str = "") -> None:
        """Sends a line of output to the host."""
        self._port.outbox.log(self.number, pb.Log(source=source, level=level, logger=logger, text=text))

    def progress(self, label: str, done: float, total: float = 0) -> None:
        """Says how far the work is."""
        progress = pb.Progress(label=label, done=done, total=total)
        self._port.outbox.data(batched(pb.WorkerFrame(call=self.number, progress=progress).SerializeToString()))

    # What follows is for the worker itself.

    @property
    def has_asked(self) -> bool:
        """Whether it has asked its host for anything."""
        return self._requests is not None

    def waits_in(self, thread: int) -> bool:
        """Whether this thread waits for the host: it is woken when the call is called off, and needs no exception out of the blue."""
        requests = self._requests
        return requests is not None and thread in requests.waiting_threads

    def answered(self, answer: pb.Answer, data: bytes) -> None:
        """Hands an answer to whoever waits for it."""
        # Looked at once: the call's own thread may close it meanwhile.
        requests = self._requests
        if requests is not None:
            requests.answered(answer, data)

    def cancel(self, reason: str) -> None:
        """Calls it off: everything that waits for the host is woken. For whoever leads."""
        if self._reason is not None:
            return
        self._reason = reason
        # Said before it is looked who waits: whoever begins to ask now sees it.
        requests = self._requests
        if requests is not None:
            requests.wake_all()
            self._port.gate.call_off(self)
        if self._credit is not None:
            self._credit.cancel(reason)

    def grant(self, items: int) -> None:
        """Allows so many further elements. For whoever leads; first before the handler of a stream begins."""
        if self._credit is None:
            self._credit = Credit()
        self._credit.grant(items)

    def item(self, value: Any) -> None:
        """Sends one element, once the host has room for it."""
        credit = self._credit
        if credit is None:
            raise _no_stream(self.handler)
        credit.spend()
        port = self._port
        port.outbox.data(port.outgoing.frame(ITEM, self.field, codec.encode(value)))

    async def item_async(self, value: Any) -> None:
        """`item` for coroutines."""
        credit = self._credit
        if credit is None:
            raise _no_stream(self.handler)
        await credit.spend_async()
        port = self._port
        port.outbox.data(port.outgoing.frame(ITEM, self.field, codec.encode(value)))

    def close(self) -> None:
        """It is over: whoever kept it in a thread of his own gets nothing more of the host by it."""
        self.over = True
        requests, self._requests = self._requests, None
        if requests is not None:
            requests.wake_all()

    def _asking(self) -> HostRequests:
        requests = self._requests
        if requests is None:
            if self.over:
                raise call_over(self.handler)
            # Two threads of a handler may ask first.
            with _first_use:
                requests = self._requests
                if requests is None:
                    port = self._port
                    requests = HostRequests(self, port.outbox, port.outgoing, port.gate, port.about_to_wait)
                    self._requests = requests
        return requests


# Reentrant, because the collector may come while it is held, and what it frees may ask.
_first_use = threading.RLock()


def _no_stream(handler: str) -> RuntimeError:
    return RuntimeError(f"The host awaits one result of {handler!r}, and no elements.")


def bind(call: Call) -> contextvars.Token[Call | None]:
    """Makes it the current call of this context."""
    return _current.set(call)


def bound_call() -> Call | None:
    """The current call of this context, if there is one."""
    return _current.get()
