"""Where in an optimizer's logic a request stands: the same in each run of the search, however many threads work on it.

Knows nothing of programs or of the host. DSPy's two ways to run many things at once are told their items' places here.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import dspy
from dspy.utils.parallelizer import ParallelExecutor

from .call import Call, bind


class Search(Protocol):
    """What hears of evaluations."""

    placed: Call
    """The call under way, for code that asks the host without saying where it stands."""

    def begin_trial(self, trial: str, program: Any, devset: list[Any]) -> bool: ...

    def end_trial(self, trial: str, results: list[Any] | None, error: BaseException | None) -> None: ...


class Place:
    """A position in the search. What is asked at one place is asked by one thread, in order."""

    def __init__(self, search: Search, path: str, is_trial: bool = False) -> None:
        self.search = search
        self.path = path
        self.is_trial = is_trial
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def next(self, kind: str) -> str:
        """The path of the next thing of this kind that begins here: `run 0`, `run 1`, …"""
        with self._lock:
            number = self._counts.get(kind, 0)
            self._counts[kind] = number + 1
        return f"{self.path}/{kind} {number}" if self.path else f"{kind} {number}"


_current: contextvars.ContextVar[Place | None] = contextvars.ContextVar("dspex_place", default=None)


def place() -> Place:
    """The place of this thread. Raises a RuntimeError outside any search."""
    found = _current.get()
    if found is None:
        raise RuntimeError("A host's program was run outside its search, or in a thread of one's own.")
    return found


@contextmanager
def at(where: Place) -> Iterator[None]:
    """Runs what is inside at this place."""
    token = _current.set(where)
    try:
        yield
    finally:
        _current.reset(token)


def prepare_places() -> None:
    """Has DSPy's executor and its evaluation keep places, inside searches only. For the main thread, once."""
    execute = ParallelExecutor.execute
    evaluate = dspy.Evaluate.__call__

    def execute_in_places(self: Any, function: Callable[[Any], Any], data: Any) -> Any:
        here = _current.get()
        if here is None:
            return execute(self, function, data)
        # A straggler that is run again would ask at one place twice.
        self.timeout = 0
        call = here.search.placed
        batch, item_name = (here.path, "example") if here.is_trial else (here.next("batch"), "item")

        def run(numbered: tuple[int, Any]) -> Any:
            number, item = numbered
            # DSPy's threads know nothing of context variables other than its own.
            bind(call)
            with at(Place(here.search, f"{batch}/{item_name} {number}")):
                return function(item)

        return execute(self, run, list(enumerate(data)))

    def evaluate_as_trial(self: Any, program: Any, *args: Any, **kwargs: Any) -> Any:
        here = _current.get()
        if here is None:
            return evaluate(self, program, *args, **kwargs)
        given = kwargs.get("devset", args[1] if len(args) > 1 else None)
        devset = self.devset if given is None else given
        trial = here.next("evaluation")
        is_told = here.search.begin_trial(trial, program, devset)
        try:
            with at(Place(here.search, trial, is_trial=True)):
                evaluated = evaluate(self, program, *args, **kwargs)
        except BaseException as error:
            if is_told:
                here.search.end_trial(trial, None, error)
            raise
        if is_told:
            here.search.end_trial(trial, evaluated.results, None)
        return evaluated

    ParallelExecutor.execute = execute_in_places
    dspy.Evaluate.__call__ = evaluate_as_trial
