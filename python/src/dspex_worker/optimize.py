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
from .places import Place, at, prepare_places
from .program_specs import build
from .programs import _ADAPTERS as ADAPTERS
from .registry import registry
from .search import HostMetric, Search, number_of

_OPTIMIZERS = (
    "BootstrapFewShot",
    "BootstrapFewShotWithRandomSearch",
    "BootstrapRS",
    "COPRO",
    "GEPA",
    "InferRules",
    "LabeledFewShot",
    "MIPROv2",
    "SIMBA",
)
# Their metrics may answer a prediction with a score and words; other optimizers would take any prediction for a success.
_TAKE_FEEDBACK = {"dspy.GEPA", "dspy.SIMBA"}


def prepare_optimizers() -> None:
    """Registers DSPy's optimizers and the handler that runs them. For the main thread, once."""
    prepare_places()
    for name in _OPTIMIZERS:
        registry.add(getattr(dspy, name), f"dspy.{name}")
    registry.add(FinetuneData, "dspex.FinetuneData")
    registry.add(optimize, "dspex.optimize")


def optimize(optimizer: str) -> Any:
    """Runs an optimizer from the start and answers what it found. What it works on, it asks the host for."""
    call = current_call()
    begun = call.ask("begin", optimizer, None)
    search = Search(begun, takes_feedback=optimizer in _TAKE_FEEDBACK)
    made = registry.handler(optimizer).target
    if not callable(getattr(made, "compile", None)):
        message = f"{optimizer!r} is no optimizer: it has no method `compile`. Register a class derived from dspy.teleprompt.Teleprompter."
        raise BridgeError("BRIDGE_PROGRAM_INVALID", message, details={"name": optimizer})
    chosen = ADAPTERS.get(begun.get("adapter") or "")
    adapter = None if chosen is None else chosen()
    bind(search.placed)
    with at(Place(search, "")), dspy.context(lm=search.lm, adapter=adapter, trace=[]):
        student = _program(search, "student", begun["student"])
        metric = _metric(search, begun.get("metric"))
        constructed = made(**_constructor(made, search, metric, begun))
        compiled = constructed.compile(student, **_compile(constructed, search, begun))
        return _found(search, optimizer, constructed, compiled)


def _program(search: Search, role: str, described: dict[str, Any]) -> Any:
    spec = described.get("python")
    program = build_host_program(search, role, described) if spec is None else build(spec)
    for path, predictor in program.named_predictors():
        predictor._dspex_path = path
    return program


def _metric(search: Search, described: dict[str, Any] | None) -> Any:
    if described is None:
        return None
    handler = described.get("python")
    return HostMetric(search, described["name"]) if handler is None else registry.handler(handler).target


def _constructor(made: Any, search: Search, metric: Any, begun: dict[str, Any]) -> dict[str, Any]:
    """What the optimizer is made with: what was asked for, the metric, and the run's seed and model where it takes them."""
    given: dict[str, Any] = _values(search, begun["constructor"])
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
    given: dict[str, Any] = _values(search, begun["compile"])
    takes = inspect.signature(constructed.compile).parameters
    given.setdefault("trainset", search.trainset)
    if search.valset is not None and "valset" in takes:
        given.setdefault("valset", search.valset)
    if begun.get("teacher") is not None and "teacher" in takes:
        given.setdefault("teacher", _program(search, "teacher", begun["teacher"]))
    if begun.get("seed") and "seed" in takes:
        given.setdefault("seed", begun["seed"])
    return given


def _values(search: Search, value: Any) -> Any:
    """Arguments with what only Python has in place of what names it: models, registered functions."""
    if isinstance(value, list):
        return [_values(search, item) for item in value]
    if not isinstance(value, dict):
        return value
    what = value.get("dspex")
    if what == "lm":
        return search.model(value.get("model"), value.get("options") or {})
    if what == "registered":
        return registry.handler(value["name"]).target
    return {key: _values(search, item) for key, item in value.items()}


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
    return found
