"""Runs handlers: functions in threads, coroutines on one loop of their own, generators element by element.

Knows nothing of the stream. Whoever leads it may run a short handler itself, and has the lead taken where that takes long.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any, Protocol

from . import codec
from .call import Call, bind
from .failures import BridgeError, Cancelled, to_failure
from .frames import RESULT, body_frame
from .lead import Lead
from .loops import loops
from .outbox import Outbox
from .pace import Pace
from .program_loop import ProgramLoop
from .registry import Handler, registry
from .threads import CallThreads, Work
from .timers import Timers
from .transfers import OutgoingTransfers
from .wire import pb

_FIRST_INTERRUPT = 0.02
_NEXT_INTERRUPT = 0.05

Finish = Callable[[Call, bytes, asyncio.AbstractEventLoop | None], None]
"""Takes the frame of a call's Result, and the loop of the coroutine that made it; whoever is none sends what is queued himself."""


class Running(Protocol):
    """A call at work."""

    def call_off(self) -> None:
        """Interrupts it; `call.cancel` came before."""


class Execution:
    """What runs calls."""

    def __init__(self, outgoing: OutgoingTransfers, timers: Timers, lead: Lead, outbox: Outbox) -> None:
        self._outgoing = outgoing
        self._timers = timers
        self._lead = lead
        self._outbox = outbox
        self._threads = CallThreads(outbox.flush)
        self._programs = ProgramLoop()
        self._paces: dict[str, Pace] = {}
        self._due: list[Work] = []

    def start(self, call: Call, handler: Handler, content_type: str, data: bytes, finish: Finish) -> Running:
        """Runs a call on the value that these bytes are."""
        if handler.runs_on == "loop":
            task = _HandlerTask(self, call, handler, content_type, data, finish, self._programs.get())
            task.start_soon()
            return task
        pace = self._paces.get(handler.name)
        if pace is None:
            pace = self._paces[handler.name] = Pace()
        if handler.kind == "sync" and pace.is_short:
            work = _HandlerWork(self, call, handler, content_type, data, finish, pace, True)
            self._lead.run_soon(work)
        else:
            work = _HandlerWork(self, call, handler, content_type, data, finish, pace, False)
            self._due.append(work)
        return work

    def start_due(self) -> None:
        """Has threads begin with what was started. Once all that has come is handled: who is woken earlier waits for the interpreter."""
        if self._due:
            due, self._due = self._due, []
            for work in due:
                self._threads.start(work)

    def result(self, call: Call, value: Any, content_type: str) -> bytes:
        """The frame of a call's one result: answered as it was asked."""
        data = registry.protocol(content_type).encode(value) if content_type else codec.encode(value)
        return self._outgoing.frame(RESULT, call.field, data, content_type)

    def interrupt(self, call: Call, work: Work, delay: float) -> None:
        """Interrupts a thread in so many seconds, and again until it ends."""

        def again() -> None:
            thread = work.thread
            if thread is None:
                return
            if not call.waits_in(thread):
                # Not while it sends: what is half sent is never sent.
                with self._outbox.lock:
                    work.interrupt()
            self._timers.add(_NEXT_INTERRUPT, again)

        self._timers.add(delay, again)


class _HandlerWork(Work):
    """A function or a generator at work."""

    __slots__ = (
        "_call",
        "_content_type",
        "_data",
        "_execution",
        "_finish",
        "_frame",
        "_handler",
        "_is_short",
        "_pace",
        "_seconds",
    )

    def __init__(
        self,
        execution: Execution,
        call: Call,
        handler: Handler,
        content_type: str,
        data: bytes,
        finish: Finish,
        pace: Pace,
        is_short: bool,
    ) -> None:
        super().__init__()
        self._execution = execution
        self._call = call
        self._handler = handler
        self._content_type = content_type
        self._data = data
        self._finish = finish
        self._pace = pace
        self._is_short = is_short
        self._frame: bytes | None = None
        self._seconds = 0.0

    def do(self) -> None:
        started = time.monotonic()
        try:
            self._frame = self._outcome(self._call)
        except BaseException as error:
            self._frame = _failed(self._call, error)
        self._seconds = time.monotonic() - started

    def end(self) -> None:
        call = self._call
        # None where it was interrupted just before or after its handler.
        frame = self._frame or _failed(call, Cancelled(call.cancelled or ""))
        self._pace.took(self._seconds, was_thought_short=self._is_short, has_asked=call.has_asked)
        self._finish(call, frame, None)

    def call_off(self) -> None:
        self._execution.interrupt(self._call, self, _FIRST_INTERRUPT)

    def _outcome(self, call: Call) -> bytes:
        bind(call)
        # It may have been called off before there was a thread to interrupt.
        call.check()
        handler = self._handler
        value = _decode(self._content_type, self._data)
        # The value is enough: its bytes may be many.
        self._data = b""
        result = invoke(handler, value)
        if handler.kind != "stream":
            return self._execution.result(call, result, self._content_type)
        # Closed by name: what its `finally` gives back is given back before the host hears that it is over.
        with contextlib.closing(result):
            for item in result:
                call.item(item)
        return all_sent(call)


class _HandlerTask:
    """A coroutine at work, or an asynchronous generator."""

    __slots__ = ("_call", "_content_type", "_data", "_execution", "_finish", "_handler", "_has_begun", "_loop", "_task")

    def __init__(
        self,
        execution: Execution,
        call: Call,
        handler: Handler,
        content_type: str,
        data: bytes,
        finish: Finish,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._execution = execution
        self._call = call
        self._handler = handler
        self._content_type = content_type
        self._data = data
        self._finish = finish
        self._loop = loop
        self._task: asyncio.Task[None] | None = None
        self._has_begun = False

    def start_soon(self) -> None:
        """Has the loop begin with it."""
        loops.run(self._loop, self._begin)

    def call_off(self) -> None:
        loops.run(self._loop, self._cancel)

    def _begin(self) -> None:
        self._task = self._loop.create_task(self._run())

    def _cancel(self) -> None:
        # One that has not begun would end without a result; it finds out by itself once it begins.
        if self._task is not None and self._has_begun:
            self._task.cancel()

    async def _run(self) -> None:
        call = self._call
        self._has_begun = True
        bind(call)
        try:
            # It may have been called off before it began.
            call.check()
            value = _decode(self._content_type, self._data)
            self._data = b""
            result = invoke(self._handler, value)
            if self._handler.kind == "stream":
                async with contextlib.aclosing(result):
                    async for item in result:
                        await call.item_async(item)
                frame = all_sent(call)
            else:
                frame = self._execution.result(call, await result, self._content_type)
        except BaseException as error:
            frame = _failed(call, error)
        self._finish(call, frame, self._loop)


def invoke(handler: Handler, value: Any) -> Any:
    """Calls a handler: an object gives its arguments by name, a list in order, nothing none, and anything else is the one argument."""
    if handler.kind == "class":
        message = f"{handler.name!r} is a class of programs. Run it by python({handler.name!r}, …) as a program."
        raise BridgeError("BRIDGE_HANDLER_UNKNOWN", message, details={"name": handler.name})
    if value is None:
        return handler.target()
    if isinstance(value, dict):
        return handler.target(**value)
    return handler.target(*value) if isinstance(value, list) else handler.target(value)


def deadline_reached(call: Call, seconds: float) -> str:
    """Why a call is called off whose time is up; the host gets it as BRIDGE_CALL_TIMEOUT."""
    return (
        f"{_DEADLINE}{call.handler!r} was still at work when its time was up: {seconds:.2f} s, a little less than "
        "its call had left when it came here. Give the call more time (`timeoutMs`), or let the handler do less."
    )


_DEADLINE = "deadline: "


def failed(call: Call, failure: pb.Failure) -> bytes:
    """The frame of the Result of a call that failed so."""
    return body_frame(RESULT, call.field, pb.Result(failure=failure).SerializeToString())


def all_sent(call: Call) -> bytes:
    """The frame of the Result of a stream: its elements were sent before."""
    return body_frame(RESULT, call.field, b"")


def _failed(call: Call, error: BaseException) -> bytes:
    try:
        return failed(call, _failure(call, error))
    except Exception:
        # Such as a MemoryError while the failure is worded: the call ends all the same.
        return body_frame(RESULT, call.field, _UNTOLD)


_UNTOLD = pb.Result(
    failure=pb.Failure(type="BaseException", message="an exception that cannot be told, such as for want of memory")
).SerializeToString()


def _failure(call: Call, error: BaseException) -> pb.Failure:
    reason = call.cancelled
    # Not `isinstance`, which asks the exception for its class: it may answer anything.
    is_called_off = issubclass(type(error), (Cancelled, asyncio.CancelledError))
    if reason is not None and reason.startswith(_DEADLINE):
        late = BridgeError("BRIDGE_CALL_TIMEOUT", reason.removeprefix(_DEADLINE), retryable=True)
        failure = to_failure(late)
        if not is_called_off:
            failure.cause.CopyFrom(to_failure(error))
        return failure
    if reason is not None or is_called_off:
        return pb.Failure(code="BRIDGE_CALL_CANCELLED", message=reason or "it cancelled itself")
    return to_failure(error)


def _decode(content_type: str, data: bytes) -> Any:
    if content_type:
        return registry.protocol(content_type).decode(data)
    return codec.decode(data)
