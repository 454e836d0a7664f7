"""DSPy's programs as the host runs them: built once from a registered class, run with the host's language model.

Settings are each call's own, by `dspy.context`; what is global is set once, here, in the main thread.
"""

from __future__ import annotations

import os

# To nowhere, before DSPy is imported: it opens its disk cache when it is loaded, and the host has a cache of its own.
os.environ["DSPY_CACHEDIR"] = os.path.join(os.devnull, "dspy")

import ast
import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import dspy

from .call import Call, current_call
from .failures import BridgeError
from .lm import BridgeLM
from .registry import registry

_MOST_PROGRAMS = 256
_TESTED = "3.3.1"

_MODULES = ("Predict", "ChainOfThought", "ReAct", "ProgramOfThought", "MultiChainComparison")
_ADAPTERS: dict[str, Callable[[], Any]] = {
    "chat": dspy.ChatAdapter,
    "json": dspy.JSONAdapter,
    "xml": dspy.XMLAdapter,
    "baml": dspy.BAMLAdapter if hasattr(dspy, "BAMLAdapter") else dspy.JSONAdapter,
}


def prepare_dspy() -> str:
    """Sets what is global and registers DSPy's own modules; answers DSPy's version. For the main thread, once."""
    dspy.configure_cache(enable_disk_cache=False, enable_memory_cache=False)
    # Claims the settings for this thread: from now on a handler's own `dspy.configure` fails, instead of changing other calls.
    dspy.configure(lm=None, disable_history=True)
    _lock_parser()
    for name in _MODULES:
        registry.add(getattr(dspy, name), f"dspy.{name}")
    registry.add(_describe, "dspex.describe")
    registry.add(_run, "dspex.run")
    registry.add(_arun, "dspex.arun")
    return str(dspy.__version__)


def _lock_parser() -> None:
    """CPython 3.11 miscounts when threads parse at once: https://github.com/python/cpython/issues/106905"""
    lock = threading.RLock()
    parse = ast.parse

    def locked(*args: Any, **kwargs: Any) -> Any:
        with lock:
            return parse(*args, **kwargs)

    ast.parse = locked


class _Programs:
    """Programs by what they were built of. Building one parses its signature, which costs more than a call."""

    def __init__(self) -> None:
        self._built: OrderedDict[str, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, spec: dict[str, Any]) -> Any:
        """The program of a spec: one of DSPy's own as it is, a user's as a copy, so that no call sees what another left in it."""
        key = json.dumps(spec, sort_keys=True, default=repr)
        with self._lock:
            program = self._built.get(key)
            if program is None:
                program = _build(spec)
                self._built[key] = program
                if len(self._built) > _MOST_PROGRAMS:
                    self._built.popitem(last=False)
            else:
                self._built.move_to_end(key)
        return program if _is_stateless(program) else program.deepcopy()


_programs = _Programs()


def _is_stateless(program: Any) -> bool:
    return type(program).__module__.startswith("dspy.")


def _build(spec: dict[str, Any]) -> Any:
    name = spec["name"]
    program = registry.handler(name).target(*_arguments(spec.get("args", [])), **spec.get("options", {}))
    if not isinstance(program, dspy.Module):
        made = type(program).__qualname__
        message = (
            f"{name!r} makes a {made}, which is no dspy.Module. Register a class of programs, or call it as a handler."
        )
        raise BridgeError("BRIDGE_PROGRAM_INVALID", message, details={"name": name})
    if spec.get("state") is not None:
        program.load_state(spec["state"])
    return program


def _arguments(args: list[Any]) -> list[Any]:
    return [_argument(arg) for arg in args]


def _argument(arg: Any) -> Any:
    """A signature crosses as an object of its string and its words."""
    if not (isinstance(arg, dict) and "signature" in arg):
        return arg
    made = dspy.Signature(arg["signature"], arg.get("instructions") or "")
    for name, words in (arg.get("fields") or {}).items():
        made = made.with_updated_fields(name, **words)
    return made


def _describe(spec: dict[str, Any]) -> dict[str, Any]:
    """What the host needs to know of a program before it runs it."""
    program = _programs.get(spec)
    predictors = [
        {"path": path, "signature": predictor.signature.signature, "instructions": predictor.signature.instructions}
        for path, predictor in program.named_predictors()
    ]
    return {"way": "async" if _is_async(program) else "sync", "predictors": predictors, "dspy": str(dspy.__version__)}


def _is_async(program: Any) -> bool:
    """Whether all of it can be awaited: one part that cannot would hold up every other coroutine."""
    return all(
        hasattr(type(module), "aforward")
        for _, module in program.named_sub_modules()
        if isinstance(module, dspy.Module)
    )


def _run(
    spec: dict[str, Any], inputs: dict[str, Any], lm: dict[str, Any], adapter: str | None = None
) -> dict[str, Any]:
    """Runs a program in this thread."""
    program = _programs.get(spec)
    trace: list[Any] = []
    with _settings(current_call(), lm, adapter, trace):
        prediction = program(**inputs)
    return _outcome(program, prediction, trace)


async def _arun(
    spec: dict[str, Any], inputs: dict[str, Any], lm: dict[str, Any], adapter: str | None = None
) -> dict[str, Any]:
    """Runs a program as a coroutine."""
    program = _programs.get(spec)
    trace: list[Any] = []
    with _settings(current_call(), lm, adapter, trace):
        prediction = await program.acall(**inputs)
    return _outcome(program, prediction, trace)


def _settings(call: Call, lm: dict[str, Any], adapter: str | None, trace: list[Any]) -> AbstractContextManager[Any]:
    model = BridgeLM(call, lm.get("model") or "host", lm.get("capabilities") or [], **(lm.get("options") or {}))
    chosen = _ADAPTERS[adapter]() if adapter in _ADAPTERS else None
    context: AbstractContextManager[Any] = dspy.context(lm=model, adapter=chosen, trace=trace)
    return context


def _outcome(program: Any, prediction: Any, trace: list[Any]) -> dict[str, Any]:
    if isinstance(prediction, dspy.Example):
        outputs = dict(prediction.items())
    elif isinstance(prediction, dict):
        outputs = prediction
    else:
        answered = type(prediction).__qualname__
        message = f"The program answered a {answered}. Let `forward` answer a dspy.Prediction or a dict."
        raise BridgeError("BRIDGE_PROGRAM_INVALID", message)
    paths = {id(predictor): path for path, predictor in program.named_predictors()}
    steps = [
        {"path": paths.get(id(predictor), ""), "inputs": dict(inputs), "outputs": dict(answer.items())}
        for predictor, inputs, answer in trace
    ]
    return {"outputs": outputs, "trace": steps}
