"""Answers, for each case on stdin, what the real DSPy's listener tells of one field of a streamed answer. Knows nothing of expectations."""

import json
import logging
import sys

logging.disable(logging.CRITICAL)

import dspy
from litellm.types.utils import Delta, ModelResponseStream, StreamingChoices

ADAPTERS = {"chat": dspy.ChatAdapter, "json": dspy.JSONAdapter, "xml": dspy.XMLAdapter}


def chunk(text):
    return ModelResponseStream(model="m", choices=[StreamingChoices(delta=Delta(content=text))])


def answer(case):
    predict = dspy.Predict(case["signature"])
    listener = dspy.streaming.StreamListener(case["field"], predict=predict, predict_name="self")
    told = []
    with dspy.context(adapter=ADAPTERS[case["adapter"]]()):
        for piece in case["pieces"]:
            response = listener.receive(chunk(piece))
            if response is not None:
                told.append([response.chunk, response.is_last_chunk])
        rest = listener.finalize()
        if rest is not None:
            told.append([rest.chunk, rest.is_last_chunk])
    return told


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout, ensure_ascii=False)
