"""The types of a signature that its text cannot tell, made of what the host says of them: enums, models, DSPy's own, moments.

Knows nothing of programs. The host's side is `programs/python-types.ts`.
"""

from __future__ import annotations

import datetime as dt
import enum
import functools
import operator
import threading
import types
import typing
from collections import OrderedDict
from typing import Any

import dspy
import pydantic

from . import codec
from .failures import BridgeError

_MOST_TYPES = 256
_MOST_PROBLEM = 500
_SCALARS: dict[str, Any] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "none": type(None),
    "any": Any,
    "bytes": bytes,
    "datetime": dt.datetime,
    "date": dt.date,
    "time": dt.time,
    "timedelta": dt.timedelta,
    "list": list,
    "dict": dict,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
}

Described = dict[str, Any]


class FieldTypes:
    """The types of a signature's fields by the fields' names, and how values become what these say."""

    def __init__(self, described: Described) -> None:
        own = _OwnTypes(described["own"])
        self._types = {name: own.type_of(spec) for name, spec in described["fields"].items()}
        self._readers: dict[str, pydantic.TypeAdapter[Any]] = {}
        self._checked = {name for name, spec in described["fields"].items() if _holds_content(spec)}

    def names(self) -> dict[str, Any]:
        """The types by the names that they have in the signature's text."""
        return {f"T_{name}": made for name, made in self._types.items()}

    def read(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """The inputs as values of their fields' types. Raises PROGRAM_INPUT_INVALID for images, histories and their like that are none."""
        return {name: self._value(name, value) if name in self._types else value for name, value in inputs.items()}

    def _value(self, name: str, value: Any) -> Any:
        reader = self._readers.get(name)
        if reader is None:
            reader = self._readers[name] = pydantic.TypeAdapter(self._types[name])
        try:
            return reader.validate_python(value)
        except Exception as error:
            # The host has held all else against the signature, or its caller goes by DSPy's own rules, which take anything.
            if name not in self._checked:
                return value
            problem = f"The input `{name}` is not what its type says: {str(error)[:_MOST_PROBLEM]}"
            details = {"field": name, "problem": "mismatched"}
            raise BridgeError("PROGRAM_INPUT_INVALID", problem, details=details) from error


_made: OrderedDict[bytes, FieldTypes] = OrderedDict()
_lock = threading.Lock()


def field_types(described: Described) -> FieldTypes:
    """The types of a description. Equal ones are the same classes, so that values are instances of what signatures name."""
    key = codec.encode(described)
    with _lock:
        found = _made.get(key)
        if found is None:
            found = _made[key] = FieldTypes(described)
            if len(_made) > _MOST_TYPES:
                _made.popitem(last=False)
        else:
            _made.move_to_end(key)
        return found


class _OwnTypes:
    """Enums and models by the names that the host gave them; one is made when it is first met."""

    def __init__(self, described: dict[str, Described]) -> None:
        self._described = described
        self._made: dict[str, Any] = {}
        self._open: set[str] = set()

    def type_of(self, spec: Described) -> Any:
        kind = spec["kind"]
        if kind == "own":
            return self._own(spec["name"])
        if kind == "custom":
            return _dspy_type(spec["custom"], spec["name"])
        if kind == "literal":
            return typing.Literal[tuple(spec["values"])]
        if kind == "union":
            members = [self.type_of(member) for member in spec["members"]]
            if spec["spelling"] == "UnionType" and not any(isinstance(each, typing.ForwardRef) for each in members):
                return functools.reduce(operator.or_, members)
            return typing.Union[tuple(members)]  # noqa: UP007
        if kind == "tuple" and "items" in spec:
            items = [self.type_of(item) for item in spec["items"]]
            if spec["isOpen"]:
                items.append(...)
            return types.GenericAlias(tuple, tuple(items))
        if kind == "dict" and "key" in spec:
            return types.GenericAlias(dict, (self.type_of(spec["key"]), self.type_of(spec["value"])))
        if "item" in spec:
            return types.GenericAlias(_SCALARS[kind], self.type_of(spec["item"]))
        return _SCALARS[kind]

    def _own(self, name: str) -> Any:
        made = self._made.get(name)
        if made is not None:
            return made
        if name in self._open:
            # It leads back to a model that is being made.
            return typing.ForwardRef(name)
        described = self._described[name]
        if described["kind"] == "enum":
            members = [(member, value) for member, value in described["members"]]
            self._made[name] = enum.Enum(described["name"], members)
            return self._made[name]
        self._open.add(name)
        made = self._made[name] = self._model(described)
        self._open.discard(name)
        if not self._open:
            # Those that were met on the way may lead back to this one.
            for each in self._made.values():
                if isinstance(each, type) and issubclass(each, pydantic.BaseModel):
                    each.model_rebuild(_types_namespace=self._made)
        return made

    def _model(self, described: Described) -> Any:
        fields: dict[str, Any] = {field["name"]: self._field(field) for field in described["fields"]}
        config = pydantic.ConfigDict(extra="forbid") if described["isClosed"] else pydantic.ConfigDict()
        return pydantic.create_model(described["name"], __config__=config, __doc__=described.get("doc"), **fields)

    def _field(self, field: Described) -> Any:
        given: dict[str, Any] = {}
        if "desc" in field:
            given["description"] = field["desc"]
        if "default" in field:
            given["default"] = field["default"][0]
        return (self.type_of(field["type"]), pydantic.Field(**given))


def _holds_content(spec: Described) -> bool:
    """Whether DSPy's own types are in it. Tools are none to speak of: here they have no function."""
    if spec["kind"] == "custom":
        return bool(spec["custom"] not in ("Tool", "ToolCalls"))
    inner = [spec[part] for part in ("item", "key", "value") if part in spec]
    return any(_holds_content(each) for each in [*inner, *spec.get("items", []), *spec.get("members", [])])


def _dspy_type(custom: str, name: str) -> Any:
    found = getattr(dspy, custom, None) or getattr(dspy.experimental, custom)
    prefix = f"{custom}_"
    return found[name.removeprefix(prefix)] if name.startswith(prefix) else found
