"""What the host of a streamed run is told of predictors: which one asks its model, in which format, and what it came to.

The host reads the model's answer itself while it comes. Knows nothing of how that is done.
"""

from __future__ import annotations

import contextvars
import threading
from dataclasses import dataclass
from typing import Any

import dspy
from dspy.adapters.utils import get_annotation_name
from dspy.utils.callback import BaseCallback


@dataclass
class _Asking:
    call: str
    path: str
    outer: _Asking | None
    adapter: str = ""
    outputs: list[dict[str, str]] | None = None


# A predictor and its model run in one context, whatever DSPy does around them.
_asking: contextvars.ContextVar[_Asking | None] = contextvars.ContextVar("dspex_asking", default=None)


class ToldPredictors(BaseCallback):  # type: ignore[misc]
    """Listens to the predictors of one run."""

    def __init__(self, program: Any) -> None:
        self._paths = {id(predictor): path for path, predictor in program.named_predictors()}
        self._ended: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def on_module_start(self, call_id: str, instance: Any, inputs: dict[str, Any]) -> None:
        path = self._paths.get(id(instance))
        if path is not None:
            _asking.set(_Asking(call_id, path, _asking.get()))

    def on_module_end(self, call_id: str, outputs: Any | None, exception: BaseException | None = None) -> None:
        asking = _asking.get()
        if asking is None or asking.call != call_id:
            return
        _asking.set(asking.outer)
        if asking.outputs is not None and isinstance(outputs, dspy.Prediction):
            with self._lock:
                self._ended.append({"call": call_id, "outputs": dict(outputs.items())})

    def on_adapter_format_start(self, call_id: str, instance: Any, inputs: dict[str, Any]) -> None:
        asking = _asking.get()
        if asking is None:
            return
        asking.adapter = type(instance).__name__
        asking.outputs = [
            {"name": name, "type": get_annotation_name(field.annotation)}
            for name, field in inputs["signature"].output_fields.items()
        ]

    def asking(self) -> dict[str, Any] | None:
        """The predictor that asks now, and what others have come to since the last time; None outside any."""
        asking = _asking.get()
        if asking is None or asking.outputs is None:
            return None
        return {
            "call": asking.call,
            "path": asking.path,
            "adapter": asking.adapter,
            "outputs": asking.outputs,
            "ended": self.take_ended(),
        }

    def take_ended(self) -> list[dict[str, Any]]:
        """What predictors have come to since the last time."""
        with self._lock:
            ended, self._ended = self._ended, []
        return ended
