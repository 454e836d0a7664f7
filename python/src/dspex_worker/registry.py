"""What a host may call and which classes values may have: what is registered by name, and nothing else.

Knows nothing of how calls are run. Names are looked up, never imported: a path that resolves any attribute reaches `os.system`.
"""

from __future__ import annotations

import difflib
import inspect
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar, overload

from .failures import BridgeError

Kind = Literal["sync", "async", "stream", "class"]
Registered = TypeVar("Registered", bound=Callable[..., Any])


@dataclass(frozen=True)
class Handler:
    """A registered function or class."""

    name: str
    kind: Kind
    target: Callable[..., Any]
    runs_on: Literal["thread", "loop"]


class WireProtocol(Protocol):
    """A way to write values as bytes, beside tagged JSON."""

    content_type: str

    def encode(self, value: object) -> bytes: ...

    def decode(self, data: bytes) -> Any: ...


class Registry:
    """Names and what they stand for."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self._types: dict[str, type] = {}
        self._names: dict[type, str] = {}
        self._protocols: dict[str, WireProtocol] = {}
        self._paths: dict[str, str] = {}
        self._retrievers: dict[str, _Made] = {}

    @property
    def handlers(self) -> list[Handler]:
        """All handlers, by name."""
        return sorted(self._handlers.values(), key=lambda handler: handler.name)

    def add(self, target: Callable[..., Any], name: str | None = None) -> None:
        """Registers a function, a coroutine function, a generator function, a `dspy.Module` class, an enum or a pydantic model."""
        name = name or str(getattr(target, "__name__", ""))
        if isinstance(target, type) and _is_data(target):
            if self._types.setdefault(name, target) is not target:
                raise _twice(name)
            self._names[target] = name
            return
        if not isinstance(target, type) and not callable(target):
            raise TypeError(f"Expected a function or a class to register as {name!r}, got {target!r}.")
        if isinstance(target, type) and not (_is_module(target) or _is_optimizer(target)):
            kinds = "no dspy.Module, no dspy.teleprompt.Teleprompter, no enum and no pydantic model"
            raise TypeError(f"{target.__qualname__} is {kinds}. Register a function that makes one.")
        known = self._handlers.get(name)
        if known is not None and known.target is not target:
            raise _twice(name)
        self._handlers[name] = _handler_of(name, target)
        if isinstance(target, type):
            self._paths[f"{target.__module__}.{target.__qualname__}"] = name

    def add_retriever(self, name: str, make: Callable[[], Callable[..., Any]]) -> None:
        """Registers what finds passages; it is made with the first query, once."""
        if name in self._retrievers:
            raise _twice(name)
        self._retrievers[name] = _Made(make)

    def retriever(self, name: str) -> Callable[..., Any]:
        """The retriever of a name. Raises BRIDGE_RETRIEVER_UNKNOWN, with the nearest."""
        found = self._retrievers.get(name)
        if found is None:
            way = "Register it by @dspex.retriever in a module that the pool loads."
            raise _unknown("BRIDGE_RETRIEVER_UNKNOWN", "retriever", name, self._retrievers, way)
        return found.get()

    def add_protocol(self, protocol: WireProtocol) -> None:
        """Registers a way to write values."""
        self._protocols[protocol.content_type] = protocol

    def handler(self, name: str) -> Handler:
        """The handler of a name, or of a registered class's path. Raises BRIDGE_HANDLER_UNKNOWN, with the nearest."""
        found = self._handlers.get(name) or self._handlers.get(self._paths.get(name, ""))
        if found is None:
            raise _unknown("BRIDGE_HANDLER_UNKNOWN", "handler or class", name, self._handlers)
        return found

    def protocol(self, content_type: str) -> WireProtocol:
        """The protocol of a content type. Raises BRIDGE_PROTOCOL_UNKNOWN."""
        found = self._protocols.get(content_type)
        if found is None:
            raise _unknown("BRIDGE_PROTOCOL_UNKNOWN", "protocol", content_type, self._protocols)
        return found

    def type_named(self, name: str) -> Any:
        """The enum or model of a name. Raises BRIDGE_TYPE_UNKNOWN."""
        found = self._types.get(name)
        if found is None:
            raise _unknown("BRIDGE_TYPE_UNKNOWN", "enum or model", name, self._types)
        return found

    def name_of(self, kind: type) -> str:
        """The registered name of a class; of any other, where it is defined."""
        return self._names.get(kind) or f"{kind.__module__}.{kind.__qualname__}"


def _is_data(target: type) -> bool:
    import enum

    return issubclass(target, enum.Enum) or (hasattr(target, "model_fields") and not _is_module(target))


def _is_module(target: type) -> bool:
    return _is_a(target, "dspy.primitives.module.Module")


def _is_optimizer(target: type) -> bool:
    return _is_a(target, "dspy.teleprompt.teleprompt.Teleprompter")


def _is_a(target: type, path: str) -> bool:
    return any(f"{base.__module__}.{base.__qualname__}" == path for base in target.__mro__)


def _handler_of(name: str, target: Callable[..., Any]) -> Handler:
    kind = _kind_of(target)
    on_loop = kind == "async" or inspect.isasyncgenfunction(target)
    return Handler(name, kind, target, "loop" if on_loop else "thread")


def _kind_of(target: Callable[..., Any]) -> Kind:
    if isinstance(target, type):
        return "class"
    if inspect.isgeneratorfunction(target) or inspect.isasyncgenfunction(target):
        return "stream"
    return "async" if inspect.iscoroutinefunction(target) else "sync"


def _twice(name: str) -> ValueError:
    way = "@dspex.register('another name')"
    return ValueError(f"{name!r} is registered twice, for different things. Give one of them another name: {way}.")


def _unknown(
    code: str,
    what: str,
    name: str,
    known: Any,
    way: str = "Register it by @dspex.register in a module that the pool loads.",
) -> BridgeError:
    near = difflib.get_close_matches(name, known, 1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    names = ", ".join(sorted(known)[:40]) or "none"
    message = f"No {what} is registered as {name!r}.{hint} Registered: {names}. {way}"
    return BridgeError(code, message, details={"name": name, "nearest": near[0] if near else None})


class _Made:
    """Something that is made when it is first asked for."""

    def __init__(self, make: Callable[[], Callable[..., Any]]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: Callable[..., Any] | None = None

    def get(self) -> Callable[..., Any]:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


registry = Registry()


@overload
def register(target: Registered, /) -> Registered: ...
@overload
def register(name: str | None = None, /) -> Callable[[Registered], Registered]: ...


def register(target: Any = None, /) -> Any:
    """Registers what it decorates: `@dspex.register` under its own name, `@dspex.register("name")` under another."""
    if target is not None and not isinstance(target, str):
        registry.add(target)
        return target

    def add(decorated: Registered) -> Registered:
        registry.add(decorated, target)
        return decorated

    return add


def protocol(cls: type[WireProtocol]) -> type[WireProtocol]:
    """Registers a class with `content_type`, `encode` and `decode` as a way to write values."""
    registry.add_protocol(cls())
    return cls


@overload
def retriever(target: Registered, /) -> Registered: ...
@overload
def retriever(name: str | None = None, /) -> Callable[[Registered], Registered]: ...
@overload
def retriever(name: str, /, *, make: Callable[[], Callable[..., Any]]) -> None: ...


def retriever(target: Any = None, /, *, make: Callable[[], Callable[..., Any]] | None = None) -> Any:
    """Registers what finds passages: a function of `query` and, if it likes, `k`, or by `make` an object such as `dspy.Embeddings`.

    `make` is called with the first query of each worker, so that a corpus is embedded where it is needed and once.
    """
    if make is not None:
        registry.add_retriever(target, make)
        return None

    def add(decorated: Any, name: str | None = None) -> Any:
        registry.add_retriever(name or decorated.__name__, lambda: decorated)
        return decorated

    if target is not None and not isinstance(target, str):
        return add(target)
    return lambda decorated: add(decorated, target)
