"""Runs, for each case on stdin, one of the real DSPy's modules over scripted replies, and answers what it asked and what came of it. Knows nothing of expectations."""

import json
import logging
import sys

logging.disable(logging.CRITICAL)

import dspy
import numpy
from dspy.clients.base_lm import BaseLM
from dspy.dsp.utils.utils import dotdict
from dspy.utils.exceptions import ContextWindowExceededError


class Scripted(BaseLM):
    def __init__(self, replies, native):
        super().__init__("scripted", "chat", None, None, True)
        self.replies = list(replies)
        self.requests = []
        self.native = native

    @property
    def supports_function_calling(self):
        return self.native

    def forward(self, prompt=None, messages=None, **kwargs):
        said = {**self.kwargs, **kwargs}
        known = {name: said[name] for name in ("temperature", "rollout_id", "tool_choice") if said.get(name) is not None}
        self.requests.append({"messages": messages, "kwargs": known})
        reply = self.replies.pop(0)
        if isinstance(reply, dict) and "too_long" in reply:
            raise ContextWindowExceededError(message="too long", model="scripted")
        calls = reply.get("tool_calls") if isinstance(reply, dict) else None
        text = None if calls else reply
        message = dotdict(content=text, tool_calls=[provider_call(call) for call in calls] if calls else None)
        return dotdict(
            choices=[dotdict(message=message, finish_reason="stop")],
            usage=dotdict(prompt_tokens=0, completion_tokens=0, total_tokens=0),
            model="scripted",
        )


def provider_call(call):
    function = dotdict(name=call["function"]["name"], arguments=call["function"]["arguments"])
    return dotdict(id=call["id"], type="function", function=function)


def tool_of(each):
    returns = each["returns"]
    return dspy.Tool(lambda **_: returns, name=each["name"], desc=each["desc"], args=each["args"], arg_types={})


def module_of(case):
    signature, options = case["signature"], case.get("options", {})
    tools = [tool_of(each) for each in case.get("tools", [])]
    rewards = case.get("rewards", {})

    def reward(args, prediction):
        return rewards[prediction.answer]

    kind = case["kind"]
    if kind == "react":
        return dspy.ReAct(signature, tools=tools, **options)
    if kind == "reactV2":
        return dspy.predict.react_v2.ReActV2(signature, tools=tools, **options)
    if kind == "multiChainComparison":
        return dspy.MultiChainComparison(signature, **options)
    inner = dspy.ChainOfThought(signature) if case.get("reasons") else dspy.Predict(signature)
    if kind == "bestOfN":
        return dspy.BestOfN(inner, reward_fn=reward, **options)
    refined = dspy.Refine(inner, reward_fn=reward, **options)
    refined.module_code, refined.reward_fn_code = "CODE", "REWARD"
    return refined


def adapter_of(case):
    name, native = case.get("adapter", "chat"), case.get("native", False)
    if name == "chat":
        return dspy.ChatAdapter(use_native_function_calling=native)
    return {"json": dspy.JSONAdapter, "xml": dspy.XMLAdapter}[name]()


def answer(case):
    if case["kind"] == "knn":
        rows = [dspy.Example(**row).with_inputs("text") for row in case["rows"]]
        letters = case["letters"]
        embed = lambda texts: numpy.array([[text.count(letter) for letter in letters] for text in texts])
        found = dspy.KNN(k=case["k"], trainset=rows, vectorizer=embed)(text=case["asked"])
        return {"found": [example.text for example in found]}
    if case["kind"] == "majority":
        return {"found": dspy.majority([{"answer": each} for each in case["answers"]]).answer}
    lm = Scripted(case["replies"], case.get("native", False))
    module = module_of(case)
    with dspy.context(lm=lm, adapter=adapter_of(case)):
        prediction = module(**case["inputs"])
    outputs = {name: value for name, value in prediction.items() if name != "history"}
    return {"requests": lm.requests, "outputs": outputs, "left": len(lm.replies), "state": module.dump_state()}


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout, ensure_ascii=False, default=str)
