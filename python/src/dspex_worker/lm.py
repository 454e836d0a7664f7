"""DSPy's language model whose answers come from the host: its limiter, its cache, its journal.

Knows nothing of programs. Speaks DSPy's legacy contract, which is two to three times faster than the typed one.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import dspy

from .call import Call, current_call
from .failures import HostError

_OPTIONS = {
    "temperature": "temperature",
    "max_tokens": "maxTokens",
    "max_completion_tokens": "maxTokens",
    "top_p": "topP",
    "n": "n",
    "stop": "stop",
    "seed": "seed",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
    "response_format": "responseFormat",
    "tools": "tools",
}
# What DSPy says to its own caches and retries; the host has its own.
_PRIVATE = {"cache", "rollout_id", "num_retries", "headers", "api_key", "api_base", "base_url", "logprobs"}


class ContextWindowExceeded(HostError, dspy.ContextWindowExceededError):  # type: ignore[misc]
    """The prompt is too long. DSPy's adapters know it by this class, and do not ask again in another format."""

    def __init__(self, error: HostError) -> None:
        Exception.__init__(self, str(error))
        self.code = error.code
        self.request = error.request
        self.retryable = error.retryable
        self.kind = error.kind
        self.details = error.details
        self.model = None
        self.message = str(error)


class BridgeLM(dspy.BaseLM):  # type: ignore[misc]
    """A language model of the host, for one call: the one given, or whichever the code that asks works for."""

    forward_contract = "legacy"

    def __init__(
        self,
        call: Call | None,
        model: str,
        capabilities: list[str],
        told: Callable[[], dict[str, Any] | None] = lambda: None,
        **kwargs: Any,
    ) -> None:
        super().__init__(model=model, cache=False, num_retries=0, **kwargs)
        self._call = call
        self._told = told
        self._capabilities = frozenset(capabilities)

    @property
    def bridge_call(self) -> Call:
        """The call that it answers for. DSPy hands its model to threads of its own, which lose context variables of ours."""
        return self._call or current_call()

    def _can(self, capability: str) -> bool:
        return capability in self._capabilities

    @property
    def supports_function_calling(self) -> bool:
        return self._can("tools")

    @property
    def supports_reasoning(self) -> bool:
        return self._can("reasoning")

    @property
    def supports_response_schema(self) -> bool:
        return self._can("schema")

    @property
    def supported_params(self) -> set[str]:
        return {"response_format"} if self._can("json") or self._can("schema") else set()

    def forward(self, prompt: str | None = None, messages: list[dict[str, Any]] | None = None, **kwargs: Any) -> Any:
        """Asks the host and waits."""
        request = self._request(prompt, messages, kwargs)
        try:
            return _response(self.bridge_call.ask("lm", self.model, request, _slot()), self.model)
        except HostError as error:
            raise _translated(error) from None

    async def aforward(
        self, prompt: str | None = None, messages: list[dict[str, Any]] | None = None, **kwargs: Any
    ) -> Any:
        """`forward` for coroutines."""
        request = self._request(prompt, messages, kwargs)
        try:
            return _response(await self.bridge_call.ask_async("lm", self.model, request, _slot()), self.model)
        except HostError as error:
            raise _translated(error) from None

    def launch(self) -> None:
        """Nothing: the host's models are up. DSPy asks this of models that it might train."""

    def kill(self) -> None:
        """Nothing: a model of the host's is not one search's to end."""

    def _request(
        self, prompt: str | None, messages: list[dict[str, Any]] | None, given: dict[str, Any]
    ) -> dict[str, Any]:
        merged = {**self.kwargs, **given}
        options: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        for name, value in merged.items():
            if value is None or name in _PRIVATE:
                continue
            if name in _OPTIONS:
                options[_OPTIONS[name]] = _schema(value) if name == "response_format" else value
            else:
                extra[name] = value
        if isinstance(options.get("stop"), str):
            options["stop"] = [options["stop"]]
        if extra:
            options["extra"] = extra
        request: dict[str, Any] = {"messages": messages or [{"role": "user", "content": prompt}], "options": options}
        if merged.get("rollout_id") is not None:
            request["rolloutId"] = merged["rollout_id"]
        predictor = self._told()
        if predictor is not None:
            request["predictor"] = predictor
        return request


def _schema(value: Any) -> Any:
    """What a provider takes for a pydantic model."""
    if not (isinstance(value, type) and hasattr(value, "model_json_schema")):
        return value
    schema = {"name": value.__name__, "schema": value.model_json_schema(), "strict": True}
    return {"type": "json_schema", "json_schema": schema}


def _response(answer: dict[str, Any], model: str) -> Any:
    choices = [_choice(completion) for completion in answer["completions"]]
    usage = answer.get("usage") or {}
    counted = {"prompt_tokens": usage.get("inputTokens", 0), "completion_tokens": usage.get("outputTokens", 0)}
    counted["total_tokens"] = counted["prompt_tokens"] + counted["completion_tokens"]
    return SimpleNamespace(choices=choices, usage=counted if usage else {}, model=answer.get("model") or model)


def _choice(completion: dict[str, Any]) -> SimpleNamespace:
    calls = [_tool_call(call) for call in completion.get("toolCalls") or []]
    message = SimpleNamespace(
        content=completion.get("text"), reasoning_content=completion.get("reasoning"), tool_calls=calls or None
    )
    return SimpleNamespace(message=message, finish_reason=completion.get("finishReason", "stop"))


def _tool_call(call: dict[str, Any]) -> Any:
    from litellm import ChatCompletionMessageToolCall

    return ChatCompletionMessageToolCall(**call)


def _translated(error: HostError) -> HostError:
    return ContextWindowExceeded(error) if error.code == "LM_CONTEXT_EXCEEDED" else error


def _slot() -> str:
    """The predictor that asks, by its place among its program's; the same in each run of the call."""
    modules = dspy.settings.caller_modules or []
    if len(modules) < 2:
        return ""
    asking = modules[-1]
    return next((name for name, module in modules[0].named_predictors() if module is asking), "")
