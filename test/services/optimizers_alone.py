"""DSPy's optimizers alone in one Python process, on the two-step program with the model whose answers are hashes of what it is asked.

Reads cases as JSON, answers what each found. The program, the examples, the metric and the model are those of `optimizers_reference.py`.
"""

import hashlib
import inspect
import json
import logging
import os
import re
import sys

os.environ["DSPY_CACHEDIR"] = os.path.join(os.devnull, "dspy")
out, sys.stdout = sys.stdout, sys.stderr

import dspy  # noqa: E402
import optuna  # noqa: E402

logging.disable(logging.CRITICAL)
asked = []
scores = []


class L(dspy.BaseLM):
    def __init__(self, **kwargs):
        super().__init__(model="fake")
        self.kwargs = {"temperature": 0.0, **kwargs}

    def copy(self, **kwargs):
        made = L()
        made.kwargs = {**self.kwargs, **kwargs}
        return made

    def launch(self):
        pass

    def kill(self):
        pass

    def __call__(self, prompt=None, messages=None, **kwargs):
        messages = messages or [{"role": "user", "content": prompt}]
        rollout = {**self.kwargs, **kwargs}.get("rollout_id")
        last = messages[-1]["content"]
        drawn = hashlib.sha256(json.dumps([messages, rollout], sort_keys=True).encode()).hexdigest()
        asked.append(drawn)
        return [answer(hashlib.sha256((drawn + str(i)).encode()).hexdigest(), last) for i in range(kwargs.get("n", 1))]


def answer(drawn, last):
    fields = [field for field in re.findall(r"`\[\[ ## (\w+) ## \]\]`", last) if field != "completed"]
    if not fields:
        return "```\nNEW INSTRUCTION " + drawn[:8] + "\n```"
    return "\n\n".join(f"[[ ## {f} ## ]]\n{value(f, drawn, last)}" for f in fields) + "\n\n[[ ## completed ## ]]"


def value(field, drawn, last):
    if field == "module_advice":
        advice = {"step1": "advice " + drawn[:6], "step2": "advice2 " + drawn[6:12]}
        return json.dumps({"step1.predict": "advice " + drawn[:6]} if "step1.predict" in last else advice)
    if field == "answer":
        return "yes" if int(drawn[:2], 16) % 2 == 0 else "no"
    return f"{field}-{drawn[:6]}"


class P(dspy.Module):
    def __init__(self):
        super().__init__()
        self.step1 = dspy.Predict("question -> hint")
        self.step2 = dspy.Predict("question, hint -> answer")

    def forward(self, question):
        hint = self.step1(question=question).hint
        return self.step2(question=question, hint=hint)


def metric(example, prediction, trace=None, pred_name=None, pred_trace=None):
    return float(prediction.answer == example.answer)


def state(program):
    return {
        name: {
            "instructions": predictor.signature.instructions,
            "demos": [dict(demo.items()) for demo in predictor.demos],
        }
        for name, predictor in program.named_predictors()
    }


evaluate = dspy.Evaluate.__call__


def evaluate_and_note(self, *args, **kwargs):
    found = evaluate(self, *args, **kwargs)
    scores.append(found.score)
    return found


dspy.Evaluate.__call__ = evaluate_and_note
examples = [
    dspy.Example(question=f"q{i}", answer="yes" if i % 3 else "no").with_inputs("question") for i in range(40)
]


def inner(value):
    """An optimizer in place of what names it."""
    if isinstance(value, dict) and value.get("dspex") == "optimizer":
        return getattr(dspy, value["name"].removeprefix("dspy."))(metric=metric, **value["arguments"])
    return value


create_study = optuna.create_study
# DSPy leaves the draws of one of its optimizers to the clock.
optuna.create_study = lambda sampler=None, **given: create_study(
    sampler=sampler or optuna.samplers.TPESampler(seed=0), **given
)


def run(case):
    asked.clear()
    scores.clear()
    trained_on.clear()
    lm = L()
    with dspy.context(lm=lm):
        made = {"metric": metric, **{name: inner(value) for name, value in case["made"].items()}}
        if case["optimizer"] == "LabeledFewShot":
            del made["metric"]
        if case["optimizer"] == "GEPA":
            made["reflection_lm"] = lm
        given = {"trainset": examples[slice(*case["train"])], **case["given"]}
        if case["val"]:
            given["valset"] = examples[slice(*case["val"])]
        student = P()
        if case["optimizer"] in ("BootstrapFinetune", "BetterTogether"):
            student.set_lm(lm)
        best = getattr(dspy, case["optimizer"])(**made).compile(student, **given)
    return {"best": state(best), "scores": list(scores), "asked": sorted(set(asked)), "data": list(trained_on)}


def embed(texts):
    """Texts are near to each other that have the same digits."""
    return [[float(text.count(digit)) for digit in "0123456789"] for text in texts]


def run_nearest(case):
    """What a program answers that KNNFewShot has made, to each question."""
    asked.clear()
    with dspy.context(lm=L()):
        vectorizer = dspy.Embedder(embed, caching=False)
        made = dspy.KNNFewShot(trainset=examples[:12], vectorizer=vectorizer, metric=metric, **case["made"])
        program = made.compile(dspy.Predict("question -> answer"))
        answers = [program(question=question).answer for question in case["questions"]]
    return {"answers": answers, "asked": list(asked)}


def train_nothing(jobs):
    """In place of training: keeps what would be trained on."""
    trained_on.extend({"format": str(job["train_data_format"]), "examples": job["train_data"]} for job in jobs.values())
    return {key: job["lm"] for key, job in jobs.items()}


trained_on = []
dspy.BootstrapFinetune.finetune_lms = staticmethod(train_nothing)


dspy.configure(num_threads=1)
cases = json.load(sys.stdin)
json.dump({"source": inspect.getsource(P), "found": [run_nearest(case) if "questions" in case else run(case) for case in cases]}, out)
