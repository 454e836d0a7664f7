"""DSPy's programs as the host runs them: built once from a registered class, run with the host's language model.

Settings are each call's own, by `dspy.context`; what is global is set once, here, in the main thread.
"""

from __future__ import annotations

import os

# To nowhere, before DSPy is imported: it opens its disk cache when it is loaded, and the host has a cache of its own.
os.environ["DSPY_CACHEDIR"] = os.path.join(os.devnull, "dspy")

import ast
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import dspy

from .call import Call, current_call
from .failures import BridgeError
from .home_lm import HomeLM, keep_calls_in_threads
from .lm import BridgeLM
from .program_specs import Programs, Spec, class_path, inputs_of, state_text
from .registry import registry
from .retrievers import make_retriever, retrieve
from .told_predictors import ToldPredictors
from .written_values import prepare_values

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
    dspy.configure(lm=HomeLM(), disable_history=True)
    keep_calls_in_threads()
    _lock_parser()
    prepare_values()
    for name in _MODULES:
        registry.add(getattr(dspy, name), f"dspy.{name}")
    registry.add(make_retriever, "dspex.Retriever")
    registry.add(retrieve, "dspex.retrieve")
    registry.add(_describe, "dspex.describe")
    registry.add(_state, "dspex.state")
    registry.add(_run, "dspex.run")
    registry.add(_arun, "dspex.arun")
    # Here, because it needs this module whole.
    from .optimize import prepare_optimizers

    prepare_optimizers()
    return str(dspy.__version__)


def _lock_parser() -> None:
    """CPython 3.11 miscounts when threads parse at once: https://github.com/python/cpython/issues/106905"""
    lock = threading.RLock()
    parse = ast.parse

    def locked(*args: Any, **kwargs: Any) -> Any:
        with lock:
            return parse(*args, **kwargs)

    ast.parse = locked


_programs = Programs()


def _describe(spec: Spec) -> dict[str, Any]:
    """What the host needs to know of a program before it runs it."""
    program = _programs.get(spec)
    predictors = [
        {"path": path, "signature": predictor.signature.signature, "instructions": predictor.signature.instructions}
        for path, predictor in program.named_predictors()
    ]
    return {"way": "async" if _is_async(program) else "sync", "predictors": predictors, "dspy": str(dspy.__version__)}


def _state(spec: Spec) -> dict[str, Any]:
    """Its parameters, as text: floats stay floats in it."""
    program = _programs.get(spec)
    return {"state": state_text(program), "class": class_path(program)}


def _is_async(program: Any) -> bool:
    """Whether all of it can be awaited: one part that cannot would hold up every other coroutine."""
    return all(
        hasattr(type(module), "aforward")
        for _, module in program.named_sub_modules()
        if isinstance(module, dspy.Module)
    )


def _run(
    spec: Spec, inputs: dict[str, Any], lm: dict[str, Any], adapter: str | None = None, streamed: bool = False
) -> dict[str, Any]:
    """Runs a program in this thread."""
    program = _programs.get(spec)
    trace: list[Any] = []
    told = ToldPredictors(program) if streamed else None
    with _settings(current_call(), lm, adapter, trace, told):
        prediction = program(**inputs_of(spec, inputs))
    return _outcome(program, prediction, trace, told)


async def _arun(
    spec: Spec, inputs: dict[str, Any], lm: dict[str, Any], adapter: str | None = None, streamed: bool = False
) -> dict[str, Any]:
    """Runs a program as a coroutine."""
    program = _programs.get(spec)
    trace: list[Any] = []
    told = ToldPredictors(program) if streamed else None
    with _settings(current_call(), lm, adapter, trace, told):
        prediction = await program.acall(**inputs_of(spec, inputs))
    return _outcome(program, prediction, trace, told)


def _settings(
    call: Call, lm: dict[str, Any], adapter: str | None, trace: list[Any], told: ToldPredictors | None
) -> AbstractContextManager[Any]:
    options = lm.get("options") or {}
    telling = {} if told is None else {"told": told.asking}
    model = BridgeLM(call, lm.get("model") or "host", lm.get("capabilities") or [], **telling, **options)
    chosen = _ADAPTERS[adapter]() if adapter in _ADAPTERS else None
    callbacks = {} if told is None else {"callbacks": [*dspy.settings.callbacks, told]}
    context: AbstractContextManager[Any] = dspy.context(lm=model, adapter=chosen, trace=trace, **callbacks)
    return context


def _outcome(program: Any, prediction: Any, trace: list[Any], told: ToldPredictors | None) -> dict[str, Any]:
    if isinstance(prediction, dspy.Example):
        outputs = dict(prediction.items())
    elif isinstance(prediction, dict):
        outputs = prediction
    else:
        answered = type(prediction).__qualname__
        message = f"The program answered a {answered}. Let `forward` answer a dspy.Prediction or a dict."
        raise BridgeError("BRIDGE_PROGRAM_INVALID", message)
    paths = _programs.paths(program)
    steps = [
        {"path": paths.get(id(predictor), ""), "inputs": dict(inputs), "outputs": dict(answer.items())}
        for predictor, inputs, answer in trace
    ]
    ended = {} if told is None else {"ended": told.take_ended()}
    return {"outputs": outputs, "trace": steps, **ended}
