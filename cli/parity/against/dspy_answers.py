"""Answers cases, one JSON line each, with what the real DSPy does, in the words of recorded cases. Knows nothing of what is expected."""

import base64
import datetime
import enum
import json
import logging
import os
import sys
import tempfile
import typing
import warnings
from types import SimpleNamespace

logging.disable(logging.CRITICAL)
warnings.filterwarnings("ignore")

import dspy
import pydantic
from dspy.adapters.baml_adapter import BAMLAdapter
from dspy.adapters.utils import get_annotation_name, parse_value

ADAPTERS = {"chat": dspy.ChatAdapter, "json": dspy.JSONAdapter, "xml": dspy.XMLAdapter, "baml": BAMLAdapter}
SAFE = 2**53
NAMES = {}


def names_of(types):
    key = json.dumps(types)
    if key not in NAMES:
        NAMES[key] = make_names(types)
    return NAMES[key]


def make_names(types):
    names = {name: getattr(typing, name) for name in ("Any", "Optional", "Union", "Literal")}
    names |= {"datetime": datetime}
    for name, said in types.items():
        if said["kind"] == "enum":
            names[name] = enum.Enum(name, said["members"])
            continue
        fields = {}
        for field in said["fields"]:
            extra = {"description": field["desc"]} if "desc" in field else {}
            default = decode(field["default"], names) if "default" in field else ...
            fields[field["name"]] = (eval(field["type"], names), pydantic.Field(default, **extra))
        names[name] = pydantic.create_model(name, __doc__=said.get("doc"), **fields)
    return names


def signature_of(said, names):
    fields = {}
    for make, side in ((dspy.InputField, "inputs"), (dspy.OutputField, "outputs")):
        for field in said[side]:
            extra = dict(field.get("constraints", {}))
            if "desc" in field:
                extra["desc"] = field["desc"]
            if "default" in field:
                extra["default"] = decode(field["default"], names)
            fields[field["name"]] = (eval(field["type"], names), make(**extra))
    return dspy.Signature(fields, said["instructions"])


def decode(value, names):
    if isinstance(value, list):
        return [decode(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    tag = value.get("$")
    if tag is None:
        return {key: decode(item, names) for key, item in value.items()}
    if tag == "float":
        return float(value["value"])
    if tag == "int":
        return int(value["value"])
    if tag in ("tuple", "set"):
        return (tuple if tag == "tuple" else set)(decode(value["value"], names))
    if tag in ("datetime", "date", "time"):
        return getattr(datetime, tag).fromisoformat(value["value"])
    if tag == "bytes":
        return base64.b64decode(value["base64"])
    if tag == "enum":
        return names[value["type"]][value["member"]]
    if tag == "model":
        return names[value["type"]](**{key: decode(item, names) for key, item in value["fields"].items()})
    if tag == "dict":
        return {decode(key, names): decode(item, names) for key, item in value["entries"]}
    raise ValueError(tag)


def encode(value):
    if value is None or isinstance(value, (bool, str)):
        return value if not isinstance(value, str) or type(value) is str else str(value)
    if value is Ellipsis:
        return "..."
    if isinstance(value, enum.Enum):
        return {"$": "enum", "type": type(value).__name__, "member": value.name}
    if isinstance(value, int):
        return value if -SAFE < value < SAFE else {"$": "int", "value": str(value)}
    if isinstance(value, float):
        return {"$": "float", "value": repr(value)}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, tuple):
        return {"$": "tuple", "value": [encode(item) for item in value]}
    if isinstance(value, (set, frozenset)):
        return {"$": "set", "value": sorted((encode(item) for item in value), key=lambda item: json.dumps(item))}
    if isinstance(value, dict):
        return {"$": "dict", "entries": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, datetime.datetime):
        return {"$": "datetime", "value": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"$": "date", "value": value.isoformat()}
    if isinstance(value, bytes):
        return {"$": "bytes", "base64": base64.b64encode(value).decode()}
    if isinstance(value, pydantic.BaseModel):
        fields = {name: encode(getattr(value, name)) for name in type(value).model_fields}
        return {"$": "model", "type": type(value).__name__, "fields": fields}
    raise TypeError(type(value).__name__)


def failure(error):
    bases = [base.__name__ for base in type(error).__mro__[1:]]
    return {"error": {"type": type(error).__name__, "bases": bases, "message": str(error)[:400]}}


def answer_format(case):
    names = names_of(case["types"])
    signature = signature_of(case["signature"], names)
    demos = [{key: decode(item, names) for key, item in demo.items()} for demo in case["demos"]]
    inputs = {key: decode(item, names) for key, item in case["inputs"].items()}
    return {"messages": ADAPTERS[case["adapter"]]().format(signature, demos, inputs)}


def answer_parse(case):
    names = names_of(case["types"])
    signature = signature_of(case["signature"], names)
    return {"value": encode(ADAPTERS[case["adapter"]]().parse(signature, case["completion"]))}


def answer_value(case):
    names = names_of(case["types"])
    return {"value": encode(parse_value(decode(case["input"], names), eval(case["type"], names)))}


class Scripted(dspy.BaseLM):
    """Replies by script, and remembers what it was asked."""

    forward_contract = "legacy"

    def __init__(self, replies):
        super().__init__("openai/gpt-x", "chat", None, None, False)
        self.replies = list(replies)
        self.requests = []

    def forward(self, prompt=None, messages=None, **kwargs):
        kept = {key: value for key, value in {**self.kwargs, **kwargs}.items() if value is not None}
        self.requests.append({"messages": messages, "kwargs": kept})
        message = SimpleNamespace(content=self.replies.pop(0), tool_calls=None)
        usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
        choice = SimpleNamespace(message=message, finish_reason="stop")
        return SimpleNamespace(choices=[choice], usage=usage, model="openai/gpt-x")


def answer_flow(case):
    names = names_of(case["types"])
    signature = signature_of(case["module"]["signature"], names)
    module = (dspy.Predict if case["module"]["type"] == "Predict" else dspy.ChainOfThought)(signature)
    predict = module if case["module"]["type"] == "Predict" else module.predict
    predict.demos = [{key: decode(item, names) for key, item in demo.items()} for demo in case["demos"]]
    inputs = {key: decode(item, names) for key, item in case["inputs"].items()}
    lm = Scripted(case["lm"]["replies"])
    adapter = ADAPTERS[case["adapter"]["type"]]()
    with dspy.context(lm=lm, adapter=adapter, warn_on_type_mismatch=False):
        try:
            outcome = {"prediction": encode(dict(module(**inputs)))}
        except Exception as error:
            outcome = failure(error)
    return {**outcome, "requests": lm.requests, "unusedReplies": len(lm.replies)}


def answer_signature(case):
    signature = dspy.Signature(case["text"])
    sides = {"inputs": signature.input_fields, "outputs": signature.output_fields}
    told = {side: [[name, get_annotation_name(field.annotation)] for name, field in fields.items()] for side, fields in sides.items()}
    return {**told, "instructions": signature.instructions, "state": signature.dump_state()}


class Saved(dspy.Module):
    """Predictors in all the places where a program may have them."""

    def __init__(self, signatures, demos):
        super().__init__()
        self.one = dspy.Predict(signatures[0])
        self.parts = [dspy.Predict(signatures[1])]
        self.d = {"k": dspy.Predict(signatures[2])}
        self.gen = dspy.ChainOfThought(signatures[3])
        if demos is not None:
            for (_, predictor), own in zip(self.named_predictors(), demos):
                predictor.demos = [dspy.Example(**demo) for demo in own]


def answer_saved(case):
    names = names_of(case["types"])
    signatures = [signature_of(said, names) for said in case["signatures"]]
    demos = [[{key: decode(item, names) for key, item in demo.items()} for demo in own] for own in case["demos"]]
    plain = [signature_of({**said, "instructions": ""}, names) for said in case["signatures"]]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "program.json")
        loaded = Saved(plain, None)
        with open(path, "w", encoding="utf8") as file:
            file.write(case["file"])
        loaded.load(path)
        loaded.save(path)
        with open(path, encoding="utf8") as file:
            again = file.read()
        own = Saved(signatures, demos)
        own.save(path)
        with open(path, encoding="utf8") as file:
            written = file.read()
    return {"loaded": prompts(loaded), "again": again, "written": written, "own": prompts(own)}


def prompts(program):
    adapter = dspy.ChatAdapter()
    return [adapter.format(each.signature, each.demos, {}) for _, each in program.named_predictors()]


ANSWERS = {
    "format": answer_format,
    "parse": answer_parse,
    "value": answer_value,
    "flow": answer_flow,
    "signature": answer_signature,
    "saved": answer_saved,
}

for line in sys.stdin:
    case = json.loads(line)
    try:
        answer = ANSWERS[case["kind"]](case["case"])
    except Exception as error:
        answer = failure(error)
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
