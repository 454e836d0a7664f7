"""Retrievers: what finds passages for a query, as a program like any other.

Knows nothing of how passages are found: functions, `dspy.Embeddings`, `dspy.ColBERTv2` and their like do that.
"""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import dspy

from .failures import BridgeError
from .registry import registry

_TEXTS = ("long_text", "text", "passage", "content")


class _Retriever(dspy.Module):  # type: ignore[misc]
    def __init__(self, name: str, k: int | None) -> None:
        super().__init__()
        self._name = name
        self._k = k

    def _find(self, query: str, k: int | None) -> tuple[Any, int | None]:
        """What was found, or what has to be awaited for it, and how many of it are wanted."""
        wanted = self._k if k is None else k
        if wanted is not None and wanted < 1:
            raise _invalid(self._name, f"k is {wanted}; ask for 1 passage or more")
        target = registry.retriever(self._name)
        if wanted is None:
            return target(query), None
        if _takes_k(target):
            return target(query, k=wanted), wanted
        made_with = getattr(target, "k", None)
        if isinstance(made_with, int) and made_with < wanted:
            raise _invalid(self._name, f"{wanted} passages are wanted, and it was made to find {made_with}")
        return target(query), wanted


class _SyncRetriever(_Retriever):
    def forward(self, query: str, k: int | None = None) -> Any:
        found, wanted = self._find(query, k)
        return _prediction(self._name, found, wanted)


class _AsyncRetriever(_Retriever):
    async def aforward(self, query: str, k: int | None = None) -> Any:
        found, wanted = self._find(query, k)
        return _prediction(self._name, await found, wanted)


def make_retriever(name: str, k: int | None = None) -> Any:
    """A registered retriever as a program: `query` and `k` in, `passages` out. Raises BRIDGE_RETRIEVER_UNKNOWN."""
    target = registry.retriever(name)
    called = target if inspect.isroutine(target) else type(target).__call__
    return (_AsyncRetriever if inspect.iscoroutinefunction(called) else _SyncRetriever)(name, k)


def retrieve(name: str, query: str, k: int | None = None) -> dict[str, Any]:
    """What a retriever finds, as a handler. One that has to be awaited gets a loop of its own."""
    program = make_retriever(name, k)
    found = asyncio.run(program.aforward(query)) if isinstance(program, _AsyncRetriever) else program.forward(query)
    return dict(found.items())


def _takes_k(target: Any) -> bool:
    try:
        parameters = inspect.signature(getattr(target, "forward", target)).parameters
    except ValueError:
        # Some callables of C say nothing of their parameters.
        return False
    # DSPy's own retrievers take anything (`**kwargs`) and hand it on; only those that name it are told.
    return "k" in parameters


def _prediction(name: str, found: Any, wanted: int | None) -> Any:
    """Whatever a retriever answers as `passages`, and where it says them `indices` and `scores`."""
    fields: dict[str, Any] = {}
    if isinstance(found, dspy.Example):
        fields = {key: list(found[key]) for key in ("indices", "scores") if found.get(key) is not None}
        found = found.get("passages")
    elif isinstance(found, dict) and "passages" in found:
        fields = {key: list(found[key]) for key in ("indices", "scores") if found.get(key) is not None}
        found = found["passages"]
    if isinstance(found, (str, dict)):
        found = [found]
    if not isinstance(found, (list, tuple)):
        raise _invalid(name, f"it answered a {type(found).__qualname__}")
    scores = [item["score"] for item in found if isinstance(item, dict) and "score" in item]
    if len(scores) == len(found) and scores:
        fields.setdefault("scores", scores)
    passages = [_text(name, item) for item in found]
    return dspy.Prediction(passages=passages[:wanted], **{key: values[:wanted] for key, values in fields.items()})


def _text(name: str, item: Any) -> str:
    if isinstance(item, str):
        return item
    for key in _TEXTS:
        text = item.get(key) if isinstance(item, dict) else getattr(item, key, None)
        if isinstance(text, str):
            return text
    raise _invalid(name, f"it answered a passage that is a {type(item).__qualname__} without a text")


def _invalid(name: str, problem: str) -> BridgeError:
    message = (
        f"The retriever {name!r} cannot be used so: {problem}. Let it answer a list of texts, of dicts with `long_text`, "
        "or a dspy.Prediction with `passages`; let it take `k`, or make it for as many as are wanted."
    )
    return BridgeError("BRIDGE_RETRIEVER_INVALID", message, details={"name": name, "problem": problem})
