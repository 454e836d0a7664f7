"""One search of an optimizer: what its host was told of it, and how the host is asked to run, to judge and to answer.

Knows nothing of which optimizer it is. Everything is asked with its place in the search, so that the host can answer it from its record.
"""

from __future__ import annotations

import hashlib
import threading
from typing import Any, cast

import dspy

from . import codec
from .call import Call, current_call
from .failures import BridgeError
from .host_program import HostProgram, state_of
from .lm import BridgeLM
from .places import place
from .program_specs import state_text

OWN_MODEL = "host"
"""The name of the run's own model."""


class _PlacedCall:
    """The call, as models and programs of the search ask it: each request with its place, and the predictor that asks."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def __deepcopy__(self, _memo: Any) -> _PlacedCall:
        return self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._call, name)

    def ask(self, kind: str, name: str, value: Any, slot: str = "") -> Any:
        return self._call.ask(kind, name, value, f"{place().path}#{slot}")

    async def ask_async(self, kind: str, name: str, value: Any, slot: str = "") -> Any:
        return await self._call.ask_async(kind, name, value, f"{place().path}#{slot}")


class SearchLM(BridgeLM):
    """A language model of the host, asked at a place of the search."""

    @property
    def sampling(self) -> dict[str, Any]:
        """What a run of the host's is to be asked with."""
        request = self._request(None, None, {})
        return {"model": self.model, "lm": request["options"], "rolloutId": request.get("rolloutId")}


class Search:
    """One search: what the host was told of it, and how it is asked."""

    def __init__(self, begun: dict[str, Any]) -> None:
        self.call = current_call()
        # A model, or a program that calls the host's functions, needs no more of a call than this one has.
        self.placed = cast(Call, _PlacedCall(self.call))
        self._declared: dict[str, set[str]] = {}
        self._lock = threading.Lock()
        self._refs: dict[int, tuple[str, int]] = {}
        self._by_value: dict[bytes, tuple[str, int]] = {}
        self._by_inputs: dict[bytes, tuple[str, int]] = {}
        lm = begun["lm"]
        self._capabilities = lm.get("capabilities") or []
        self.lm = self.model(lm.get("model"), lm.get("options") or {})
        self.trainset = self._examples("train", begun["trainset"])
        self.valset = None if begun.get("valset") is None else self._examples("val", begun["valset"])

    def __deepcopy__(self, _memo: Any) -> Search:
        # Optimizers copy programs and metrics with all that hangs on them; the search is one.
        return self

    def model(self, name: str | None, options: dict[str, Any]) -> SearchLM:
        """A model of the host; without a name the run's own."""
        return SearchLM(self.placed, name or OWN_MODEL, self._capabilities, **options)

    def _examples(self, dataset: str, given: list[dict[str, Any]]) -> list[Any]:
        examples = []
        for index, entry in enumerate(given):
            example = dspy.Example(**entry["fields"]).with_inputs(*entry["inputs"])
            ref = (dataset, index)
            self._refs[id(example)] = ref
            self._by_value.setdefault(codec.encode(entry["fields"]), ref)
            self._by_inputs.setdefault(codec.encode(example.inputs().toDict()), ref)
            examples.append(example)
        return examples

    def _ref(self, example: Any) -> list[Any] | None:
        """Which of the host's examples it is: this one, or one with the same values."""
        found = self._refs.get(id(example)) or self._by_value.get(codec.encode(_fields(example)))
        return None if found is None else list(found)

    def _example(self, example: Any) -> dict[str, Any]:
        ref = self._ref(example)
        if ref is not None:
            return {"ref": ref}
        inputs = list(getattr(example, "_input_keys", None) or [])
        return {"fields": _fields(example), "inputs": [name for name in example if name in inputs]}

    def declare(self, program: Any) -> dict[str, Any]:
        """Tells the host of a program's state, once, and answers how it is called from now on."""
        is_hosts = isinstance(program, HostProgram)
        role = program._role if is_hosts else "python"
        state: Any = self._state(program) if is_hosts else state_text(program)
        data = codec.encode(state)
        name = hashlib.sha256(data).hexdigest()
        with self._lock:
            known = self._declared.setdefault(role, set())
            if name not in known:
                self.call.ask("candidate", name, {"role": role, "state": state})
                known.add(name)
        return {"role": role, "name": name}

    def _state(self, program: HostProgram) -> dict[str, Any]:
        state = state_of(program)
        for entry in state.values():
            entry["demos"] = [self._demo(demo) for demo in entry["demos"]]
        return state

    def _demo(self, demo: Any) -> dict[str, Any]:
        ref = self._ref(demo)
        return {"fields": _fields(demo)} if ref is None else {"ref": ref}

    def run(self, program: HostProgram, inputs: dict[str, Any], slot: str) -> dict[str, Any]:
        """Has the host run a program."""
        ref = self._by_inputs.get(codec.encode(inputs))
        asked = {
            "candidate": self.declare(program),
            "inputs": inputs if ref is None else {"ref": list(ref)},
            "known": ref is not None,
            **self._sampling(program),
        }
        answer: dict[str, Any] = self.call.ask("run", program._role, asked, slot)
        return answer

    def _sampling(self, program: HostProgram) -> dict[str, Any]:
        """The model that a program's predictors would ask in DSPy, and how."""
        models = {id(lm): lm for lm in (predictor.lm or dspy.settings.lm for predictor in program.predictors())}
        sampled = [_sampled(lm) for lm in models.values()]
        if not sampled:
            return {}
        if any(other != sampled[0] for other in sampled):
            message = (
                "Predictors of one program have different models or options. A program of the host is run with one."
            )
            raise BridgeError("BRIDGE_PROGRAM_INVALID", message)
        return sampled[0]

    def judge(self, example: Any, prediction: Any, trace: Any, predictor: str | None, *, takes_feedback: bool) -> Any:
        """Has the host judge a prediction."""
        asked: dict[str, Any] = {"example": self._example(example), "outputs": _fields(prediction)}
        if trace is not None:
            asked["trace"] = [
                {"path": getattr(asking, "_dspex_path", ""), "inputs": dict(inputs), "outputs": _fields(outputs)}
                for asking, inputs, outputs in trace
            ]
            asked["purpose"] = "evaluation" if predictor is not None else "bootstrapping"
        said = self.call.ask("metric", "", asked, place().next("judgement"))
        score = float(said["score"])
        if said.get("feedback") is None or not (takes_feedback or predictor is not None):
            return score
        return dspy.Prediction(score=score, feedback=said["feedback"])

    def begin_trial(self, trial: str, program: Any, devset: list[Any]) -> bool:
        """Tells the host that a program is being evaluated; answers whether the host will want to know how it went."""
        if not isinstance(program, dspy.Module):
            return False
        examples = [self._example(example) for example in devset]
        self.call.ask("trial", "begin", {"trial": trial, "candidate": self.declare(program), "examples": examples})
        return True

    def end_trial(self, trial: str, results: list[Any] | None, error: BaseException | None) -> None:
        """Tells the host how an evaluation went. Called off, nobody wants to know."""
        if results is None and not isinstance(error, Exception):
            return
        scores = None if results is None else [number_of(score) for _, _, score in results]
        self.call.ask(
            "trial", "end", {"trial": trial, "scores": scores, "error": None if error is None else str(error)}
        )


class HostMetric:
    """The host's metric, as DSPy calls one."""

    def __init__(self, search: Search, name: str, *, takes_feedback: bool) -> None:
        self._search = search
        self._takes_feedback = takes_feedback
        self.__name__ = name

    def __deepcopy__(self, _memo: Any) -> HostMetric:
        return self

    def __call__(
        self, example: Any, prediction: Any, trace: Any = None, pred_name: str | None = None, pred_trace: Any = None
    ) -> Any:
        if prediction is None:
            raise ValueError("There is no prediction to judge: the program failed.")
        return self._search.judge(example, prediction, trace, pred_name, takes_feedback=self._takes_feedback)


def _fields(value: Any) -> dict[str, Any]:
    if isinstance(value, dspy.Example):
        return dict(value.items())
    if isinstance(value, dict):
        return value
    raise TypeError(f"Expected an example, a prediction or a dict, got a {type(value).__qualname__}.")


def number_of(score: Any) -> float | None:
    """A score as a number; None where it is none."""
    score = score.get("score") if isinstance(score, dspy.Example) else score
    try:
        return float(score)
    except (TypeError, ValueError):
        return None


def _sampled(lm: Any) -> dict[str, Any]:
    if not isinstance(lm, SearchLM):
        message = f"A program of the host is asked by {type(lm).__qualname__}; only models of the host can be."
        raise BridgeError("BRIDGE_PROGRAM_INVALID", message)
    return lm.sampling
