"""Runs DSPy's optimizers for the host: on its own programs or on Python's, with its metric or one of Python's.

Whatever an optimizer asks, a model, a run of the host's program, a judgement, goes to the host with its place in the search, so that the
host can answer it from its record: an optimizer that is begun again with the same seed asks the same at the same places.
"""

from __future__ import annotations

import inspect
from typing import Any

import dspy

from .call import bind, current_call
from .failures import BridgeError
from .finetune import FinetuneData
from .host_program import build_host_program
from .optimizers import check_fit, register_optimizers
from .places import Place, at, prepare_places
from .program_specs import build
from .programs import _ADAPTERS as ADAPTERS
from .registry import registry
from .search import HostMetric, Search, number_of

# Their metrics may answer a prediction with a score and words; other optimizers would take any prediction for a success.
_TAKE_FEEDBACK = {"dspy.GEPA", "dspy.SIMBA"}


def prepare_optimizers() -> None:
    """Registers DSPy's optimizers and the handler that runs them. For the main thread, once."""
    prepare_places()
    register_optimizers()
    registry.add(optimize, "dspex.optimize")


def optimize(optimizer: str) -> Any:
    """Runs an optimizer from the start and answers what it found. What it works on, it asks the host for."""
    call = current_call()
    begun = call.ask("begin", optimizer, None)
    search = Search(begun)
    chosen = ADAPTERS.get(begun.get("adapter") or "")
    adapter = None if chosen is None else chosen()
    bind(search.placed)
    with at(Place(search, "")), dspy.context(lm=search.lm, adapter=adapter, trace=[]):
        student = _program(search, "student", begun["student"])
        constructed = _made(search, optimizer, begun["constructor"], begun)
        compiled = constructed.compile(student, **_compile(constructed, search, begun))
        return _found(search, optimizer, constructed, compiled)


def _program(search: Search, role: str, described: dict[str, Any]) -> Any:
    spec = described.get("python")
    program = build_host_program(search, role, described) if spec is None else build(spec)
    for path, predictor in program.named_predictors():
        predictor._dspex_path = path
    return program


def _made(search: Search, optimizer: str, arguments: dict[str, Any], begun: dict[str, Any]) -> Any:
    """An optimizer of its name and arguments."""
    check_fit(optimizer)
    made = registry.handler(optimizer).target
    if not callable(getattr(made, "compile", None)):
        message = f"{optimizer!r} is no optimizer: it has no method `compile`. Register a class derived from dspy.teleprompt.Teleprompter."
        raise BridgeError("BRIDGE_PROGRAM_INVALID", message, details={"name": optimizer})
    metric = _metric(search, begun.get("metric"), takes_feedback=optimizer in _TAKE_FEEDBACK)
    return made(**_constructor(made, search, metric, arguments, begun))


def _metric(search: Search, described: dict[str, Any] | None, *, takes_feedback: bool) -> Any:
    if described is None:
        return None
    handler = described.get("python")
    if handler is not None:
        return registry.handler(handler).target
    return HostMetric(search, described["name"], takes_feedback=takes_feedback)


def _constructor(
    made: Any, search: Search, metric: Any, arguments: dict[str, Any], begun: dict[str, Any]
) -> dict[str, Any]:
    """What the optimizer is made with: what was asked for, the metric, and the run's seed and model where it takes them."""
    given: dict[str, Any] = _values(search, arguments, begun)
    takes = _parameters(made)
    if metric is not None and "metric" in takes:
        given.setdefault("metric", metric)
    if begun.get("seed") and "seed" in takes:
        given.setdefault("seed", begun["seed"])
    # DSPy refuses to be without it; its others fall back to the run's model by themselves.
    if "reflection_lm" in takes and "instruction_proposer" not in given:
        given.setdefault("reflection_lm", search.lm)
    return given


def _parameters(made: Any) -> set[str]:
    """The names that a class takes, and where it hands on what it does not know, those that its bases take."""
    names: set[str] = set()
    for kind in made.__mro__ if isinstance(made, type) else [made]:
        if "__init__" not in vars(kind) and isinstance(made, type):
            continue
        parameters = inspect.signature(kind).parameters.values()
        names.update(parameter.name for parameter in parameters)
        if all(parameter.kind is not parameter.VAR_KEYWORD for parameter in parameters):
            break
    return names


def _compile(constructed: Any, search: Search, begun: dict[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = _values(search, begun["compile"], begun)
    takes = inspect.signature(constructed.compile).parameters
    given.setdefault("trainset", search.trainset)
    if search.valset is not None and "valset" in takes:
        given.setdefault("valset", search.valset)
    if begun.get("teacher") is not None and "teacher" in takes:
        given.setdefault("teacher", _program(search, "teacher", begun["teacher"]))
    if begun.get("seed") and "seed" in takes:
        given.setdefault("seed", begun["seed"])
    return given


def _values(search: Search, value: Any, begun: dict[str, Any]) -> Any:
    """Arguments with what only Python has in place of what names it: models, registered functions, further optimizers."""
    if isinstance(value, list):
        return [_values(search, item, begun) for item in value]
    if not isinstance(value, dict):
        return value
    what = value.get("dspex")
    if what == "lm":
        return search.model(value.get("model"), value.get("options") or {})
    if what == "registered":
        return registry.handler(value["name"]).target
    if what == "optimizer":
        return _made(search, value["name"], value.get("arguments") or {}, begun)
    return {key: _values(search, item, begun) for key, item in value.items()}


def _found(search: Search, optimizer: str, constructed: Any, compiled: Any) -> dict[str, Any]:
    """What was found: the program's state, and the candidates that the optimizer left on it."""
    if not isinstance(compiled, dspy.Module):
        message = f"{optimizer!r} answered a {type(compiled).__qualname__}, which is no dspy.Module."
        raise BridgeError("BRIDGE_PROGRAM_INVALID", message)
    found: dict[str, Any] = {"best": search.declare(compiled), "candidates": [], "facts": {}}
    for candidate in getattr(compiled, "candidate_programs", None) or []:
        program = candidate.get("program") if isinstance(candidate, dict) else None
        if isinstance(program, dspy.Module):
            found["candidates"].append({**search.declare(program), "score": number_of(candidate.get("score"))})
    if isinstance(constructed, FinetuneData):
        found["data"] = constructed.finetune_data
    for name in ("score", "total_calls", "prompt_model_total_calls"):
        value = getattr(compiled, name, None)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found["facts"][name] = value
    if getattr(compiled, "flag_compilation_error_occurred", False):
        # DSPy goes on with what was found before; nobody would hear that a part of the search had failed.
        found["facts"]["flag_compilation_error_occurred"] = True
    return found
