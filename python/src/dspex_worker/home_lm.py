"""The language model of handlers that name none: the host's, asked by whichever call the code works for.

Knows nothing of programs, which have models of their own (`programs.py`). It costs a call nothing that asks no model.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from dspy.utils.parallelizer import ParallelExecutor

from .call import Call, bind, bound_call
from .lm import BridgeLM

# A run of a handler asks it before each prompt of some adapters; the answer is the same for all of it.
_capabilities: WeakKeyDictionary[Call, frozenset[str]] = WeakKeyDictionary()


class HomeLM(BridgeLM):
    """DSPy's model where nobody has set another. One for all calls: it finds the one that it answers for when it is asked."""

    def __init__(self) -> None:
        super().__init__(None, "host", [])

    def _can(self, capability: str) -> bool:
        call = self.bridge_call
        known = _capabilities.get(call)
        if known is None:
            known = _capabilities[call] = frozenset(call.ask("lm-capabilities", self.model, None))
        return capability in known


def keep_calls_in_threads() -> None:
    """Has DSPy's own threads (`dspy.Parallel`, `dspy.Evaluate`) work for the call that starts them."""
    # They take DSPy's settings along, and no context variables of ours.
    execute = ParallelExecutor.execute

    def execute_for_call(executor: Any, function: Callable[[Any], Any], data: Any) -> Any:
        call = bound_call()
        if call is None:
            return execute(executor, function, data)

        def for_call(item: Any) -> Any:
            bind(call)
            return function(item)

        return execute(executor, for_call, data)

    ParallelExecutor.execute = execute_for_call
