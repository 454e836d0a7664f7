"""Programs by what they are built of: a registered class, its constructor's arguments, the host's tools, and a saved state.

Knows nothing of calls under way and of how programs are run.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

import dspy
import orjson

from . import codec
from .described_types import field_types
from .failures import BridgeError
from .host_tools import dspy_tool
from .registry import registry

_MOST_PROGRAMS = 256
# What a saved model says of itself beside how it is sampled: which model answers is for the host to say.
_UNSAMPLED = {
    "_dspy_lm_class",
    "api_base",
    "api_key",
    "base_url",
    "cache",
    "finetuning_model",
    "launch_kwargs",
    "model",
    "model_list",
    "model_type",
    "num_retries",
    "train_kwargs",
    "use_developer_role",
}

Spec = dict[str, Any]
State = dict[str, Any]


class Programs:
    """Programs by their specs. Building one parses its signature, which costs more than a call."""

    def __init__(self) -> None:
        self._built: OrderedDict[bytes, Any] = OrderedDict()
        self._paths: dict[int, dict[int, str]] = {}
        self._lock = threading.Lock()

    def get(self, spec: Spec) -> Any:
        """The program of a spec: one of DSPy's own as it is, a user's as a copy, so that no call sees what another left in it."""
        key = codec.encode(spec)
        with self._lock:
            program = self._built.get(key)
            if program is None:
                program = build(spec)
                self._built[key] = program
                if _is_shared(program):
                    self._paths[id(program)] = paths_of(program)
                if len(self._built) > _MOST_PROGRAMS:
                    _, oldest = self._built.popitem(last=False)
                    self._paths.pop(id(oldest), None)
            else:
                self._built.move_to_end(key)
        return program if _is_shared(program) else program.deepcopy()

    def paths(self, program: Any) -> dict[int, str]:
        """The paths of its predictors, by their ids. One of DSPy's own makes none while it runs: they are looked up once."""
        return self._paths.get(id(program)) or paths_of(program)


def paths_of(program: Any) -> dict[int, str]:
    """The paths of a program's predictors, by their ids, as they are now."""
    return {id(predictor): path for path, predictor in program.named_predictors()}


def _is_shared(program: Any) -> bool:
    return type(program).__module__.partition(".")[0] in ("dspy", "dspex_worker")


def build(spec: Spec) -> Any:
    """Builds a program. Raises BRIDGE_HANDLER_UNKNOWN, BRIDGE_PROGRAM_INVALID, BRIDGE_STATE_INVALID, and what its constructor raises."""
    name = spec["name"]
    options = dict(spec.get("options", {}))
    if spec.get("tools"):
        options["tools"] = [dspy_tool(description) for description in spec["tools"]]
    program = registry.handler(name).target(*(_argument(arg) for arg in spec.get("args", [])), **options)
    if not isinstance(program, dspy.Module):
        made = type(program).__qualname__
        message = (
            f"{name!r} makes a {made}, which is no dspy.Module. Register a class of programs, or call it as a handler."
        )
        raise BridgeError("BRIDGE_PROGRAM_INVALID", message, details={"name": name})
    if spec.get("state") is not None:
        _load_state(name, program, orjson.loads(spec["state"]))
    return program


def inputs_of(spec: Spec, inputs: dict[str, Any]) -> dict[str, Any]:
    """The inputs as values of the types that the program's signature names: a dict is an image where one is meant."""
    args = spec.get("args")
    described = args[0].get("types") if args and isinstance(args[0], dict) and "signature" in args[0] else None
    return inputs if described is None else field_types(described).read(inputs)


def state_text(program: Any) -> str:
    """The program's parameters, as DSPy's own `save` writes them, without metadata."""
    return orjson.dumps(program.dump_state()).decode()


def class_path(program: Any) -> str:
    """Where its class is defined."""
    kind = type(program)
    return f"{kind.__module__}.{kind.__qualname__}"


def _argument(arg: Any) -> Any:
    """A signature crosses as an object of its string and its words."""
    if not (isinstance(arg, dict) and "signature" in arg):
        return arg
    names = field_types(arg["types"]).names() if "types" in arg else None
    made = dspy.Signature(arg["signature"], arg.get("instructions") or "", custom_types=names)
    for name, words in (arg.get("fields") or {}).items():
        made = made.with_updated_fields(name, **words)
    return made


def _load_state(name: str, program: Any, state: State) -> None:
    """Loads a state without the models in it: they would be asked past the host. How they were sampled goes under the predictors' own."""
    sampled: list[tuple[Any, dict[str, Any]]] = []
    for path, predictor in program.named_predictors():
        entry = state if path == "self" else state.get(path)
        if not (isinstance(entry, dict) and isinstance(entry.get("signature"), dict)):
            known = ", ".join(state) or "none"
            raise _misfit(name, f"there is no entry for its predictor {path!r}; it has {known}")
        saved, own = len(entry["signature"].get("fields", [])), len(predictor.signature.fields)
        if saved != own:
            raise _misfit(name, f"{path!r} was saved with {saved} fields, and has {own}")
        if entry.get("lm"):
            sampled.append((predictor, _sampling(entry["lm"])))
    try:
        program.load_state(_without_models(state))
    except Exception as error:
        raise _misfit(name, f"{type(error).__qualname__}: {error}") from error
    for predictor, sampling in sampled:
        predictor.config = {**sampling, **predictor.config}


def _without_models(state: State) -> State:
    if "signature" in state and "demos" in state:
        return {**state, "lm": None}
    return {path: _without_models(entry) if isinstance(entry, dict) else entry for path, entry in state.items()}


def _sampling(model: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in model.items() if value is not None and name not in _UNSAMPLED}


def _misfit(name: str, problem: str) -> BridgeError:
    message = f"The saved state does not fit {name!r}: {problem}. Load it into the program that it was saved from."
    return BridgeError("BRIDGE_STATE_INVALID", message, details={"name": name, "problem": problem})
