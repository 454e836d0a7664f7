"""How DSPy writes values into prompts, without making a pydantic schema for each: a seventh of what a Predict costs.

Knows nothing of prompts. What is written is the same, word for word; a test holds it against DSPy's own.
"""

from __future__ import annotations

import sys
from typing import Any

from dspy.adapters import utils
from pydantic import TypeAdapter

_own = utils.serialize_for_json

# Whose schema can never be another: a class of a user's may be rebuilt.
_BUILT_IN = (bool, bytes, dict, float, int, list, set, tuple, type(None))
_adapters: dict[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in _BUILT_IN}


def prepare_values() -> None:
    """Has DSPy's adapters write values so. For the main thread, once."""
    for name, module in list(sys.modules.items()):
        if name.startswith("dspy.") and getattr(module, "serialize_for_json", None) is _own:
            module.serialize_for_json = serialize_for_json  # type: ignore[attr-defined]


def serialize_for_json(value: Any) -> Any:
    """What DSPy's function of this name answers."""
    kind = type(value)
    if kind is str:
        return value
    adapter = _adapters.get(kind)
    if adapter is None:
        return _own(value)
    try:
        return adapter.dump_python(value, mode="json")
    except Exception:
        # As DSPy does: what cannot be JSON is written as Python prints it.
        return str(value)
