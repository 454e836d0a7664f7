"""A program of the host as DSPy's optimizers know programs: real predictors, and a `forward` that the host does.

Knows nothing of optimizers. What it is made of comes from the host: paths, signatures, wording, demonstrations.
"""

from __future__ import annotations

import asyncio
import inspect
import itertools
import linecache
import re
import sys
import types
import weakref
from typing import Any, Protocol

import dspy
from dspy.utils.exceptions import AdapterParseError

from .described_types import field_types
from .failures import BridgeError, HostError
from .places import place

_TOKEN = re.compile(r"\['([^']*)'\]|\[(\d+)\]|([^.\[\]]+)")
_CLASS = re.compile(r"^class\s+(\w+)", re.MULTILINE)
_numbers = itertools.count(1)


class Runs(Protocol):
    """What runs a program at the host."""

    def run(self, program: Any, inputs: dict[str, Any], slot: str) -> dict[str, Any]: ...


class HostPart(dspy.Module):  # type: ignore[misc]
    """A module of the host's that holds others."""

    # DSPy looks through the whole stack at each read of `forward`, to warn of calls that go around `__call__`.
    # Ours do not, and in a replayed search that was half of all time.
    __getattribute__ = object.__getattribute__


class HostProgram(HostPart):
    """A program that runs at the host, with the predictors' state as it stands here."""

    _runs: Runs
    _role: str

    def forward(self, **inputs: Any) -> Any:
        """Has the host run it on these inputs, and notes in DSPy's trace which predictor was asked what."""
        return self._run(inputs, place().next("run"))

    async def aforward(self, **inputs: Any) -> Any:
        """`forward` for coroutines."""
        # Counted before anything is awaited: runs that are gathered have their places by the order in which they were asked for.
        slot = place().next("run")
        # A thread waits for the host, with DSPy's settings of this task; others of the loop go on.
        return await asyncio.to_thread(self._run, inputs, slot)

    def _run(self, inputs: dict[str, Any], slot: str) -> Any:
        answer = self._runs.run(self, inputs, slot)
        predictors = dict(self.named_predictors())
        for step in answer["trace"]:
            _note(predictors.get(step["path"]), step["inputs"], dspy.Prediction(**step["outputs"]))
        error = answer.get("error")
        if error is not None:
            noted = {step["path"] for step in answer["trace"]}
            raise _failure(error, predictors, noted)
        return dspy.Prediction(**answer["outputs"])


def _note(predictor: Any, inputs: dict[str, Any], prediction: Any) -> None:
    trace, most = dspy.settings.trace, dspy.settings.max_trace_size
    if predictor is None or trace is None or most <= 0:
        return
    if len(trace) >= most:
        trace.pop(0)
    trace.append((predictor, inputs, prediction))


def _asked(error: dict[str, Any], predictors: dict[str, Any], noted: set[str]) -> Any:
    """The predictor whose answer could not be read: the one that the host names, else one with the fields that were expected.

    Of several, the first that has not answered yet.
    """
    named = predictors.get(error.get("path") or "")
    if named is not None:
        return named
    expected = set(error.get("expected") or [])
    fitting = [path for path, asked in predictors.items() if set(asked.signature.output_fields) == expected]
    waiting = [path for path in fitting if path not in noted]
    return next((predictors[path] for path in [*waiting, *fitting]), None)


def _failure(error: dict[str, Any], predictors: dict[str, Any], noted: set[str]) -> Exception:
    """What a run failed with: an answer that could not be read is what DSPy raises for one, so that optimizers can learn from it."""
    asked = _asked(error, predictors, noted)
    if error.get("code") == "PROGRAM_PARSE_FAILED" and asked is not None:
        unreadable: Exception = AdapterParseError(
            adapter_name=error.get("adapter") or "",
            signature=asked.signature,
            lm_response=error.get("answer") or "",
            message=error["message"],
            parsed_result=None,
        )
        return unreadable
    return HostError(error["message"], code=error.get("code") or "", retryable=bool(error.get("retryable")))


def build_host_program(runs: Runs, role: str, described: dict[str, Any]) -> HostProgram:
    """The program that the host describes: its name, its source where it has one, its modules in order."""
    source = described.get("source") or _source_of(described)
    named = _CLASS.search(source)
    kind = _class_named(named.group(1) if named else "Program", source, HostProgram)
    program: HostProgram = kind()
    program._runs = runs
    program._role = role
    kinds = {module["path"]: module["kind"] for module in described["modules"]}
    for predictor in described["predictors"]:
        _put(program, predictor["path"], _predictor(predictor), kinds)
    found = [path for path, _ in program.named_predictors()]
    wanted = [predictor["path"] for predictor in described["predictors"]]
    if found != wanted:
        message = (
            f"DSPy knows no program with the predictors {', '.join(wanted)}; it would call them {', '.join(found)}."
        )
        raise BridgeError("BRIDGE_PROGRAM_INVALID", message, details={"wanted": wanted, "found": found})
    return program


def _predictor(described: dict[str, Any]) -> Any:
    made = dspy.Predict(signature_of(described))
    made.demos = [dspy.Example(**demo) for demo in described["demos"]]
    return made


def signature_of(described: dict[str, Any]) -> Any:
    """The signature of a string, its types and its words."""
    names = field_types(described["types"]).names() if "types" in described else None
    made = dspy.Signature(described["signature"], described["instructions"] or None, custom_types=names)
    if made.instructions != described["instructions"]:
        made = made.with_instructions(described["instructions"])
    for name, words in zip(made.fields, described["fields"], strict=True):
        known = made.fields[name].json_schema_extra
        changed = {key: words[key] for key in ("prefix", "desc") if known.get(key) != words[key]}
        if changed:
            made = made.with_updated_fields(name, **changed)
    return made


def state_of(program: Any) -> dict[str, Any]:
    """The state of a program's predictors, as the host takes it."""
    return {path: _state_of(predictor) for path, predictor in program.named_predictors()}


def _state_of(predictor: Any) -> dict[str, Any]:
    signature = predictor.signature
    extras = [field.json_schema_extra for field in signature.fields.values()]
    return {
        "instructions": signature.instructions,
        "fields": [{"prefix": extra.get("prefix"), "description": extra.get("desc")} for extra in extras],
        "demos": predictor.demos,
    }


def _put(program: Any, path: str, predictor: Any, kinds: dict[str, str]) -> None:
    """Puts a predictor where its path says, making the parts, lists and dicts on the way."""
    tokens = [match.groups() for match in _TOKEN.finditer(path)]
    holder = program
    walked = ""
    for position, (key, index, name) in enumerate(tokens):
        walked = _walked(walked, key, index, name)
        slot: Any = name if name is not None else (int(index) if index is not None else key)
        if position == len(tokens) - 1:
            _set(holder, slot, predictor)
            return
        after_key, after_index, _ = tokens[position + 1]
        inner = _get(holder, slot)
        if inner is None:
            inner = {} if after_key is not None else [] if after_index is not None else _part(kinds.get(walked))
            _set(holder, slot, inner)
        holder = inner


def _walked(before: str, key: str | None, index: str | None, name: str | None) -> str:
    if name is not None:
        return f"{before}.{name}" if before else name
    return f"{before}[{index}]" if index is not None else f"{before}['{key}']"


def _get(holder: Any, slot: Any) -> Any:
    if isinstance(holder, list):
        return holder[slot] if slot < len(holder) else None
    return holder.get(slot) if isinstance(holder, dict) else holder.__dict__.get(slot)


def _set(holder: Any, slot: Any, value: Any) -> None:
    if isinstance(holder, list):
        # A place before it may hold what is no module; DSPy counts it too.
        holder.extend([None] * (slot + 1 - len(holder)))
        holder[slot] = value
    elif isinstance(holder, dict):
        holder[slot] = value
    else:
        setattr(holder, slot, value)


def _part(kind: str | None) -> Any:
    """A part by the name of its kind: where DSPy has a class of this name, optimizers read its source."""
    known = getattr(dspy, kind or "", None)
    source = f"class {kind or 'Part'}(dspy.Module):\n    ...\n"
    if isinstance(known, type):
        source = inspect.getsource(known)
    return _class_named(kind or "Part", source, HostPart)()


def _source_of(described: dict[str, Any]) -> str:
    """What optimizers that read a program's source are shown, where the host gives none."""
    head = [f"class {described['name']}(dspy.Module):", "    def __init__(self):", "        super().__init__()"]
    made = [(predictor["path"], predictor["signature"]) for predictor in described["predictors"]]
    parts = [f"        self.{path} = dspy.Predict({signature!r})" for path, signature in made]
    return "\n".join([*head, *parts, ""])


def _class_named(name: str, source: str, base: type) -> Any:
    """A class whose source `inspect` finds, as it finds that of doctests."""
    number = next(_numbers)
    module = types.ModuleType(f"dspex_program_{number}")
    file = f"<dspex program {number}>"
    module.__file__ = file
    sys.modules[module.__name__] = module
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    made = type(name, (base,), {"__module__": module.__name__, "__firstlineno__": _line_of(source)})
    weakref.finalize(made, _forget, module.__name__, file)
    return made


def _forget(module: str, file: str) -> None:
    sys.modules.pop(module, None)
    linecache.cache.pop(file, None)


def _line_of(source: str) -> int:
    named = _CLASS.search(source)
    return source.count("\n", 0, named.start()) + 1 if named else 1
