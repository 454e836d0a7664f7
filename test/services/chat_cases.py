"""Answers, for each case on stdin, what the real DSPy's chat adapter writes and reads. Knows nothing of expectations."""

import json
import logging
import sys

logging.disable(logging.CRITICAL)

import dspy




def answer(case):
    fields = case["signature"]
    signature = dspy.Signature(fields, case["instructions"])
    adapter = dspy.ChatAdapter()
    messages = adapter.format(signature, case["demos"], case["inputs"])
    parsed = []
    for completion in case["completions"]:
        try:
            parsed.append({"value": adapter.parse(signature, completion)})
        except Exception as error:
            parsed.append({"error": type(error).__name__})
    return {"instructions": signature.instructions, "messages": messages, "parsed": parsed}


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout, ensure_ascii=False)
