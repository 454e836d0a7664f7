"""Does, on demand, what `bench/language.ts` measures here, with the real DSPy: reads `<what> <times>` lines, answers CPU microseconds per time. No model is asked."""

import json
import logging
import sys
import time
import warnings
from types import SimpleNamespace

logging.disable(logging.CRITICAL)
warnings.filterwarnings("ignore")

import dspy

case = json.loads(sys.stdin.readline())
adapter = dspy.ChatAdapter()
formatted = dspy.Signature(case["format"]["signature"])
parsed = dspy.Signature(case["parse"]["signature"])
asked = dspy.Signature(case["call"]["signature"])


class Stub(dspy.BaseLM):
    """Answers at once, always the same."""

    forward_contract = "legacy"

    def forward(self, prompt=None, messages=None, **kwargs):
        message = SimpleNamespace(content=case["call"]["answer"], tool_calls=None)
        usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
        return SimpleNamespace(choices=[SimpleNamespace(message=message, finish_reason="stop")], usage=usage, model="m")


dspy.configure(lm=Stub("openai/m", "chat", None, None, False), adapter=adapter, disable_history=True)
program = dspy.Predict(asked)
asked_so_far = 0


def parse_signature():
    global asked_so_far
    asked_so_far += 1
    dspy.Signature(case["strings"]["text"].replace("question", f"question{asked_so_far}"))


WHAT = {
    "signature": parse_signature,
    "format": lambda: adapter.format(formatted, case["format"]["demos"], case["format"]["inputs"]),
    "parse": lambda: adapter.parse(parsed, case["parse"]["completion"]),
    "call": lambda: program(**case["call"]["inputs"]),
}

print("ready", flush=True)
for line in sys.stdin:
    what, times = line.split()
    work = WHAT[what]
    started = time.process_time()
    for _ in range(int(times)):
        work()
    print((time.process_time() - started) / int(times) * 1e6, flush=True)
