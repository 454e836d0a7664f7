"""The worker's own errors, and how an exception crosses to the host. Knows nothing of calls or streams."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Mapping
from typing import Any

from .wire import pb

_MOST_CAUSES = 8
_MOST_MESSAGE = 20_000
_HOST_ERROR = "HOST_ERROR"
_PACKAGE = os.path.dirname(__file__)


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
    """The failure that an exception is. One that the host caused goes back as a reference to it."""
    request = getattr(error, "request", 0)
    if isinstance(error, HostError) and request:
        return pb.Failure(code=_HOST_ERROR, type=_type_name(error), message=_message(error), details=str(request))
    failure = pb.Failure(
        code=error.code if isinstance(error, BridgeError) else "",
        type=_type_name(error),
        message=_message(error),
        traceback=_traceback(error),
        retryable=bool(getattr(error, "retryable", False)),
    )
    if isinstance(error, BridgeError) and error.details:
        failure.details = json.dumps(error.details, default=repr)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and depth < _MOST_CAUSES:
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


def _type_name(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _message(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:
        # An exception whose own text raises still has a name.
        text = object.__repr__(error)
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= _MOST_MESSAGE else f"{text[:_MOST_MESSAGE]}… ({len(text)} characters)"


def _traceback(error: BaseException) -> str:
    trace = error.__traceback__
    # The frames of this package that lead to the handler say nothing to its author.
    while trace is not None and trace.tb_next is not None and trace.tb_frame.f_code.co_filename.startswith(_PACKAGE):
        trace = trace.tb_next
    text = "".join(traceback.format_exception(type(error), error, trace, limit=40, chain=False))
    return text.encode("utf-8", "replace").decode()[-_MOST_MESSAGE:]
