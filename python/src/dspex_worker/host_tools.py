"""Functions of the host, as Python calls them: awaited or not, element by element, or as DSPy's tools.

Knows nothing of who answers; a call whose host offers no such function fails with PYTHON_TOOL_UNKNOWN.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

from .call import Call, bound_call, current_call

_CREDIT = 64


class HostTool:
    """A function that the host offers to the call under way, for as long as its call or its session lasts."""

    def __init__(self, name: str, call: Call | None = None) -> None:
        self.name = name
        self._call = call

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Calls it and waits. Raises HostError with what it fails with, Cancelled when the call is called off."""
        return self._calling().ask("tool", self.name, _input(args, kwargs))

    async def acall(self, *args: Any, **kwargs: Any) -> Any:
        """The same for coroutines."""
        return await self._calling().ask_async("tool", self.name, _input(args, kwargs))

    def stream(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        """Its elements one by one; the host sends never more than 64 of them ahead. Leaving the loop ends the function there."""
        return self._calling().ask_stream("tool", self.name, _input(args, kwargs), _CREDIT)

    def astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        """The same for coroutines."""
        return self._calling().ask_stream_async("tool", self.name, _input(args, kwargs), _CREDIT)

    def describe(self) -> dict[str, Any]:
        """What the host says of it: `name`, `desc`, and `args`, a JSON schema by argument."""
        described: dict[str, Any] = self._calling().ask("tool-description", self.name, None)
        return described

    def as_tool(self) -> Any:
        """It as a `dspy.Tool`, with the host's description."""
        return dspy_tool(self.describe())

    def _calling(self) -> Call:
        return self._call or calling()


def host_tool(name: str) -> HostTool:
    """The function of the host that has this name: `host_tool("lookup")(city="Rome")`."""
    # In a thread that DSPy starts later, the call is found again by its language model.
    return HostTool(name, bound_call())


def host_tools() -> list[HostTool]:
    """All that the host offers to the call under way."""
    call = calling()
    return [HostTool(name, call) for name in call.ask("tool-names", "", None)]


def calling() -> Call:
    """The call that this code works for, also in DSPy's own threads. Raises a RuntimeError where there is none."""
    found = bound_call()
    if found is None and "dspy" in sys.modules:
        found = getattr(sys.modules["dspy"].settings.lm, "bridge_call", None)
    return found or current_call()


def dspy_tool(description: dict[str, Any]) -> Any:
    """A function of the host as a `dspy.Tool`. It belongs to no call: whichever call runs it asks its own host."""
    import dspy

    name = description["name"]

    def ask(**kwargs: Any) -> Any:
        call = calling()
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return call.ask("tool", name, kwargs)
        # A coroutine, which `dspy.Tool.acall` awaits: waiting here would hold up all the others.
        return call.ask_async("tool", name, kwargs)

    return dspy.Tool(ask, name=name, desc=description.get("desc") or "", args=description.get("args") or {})


def _input(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if not args:
        return kwargs
    if kwargs or len(args) > 1:
        raise TypeError("Give a function of the host its arguments by name, or one value.")
    return args[0]
