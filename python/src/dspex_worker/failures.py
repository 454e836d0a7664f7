"""The worker's own errors, and how an exception crosses to the host. Knows nothing of calls or streams."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from .wire import pb

_MOST_CAUSES = 8
_MOST_MESSAGE = 20_000
_MOST_TYPE = 1000
_MOST_REQUEST = 2**32 - 1
_PACKAGE = os.path.dirname(__file__)
_Part = TypeVar("_Part")


class BridgeError(Exception):
    """A failure of the bridge itself, with the code under which the host documents it."""

    def __init__(self, code: str, message: str, *, retryable: bool = False, details: Mapping[str, Any] | None = None):
        super().__init__(message)
        self.code = code
        self.retryable = retryable
        self.details = dict(details or {})


class HostError(Exception):
    """What the host answered a request with, where that was an error. `code` is the host's own, such as LM_RATE_LIMITED."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        request: int = 0,
        retryable: bool = False,
        kind: str = "",
        details: Mapping[str, Any] | None = None,
    ):
        super().__init__(message)
        self.code = code
        self.kind = kind
        """The error's class there, such as TypeError."""
        self.details = dict(details or {})
        self.request = request
        self.retryable = retryable


class Cancelled(BaseException):
    """The host has called the call off. No `Exception`, so that optimizers do not take it for a bad example and go on."""


def to_failure(error: BaseException, depth: int = 0) -> pb.Failure:
    """The failure that an exception is; one that the host caused says by which request.

    Never raises, whatever the exception's own methods do: a call that failed must end.
    """
    failure = pb.Failure(
        code=_read(_code, error, ""),
        type=_read(_type_name, error, "BaseException"),
        message=_read(_message, error, "an exception whose text cannot be read"),
        traceback=_read(_traceback, error, ""),
        retryable=_read(_is_retryable, error, False),
        details=_read(_details, error, ""),
        request=_read(_request, error, 0),
    )
    cause = _read(_cause, error, None) if depth < _MOST_CAUSES else None
    if cause is not None:
        failure.cause.CopyFrom(to_failure(cause, depth + 1))
    return failure


def from_failure(failure: pb.Failure, request: int) -> HostError:
    """The exception that the host's failure is here."""
    try:
        details = json.loads(failure.details or "{}")
    except ValueError:
        details = {"details": failure.details}
    return HostError(
        failure.message,
        code=failure.code,
        request=request,
        retryable=failure.retryable,
        kind=failure.type,
        details=details if isinstance(details, dict) else {"details": details},
    )


def _read(part: Callable[[BaseException], _Part], error: BaseException, otherwise: _Part) -> _Part:
    """A part of an exception. Each is read by itself, so that one which cannot be read takes no other with it."""
    try:
        return part(error)
    except BaseException:
        # Not `Exception`: a `__str__` may raise whatever a handler may, and what is told is the exception, not its telling.
        return otherwise


def _request(error: BaseException) -> int:
    # Nothing but our own class: foreign ones have a `request` too, and httpx's raises where there is none.
    return int(error.request) & _MOST_REQUEST if isinstance(error, HostError) else 0


def _code(error: BaseException) -> str:
    return _text(error.code) if isinstance(error, (BridgeError, HostError)) else ""


def _type_name(error: BaseException) -> str:
    kind = type(error)
    # Not `isinstance`, which asks the exception for its class: it may answer anything.
    told = getattr(error, "kind", "") if issubclass(kind, HostError) else ""
    if told:
        return _text(told)[:_MOST_TYPE]
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return _text(name)[:_MOST_TYPE]


def _message(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException:
        # An exception whose own text raises still has a name.
        text = object.__repr__(error)
    text = _text(text)
    return text if len(text) <= _MOST_MESSAGE else f"{text[:_MOST_MESSAGE]}… ({len(text)} characters)"


def _traceback(error: BaseException) -> str:
    trace = error.__traceback__
    # The frames of this package that lead to the handler say nothing to its author.
    while trace is not None and trace.tb_next is not None and trace.tb_frame.f_code.co_filename.startswith(_PACKAGE):
        trace = trace.tb_next
    text = "".join(traceback.format_exception(type(error), error, trace, limit=40, chain=False))
    return _text(text)[-_MOST_MESSAGE:]


def _is_retryable(error: BaseException) -> bool:
    return bool(getattr(error, "retryable", False))


def _details(error: BaseException) -> str:
    details = error.details if isinstance(error, (BridgeError, HostError)) else None
    return _text(json.dumps(details, default=repr)) if details else ""


def _cause(error: BaseException) -> BaseException | None:
    if error.__cause__ is not None:
        return error.__cause__
    return None if error.__suppress_context__ else error.__context__


def _text(text: str) -> str:
    """A text that has a form in UTF-8."""
    return str.encode(text, "utf-8", "replace").decode()
