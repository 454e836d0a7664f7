"""The types that a host describes: what they are made of, and what values become."""

from __future__ import annotations

import datetime as dt
import enum
import typing
from typing import Any

import dspy
import pydantic
import pytest

from dspex_worker.described_types import FieldTypes, field_types
from dspex_worker.failures import BridgeError

_COLOR = {"kind": "enum", "name": "Color", "members": [["RED", "red"], ["GREEN", "green"]]}
_DAY = {"kind": "date"}
_TREE = {
    "kind": "model",
    "name": "Tree",
    "doc": "A tree.",
    "fields": [
        {"name": "name", "type": {"kind": "str"}, "desc": "what it is called"},
        {"name": "planted", "type": _DAY},
        {"name": "branches", "type": {"kind": "list", "item": {"kind": "own", "name": "Tree"}}, "default": [[]]},
        {"name": "leaves", "type": {"kind": "own", "name": "Color"}, "default": ["green"]},
    ],
    "isClosed": True,
}
_OWN = {"Color": _COLOR, "Tree": _TREE}


def _type(spec: dict[str, Any]) -> Any:
    return FieldTypes({"fields": {"x": spec}, "own": _OWN}).names()["T_x"]


@pytest.mark.parametrize(
    ("spec", "made"),
    [
        (_DAY, dt.date),
        ({"kind": "set", "item": {"kind": "int"}}, set[int]),
        ({"kind": "frozenset"}, frozenset),
        ({"kind": "tuple", "items": [{"kind": "int"}, {"kind": "str"}], "isOpen": False}, tuple[int, str]),
        ({"kind": "tuple", "items": [{"kind": "int"}], "isOpen": True}, tuple[int, ...]),
        ({"kind": "tuple", "items": [], "isOpen": False}, tuple[()]),
        ({"kind": "dict", "key": {"kind": "str"}, "value": _DAY}, dict[str, dt.date]),
        ({"kind": "dict"}, dict),
        ({"kind": "literal", "values": ["a", 1, None]}, typing.Literal["a", 1, None]),
        ({"kind": "union", "members": [_DAY, {"kind": "none"}], "spelling": "Union"}, typing.Optional[dt.date]),  # noqa: UP045
        ({"kind": "union", "members": [_DAY, {"kind": "none"}], "spelling": "UnionType"}, dt.date | None),
        ({"kind": "custom", "custom": "Image", "name": "Image"}, dspy.Image),
        ({"kind": "custom", "custom": "Document", "name": "Document"}, dspy.experimental.Document),
        ({"kind": "custom", "custom": "Code", "name": "Code_python"}, dspy.Code["python"]),
    ],
)
def test_a_type_is_what_its_description_says(spec: dict[str, Any], made: Any) -> None:
    # DSPy makes a class of its own for each mention of a language.
    assert str(_type(spec)) == str(made)
    assert type(_type(spec)) is type(made)


def test_enums_have_their_members_names_and_values() -> None:
    color = _type({"kind": "own", "name": "Color"})
    assert issubclass(color, enum.Enum)
    assert [(member.name, member.value) for member in color] == [("RED", "red"), ("GREEN", "green")]


def test_a_model_may_lead_back_to_itself_and_says_what_it_is() -> None:
    tree = _type({"kind": "own", "name": "Tree"})
    assert (tree.__name__, tree.__doc__, tree.model_fields["name"].description) == (
        "Tree",
        "A tree.",
        "what it is called",
    )
    made = tree.model_validate(
        {"name": "a", "planted": "2024-01-01", "branches": [{"name": "b", "planted": "2024-01-02"}]}
    )
    assert isinstance(made.branches[0], tree)
    assert made.planted == dt.date(2024, 1, 1)
    with pytest.raises(pydantic.ValidationError):
        tree.model_validate({"name": "a", "planted": "2024-01-01", "height": 3})


def test_equal_descriptions_are_the_same_classes() -> None:
    described = {"fields": {"x": {"kind": "own", "name": "Tree"}}, "own": _OWN}
    assert field_types(described).names()["T_x"] is field_types({**described}).names()["T_x"]


def test_inputs_become_what_their_types_say_and_stay_what_they_are_where_that_fails() -> None:
    fields = {"day": _DAY, "image": {"kind": "custom", "custom": "Image", "name": "Image"}, "ids": {"kind": "set"}}
    read = FieldTypes({"fields": fields, "own": {}}).read
    given = {"day": "2024-01-01", "image": {"url": "https://example.org/a.png"}, "ids": [1, 1], "other": [1]}
    values = read(given)
    assert (values["day"], values["ids"], values["other"]) == (dt.date(2024, 1, 1), {1}, [1])
    assert isinstance(values["image"], dspy.Image)
    assert read({"day": "some day"}) == {"day": "some day"}


def test_content_that_is_none_is_refused() -> None:
    image = {"kind": "custom", "custom": "Image", "name": "Image"}
    read = FieldTypes({"fields": {"images": {"kind": "list", "item": image}}, "own": {}}).read
    with pytest.raises(BridgeError, match="The input `images` is not what its type says") as caught:
        read({"images": [{"url": "https://example.org/a.png"}, {"url": "/etc/hostname"}]})
    assert (caught.value.code, caught.value.details) == (
        "PROGRAM_INPUT_INVALID",
        {"field": "images", "problem": "mismatched"},
    )


def test_models_may_lead_to_each_other() -> None:
    own = {
        "A": {
            "kind": "model",
            "name": "A",
            "fields": [{"name": "bs", "type": {"kind": "list", "item": {"kind": "own", "name": "B"}}}],
        },
        "B": {"kind": "model", "name": "B", "fields": [{"name": "a", "type": {"kind": "own", "name": "A"}}]},
    }
    for model in own.values():
        model["isClosed"] = False
    made = FieldTypes({"fields": {"x": {"kind": "own", "name": "A"}}, "own": own}).names()["T_x"]
    assert type(made.model_validate({"bs": [{"a": {"bs": []}}]}).bs[0].a) is made
