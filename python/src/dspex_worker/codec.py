"""Values as tagged JSON: what JSON cannot say stands under the key `$`. The twin of `bridge/encode-value.ts`.

Knows nothing of frames. What DSPy and pydantic add is met by shape, so that neither is imported here.
"""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import enum
import json
import math
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from .failures import BridgeError
from .registry import Registry, registry

Json = Any

MAX_DEPTH = 200
_SAFE = 2**53 - 1
_DOLLAR = ord("$")


def encode(value: object) -> bytes:
    """Writes a value. Raises BRIDGE_VALUE_UNSERIALIZABLE, naming the place."""
    try:
        if type(value) is str or _is_plain(value, 0):
            try:
                return orjson.dumps(value)
            except TypeError:
                # A lone surrogate; everything else that it refuses is not plain.
                pass
        return _json_of(_to_wire(value, "$", 0))
    except RecursionError as error:
        raise unserializable("$", "more levels than Python's recursion limit leaves room for") from error


def _json_of(wire: Json) -> bytes:
    try:
        return orjson.dumps(wire)
    except TypeError:
        # Its limit is 254 levels of JSON; a tagged value takes up to six of them. Slower, and without one of its own:
        return json.dumps(wire, ensure_ascii=False, separators=(",", ":")).encode()


def decode(data: bytes, known: Registry = registry) -> Any:
    """Reads a value; enums and models are looked up in the registry. Raises BRIDGE_PAYLOAD_INVALID."""
    try:
        wire = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BridgeError("BRIDGE_PAYLOAD_INVALID", f"A payload cannot be read: {error}") from error
    # A byte is found much sooner than a text.
    if _DOLLAR not in data or b'"$"' not in data:
        return wire
    try:
        return _from_wire(wire, known)
    except RecursionError as error:
        problem = "A payload cannot be read: it is nested deeper than Python's recursion limit leaves room for"
        raise BridgeError("BRIDGE_PAYLOAD_INVALID", problem) from error


def _is_plain(value: Any, depth: int) -> bool:
    """Whether its JSON is what `_to_wire` would make of it: most values are, and need not be made anew."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-_SAFE <= value <= _SAFE)
    if depth > MAX_DEPTH:
        return False
    if kind is dict:
        for key, item in value.items():
            if key not in _plain_keys and not _is_plain_key(key):
                return False
            if type(item) is not str and not _is_plain(item, depth + 1):
                return False
        return True
    if kind is list:
        return all(type(item) is str or _is_plain(item, depth + 1) for item in value)
    return kind is float and not value.is_integer() and math.isfinite(value)


def _is_plain_key(key: Any) -> bool:
    # JavaScript would reorder keys that read like numbers, and takes `__proto__` for something else.
    if type(key) is not str or key == "$" or key.isdigit() or key == "__proto__":
        return False
    if len(_plain_keys) < _MOST_KEYS and len(key) <= _LONGEST_KEY:
        _plain_keys.add(key)
    return True


_MOST_KEYS = 4096
_LONGEST_KEY = 64
_plain_keys: set[str] = set()
"""Keys that were looked at: most objects have the same ones."""


def _tagged(tag: str, *parts: Json) -> Json:
    return {"$": [tag, *parts]}


def _to_wire(value: Any, path: str, depth: int) -> Json:
    kind = type(value)
    if kind is str:
        return _text(value)
    if kind is int:
        return value if -_SAFE <= value <= _SAFE else _tagged("int", _digits(value))
    if kind is bool or value is None:
        return value
    if kind is float:
        return _float(value)
    if depth > MAX_DEPTH:
        raise unserializable(path[:80] + "…", f"a cycle, or more than {MAX_DEPTH} levels")
    if kind is list:
        return [_to_wire(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]
    if kind is dict:
        return _dict(value, path, depth)
    writer = _WRITERS.get(kind)
    if writer is not None:
        return writer(value, path, depth)
    return _other(value, path, depth)


def _digits(value: int) -> str:
    # In hexadecimal where they are many: decimal takes time that grows with their square, and Python refuses it.
    return hex(value) if value.bit_length() > _MOST_DECIMAL_BITS else str(value)


_MOST_DECIMAL_BITS = 2048
"""617 digits: `sys.set_int_max_str_digits` may be set as low as 640."""


def _text(value: str) -> Json:
    # ASCII needs no look at its letters; of the rest, only lone surrogates have no UTF-8.
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        units = value.encode("utf-16-le", "surrogatepass")
        return _tagged("text", [int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2)])
    return value


def _float(value: float) -> Json:
    if not value.is_integer():
        if math.isnan(value):
            return _tagged("float", "nan")
        if math.isinf(value):
            return _tagged("float", "inf" if value > 0 else "-inf")
        return value
    if value == 0 and math.copysign(1, value) < 0:
        return _tagged("float", "-0")
    return _tagged("float", value)


def _dict(value: Mapping[Any, Any], path: str, depth: int) -> Json:
    if all(map(_is_plain_key, value)) and all(key.isascii() or isinstance(_text(key), str) for key in value):
        return {key: _to_wire(item, f"{path}.{key}", depth + 1) for key, item in value.items()}
    entries = [
        [_to_wire(key, path, depth + 1), _to_wire(item, _below(path, key), depth + 1)] for key, item in value.items()
    ]
    return _tagged("dict", entries)


def _below(path: str, key: object) -> str:
    # Any other key's own text may be of any length, or raise.
    is_short = type(key) is str or (type(key) is int and -_SAFE <= key <= _SAFE)
    return f"{path}.{key}" if is_short else f"{path}.<{type(key).__name__}>"


def _items(tag: str) -> Callable[[Any, str, int], Json]:
    def write(value: Any, path: str, depth: int) -> Json:
        return _tagged(tag, [_to_wire(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)])

    return write


def _set(tag: str) -> Callable[[Any, str, int], Json]:
    def write(value: Any, path: str, depth: int) -> Json:
        items = [_to_wire(item, f"{path}[…]", depth + 1) for item in value]
        # A set has no order of its own; without one, each process would write it differently.
        return _tagged(tag, sorted(items, key=lambda item: json.dumps(item, sort_keys=True)))

    return write


def _iso(tag: str) -> Callable[[Any, str, int], Json]:
    return lambda value, _path, _depth: _tagged(tag, value.isoformat())


def _timedelta(value: dt.timedelta, _path: str, _depth: int) -> Json:
    return _tagged("timedelta", value.days, value.seconds, value.microseconds)


def _complex(value: complex, _path: str, _depth: int) -> Json:
    return _tagged("complex", _float(value.real), _float(value.imag))


def _bytes(value: bytes | bytearray | memoryview, _path: str, _depth: int) -> Json:
    return _tagged("bytes", base64.b64encode(value).decode())


_WRITERS: dict[type, Callable[[Any, str, int], Json]] = {
    tuple: _items("tuple"),
    deque: lambda value, path, depth: _to_wire(list(value), path, depth),
    set: _set("set"),
    frozenset: _set("frozenset"),
    bytes: _bytes,
    bytearray: _bytes,
    memoryview: _bytes,
    dt.datetime: _iso("datetime"),
    dt.date: _iso("date"),
    dt.time: _iso("time"),
    dt.timedelta: _timedelta,
    decimal.Decimal: lambda value, _path, _depth: _tagged("decimal", str(value)),
    uuid.UUID: lambda value, _path, _depth: _tagged("uuid", str(value)),
    complex: _complex,
}


def _other(value: Any, path: str, depth: int) -> Json:
    kind = type(value)
    if isinstance(value, enum.Enum):
        return _tagged("enum", registry.name_of(kind), value.name, _to_wire(value.value, path, depth + 1))
    for base, tag in (
        ("dspy.primitives.prediction.Prediction", "prediction"),
        ("dspy.primitives.example.Example", "example"),
    ):
        if _is_a(kind, base):
            fields = _dict(dict(value.items(include_dspy=True)), path, depth)
            if tag == "prediction":
                return _tagged(tag, fields)
            inputs = getattr(value, "_input_keys", None)
            return _tagged(tag, fields, None if inputs is None else sorted(inputs))
    if callable(getattr(kind, "model_validate", None)) and hasattr(value, "model_fields_set"):
        fields = {name: getattr(value, name) for name in kind.model_fields}
        return _tagged("model", registry.name_of(kind), _dict(fields, path, depth))
    # numpy's scalars and arrays, and what behaves like them.
    if kind.__module__.partition(".")[0] == "numpy" and callable(getattr(value, "tolist", None)):
        return _to_wire(value.tolist(), path, depth + 1)
    # Subclasses cross as what they are a kind of.
    for base_type in (str, int, float, list, tuple, dict, set, frozenset, bytes, dt.datetime, dt.date):
        if isinstance(value, base_type):
            return _to_wire(_as_base(value, base_type), path, depth)
    raise unserializable(path, f"an instance of {registry.name_of(kind)}")


def _as_base(value: Any, base: type) -> Any:
    if base is dt.datetime:
        return dt.datetime.fromisoformat(value.isoformat())
    if base is dt.date:
        return dt.date(value.year, value.month, value.day)
    return str.__str__(value) if base is str else base(value)


def _is_a(kind: type, base: str) -> bool:
    return any(f"{each.__module__}.{each.__qualname__}" == base for each in kind.__mro__)


def unserializable(path: str, found: str) -> BridgeError:
    """A value has no form on the wire."""
    return BridgeError(
        "BRIDGE_VALUE_UNSERIALIZABLE",
        f"Expected a value that can be sent at {path}, found {found}. Return texts, numbers, lists, dicts, sets, tuples, "
        "bytes, dates, enums, pydantic models or predictions; for anything else register a protocol.",
        details={"path": path, "found": found},
    )


def _from_wire(wire: Json, known: Registry) -> Any:
    if type(wire) is list:
        return [_from_wire(item, known) for item in wire]
    if type(wire) is not dict:
        return wire
    parts = wire.get("$")
    if parts is None:
        return {key: _from_wire(item, known) for key, item in wire.items()}
    try:
        tag, *rest = parts
        return _READERS[tag](rest, known)
    except BridgeError:
        raise
    except Exception as error:
        problem = f"A payload cannot be read: {str(parts)[:120]} is no tagged value ({error})."
        raise BridgeError("BRIDGE_PAYLOAD_INVALID", problem) from error


def _read_each(parts: list[Json], known: Registry) -> list[Any]:
    return [_from_wire(item, known) for item in parts[0]]


def _read_text(parts: list[Json], _known: Registry) -> str:
    return b"".join(int(unit).to_bytes(2, "little") for unit in parts[0]).decode("utf-16-le", "surrogatepass")


def _read_enum(parts: list[Json], known: Registry) -> Any:
    return known.type_named(parts[0])[parts[1]]


def _read_model(parts: list[Json], known: Registry) -> Any:
    return known.type_named(parts[0]).model_validate(_from_wire(parts[1], known))


def _read_example(parts: list[Json], known: Registry) -> Any:
    import dspy

    example = dspy.Example(**_from_wire(parts[0], known))
    return example if parts[1] is None else example.with_inputs(*parts[1])


def _read_prediction(parts: list[Json], known: Registry) -> Any:
    import dspy

    return dspy.Prediction(**_from_wire(parts[0], known))


_READERS: dict[str, Callable[[list[Json], Registry], Any]] = {
    "float": lambda parts, _known: float(parts[0]),
    "int": lambda parts, _known: int(parts[0], 16 if "x" in parts[0] else 10),
    "text": _read_text,
    "bytes": lambda parts, _known: base64.b64decode(parts[0], validate=True),
    "tuple": lambda parts, known: tuple(_read_each(parts, known)),
    "set": lambda parts, known: set(_read_each(parts, known)),
    "frozenset": lambda parts, known: frozenset(_read_each(parts, known)),
    "dict": lambda parts, known: {_from_wire(key, known): _from_wire(item, known) for key, item in parts[0]},
    "datetime": lambda parts, _known: dt.datetime.fromisoformat(parts[0]),
    "date": lambda parts, _known: dt.date.fromisoformat(parts[0]),
    "time": lambda parts, _known: dt.time.fromisoformat(parts[0]),
    "timedelta": lambda parts, _known: dt.timedelta(*parts),
    "decimal": lambda parts, _known: decimal.Decimal(parts[0]),
    "uuid": lambda parts, _known: uuid.UUID(parts[0]),
    "complex": lambda parts, known: complex(_from_wire(parts[0], known), _from_wire(parts[1], known)),
    "enum": _read_enum,
    "model": _read_model,
    "example": _read_example,
    "prediction": _read_prediction,
}
