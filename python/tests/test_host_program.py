"""Programs of the host as DSPy sees them, without a host."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import dspy
import pytest

from dspex_worker.failures import BridgeError, HostError
from dspex_worker.host_program import build_host_program, signature_of, state_of
from dspex_worker.places import Place, at


def _predictor(path: str, signature: str = "question -> hint", **more: Any) -> dict[str, Any]:
    made = dspy.Signature(signature, custom_types=more.get("known"))
    fields = [
        {"prefix": field.json_schema_extra["prefix"], "desc": field.json_schema_extra["desc"]}
        for field in made.fields.values()
    ]
    words = {"signature": signature, "instructions": made.instructions, "fields": fields, "demos": []}
    return {"path": path, **words, **more}


def _described(*paths: str, **more: Any) -> dict[str, Any]:
    return {"name": "Hints", "modules": [], "predictors": [_predictor(path) for path in paths], **more}


class _Host:
    """Answers every run with the same."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.slots: list[str] = []
        self.inputs: dict[str, dict[str, Any]] = {}

    def __deepcopy__(self, _memo: Any) -> _Host:
        return self

    def run(self, _program: Any, inputs: dict[str, Any], slot: str) -> dict[str, Any]:
        self.slots.append(slot)
        self.inputs[slot] = inputs
        return self.answer


@pytest.mark.parametrize(
    "paths",
    [("self",), ("step1", "step2"), ("gen.predict", "parts[0]", "parts[1].predict"), ("by['name'].predict", "last")],
)
def test_predictors_have_the_hosts_paths(paths: tuple[str, ...]) -> None:
    program = build_host_program(_Host({}), "student", _described(*paths))
    assert [path for path, _ in program.named_predictors()] == list(paths)
    assert [path for path, _ in program.deepcopy().named_predictors()] == list(paths)
    assert list(state_of(program)) == list(paths)


def test_awaited_runs_have_their_places_by_the_order_of_asking() -> None:
    host = _Host({"outputs": {"hint": "h"}, "trace": [{"path": "step1", "inputs": {}, "outputs": {"hint": "h"}}]})
    program = build_host_program(host, "student", _described("step1"))

    async def ask() -> list[Any]:
        return list(await asyncio.gather(*(program.acall(question=str(number)) for number in range(8))))

    trace: list[Any] = []
    with at(Place(None, "")), dspy.context(trace=trace):  # type: ignore[arg-type]
        found = asyncio.run(ask())
    assert [prediction.hint for prediction in found] == ["h"] * 8
    assert sorted(host.slots) == [f"run {number}" for number in range(8)]
    assert {host.inputs[slot]["question"]: slot for slot in host.slots} == {str(n): f"run {n}" for n in range(8)}
    assert len(trace) == 8


def test_a_path_that_dspy_has_no_name_for_is_refused() -> None:
    with pytest.raises(BridgeError) as raised:
        build_host_program(_Host({}), "student", _described("parts[0][1]"))
    assert raised.value.code == "BRIDGE_PROGRAM_INVALID"


def test_signatures_are_those_that_dspy_makes_of_the_text() -> None:
    assert str(signature_of(_predictor("self"))) == str(dspy.Signature("question -> hint"))
    worded = signature_of({**_predictor("self"), "fields": [{"prefix": "Q:", "desc": "asked"}] * 2})
    assert [field.json_schema_extra["prefix"] for field in worded.fields.values()] == ["Q:", "Q:"]
    team = {"kind": "enum", "name": "Team", "members": [["TECH", "tech"]]}
    told = {"fields": {"team": {"kind": "own", "name": "Team"}}, "own": {"Team": team}}
    described = _predictor("self", "ticket -> team: T_team", known={"T_team": str}, types=told)
    assert signature_of(described).fields["team"].annotation("tech").name == "TECH"


def test_optimizers_find_its_source() -> None:
    source = 'class P(dspy.Module):\n    """Told by the host."""\n'
    told = build_host_program(_Host({}), "student", _described("step1", source=source))
    assert inspect.getsource(type(told)) == source
    made = build_host_program(_Host({}), "student", _described("step1"))
    assert "self.step1 = dspy.Predict('question -> hint')" in inspect.getsource(type(made))


def test_a_run_notes_in_the_trace_which_predictor_was_asked_what() -> None:
    steps = [{"path": "step1", "inputs": {"question": "q"}, "outputs": {"hint": "h"}}]
    host = _Host({"outputs": {"hint": "h"}, "trace": steps})
    program = build_host_program(host, "student", _described("step1"))
    with at(Place(None, "batch 0/item 3")), dspy.context(trace=[]):  # type: ignore[arg-type]
        assert program(question="q").hint == "h"
        assert program(question="q").hint == "h"
        trace = dspy.settings.trace
    assert host.slots == ["batch 0/item 3/run 0", "batch 0/item 3/run 1"]
    assert [(asked, inputs, dict(outputs)) for asked, inputs, outputs in trace] == [
        (program.step1, {"question": "q"}, {"hint": "h"})
    ] * 2


@pytest.mark.parametrize(
    ("code", "kind"), [("PROGRAM_PARSE_FAILED", "AdapterParseError"), ("LM_RATE_LIMITED", "HostError")]
)
def test_a_failed_run_raises_what_dspy_would(code: str, kind: str) -> None:
    error = {"code": code, "message": "it failed", "path": "step1", "answer": "?", "adapter": "chat"}
    program = build_host_program(_Host({"outputs": {}, "trace": [], "error": error}), "student", _described("step1"))
    with at(Place(None, "")), pytest.raises(Exception, match="it failed") as raised:  # type: ignore[arg-type]
        program(question="q")
    assert type(raised.value).__name__ == kind
    assert isinstance(raised.value, HostError) == (kind == "HostError")


def test_an_unreadable_answer_is_that_of_the_predictor_that_was_to_give_these_fields() -> None:
    error = {"code": "PROGRAM_PARSE_FAILED", "message": "it failed", "path": None, "expected": ["hint"]}
    trace = [{"path": "step1", "inputs": {}, "outputs": {"hint": "h"}}]
    described = _described("step1", "step2")
    program = build_host_program(_Host({"outputs": {}, "trace": trace, "error": error}), "student", described)
    marked = program.step2.signature.with_instructions("of step2")
    program.step2.signature = marked
    with at(Place(None, "")), pytest.raises(Exception, match="it failed") as raised:  # type: ignore[arg-type]
        program(question="q")
    assert type(raised.value).__name__ == "AdapterParseError"
    assert raised.value.signature == marked


def test_places_are_counted_by_kind() -> None:
    root = Place(None, "")  # type: ignore[arg-type]
    assert [root.next("run"), root.next("evaluation"), root.next("run")] == ["run 0", "evaluation 0", "run 1"]
    assert Place(None, "evaluation 0/example 2").next("run") == "evaluation 0/example 2/run 0"  # type: ignore[arg-type]
